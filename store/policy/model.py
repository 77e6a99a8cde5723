"""One library's rules: a version of them, and its versions in order of date."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import cached_property
from typing import Literal
from zoneinfo import ZoneInfo

from msgspec import Struct

from store.policy.rules import Rules, build_rules
from store.policy.sections import (
    Branch,
    Category,
    Group,
    ItemType,
    Limits,
    LoanLine,
    Name,
    Section,
    Slug,
    SpecialLoans,
    ZoneText,
)
from store.policy.services import (
    Blocks,
    Clause,
    Clearance,
    FixedCharge,
    Holds,
    Letter,
    Loss,
    Membership,
    Notices,
    PinRules,
    Recall,
    Renewals,
    ShelfRest,
    Suspension,
    Tariff,
    Times,
)
from store.policy.verdict import Number

_UNKNOWN = Name(tr="?", en="?")


class Policy(Section, frozen=True, kw_only=True, dict=True):
    """A version of a library's rules, as its file says them."""

    slug: Slug
    version: str
    effective_from: date
    time_zone: ZoneText
    title: Name
    library: Name
    contact: Name
    email: str = ""
    it_email: str = ""
    "For trouble with membership and PIN."
    membership_phone: str = ""
    conduct: Name | None = None
    "Rules of conduct in the library's own words, for the page of rules."
    phone: str = ""
    identity_clause: str | None = None
    card_lost_clause: str | None = None
    lost_card_with_document: bool = False
    "The desk may lend on a document in place of a lost card."
    returns_at: Literal["lending_branch", "anywhere"]
    returns_clause: str | None = None
    hourly_after_closing: Literal["next_opening", "kept"]
    "An hourly loan that ends after closing: due at the next opening, or as the clock says."
    tariff_of: Literal["loan", "day"]
    "A fine follows the version at the loan or last renewal, or the version in force on each late day."
    total_clause: str | None = None
    not_entitled_clause: str
    in_library_clause: str | None = None
    "Cited for a copy that staff have marked as not for loan."
    shorter_period_clause: str | None = None
    not_overridable: tuple[str, ...]
    branches: tuple[Branch, ...]
    categories: tuple[Category, ...]
    item_types: tuple[ItemType, ...]
    groups: tuple[Group, ...]
    limits: tuple[Limits, ...]
    loans: tuple[LoanLine, ...]
    term_loans: SpecialLoans | None = None
    project_loans: SpecialLoans | None = None
    blocks: Blocks
    suspensions: tuple[Suspension, ...] = ()
    tariffs: tuple[Tariff, ...]
    renewals: Renewals
    shelf_rest: ShelfRest | None = None
    holds: Holds
    recall: Recall
    notices: Notices
    letters: tuple[Letter, ...]
    loss: Loss
    charges: tuple[FixedCharge, ...] = ()
    membership: Membership
    pins: PinRules
    clearance: Clearance
    times: Times
    register_of_clauses: Mapping[str, Clause] = {}

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone of every wall-clock time in the file."""
        return ZoneInfo(self.time_zone)

    @cached_property
    def rules(self) -> Rules:
        """Look-ups made once, so that a decision is a few dictionary reads."""
        return build_rules(self)

    @cached_property
    def category_of(self) -> Mapping[str, Category]:
        """Categories by slug."""
        return {category.slug: category for category in self.categories}

    @cached_property
    def item_type_of(self) -> Mapping[str, ItemType]:
        """Item types by slug."""
        return {kind.slug: kind for kind in self.item_types}

    @cached_property
    def branch_of(self) -> Mapping[str, Branch]:
        """Branches by slug."""
        return {branch.slug: branch for branch in self.branches}

    @cached_property
    def tariff_by_item(self) -> Mapping[str, Tariff]:
        """The late tariff of each item type."""
        return {item: tariff for tariff in self.tariffs for item in tariff.items}

    @cached_property
    def suspension_of(self) -> Mapping[str, Suspension]:
        """Suspensions by kind."""
        return {suspension.kind: suspension for suspension in self.suspensions}

    @cached_property
    def charge_by_item(self) -> Mapping[str, FixedCharge]:
        """The fixed charges of each item type."""
        return {item: charge for charge in self.charges for item in charge.items}

    @cached_property
    def letter_of(self) -> Mapping[str, Letter]:
        """The letters that this library sends, by kind."""
        return {letter.kind: letter for letter in self.letters}

    def category(self, slug: str) -> Category:
        """The category; one without any right for a slug that this version does not know (any more)."""
        return self.category_of.get(slug) or Category(slug="unknown", name=_UNKNOWN)

    def kind(self, slug: str) -> ItemType:
        """The item type; one that nobody may borrow for a slug that this version does not know (any more)."""
        return self.item_type_of.get(slug) or ItemType(slug="unknown", name=_UNKNOWN)

    def branch_names(self, slug: str) -> dict[str, Number]:
        """A branch's name in both languages, as the numbers of a reason carry it."""
        branch = self.branch_of.get(slug)
        return {"branch_tr": branch.name.tr if branch else slug, "branch_en": branch.name.en if branch else slug}

    def hold_clause(self, clause: str | None, category: str) -> str | None:
        """The clause about holds: the category's own where it has one, else the one given."""
        return self.cite(self.category(category).holds_clause or clause, category)

    def cite(self, clause: str | None, category: str) -> str | None:
        """A clause id of a shared line, with the category's own paragraph filled in."""
        if clause is None or "{" not in clause:
            return clause
        return clause.replace("{paragraph}", self.category(category).paragraph)


class Policies(Struct, frozen=True):
    """The versions of one library's rules (ITU-N10, METU-M4-2.until-changed), the earliest first."""

    versions: tuple[Policy, ...]

    @property
    def latest(self) -> Policy:
        """The version that comes last, whether in force yet or not."""
        return self.versions[-1]

    def on(self, day: date) -> Policy:
        """The version in force on a date; before all of them, the earliest."""
        for policy in reversed(self.versions):
            if policy.effective_from <= day:
                return policy
        return self.versions[0]

    def at(self, now: datetime) -> Policy:
        """The version in force at an instant, by the library's own clock."""
        if len(self.versions) == 1:
            return self.versions[0]
        return self.on(now.astimezone(self.versions[0].zone).date())

    def of_loan(self, version: str, lent_at: datetime) -> Policy:
        """The version that a loan was made or last renewed under (ITU R21); if it is gone, the one of that day."""
        for policy in self.versions:
            if policy.version == version:
                return policy
        return self.at(lent_at)
