"""The tables as acts read and write them: columns, without the mapped classes that `store.tables` defines.

Written by `make rows`: change the models there, never this file. A terminal at work needs no more, so that it loads
neither SQLModel nor the object-relational half of SQLAlchemy. An insert names every column that has no default here.
"""

from __future__ import annotations

import sqlalchemy as sa

from store import states, types

metadata = sa.MetaData()

application = sa.Table(
    "application",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("member_id", sa.Integer, sa.ForeignKey("member.id")),
    sa.Column("applied_at", types.Instant),
    sa.Column("deadline", types.Instant),
    sa.Column("overdue_at", types.Instant),
    sa.Column("decided_at", types.Instant),
    sa.Column("approved", sa.Boolean),
    sa.Column("reason", sa.String, default=""),
    sa.Column("staff_id", sa.Integer, sa.ForeignKey("staff.id")),
)

audit_entry = sa.Table(
    "audit_entry",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("chain", sa.String),
    sa.Column("seq", sa.Integer),
    sa.Column("at", types.Instant),
    sa.Column("act", sa.String),
    sa.Column("outcome", sa.String),
    sa.Column("channel", sa.String),
    sa.Column("terminal", sa.String, default=""),
    sa.Column("visit", sa.String),
    sa.Column("who", sa.String),
    sa.Column("staff_id", sa.Integer, sa.ForeignKey("staff.id")),
    sa.Column("barcode", sa.String),
    sa.Column("reasons", sa.JSON, default=list),
    sa.Column("detail", sa.JSON, default=dict),
    sa.Column("hash_before", sa.String),
    sa.Column("hash", sa.String),
)

card = sa.Table(
    "card",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("number", sa.String),
    sa.Column("member_id", sa.Integer, sa.ForeignKey("member.id")),
    sa.Column("staff_id", sa.Integer, sa.ForeignKey("staff.id")),
    sa.Column("status", types.word_of(states.CardStatus), default=states.CardStatus.OK),
    sa.Column("registered_at", types.Instant),
    sa.Column("document", sa.String, default=""),
)

cash_closing = sa.Table(
    "cash_closing",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("terminal", sa.String),
    sa.Column("since", types.Instant),
    sa.Column("closed_at", types.Instant),
    sa.Column("payments", sa.Integer),
    sa.Column("cash_expected", types.Kurus),
    sa.Column("cash_counted", types.Kurus),
    sa.Column("card_expected", types.Kurus),
    sa.Column("note", sa.String, default=""),
    sa.Column("staff_id", sa.Integer, sa.ForeignKey("staff.id")),
)

