"""The library: policy, tables, transactions. Submodules load when first touched, since SQLModel costs half a second."""

from typing import TYPE_CHECKING

from store.lazily import submodules_of

if TYPE_CHECKING:
    from store import calendar, catalogue, circulation, desk, mail, members, money, rules, upkeep

__all__ = ["calendar", "catalogue", "circulation", "desk", "mail", "members", "money", "rules", "upkeep"]
__getattr__ = submodules_of(__name__)
