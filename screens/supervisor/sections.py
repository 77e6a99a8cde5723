"""The sections of supervisor mode: work first, records second, settings last."""

from __future__ import annotations

from msgspec import Struct

from screens.words import N_
from store.states import Role


class Section(Struct, frozen=True):
    """A tab and the page behind it."""

    slug: str
    label: str
    begins: object = None
    "What its page shows at first; None: it stays as it was left."

    @property
    def page(self) -> str:
        """The page that the section begins with."""
        return f"staff_{self.slug}"


SECTIONS = (
    Section("desk", N_("Desk")),
    Section("members", N_("Members")),
    Section("titles", N_("Titles")),
    Section("shelf", N_("Shelf")),
    Section("tasks", N_("Tasks")),
    Section("notices", N_("Letters"), begins=0),
    Section("money", N_("Cash")),
    Section("reports", N_("Reports")),
    Section("policy", N_("Rules")),
    Section("calendar", N_("Calendar")),
    Section("terminal", N_("Terminal")),
)
ROLES = {
    Role.CIRCULATION: N_("circulation"),
    Role.SUPERVISOR: N_("supervisor"),
    Role.POLICY_OWNER: N_("policy owner"),
}


DESK = SECTIONS[0].page


def walked(trail: tuple[str, ...], page: str) -> tuple[str, ...]:
    """The pages between the desk and this one, itself the last: whoever comes again to one is back there."""
    if page == DESK:
        return ()
    return trail[: trail.index(page) + 1] if page in trail else (*trail, page)


def first_page(role: Role, *, out_of_service: bool) -> str:
    """Where somebody begins: at the desk; who owns the rules, there; at a terminal that is to be mended, with it."""
    if out_of_service:
        return "staff_terminal"
    return "staff_policy" if role is Role.POLICY_OWNER else DESK