closed_day = sa.Table(
    "closed_day",
    metadata,
    sa.Column("branch", sa.String, primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("name", sa.String, default=""),
)

copy = sa.Table(
    "copy",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("barcode", sa.String),
    sa.Column("title_id", sa.Integer, sa.ForeignKey("title.id")),
    sa.Column("item_type", sa.String),
    sa.Column("branch", sa.String),
    sa.Column("shelf_mark", sa.String, default=""),
    sa.Column("state", types.word_of(states.CopyState), default=states.CopyState.ON_SHELF),
    sa.Column("loanable", sa.Boolean, default=True),
    sa.Column("course", sa.String),
    sa.Column("project", sa.String),
    sa.Column("period", sa.String),
    sa.Column("received_at", types.Instant),
    sa.Column("last_loan_id", sa.Integer),
)

exchange_listing = sa.Table(
    "exchange_listing",
    metadata,
    sa.Column("member_id", sa.Integer, sa.ForeignKey("member.id"), primary_key=True),
    sa.Column("term", sa.String, sa.ForeignKey("term.name"), primary_key=True),
)

hold = sa.Table(
    "hold",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("title_id", sa.Integer, sa.ForeignKey("title.id")),
    sa.Column("member_id", sa.Integer, sa.ForeignKey("member.id")),
    sa.Column("status", types.word_of(states.HoldStatus), default=states.HoldStatus.WAITING),
    sa.Column("placed_at", types.Instant),
    sa.Column("copy_id", sa.Integer, sa.ForeignKey("copy.id")),
    sa.Column("ready_at", types.Instant),
    sa.Column("pickup_until", types.Instant),
    sa.Column("closed_at", types.Instant),
    sa.Column("closed_why", sa.String),
    sa.Column("overridden", sa.Boolean, default=False),
)

hold_target = sa.Table(
    "hold_target",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("hold_id", sa.Integer, sa.ForeignKey("hold.id")),
    sa.Column("loan_id", sa.Integer, sa.ForeignKey("loan.id")),
    sa.Column("from_at", types.Instant),
    sa.Column("until_at", types.Instant),
)

holiday = sa.Table(
    "holiday",
    metadata,
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("name", sa.String, default=""),
)

job_run = sa.Table(
    "job_run",
    metadata,
    sa.Column("job", sa.String, primary_key=True),
    sa.Column("done_until", types.Instant),
)

ledger_entry = sa.Table(
    "ledger_entry",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("member_id", sa.Integer, sa.ForeignKey("member.id")),
    sa.Column("kind", types.word_of(states.LedgerKind)),
    sa.Column("purse", types.word_of(states.Purse)),
    sa.Column("amount", types.Kurus),
    sa.Column("at", types.Instant),
    sa.Column("loan_id", sa.Integer, sa.ForeignKey("loan.id")),
    sa.Column("settles_id", sa.Integer, sa.ForeignKey("ledger_entry.id")),
    sa.Column("clause", sa.String),
    sa.Column("account", sa.JSON, default=dict),
    sa.Column("receipt", sa.String),
    sa.Column("staff_id", sa.Integer, sa.ForeignKey("staff.id")),
    sa.Column("terminal", sa.String, default=""),
    sa.Column("note", sa.String, default=""),
)

loan = sa.Table(
    "loan",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("copy_id", sa.Integer, sa.ForeignKey("copy.id")),
    sa.Column("member_id", sa.Integer, sa.ForeignKey("member.id")),
    sa.Column("category", sa.String),
    sa.Column("item_type", sa.String),
    sa.Column("branch", sa.String),
    sa.Column("loan_type", sa.String, default="standard"),
    sa.Column("hourly", sa.Boolean, default=False),
    sa.Column("state", types.word_of(states.LoanState), default=states.LoanState.OPEN),
    sa.Column("lent_at", types.Instant),
    sa.Column("period_start", types.Instant),
    sa.Column("opens_at", types.Instant),
    sa.Column("due_at", types.Instant),
    sa.Column("renewals", sa.Integer, default=0),
    sa.Column("renewals_allowed", sa.Integer, default=0),
    sa.Column("policy_version", sa.String),
    sa.Column("visit", sa.String),
    sa.Column("terminal", sa.String, default=""),
    sa.Column("renewal_asked_at", types.Instant),
    sa.Column("renewal_declined_at", types.Instant),
    sa.Column("recalled_at", types.Instant),
    sa.Column("due_before_recall", types.Instant),
    sa.Column("fine_ended_at", types.Instant),
    sa.Column("returned_at", types.Instant),
    sa.Column("closed_at", types.Instant),
    sa.Column("to_be_checked", sa.Boolean, default=False),
    sa.Column("fined_late", sa.Boolean, default=False),
    sa.Column("overridden", sa.Boolean, default=False),
    sa.Column("next_event_at", types.Instant),
    sa.Column("next_event", sa.String),
)

loss_case = sa.Table(
    "loss_case",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("copy_id", sa.Integer, sa.ForeignKey("copy.id")),
    sa.Column("loan_id", sa.Integer, sa.ForeignKey("loan.id")),
    sa.Column("member_id", sa.Integer, sa.ForeignKey("member.id")),
    sa.Column("kind", types.word_of(states.CaseKind)),
    sa.Column("intentional", sa.Boolean, default=False),
    sa.Column("declared", sa.Boolean, default=False),
    sa.Column("opened_at", types.Instant),
    sa.Column("deadline", types.Instant),
    sa.Column("overdue_at", types.Instant),
    sa.Column("equivalent_named_at", types.Instant),
    sa.Column("frozen_fine", sa.Integer, default=0),
    sa.Column("returned_at", types.Instant),
    sa.Column("remedy", sa.String),
    sa.Column("settled_at", types.Instant),
    sa.Column("staff_id", sa.Integer, sa.ForeignKey("staff.id")),
)

member = sa.Table(
    "member",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("number", sa.String),
    sa.Column("surname", sa.String),
    sa.Column("given_name", sa.String),
    sa.Column("name_fold", sa.String, default=""),
    sa.Column("email", sa.String, default=""),
    sa.Column("category", sa.String),
    sa.Column("status", types.word_of(states.MemberStatus), default=states.MemberStatus.ACTIVE),
    sa.Column("pin_hash", sa.String),
    sa.Column("language", sa.String),
    sa.Column("receipt", sa.String),
    sa.Column("external_block", sa.Boolean, default=False),
    sa.Column("forget_history", sa.Boolean, default=False),
    sa.Column("cancel_check_at", types.Instant),
    sa.Column("joined_at", types.Instant),
)

notice = sa.Table(
    "notice",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("kind", sa.String),
    sa.Column("member_id", sa.Integer, sa.ForeignKey("member.id")),
    sa.Column("loan_id", sa.Integer, sa.ForeignKey("loan.id")),
    sa.Column("hold_id", sa.Integer, sa.ForeignKey("hold.id")),
    sa.Column("copy_id", sa.Integer, sa.ForeignKey("copy.id")),
    sa.Column("at", types.Instant),
    sa.Column("facts", sa.JSON, default=dict),
    sa.Column("once", sa.String),
    sa.Column("address", sa.String, default=""),
    sa.Column("language", sa.String, default="tr"),
    sa.Column("status", types.word_of(states.NoticeStatus), default=states.NoticeStatus.QUEUED),
    sa.Column("attempts", sa.Integer, default=0),
    sa.Column("next_try_at", types.Instant),
    sa.Column("sent_at", types.Instant),
    sa.Column("message_id", sa.String),
    sa.Column("sent_as", sa.String),
    sa.Column("trouble", sa.String, default=""),
)

one_time_code = sa.Table(
    "one_time_code",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("member_id", sa.Integer, sa.ForeignKey("member.id")),
    sa.Column("purpose", sa.String),
    sa.Column("code_hash", sa.String),
    sa.Column("sent_at", types.Instant),
    sa.Column("expires_at", types.Instant),
    sa.Column("tries", sa.Integer, default=0),
    sa.Column("used_at", types.Instant),
    sa.Column("address", sa.String, default=""),
)

opening_hours = sa.Table(
    "opening_hours",
    metadata,
    sa.Column("branch", sa.String, primary_key=True),
    sa.Column("weekday", sa.Integer, primary_key=True),
    sa.Column("opens", sa.String),
    sa.Column("closes", sa.String),
)

policy_version = sa.Table(
    "policy_version",
    metadata,
    sa.Column("version", sa.String, primary_key=True),
    sa.Column("effective_from", types.Instant),
    sa.Column("text", sa.String),
    sa.Column("loaded_at", types.Instant),
    sa.Column("staff_id", sa.Integer, sa.ForeignKey("staff.id")),
    sa.Column("decision", sa.String, default=""),
    sa.Column("withdrawn_at", types.Instant),
)

project_manager = sa.Table(
    "project_manager",
    metadata,
    sa.Column("member_id", sa.Integer, sa.ForeignKey("member.id"), primary_key=True),
    sa.Column("project", sa.String, primary_key=True),
)

protocol_form = sa.Table(
    "protocol_form",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("member_id", sa.Integer, sa.ForeignKey("member.id")),
    sa.Column("dated", sa.Date),
    sa.Column("institution", sa.String, default=""),
    sa.Column("staff_id", sa.Integer, sa.ForeignKey("staff.id")),
)

pseudonym = sa.Table(
    "pseudonym",
    metadata,
    sa.Column("code", sa.String, primary_key=True),
    sa.Column("member_id", sa.Integer, sa.ForeignKey("member.id")),
)

receipt = sa.Table(
    "receipt",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("number", sa.String),
    sa.Column("kind", types.word_of(states.ReceiptKind)),
    sa.Column("member_id", sa.Integer, sa.ForeignKey("member.id")),
    sa.Column("amount", types.Kurus),
    sa.Column("method", types.word_of(states.PayMethod), default=states.PayMethod.NONE),
    sa.Column("reference", sa.String, default=""),
    sa.Column("at", types.Instant),
    sa.Column("terminal", sa.String),
    sa.Column("staff_id", sa.Integer, sa.ForeignKey("staff.id")),
    sa.Column("note", sa.String, default=""),
    sa.Column("closing_id", sa.Integer, sa.ForeignKey("cash_closing.id")),
)

setting = sa.Table(
    "setting",
    metadata,
    sa.Column("key", sa.String, primary_key=True),
    sa.Column("value", sa.String),
)

sign_in_guard = sa.Table(
    "sign_in_guard",
    metadata,
    sa.Column("subject", sa.String, primary_key=True),
    sa.Column("failures", sa.Integer, default=0),
    sa.Column("lockouts", sa.Integer, default=0),
    sa.Column("locked_until", types.Instant),
    sa.Column("failed_at", types.Instant),
)

staff = sa.Table(
    "staff",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.String),
    sa.Column("role", types.word_of(states.Role)),
    sa.Column("pin_hash", sa.String),
    sa.Column("created_at", types.Instant),
    sa.Column("disabled_at", types.Instant),
)

