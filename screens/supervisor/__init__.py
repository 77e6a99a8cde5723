"""Supervisor mode: what staff see and do. Loaded behind the first page."""

from __future__ import annotations

from pathlib import Path

from screens.frame import KioskScreen
from screens.supervisor.accounts import StaffAccounts
from screens.supervisor.calendar import StaffCalendar
from screens.supervisor.closings import StaffClosings
from screens.supervisor.copy import StaffCopy
from screens.supervisor.desk import StaffDesk
from screens.supervisor.exchange import StaffExchange
from screens.supervisor.member import StaffMember
from screens.supervisor.members import StaffMembers
from screens.supervisor.money import StaffMoney
from screens.supervisor.notices import StaffNotices
from screens.supervisor.policy import StaffPolicy
from screens.supervisor.policy_new import StaffPolicyNew
from screens.supervisor.reports import StaffReports
from screens.supervisor.settings import StaffSettings
from screens.supervisor.shelf import StaffShelf
from screens.supervisor.simulator import StaffSimulator
from screens.supervisor.takeback import StaffReturns
from screens.supervisor.tasks import StaffTasks
from screens.supervisor.terminal import StaffTerminal
from screens.supervisor.title import StaffTitle
from screens.supervisor.titles import StaffTitles
from screens.terminal import Terminal

STYLES = Path(__file__).parents[1] / "styles" / "staff.tcss"


def pages(terminal: Terminal) -> dict[str, KioskScreen]:
    """Every page of supervisor mode by its name."""
    return {
        "staff_calendar": StaffCalendar(terminal),
        "staff_desk": StaffDesk(terminal),
        "staff_returns": StaffReturns(terminal),
        "staff_titles": StaffTitles(terminal),
        "staff_title": StaffTitle(terminal),
        "staff_copy": StaffCopy(terminal),
        "staff_shelf": StaffShelf(terminal),
        "staff_tasks": StaffTasks(terminal),
        "staff_notices": StaffNotices(terminal),
        "staff_policy": StaffPolicy(terminal),
        "staff_simulator": StaffSimulator(terminal),
        "staff_policy_new": StaffPolicyNew(terminal),
        "staff_reports": StaffReports(terminal),
        "staff_members": StaffMembers(terminal),
        "staff_member": StaffMember(terminal),
        "staff_exchange": StaffExchange(terminal),
        "staff_money": StaffMoney(terminal),
        "staff_closings": StaffClosings(terminal),
        "staff_terminal": StaffTerminal(terminal),
        "staff_settings": StaffSettings(terminal),
        "staff_accounts": StaffAccounts(terminal),
    }
