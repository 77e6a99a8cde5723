"""What happens to copies and loans: lending, returning, renewing, holding, recalling, losing."""

from typing import TYPE_CHECKING

from store.lazily import submodules_of

if TYPE_CHECKING:
    from store.circulation import (
        answering,
        backdating,
        checkouts,
        events,
        explaining,
        facts,
        foretelling,
        holds,
        loans,
        losses,
        offline,
        overrides,
        recalls,
        renewalplans,
        renewals,
        reserve,
        returns,
        shelf,
    )

__all__ = [
    "answering",
    "backdating",
    "checkouts",
    "events",
    "explaining",
    "facts",
    "foretelling",
    "holds",
    "loans",
    "losses",
    "offline",
    "overrides",
    "recalls",
    "renewalplans",
    "renewals",
    "reserve",
    "returns",
    "shelf",
]
__getattr__ = submodules_of(__name__)
