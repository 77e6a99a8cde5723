"""What staff see of a copy and of a title: everything that is known, and what can be chosen."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from store.results.circulation import Item
from store.results.shelf import Slip


class TitleData(Struct, frozen=True):
    """What of a title is entered by hand."""

    title: str
    author: str = ""
    publisher: str = ""
    year: int | None = None
    language: str = "tr"
    isbn: str = ""
    subjects: str = ""
    shelf_mark: str = ""
    in_print: bool | None = None
    "None: nobody has looked it up."
    electronic_access: bool = False
    "The journal can be read on the net (METU-2-d.bound-flag)."


class CopyData(Struct, frozen=True):
    """What of a copy is entered by hand."""

    item_type: str
    branch: str
    shelf_mark: str
    loanable: bool
    "False: this very copy stays in the library (ITU-L1)."


class Known(Struct, frozen=True):
    """A member, by name; without an id the history is forgotten."""

    member_id: int | None
    name: str
    number: str
    note: str = ""
    "The term, of an instructor."


class CopyLoan(Struct, frozen=True):
    """A loan of a copy."""

    who: Known
    lent_at: datetime
    due: datetime
    hourly: bool
    returned_at: datetime | None
    closed_at: datetime | None
    state: str
    renewals: int
    recalled: bool


class CaseLine(Struct, frozen=True):
    """A loss or damage."""

    barcode: str
    title: str
    who: Known
    kind: str
    "`lost`, `damaged`"
    intentional: bool
    declared: bool
    opened_at: datetime
    deadline: datetime | None
    remedy: str | None
    settled_at: datetime | None
    remedies: tuple[str, ...] = ()
    "What may settle it, while it is open and nothing was chosen."
    in_dollars: bool = False
    "Its fixed amount is set in dollars: the rate of the day is asked."


class CopyPage(Struct, frozen=True):
    """All about one copy."""

    item: Item
    title_id: int
    loanable: bool
    course: str | None
    project: str | None
    period: str | None
    reserve: bool
    received_at: datetime
    in_print: bool | None
    equivalents: bool
    "The rules let an equivalent be named for what is out of print (ITU-N3)."
    loan: CopyLoan | None
    "The loan that is not closed."
    history: tuple[CopyLoan, ...]
    "As far as it is kept, the newest first."
    cases: tuple[CaseLine, ...]
    slip: Slip | None
    "For whom it stands ready."
    waiting: int
    "How many wait for its title."
    instructors: tuple[Known, ...]
    managers: tuple[Known, ...]


class CopyOfTitle(Struct, frozen=True):
    """A copy in its title's list."""

    item: Item
    due: datetime | None
    hourly: bool
    period: str | None
    course: str | None
    loanable: bool


class InQueue(Struct, frozen=True):
    """A hold in the queue of a title."""

    who: Known
    placed_at: datetime
    until: datetime | None
    "It stands ready until then; None: it waits."


class TitleRecord(Struct, frozen=True):
    """All about one title."""

    title_id: int
    control_number: str | None
    data: TitleData
    copies: tuple[CopyOfTitle, ...]
    "Withdrawn ones last."
    queue: tuple[InQueue, ...]
    "Those that stand ready first, then in the order of the queue."


class DemandLine(Struct, frozen=True):
    """A title that more people wait for than it has copies."""

    title_id: int
    title: str
    author: str
    waiting: int
    copies: int
    "That can be lent."
    shortened: bool
    "A copy has a shorter period already."


class Named(Struct, frozen=True):
    """Something that can be chosen."""

    slug: str
    tr: str
    en: str


class Choices(Struct, frozen=True):
    """What the rules and the calendar offer for a copy."""

    kinds: tuple[Named, ...]
    reserves: tuple[Named, ...]
    "Those of the kinds that are course reserve."
    branches: tuple[Named, ...]
    terms: tuple[str, ...]
