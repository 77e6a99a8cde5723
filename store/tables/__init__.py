"""SQLModel tables with their constraints: the last line of defence is the database."""

from store.tables.catalogue import ClosedDay, Copy, Holiday, OpeningHours, Term, Title
from store.tables.circulation import Hold, HoldTarget, Loan, LossCase
from store.tables.money import CashClosing, Receipt
from store.tables.people import (
    Application,
    Card,
    ExchangeListing,
    Member,
    OneTimeCode,
    ProjectManager,
    ProtocolForm,
    Pseudonym,
    SignInGuard,
    Staff,
    Suspension,
    Teaching,
)
from store.tables.records import AuditEntry, JobRun, LedgerEntry, Notice, PolicyVersion, Setting, Task

__all__ = [
    "Application",
    "AuditEntry",
    "Card",
    "CashClosing",
    "ClosedDay",
    "Copy",
    "ExchangeListing",
    "Hold",
    "HoldTarget",
    "Holiday",
    "JobRun",
    "LedgerEntry",
    "Loan",
    "LossCase",
    "Member",
    "Notice",
    "OneTimeCode",
    "OpeningHours",
    "PolicyVersion",
    "ProjectManager",
    "ProtocolForm",
    "Pseudonym",
    "Receipt",
    "Setting",
    "SignInGuard",
    "Staff",
    "Suspension",
    "Task",
    "Teaching",
    "Term",
    "Title",
]
