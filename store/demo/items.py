"""Items of the demo that show something when they are scanned."""

from __future__ import annotations

from collections.abc import Iterator

from sqlmodel import Session, col, select

from store.library import Library
from store.states import CopyState, HoldStatus, LoanState
from store.tables import Copy, Hold, Loan, Title

POPULAR = "Kürk Mantolu Madonna"
_KINDS = (
    ("book", "kitap", "book", 4),
    ("audiovisual", "görsel-işitsel", "audiovisual", 2),
    ("course_reserve", "ders rezervi, saatlik", "course reserve, hourly", 2),
    ("sheet_music", "nota", "sheet music", 1),
    ("reference", "yalnızca kütüphanede", "library use only", 1),
    ("locker_key", "dolap anahtarı", "locker key", 1),
)


def demo_items(library: Library) -> tuple[tuple[str, str, str], ...]:
    """Barcode and both labels of a few copies: some of each kind on the shelf, one on loan, one on the hold shelf."""
    with Session(library.database.read) as session:
        return (*_on_shelf(session), *_elsewhere(session))


def _on_shelf(session: Session) -> Iterator[tuple[str, str, str]]:
    for item_type, tr, en, count in _KINDS:
        rows = session.exec(
            select(Copy.barcode, Title.title)
            .join(Title)
            .where(Copy.item_type == item_type, Copy.state == CopyState.ON_SHELF, Copy.branch == "mustafa_inan")
            .order_by(Copy.barcode)
            .limit(count)
        )
        for barcode, title in rows:
            yield barcode, f"{title} · {tr}", f"{title} · {en}"


def _elsewhere(session: Session) -> Iterator[tuple[str, str, str]]:
    statement = select(Copy.barcode, Title.title).join(Title)
    lent = session.exec(statement.where(Copy.state == CopyState.ON_LOAN).limit(1)).first()
    if lent is not None:
        yield lent[0], f"{lent[1]} · ödünçte", f"{lent[1]} · on loan"
    ready = session.exec(
        select(Copy.barcode, Title.title).join(Title).join(Hold, Hold.copy_id == Copy.id)  # type: ignore[arg-type]
        .where(Hold.status == HoldStatus.READY)
    ).first()  # fmt: skip
    if ready is not None:
        yield ready[0], f"{ready[1]} · ayırtma rafında", f"{ready[1]} · on the hold shelf"


def demo_loans(library: Library) -> tuple[tuple[str, str, str], ...]:
    """Barcode and both labels of a few copies that are out: late ones, good ones, a key, one that another awaits."""
    with Session(library.database.read) as session:
        rows = session.exec(
            select(Copy.barcode, Title.title, Loan.due_at, Copy.item_type)
            .join(Title)
            .join(Loan, Loan.copy_id == Copy.id)  # type: ignore[arg-type]
            .where(Loan.state == LoanState.OPEN)
            .order_by(col(Loan.due_at))
        ).all()
    late = rows[:4]
    good = [row for row in rows if row not in late]
    awaited = [row for row in good if row[1] == POPULAR][:1]
    others = [row for row in good if row[1] != POPULAR]
    chosen = [*late, *awaited, *others[:3]]
    return tuple((row[0], f"{row[1]} · {row[2]:%d.%m.}", f"{row[1]} · due {row[2]:%d.%m.}") for row in chosen)
