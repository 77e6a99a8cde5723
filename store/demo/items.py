"""Items of the demo that show something when they are scanned."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, select

from store import rows
from store.library import Library
from store.states import CopyState, HoldStatus, LoanState

POPULAR = "Kürk Mantolu Madonna"
_KINDS = (
    ("book", "kitap", "book", 4),
    ("audiovisual", "görsel-işitsel", "audiovisual", 2),
    ("course_reserve", "ders rezervi, saatlik", "course reserve, hourly", 2),
    ("sheet_music", "nota", "sheet music", 1),
    ("reference", "yalnızca kütüphanede", "library use only", 1),
    ("locker_key", "dolap anahtarı", "locker key", 1),
)


_copy, _title, _loan, _hold = rows.copy, rows.title, rows.loan, rows.hold
_titled = select(_copy.c.barcode, _title.c.title).join_from(_copy, _title, _title.c.id == _copy.c.title_id)


def demo_items(library: Library) -> tuple[tuple[str, str, str], ...]:
    """Barcode and both labels of a few copies: some of each kind on the shelf, one on loan, one on the hold shelf."""
    with library.database.read.begin() as connection:
        return (*_on_shelf(connection), *_elsewhere(connection))


def _on_shelf(connection: Connection) -> Iterator[tuple[str, str, str]]:
    here = _titled.where(_copy.c.state == CopyState.ON_SHELF, _copy.c.branch == "mustafa_inan")
    for item_type, tr, en, count in _KINDS:
        some = here.where(_copy.c.item_type == item_type).order_by(_copy.c.barcode).limit(count)
        for barcode, title in connection.execute(some):
            yield barcode, f"{title} · {tr}", f"{title} · {en}"


def _elsewhere(connection: Connection) -> Iterator[tuple[str, str, str]]:
    lent = connection.execute(_titled.where(_copy.c.state == CopyState.ON_LOAN).limit(1)).first()
    if lent is not None:
        yield lent[0], f"{lent[1]} · ödünçte", f"{lent[1]} · on loan"
    held = _titled.join(_hold, _hold.c.copy_id == _copy.c.id).where(_hold.c.status == HoldStatus.READY)
    ready = connection.execute(held.limit(1)).first()
    if ready is not None:
        yield ready[0], f"{ready[1]} · ayırtma rafında", f"{ready[1]} · on the hold shelf"


def demo_loans(library: Library) -> tuple[tuple[str, str, str], ...]:
    """Barcode and both labels of a few copies that are out: late ones, good ones, a key, one that another awaits."""
    out = (
        _titled.add_columns(_loan.c.due_at)
        .join(_loan, _loan.c.copy_id == _copy.c.id)
        .where(_loan.c.state == LoanState.OPEN)
        .order_by(_loan.c.due_at)
    )
    with library.database.read.begin() as connection:
        found = connection.execute(out).all()
    late = found[:4]
    good = [row for row in found if row not in late]
    awaited = [row for row in good if row.title == POPULAR][:1]
    others = [row for row in good if row.title != POPULAR]
    chosen = [*late, *awaited, *others[:3]]
    return tuple(
        (row.barcode, f"{row.title} · {row.due_at:%d.%m.}", f"{row.title} · due {row.due_at:%d.%m.}") for row in chosen
    )
