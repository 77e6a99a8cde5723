"""Supervisor mode: what staff see and do. Loaded behind the first page."""

from __future__ import annotations

from screens.frame import KioskScreen
from screens.supervisor.accounts import StaffAccounts
from screens.supervisor.desk import StaffDesk
from screens.supervisor.settings import StaffSettings
from screens.supervisor.takeback import StaffReturns
from screens.supervisor.terminal import StaffTerminal
from screens.terminal import Terminal


def pages(terminal: Terminal) -> dict[str, KioskScreen]:
    """Every page of supervisor mode by its name."""
    return {
        "staff_desk": StaffDesk(terminal),
        "staff_returns": StaffReturns(terminal),
        "staff_terminal": StaffTerminal(terminal),
        "staff_settings": StaffSettings(terminal),
        "staff_accounts": StaffAccounts(terminal),
    }
