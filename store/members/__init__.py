"""Members and how they sign in: accounts, cards, PINs, membership, what they may set and what they may ask for."""

from typing import TYPE_CHECKING

from store.lazily import submodules_of

if TYPE_CHECKING:
    from store.members import (
        accounts,
        addresses,
        applications,
        carddocuments,
        entitlements,
        forgetting,
        guards,
        membercards,
        memberdata,
        memberfile,
        memberpins,
        memberrecords,
        memberships,
        pins,
        preferences,
        signin,
        statements,
    )

__all__ = [
    "accounts",
    "addresses",
    "applications",
    "carddocuments",
    "entitlements",
    "forgetting",
    "guards",
    "membercards",
    "memberdata",
    "memberfile",
    "memberpins",
    "memberrecords",
    "memberships",
    "pins",
    "preferences",
    "signin",
    "statements",
]
__getattr__ = submodules_of(__name__)
