"""The tables as plain Core tables: hot paths select and insert columns, without the cost of mapped classes.

Core knows no defaults of the models: an insert names every column that must not be empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from sqlalchemy import ColumnElement, Insert, Integer, Table, Update, bindparam, literal_column, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel

from store import tables


def by_id(table: Table) -> Update:
    """Changes columns of one row: `execute(statement, {"this": 7, "state": …})`.

    Made once, when a module is loaded: to build a statement takes longer than to run it.
    """
    return update(table).where(table.c.id == bindparam("this", type_=Integer))


def insert_once(table: Table, key: str = "once") -> Mapping[str, Insert]:
    """An insert that does nothing if a row has the same key already, by the name of the database."""
    return {
        kind.__name__.rpartition(".")[2]: kind.insert(table).on_conflict_do_nothing(index_elements=[key]).inline()
        for kind in (sqlite, postgresql)
    }


def word(state: StrEnum) -> ColumnElement[str]:
    """A state written out in a statement rather than bound.

    Whether an index over some rows (`status = 'waiting'`) can be used hangs on it: SQLite would plan the statement
    anew each time that it is run, which takes four times as long as running it.
    """
    return literal_column(f"'{state.value}'")


def _core(model: type[SQLModel]) -> Table:
    return SQLModel.metadata.tables[str(model.__tablename__)]


application = _core(tables.Application)
audit_entry = _core(tables.AuditEntry)
card = _core(tables.Card)
cash_closing = _core(tables.CashClosing)
closed_day = _core(tables.ClosedDay)
copy = _core(tables.Copy)
exchange_listing = _core(tables.ExchangeListing)
hold = _core(tables.Hold)
hold_target = _core(tables.HoldTarget)
holiday = _core(tables.Holiday)
job_run = _core(tables.JobRun)
ledger_entry = _core(tables.LedgerEntry)
loan = _core(tables.Loan)
loss_case = _core(tables.LossCase)
member = _core(tables.Member)
notice = _core(tables.Notice)
opening_hours = _core(tables.OpeningHours)
policy_version = _core(tables.PolicyVersion)
project_manager = _core(tables.ProjectManager)
protocol_form = _core(tables.ProtocolForm)
pseudonym = _core(tables.Pseudonym)
receipt = _core(tables.Receipt)
setting = _core(tables.Setting)
sign_in_guard = _core(tables.SignInGuard)
staff = _core(tables.Staff)
suspension = _core(tables.Suspension)
task = _core(tables.Task)
teaching = _core(tables.Teaching)
term = _core(tables.Term)
title = _core(tables.Title)
