"""Every staff act of the two rulebooks' clause tables can be done in supervisor mode: this walks the list.

For each clause whose kind is `staff`: the guarded use cases that carry it out, and the pages from which they are begun.
A clause that is new, an act that is renamed or unguarded, or one that no page of the staff names, fails here.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import screens.supervisor
import store
from store.desk.permissions import ACTS
from store.policy.load import shipped
from store.policy.services import Clause

ACTS_OF: dict[str, tuple[str, ...]] = {
    "ITU-MEM-6": ("memberships.approve", "memberships.reject"),
    "ITU-A4a": ("membercards.lose_card", "membercards.new_card"),
    "ITU-C16": ("copies.set_period", "copies.set_title_period"),
    "ITU-E1": ("recalls.recall",),
    "ITU-I1": ("reserve.put_on_reserve", "reserve.take_off_reserve", "reserve.add_instructor"),
    "ITU-I3": ("copies.set_period",),
    "ITU-M3a": ("worklist.finish_about_status", "memberfile.set_external_block"),
    "ITU-M3b": ("worklist.finish_by_hand",),
    "ITU-N2": ("losses.report_lost", "losses.settle"),
    "ITU-N3": ("losses.name_equivalent", "losses.settle"),
    "ITU-N6": ("losses.report_damaged", "losses.settle"),
    "ITU-N10": ("versions.load_version",),
    "METU-1-C-b.list-import": ("entitlements.set_exchange_list",),
    "METU-1-C-e.who": ("memberfile.register", "memberships.approve"),
    "METU-1-C-e.form-sign": ("entitlements.record_protocol_form",),
    "METU-1-C-f.renew-decide": ("renewals.approve_renewal", "renewals.reject_renewal"),
    "METU-2-a.lost-card-doc": ("carddocuments.record_card_document",),
    "METU-2-a.external": ("carddocuments.record_card_document",),
    "METU-2-c.right": ("recalls.recall",),
    "METU-2-d.bound-flag": ("cataloguing.edit_title",),
    "METU-2-f.register": ("reserve.set_project", "reserve.add_manager", "entitlements.name_project_manager"),
    "METU-2-h.settle": ("losses.settle",),
    "METU-T-damage": ("losses.report_damaged",),
    "METU-T-inprint": ("cataloguing.edit_title",),
    "METU-T-inprint-replace": ("losses.settle",),
    "METU-T-inprint-price": ("losses.settle",),
    "METU-T-tablet-lost": ("losses.report_lost", "losses.settle"),
    "METU-T-charger-lend": ("checkouts.checkout",),
    "METU-T-fn.collect": ("losses.settle",),
}
"Clause -> the use cases of `store` that carry it out."
BY_ANOTHER_DOOR: dict[str, str] = {}
"Acts that a page begins under another name, and that name."
_PAGES = Path(screens.supervisor.__file__).parent


def _staff_clauses() -> Iterator[tuple[str, Clause]]:
    for name in ("itu", "metu"):
        for key, clause in shipped(name).latest.register_of_clauses.items():
            if clause.kind == "staff":
                yield key, clause


@pytest.fixture(scope="module")
def guarded() -> set[str]:
    """Every use case that asks for a right, of all modules."""
    for module in pkgutil.walk_packages(store.__path__, "store."):
        if not module.name.startswith("store.migrations."):
            importlib.import_module(module.name)
    return {".".join(name.split(".")[-2:]) for name in ACTS}


@pytest.fixture(scope="module")
def begun() -> set[str]:
    """Every use case that a page of the staff names: `store.circulation.losses.settle`."""
    named = re.compile(r"\bstore\.\w+\.(\w+\.\w+)")
    return {name for page in _PAGES.rglob("*.py") for name in named.findall(page.read_text("utf-8"))}


def test_the_list_is_whole() -> None:
    """Every clause that a person of the staff carries out, and no other."""
    assert set(ACTS_OF) == {key for key, _clause in _staff_clauses()}


@pytest.mark.parametrize("clause", sorted(ACTS_OF))
def test_a_clause_can_be_carried_out_here(clause: str, guarded: set[str], begun: set[str]) -> None:
    """Each of its acts asks for a right, and a page begins it."""
    for act in ACTS_OF[clause]:
        assert act in guarded, f"{clause}: no right is asked for {act}"
        assert BY_ANOTHER_DOOR.get(act, act) in begun, f"{clause}: no page begins {act}"
