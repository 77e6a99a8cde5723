"""Applying for membership at the terminal, the whole way."""

from __future__ import annotations

from sqlmodel import Session, select

from store.states import MemberStatus
from store.tables import Application, Member, Notice
from tests.screens.conftest import Place, opened, press, shows, text_of, type_slowly

WIDE = (120, 34)


def _last_code(place: Place) -> str:
    assert place.library is not None
    with Session(place.library.database.read) as session:
        notice = session.exec(select(Notice).where(Notice.kind == "pin_code")).all()[-1]
    assert notice.address == "yeni.kisi@itu.edu.tr"
    return str(notice.facts["code"])


async def test_who_reads_mail_there_may_apply(place: Place) -> None:
    """Address, code, form: a pending member with a deadline of three working days; the terminal forgets it all."""
    app = place.app(applications=True, web_address="https://kutuphane.itu.edu.tr")
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        await press(pilot, "f8")
        await shows(pilot, "Üniversite e-posta adresi", "https://kutuphane.itu.edu.tr", "█▀")
        await type_slowly(pilot, "yeni.kisi@itu.edu.tr")
        await press(pilot, "enter")
        await shows(pilot, "y•••@itu.edu.tr")
        await type_slowly(pilot, _last_code(place))
        await press(pilot, "enter")
        for field in ("Kişi", "Yeni", "150260099"):
            await type_slowly(pilot, field)
            if field == "150260099":
                await press(pilot, "f3", "f3", "f3")
                await shows(pilot, "Lisans öğrencisi")
            await press(pilot, "enter")
        await shows(pilot, "5 Mar Per")
        await press(pilot, "f10")
        await shows(pilot, "Kartınızı okutun")
        assert "yeni.kisi" not in text_of(app)
    assert place.library is not None
    with Session(place.library.database.read) as session:
        member = session.exec(select(Member).where(Member.number == "150260099")).one()
        assert (member.status, member.category, member.email) == (
            MemberStatus.PENDING, "undergraduate", "yeni.kisi@itu.edu.tr",
        )  # fmt: skip
        assert len(session.exec(select(Application).where(Application.member_id == member.id)).all()) == 1


async def test_an_address_elsewhere_gets_no_code(place: Place) -> None:
    """And a wrong code leads no further."""
    app = place.app(applications=True)
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        await press(pilot, "f8")
        await type_slowly(pilot, "biri@example.com")
        await press(pilot, "enter")
        await shows(pilot, "Adres kurumun değil", "itu.edu.tr")
        await press(pilot, *["backspace"] * 16)
        await type_slowly(pilot, "biri@itu.edu.tr")
        await press(pilot, "enter")
        await shows(pilot, "b•••@itu.edu.tr")
        await type_slowly(pilot, "000000")
        await press(pilot, "enter")
        await shows(pilot, "✗")


async def test_what_is_missing_is_named(place: Place) -> None:
    """An empty field is no application; who is a member already is told so."""
    app = place.app(applications=True)
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        await press(pilot, "f8")
        await type_slowly(pilot, "yeni.kisi@itu.edu.tr")
        await press(pilot, "enter")
        await shows(pilot, "y•••@itu.edu.tr")
        await type_slowly(pilot, _last_code(place))
        await press(pilot, "enter")
        await shows(pilot, "Kategori")
        await press(pilot, "enter", "enter", "enter")
        await shows(pilot, "ITU-MEM-5")
        for field in ("Kaya", "Ayşe", "15201001"):
            await type_slowly(pilot, field)
            await press(pilot, "enter")
            if field != "15201001":
                continue
        await shows(pilot, "✗")


async def test_where_nobody_may_apply_there_is_no_door(place: Place) -> None:
    """The key does nothing either."""
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        await press(pilot, "f8")
        shown = await shows(pilot, "Kartınızı okutun")
        assert "Üye ol" not in shown
