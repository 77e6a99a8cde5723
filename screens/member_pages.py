"""The pages on which a member works. Loaded behind the first page, while that can be read already."""

from __future__ import annotations

import importlib
from pathlib import Path

from screens.account import Account
from screens.application import Application
from screens.checkout import Checkout
from screens.first_pin import FirstPin
from screens.frame import KioskScreen
from screens.holds import Holds
from screens.home import Home
from screens.loans import Loans
from screens.receipt import Receipt
from screens.returning import Returns
from screens.rules import Rules
from screens.search import Search
from screens.settings import Settings
from screens.sign_in import SignIn
from screens.terminal import Terminal
from screens.title import Title

STYLES = Path(__file__).parent / "styles" / "members.tcss"


def pages(terminal: Terminal) -> dict[str, KioskScreen]:
    """Every page of members by its name, but for the first; those that most visits need come first."""
    return {
        "sign_in": SignIn(terminal),
        "home": Home(terminal),
        "checkout": Checkout(terminal),
        "receipt": Receipt(terminal),
        "returns": Returns(terminal),
        "search": Search(terminal),
        "loans": Loans(terminal),
        "holds": Holds(terminal),
        "title": Title(terminal),
        "account": Account(terminal),
        "first_pin": FirstPin(terminal),
        "settings": Settings(terminal),
        "rules": Rules(terminal),
        "application": Application(terminal),
    }


ACTS = (
    "calendar.hours", "catalogue.search", "catalogue.titlepages", "circulation.checkouts", "circulation.holds",
    "circulation.renewalplans", "circulation.renewals", "circulation.returns", "members.accounts",
    "members.applications", "members.memberpins", "members.preferences", "members.signin", "members.statements",
    "rules.contacts", "rules.rights", "upkeep.clocks",
)  # fmt: skip
"What the pages ask of the store."


def load_acts() -> None:
    """Load it: else the first scan of the day would wait for it."""
    for name in ACTS:
        importlib.import_module(f"store.{name}")
