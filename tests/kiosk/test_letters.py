"""Letters in both languages from the real templates; templates of the library's own; everything that can be wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
from click.testing import CliRunner

from kiosk.calendars import due_dates
from kiosk.commands.mail import mail
from kiosk.config import LibraryTable, MailTable
from kiosk.config_file import load_config
from kiosk.letters import Attachment, Rendered, Sender, paper_letter, receipt, render, sender_of
from kiosk.mail import compose
from kiosk.receipts import make_receipts
from kiosk.template_check import KINDS, TemplateFaults
from kiosk.templates import SHIPPED, Templates
from screens import words as spoken
from screens.terminal import Visit
from screens.words import LANGUAGES, translator
from store.mail.outbox import Letter
from store.policy.check_notices import KINDS as POLICY_KINDS
from store.policy.load import shipped
from store.results.circulation import CheckedOut, Item

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
NAMES = {"tr": "Deneme Kütüphanesi", "en": "Test Library"}
ITU, METU = (sender_of(shipped(name).versions[0], NAMES) for name in ("itu", "metu"))


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Faults are read in English; then as before."""
    before = spoken.current().language
    spoken.use("en")
    yield
    spoken.use(before)


def facts(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - facts of several kinds
    """Facts that would do for any letter."""
    return {
        "title": "Sinekli Bakkal", "barcode": "300001", "due": "2026-12-07T20:59:59+00:00", "hourly": False,
        "until": "2026-11-27T20:59:59+00:00", "branch": "mustafa_inan", "reason": "expired", "approved": True,
        "fine": 450, "code": "482915", "minutes": 30, **changes,
    }  # fmt: skip


def letter(kind: str, language: str = "tr", *items: dict[str, Any], name: str = "Ayşe Kaya") -> Letter:
    """A letter on its way."""
    return Letter((1,), kind, "ayse@itu.edu.tr", language, name, NOW, items or (facts(),), "1@kiosk")


def said(
    kind: str, language: str = "tr", *items: dict[str, Any], sender: Sender = ITU, folder: Path | None = None
) -> Rendered:
    """The letter in words."""
    return render(letter(kind, language, *items), sender, translator(language), Templates(folder))


def put(folder: Path, name: str, text: str) -> Path:
    """A template of the library's own."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"receipt", "paper"}))
@pytest.mark.parametrize("sender", [ITU, METU], ids=["itu", "metu"])
def test_every_letter_is_whole(kind: str, language: str, sender: Sender) -> None:
    """No placeholder left, the member, the library, its contact and the clause; in HTML the same."""
    rendered = said(kind, language, sender=sender)
    for words in (rendered.subject, rendered.text, rendered.html):
        assert not re.search(r"[{}]|\[each\]|\[end\]", words)
    assert rendered.subject and "\n" not in rendered.subject
    assert "Ayşe Kaya" in rendered.text
    assert NAMES[language] in rendered.text
    assert sender.contact[language] in rendered.text
    assert sender.clauses.get(kind, "") in rendered.text
    assert NAMES[language] in rendered.html
    assert max(map(len, rendered.text.splitlines())) <= 78
    if KINDS[kind].item:
        assert "Sinekli Bakkal" in rendered.text and "Sinekli Bakkal" in rendered.subject


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_paper_of_the_desk_goes_as_a_letter(language: str) -> None:
    """Its title is the subject; its lines stand as they are on paper."""
    lines = ("Tutunamayanlar {x}", "  ITU-M5")
    rendered = paper_letter("2026-000001", lines, "Ayşe Kaya", NOW, ITU, translator(language))
    assert rendered.subject == "2026-000001"
    assert all(each in rendered.text for each in (*lines, "Ayşe Kaya", NAMES[language], ITU.contact[language]))


def test_every_kind_of_the_policies_has_templates() -> None:
    """A kind that a policy may name can be written."""
    assert set(POLICY_KINDS) <= set(KINDS)
    assert Templates().check() == 2 * 15 + 1


def test_dates_and_amounts_are_in_the_members_language() -> None:
    """As people of the language write them."""
    assert "7 Aralık 2026 Pazartesi" in said("invoice").text and "4,50 TL" in said("invoice").text
    english = said("invoice", "en").text
    assert "Monday 7 December 2026" in english and "TL 4.50" in english


def test_an_hourly_loan_has_its_time_of_day() -> None:
    """The date alone would not do."""
    assert "7 Aralık 2026 Pazartesi 14:30" in said("overdue_1", "tr", facts(hourly=True, due="2026-12-07T11:30Z")).text


def test_a_line_that_has_nothing_to_say_is_left_out() -> None:
    """A letter without a fine, without a clause, to somebody without a name."""
    assert "ceza" not in said("invoice", "tr", facts(fine=None)).text
    assert "ceza" not in said("invoice", "tr", facts(fine=0)).text
    assert "kural" not in said("pin_changed").text
    nameless = render(letter("pin_code", name=""), ITU, translator("tr"))
    assert nameless.text.startswith("Tek kullanımlık kodunuz: 482915\n")


def test_several_items_of_a_kind_make_one_letter() -> None:
    """Each with its own facts; the subject says how many."""
    rendered = said("courtesy", "en", facts(), facts(title="Tutunamayanlar", due="2026-12-08T20:59:59+00:00"))
    assert rendered.subject == "Due soon: 2 items"
    assert rendered.text.count("Barcode:") == 2
    assert rendered.text.index("Sinekli Bakkal") < rendered.text.index("Tutunamayanlar")
    assert "Tuesday 8 December 2026" in rendered.text


@pytest.mark.parametrize(("slug", "words"), [("expired", "it was not collected in time"), ("Yer yok", "Yer yok")])
def test_a_reason_is_said_in_words(slug: str, words: str) -> None:
    """Those that the rules know are translated, those of the staff stand as written."""
    assert words in said("hold_cancelled", "en", facts(reason=slug)).text


def test_a_branch_has_its_name_and_a_decision_is_said() -> None:
    """Facts hold slugs and yes or no."""
    assert ITU.branches["mustafa_inan"]["en"] in said("hold_available", "en").text
    assert "Decision: not approved" in said("renewal_decided", "en", facts(approved=False)).text


def test_a_title_is_data() -> None:
    """No markup, no placeholder, no line of its own, no header."""
    rendered = said("recall", "en", facts(title="<b>x</b>\r\nBcc: a@b & {contact}"))
    assert rendered.subject == "Recalled: <b>x</b> Bcc: a@b & {contact}"
    assert "• <b>x</b> Bcc: a@b & {contact}\n" in rendered.text
    assert "&lt;b&gt;x&lt;/b&gt; Bcc: a@b &amp; {contact}" in rendered.html and "<b>" not in rendered.html
    assert len(said("recall", "en", facts(title="uzun " * 60)).subject) < 80


def test_the_sender_is_the_librarys_own_name_else_the_policys() -> None:
    """Names that kiosk.toml leaves empty come from the rules."""
    sender = sender_of(shipped("itu").versions[0], {"tr": "", "en": "Ours"})
    assert sender.library == {"tr": "İTÜ Kütüphane ve Dokümantasyon Daire Başkanlığı", "en": "Ours"}
    assert sender.contact["en"].endswith("kutuphane@itu.edu.tr") and sender.clauses["courtesy"] == "ITU-G1a"


OWN = "Subject: Hey {what}\n\n{name} {library} {contact} {clause}\n[each]\n{title} {due}\n[end]\n"


def test_a_librarys_own_template_goes_before_file_by_file(tmp_path: Path) -> None:
    """One letter in one language, the others as before; one text for all overdue letters, one for the third alone."""
    put(tmp_path, "tr/courtesy.txt", OWN)
    put(tmp_path, "tr/overdue.txt", OWN)
    put(tmp_path, "tr/overdue_3.txt", OWN.replace("Hey", "Third"))
    assert said("courtesy", folder=tmp_path).subject == "Hey Sinekli Bakkal"
    assert said("courtesy", "en", folder=tmp_path) == said("courtesy", "en")
    assert said("recall", folder=tmp_path) == said("recall")
    assert said("overdue_2", folder=tmp_path).subject.startswith("Hey")
    assert said("overdue_3", folder=tmp_path).subject.startswith("Third")
    assert Templates(tmp_path).check() == 2 * 15 + 2


def test_a_librarys_own_layout(tmp_path: Path) -> None:
    """Around the text of all letters."""
    put(tmp_path, "layout.html", "<main lang={language}>{text}</main>")
    assert said("recall", folder=tmp_path).html.startswith("<main lang=tr><p")


FAULTS = {
    "no subject": (OWN.replace("Subject", "Konu"), 1, "the first line must be"),
    "empty subject": (OWN.replace("Hey {what}", ""), 1, "the first line must be"),
    "no blank line": (OWN.replace("\n\n", "\n"), 2, "must be empty"),
    "unknown": (
        OWN.replace("{name}", "{nmae}"),
        3,
        "unknown placeholder {nmae}; known are {clause}, {contact}, {count}",
    ),
    "unknown in a line of an item": (OWN.replace("{title}", "{title} {tile}"), 5, "unknown placeholder {tile}"),
    "outside": (OWN.replace("{name}", "{title}"), 3, "{title} stands only between [each] and [end]"),
    "missing": (OWN.replace(" {due}", ""), None, "the placeholder {due} is missing; known are {barcode}"),
    "missing clause": (OWN.replace(" {clause}", ""), None, "the placeholder {clause} is missing"),
    "each without end": (OWN.replace("[end]\n", ""), 4, "[each] without [end]"),
    "end without each": (OWN + "[end]\n", 7, "[end] without [each]"),
    "each within each": (OWN.replace("[end]", "[each]\n[end]"), 6, "[each] stands within [each]"),
    "brace": (OWN.replace("{name}", "{name"), 3, "a brace that belongs to no placeholder"),
    "empty": ("", 1, "the first line must be"),
}


@pytest.mark.parametrize("case", FAULTS)
def test_a_faulty_template_is_named(tmp_path: Path, case: str) -> None:
    """File, line, what is wrong, what there is; the letter is not written."""
    text, line, wrong = FAULTS[case]
    path = put(tmp_path, "tr/courtesy.txt", text)
    with pytest.raises(TemplateFaults) as found:
        Templates(tmp_path).check()
    where = f"{path}:{line}: " if line else f"{path}: "
    assert [fault for fault in found.value.faults if str(fault).startswith(where) and wrong in str(fault)]
    with pytest.raises(TemplateFaults):
        said("courtesy", folder=tmp_path)


def test_other_faults(tmp_path: Path) -> None:
    """Files that can't be read, names that no letter has, a layout that loads from outside; all at once."""
    put(tmp_path, "tr/overdeu.txt", OWN)
    put(tmp_path, "en/pin_changed.txt", "Subject: x\n\n{library} {contact} {clause}\n[each]\n[end]\n")
    put(tmp_path, "tr/recall.txt", "").write_bytes(b"Subject: \xff\n")
    put(tmp_path, "layout.html", '<img src="https://example.org/x.png">{title}')
    with pytest.raises(TemplateFaults) as found:
        Templates(tmp_path).check()
    told = str(found.value)
    for wrong in (
        "overdeu.txt: no letter is made from this file", "pin_changed.txt:4: this letter has no items to repeat",
        "recall.txt: is not UTF-8 text", "layout.html:1: unknown placeholder {title}",
        "layout.html:1: loads something from outside", "layout.html: the placeholder {text} is missing",
    ):  # fmt: skip
        assert wrong in told
    with pytest.raises(TemplateFaults, match="there is no such folder"):
        Templates(tmp_path / "nowhere").check()


def test_the_layout_loads_nothing_from_outside() -> None:
    """No picture, no style, no script of somebody else."""
    assert not re.search(r"https?:|src=|href=|url\(", (SHIPPED / "layout.html").read_text("utf-8"))


def _lent(number: int, due: datetime, *, hourly: bool = False) -> CheckedOut:
    item = Item(f"30000{number}", "Işık; Şu, Çok", "", "book", "", "", "main", "", "", "", "on_loan")
    return CheckedOut(
        loan_id=number, item=item, due=due, hourly=hourly, renewals_allowed=0, renewable_from=None, fine_first=0,
        fine_unit="none", fine_free_days=0, short_period=False, from_hold=False, repeated=False, overridden=False,
        meters=(),
    )  # fmt: skip


def test_due_dates_for_a_calendar() -> None:
    """A day for a loan of days, in the library's zone; a moment for one of hours; the same UID at every time."""
    loans = [
        _lent(1, datetime(2026, 12, 7, 20, 59, 59, tzinfo=UTC)),
        _lent(2, datetime(2026, 11, 24, 11, 30, tzinfo=UTC), hourly=True),
    ]
    written = due_dates(loans, "Kütüphane", translator("tr"), NOW)
    calendar = icalendar.Calendar.from_ical(written)
    day, hour = calendar.walk("VEVENT")
    assert (day.decoded("dtstart"), day.decoded("dtend")) == (date(2026, 12, 7), date(2026, 12, 8))
    assert hour.decoded("dtstart") == datetime(2026, 11, 24, 14, 30, tzinfo=ZoneInfo("Europe/Istanbul"))
    assert "Işık; Şu, Çok" in str(day["summary"]) and str(day["location"]) == "Kütüphane"
    (alarm,), (soon,) = day.walk("VALARM"), hour.walk("VALARM")
    rings = datetime(2026, 12, 7) + alarm.decoded("trigger")
    assert rings == datetime(2026, 12, 6, 9, 0) and soon.decoded("trigger") == timedelta(minutes=-30)
    later = icalendar.Calendar.from_ical(due_dates(loans, "Kütüphane", translator("en"), NOW + timedelta(days=1)))
    assert [event["uid"] for event in later.walk("VEVENT")] == [day["uid"], hour["uid"]]
    assert day["uid"] != hour["uid"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_receipt_goes_with_its_calendar(language: str) -> None:
    """Text, HTML and the file, in one message."""
    file = Attachment("iade.ics", "text/calendar", "Işık\r\n".encode())
    lines = ("Sinekli Bakkal", "  300001", "", "1 item")
    rendered = receipt(lines, "Ayşe Kaya", NOW, ITU, translator(language), attachments=(file,))
    assert "Sinekli Bakkal\n  300001\n\n1 item\n" in rendered.text and "{" not in rendered.text
    message = compose("k@itu.edu.tr", "a@itu.edu.tr", rendered, "1@kiosk")
    (attached,) = message.iter_attachments()
    assert isinstance(attached, EmailMessage)
    assert (attached.get_content_type(), attached.get_filename()) == ("text/calendar", "iade.ics")
    assert attached.get_payload(decode=True) == file.data
    plain, page = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None and page is not None


def _config(tmp_path: Path, templates: Path | str = "") -> str:
    path = tmp_path / "kiosk.toml"
    path.write_text(f'[library]\nname = "Deneme"\n[mail]\ntemplates = "{templates}"\n', "utf-8")
    assert load_config(path).mail == MailTable(templates=str(templates))
    return str(path)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_preview_shows_every_letter(tmp_path: Path, kind: str) -> None:
    """With the real template, in the language asked for, as text or HTML."""
    config = _config(tmp_path)
    for language, name in (("tr", "Deneme"), ("en", LibraryTable().name_en)):
        shown = CliRunner().invoke(mail, ["preview", kind, "--lang", language, "--config", config])
        assert shown.exit_code == 0 and name in shown.output and "{" not in shown.output
    shown = CliRunner().invoke(mail, ["preview", kind, "--html", "--config", config])
    assert shown.output.startswith("<!doctype html>")


def test_check_says_that_all_is_well_or_all_that_is_wrong(tmp_path: Path) -> None:
    """Exit status 2 with every fault."""
    own = tmp_path / "letters"
    own.mkdir()
    config = _config(tmp_path, own)
    assert "31" in CliRunner().invoke(mail, ["check", "--config", config]).output
    put(own, "tr/courtesy.txt", OWN.replace("{name}", "{nmae}"))
    put(own, "en/recall.txt", OWN.replace("{due}", ""))
    shown = CliRunner().invoke(mail, ["check", "--config", config])
    assert shown.exit_code == 2
    assert "courtesy.txt:3:" in shown.output and "{nmae}" in shown.output and "recall.txt" in shown.output


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_visits_receipt_is_mailed_with_its_due_dates(tmp_path: Path, language: str) -> None:
    """As the terminal sends it: the library's contact from the policy, a calendar if something was lent."""
    (tmp_path / "kiosk.toml").write_text(f'[mail]\nkind = "file"\nfolder = "{tmp_path}/out"\n', "utf-8")
    receipts = make_receipts(load_config(tmp_path / "kiosk.toml"), lambda: shipped("itu").latest)
    member = SimpleNamespace(given_name="Ayşe", surname="Kaya", email="ayse@itu.edu.tr")
    visit = Visit(member, lent=[_lent(7, datetime(2026, 12, 7, 20, 59, 59, tzinfo=UTC))])  # type: ignore[arg-type]
    assert receipts.mail(visit, NOW, language)
    (path,) = (tmp_path / "out").iterdir()
    message = message_from_bytes(path.read_bytes(), policy=default)
    assert isinstance(message, EmailMessage)
    plain = message.get_body(("plain",))
    assert plain is not None and ITU.contact[language] in plain.get_content()
    (attached,) = message.iter_attachments()
    written = attached.get_payload(decode=True)
    assert isinstance(written, bytes)
    calendar = icalendar.Calendar.from_ical(written)
    assert [str(event["uid"]) for event in calendar.walk("VEVENT")] == ["loan-7-300007@kiosk"]


def test_a_receipt_whose_template_is_faulty_is_not_mailed(tmp_path: Path) -> None:
    """The screen says so; nothing breaks."""
    put(tmp_path, "own/tr/receipt.txt", "Subject: x\n\n{recipt}\n")
    settings = f'[mail]\nkind = "file"\nfolder = "{tmp_path}/out"\ntemplates = "{tmp_path}/own"\n'
    (tmp_path / "kiosk.toml").write_text(settings, "utf-8")
    receipts = make_receipts(load_config(tmp_path / "kiosk.toml"))
    member = SimpleNamespace(given_name="Ayşe", surname="Kaya", email="ayse@itu.edu.tr")
    assert not receipts.mail(Visit(member), NOW, "tr")  # type: ignore[arg-type]
    assert receipts.mail(Visit(member), NOW, "en")  # type: ignore[arg-type]