suspension = sa.Table(
    "suspension",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("member_id", sa.Integer, sa.ForeignKey("member.id")),
    sa.Column("kind", sa.String),
    sa.Column("clause", sa.String),
    sa.Column("starts_at", types.Instant),
    sa.Column("ends_at", types.Instant),
    sa.Column("loan_id", sa.Integer, sa.ForeignKey("loan.id")),
    sa.Column("staff_id", sa.Integer, sa.ForeignKey("staff.id")),
    sa.Column("note", sa.String, default=""),
)

task = sa.Table(
    "task",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("slug", sa.String),
    sa.Column("raised_at", types.Instant),
    sa.Column("deadline", types.Instant),
    sa.Column("member_id", sa.Integer, sa.ForeignKey("member.id")),
    sa.Column("loan_id", sa.Integer, sa.ForeignKey("loan.id")),
    sa.Column("copy_id", sa.Integer, sa.ForeignKey("copy.id")),
    sa.Column("hold_id", sa.Integer, sa.ForeignKey("hold.id")),
    sa.Column("once", sa.String),
    sa.Column("done_at", types.Instant),
    sa.Column("staff_id", sa.Integer, sa.ForeignKey("staff.id")),
    sa.Column("note", sa.String, default=""),
)

teaching = sa.Table(
    "teaching",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("member_id", sa.Integer, sa.ForeignKey("member.id")),
    sa.Column("course", sa.String),
    sa.Column("term", sa.String, sa.ForeignKey("term.name")),
)

term = sa.Table(
    "term",
    metadata,
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("first_day", sa.Date),
    sa.Column("last_day", sa.Date),
)

title = sa.Table(
    "title",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("control_number", sa.String),
    sa.Column("title", sa.String),
    sa.Column("author", sa.String, default=""),
    sa.Column("publisher", sa.String, default=""),
    sa.Column("year", sa.Integer),
    sa.Column("language", sa.String, default="tr"),
    sa.Column("isbn", sa.String, default=""),
    sa.Column("subjects", sa.String, default=""),
    sa.Column("shelf_mark", sa.String, default=""),
    sa.Column("in_print", sa.Boolean),
    sa.Column("electronic_access", sa.Boolean, default=False),
    sa.Column("title_fold", sa.String, default=""),
    sa.Column("words_fold", sa.String, default=""),
    sa.Column("added_at", types.Instant),
)
