"""First schema"""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

import store.types

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """First schema."""
    op.create_table('closed_day',
    sa.Column('branch', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.PrimaryKeyConstraint('branch', 'day', name=op.f('pk_closed_day')),
    sqlite_strict=True
    )
    op.create_table('holiday',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.PrimaryKeyConstraint('day', name=op.f('pk_holiday')),
    sqlite_strict=True
    )
    op.create_table('job_run',
    sa.Column('job', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('done_until', store.types.Instant(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('job', name=op.f('pk_job_run')),
    sqlite_strict=True
    )
    op.create_table('member',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('surname', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('given_name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('name_fold', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('email', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('category', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('status', sa.Enum('pending', 'active', 'rejected', 'cancelled', name='status', native_enum=False, create_constraint=True, length=16), nullable=False),
    sa.Column('pin_hash', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('language', sqlmodel.sql.sqltypes.AutoString(length=8), nullable=True),
    sa.Column('receipt', sqlmodel.sql.sqltypes.AutoString(length=16), nullable=True),
    sa.Column('external_block', sa.Boolean(), nullable=False),
    sa.Column('forget_history', sa.Boolean(), nullable=False),
    sa.Column('cancel_check_at', store.types.Instant(timezone=True), nullable=True),
    sa.Column('joined_at', store.types.Instant(timezone=True), nullable=False),
    sa.CheckConstraint('pin_hash IS NULL OR length(pin_hash) > 20', name=op.f('ck_member_pin_hash')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_member')),
    sa.UniqueConstraint('number', name=op.f('uq_member_number')),
    sqlite_strict=True
    )
    with op.batch_alter_table('member', schema=None) as batch_op:
        batch_op.create_index('ix_member_cancel_check', ['cancel_check_at'], unique=False, sqlite_where=sa.text('cancel_check_at IS NOT NULL'), postgresql_where=sa.text('cancel_check_at IS NOT NULL'))
        batch_op.create_index('ix_member_forget_history', ['id'], unique=False, sqlite_where=sa.text('forget_history'), postgresql_where=sa.text('forget_history'))
        batch_op.create_index(batch_op.f('ix_member_name_fold'), ['name_fold'], unique=False)

    op.create_table('opening_hours',
    sa.Column('branch', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('weekday', sa.Integer(), nullable=False),
    sa.Column('opens', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('closes', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.CheckConstraint('weekday BETWEEN 0 AND 6', name=op.f('ck_opening_hours_weekday')),
    sa.PrimaryKeyConstraint('branch', 'weekday', name=op.f('pk_opening_hours')),
    sqlite_strict=True
    )
    op.create_table('setting',
    sa.Column('key', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('value', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_setting')),
    sqlite_strict=True
    )
    op.create_table('sign_in_guard',
    sa.Column('subject', sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('lockouts', sa.Integer(), nullable=False),
    sa.Column('locked_until', store.types.Instant(timezone=True), nullable=True),
    sa.Column('failed_at', store.types.Instant(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('subject', name=op.f('pk_sign_in_guard')),
    sqlite_strict=True
    )
    op.create_table('staff',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('role', sa.Enum('circulation', 'supervisor', 'policy_owner', name='role', native_enum=False, create_constraint=True, length=16), nullable=False),
    sa.Column('pin_hash', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('created_at', store.types.Instant(timezone=True), nullable=False),
    sa.Column('disabled_at', store.types.Instant(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff')),
    sqlite_strict=True
    )
    op.create_table('term',
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('first_day', sa.Date(), nullable=False),
    sa.Column('last_day', sa.Date(), nullable=False),
    sa.CheckConstraint('first_day <= last_day', name=op.f('ck_term_order')),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_term')),
    sqlite_strict=True
    )
    op.create_table('title',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('control_number', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True),
    sa.Column('title', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('author', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('publisher', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=True),
    sa.Column('language', sqlmodel.sql.sqltypes.AutoString(length=8), nullable=False),
    sa.Column('isbn', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('subjects', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('shelf_mark', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('in_print', sa.Boolean(), nullable=True),
    sa.Column('electronic_access', sa.Boolean(), nullable=False),
    sa.Column('title_fold', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('words_fold', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('added_at', store.types.Instant(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_title')),
    sa.UniqueConstraint('control_number', name=op.f('uq_title_control_number')),
    sqlite_strict=True
    )
    with op.batch_alter_table('title', schema=None) as batch_op:
        batch_op.create_index('ix_title_fold', ['title_fold'], unique=False)

    op.create_table('application',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('applied_at', store.types.Instant(timezone=True), nullable=False),
    sa.Column('deadline', store.types.Instant(timezone=True), nullable=True),
    sa.Column('overdue_at', store.types.Instant(timezone=True), nullable=True),
    sa.Column('decided_at', store.types.Instant(timezone=True), nullable=True),
    sa.Column('approved', sa.Boolean(), nullable=True),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_application_member_id_member'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_application_staff_id_staff'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_application')),
    sqlite_strict=True
    )
    with op.batch_alter_table('application', schema=None) as batch_op:
        batch_op.create_index('ix_application_deadline', ['deadline'], unique=False, sqlite_where=sa.text('decided_at IS NULL AND overdue_at IS NULL'), postgresql_where=sa.text('decided_at IS NULL AND overdue_at IS NULL'))
        batch_op.create_index(batch_op.f('ix_application_member_id'), ['member_id'], unique=False)

    op.create_table('audit_entry',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('chain', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('at', store.types.Instant(timezone=True), nullable=False),
    sa.Column('act', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('outcome', sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
    sa.Column('channel', sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
    sa.Column('terminal', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('visit', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=True),
    sa.Column('who', sqlmodel.sql.sqltypes.AutoString(length=32), nullable=True),
    sa.Column('staff_id', sa.Integer(), nullable=True),
    sa.Column('barcode', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True),
    sa.Column('reasons', sa.JSON(), nullable=False),
    sa.Column('detail', sa.JSON(), nullable=False),
    sa.Column('hash_before', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('hash', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_audit_entry_staff_id_staff'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_entry')),
    sa.UniqueConstraint('chain', 'seq', name='uq_audit_entry_chain'),
    sqlite_strict=True
    )
    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_audit_entry_at'), ['at'], unique=False)
        batch_op.create_index(batch_op.f('ix_audit_entry_who'), ['who'], unique=False)

    op.create_table('card',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=True),
    sa.Column('staff_id', sa.Integer(), nullable=True),
    sa.Column('status', sa.Enum('ok', 'lost', 'replaced', name='status', native_enum=False, create_constraint=True, length=16), nullable=False),
    sa.Column('registered_at', store.types.Instant(timezone=True), nullable=False),
    sa.Column('document', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.CheckConstraint('(member_id IS NULL) <> (staff_id IS NULL)', name=op.f('ck_card_one_holder')),
    sa.CheckConstraint('length(number) BETWEEN 1 AND 64', name=op.f('ck_card_number_length')),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_card_member_id_member'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_card_staff_id_staff'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_card')),
    sa.UniqueConstraint('number', name=op.f('uq_card_number')),
    sqlite_strict=True
    )
    with op.batch_alter_table('card', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_card_member_id'), ['member_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_card_staff_id'), ['staff_id'], unique=False)

    op.create_table('copy',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('barcode', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('title_id', sa.Integer(), nullable=False),
    sa.Column('item_type', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('branch', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('shelf_mark', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('state', sa.Enum('on_shelf', 'on_loan', 'hold_shelf', 'in_transit', 'in_repair', 'lost', 'withdrawn', name='state', native_enum=False, create_constraint=True, length=16), nullable=False),
    sa.Column('loanable', sa.Boolean(), nullable=False),
    sa.Column('course', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('project', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('period', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('received_at', store.types.Instant(timezone=True), nullable=False),
    sa.Column('last_loan_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('length(barcode) BETWEEN 1 AND 64', name=op.f('ck_copy_barcode_length')),
    sa.ForeignKeyConstraint(['title_id'], ['title.id'], name=op.f('fk_copy_title_id_title'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_copy')),
    sa.UniqueConstraint('barcode', name=op.f('uq_copy_barcode')),
    sqlite_strict=True
    )
    with op.batch_alter_table('copy', schema=None) as batch_op:
        batch_op.create_index('ix_copy_title_id_state', ['title_id', 'state'], unique=False)

    op.create_table('exchange_listing',
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('term', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_exchange_listing_member_id_member'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['term'], ['term.name'], name=op.f('fk_exchange_listing_term_term'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('member_id', 'term', name=op.f('pk_exchange_listing')),
    sqlite_strict=True
    )
    op.create_table('one_time_code',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=True),
    sa.Column('purpose', sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
    sa.Column('code_hash', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('sent_at', store.types.Instant(timezone=True), nullable=False),
    sa.Column('expires_at', store.types.Instant(timezone=True), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('used_at', store.types.Instant(timezone=True), nullable=True),
    sa.Column('address', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_one_time_code_member_id_member'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_one_time_code')),
    sqlite_strict=True
    )
    with op.batch_alter_table('one_time_code', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_one_time_code_member_id'), ['member_id'], unique=False)

    op.create_table('policy_version',
    sa.Column('version', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('effective_from', store.types.Instant(timezone=True), nullable=False),
    sa.Column('text', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('loaded_at', store.types.Instant(timezone=True), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=True),
    sa.Column('decision', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_policy_version_staff_id_staff'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('version', name=op.f('pk_policy_version')),
    sqlite_strict=True
    )
    op.create_table('project_manager',
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('project', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_project_manager_member_id_member'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('member_id', 'project', name=op.f('pk_project_manager')),
    sqlite_strict=True
    )
    op.create_table('protocol_form',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('dated', sa.Date(), nullable=False),
    sa.Column('institution', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_protocol_form_member_id_member'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_protocol_form_staff_id_staff'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_protocol_form')),
    sqlite_strict=True
    )
    with op.batch_alter_table('protocol_form', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_protocol_form_member_id'), ['member_id'], unique=False)

    op.create_table('pseudonym',
    sa.Column('code', sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_pseudonym_member_id_member'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_pseudonym')),
    sa.UniqueConstraint('member_id', name=op.f('uq_pseudonym_member_id')),
    sqlite_strict=True
    )
    op.create_table('teaching',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('course', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('term', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_teaching_member_id_member'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['term'], ['term.name'], name=op.f('fk_teaching_term_term'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_teaching')),
    sqlite_strict=True
    )
    with op.batch_alter_table('teaching', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_teaching_member_id'), ['member_id'], unique=False)

    op.create_table('hold',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('title_id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('status', sa.Enum('waiting', 'ready', 'fulfilled', 'expired', 'cancelled', name='status', native_enum=False, create_constraint=True, length=16), nullable=False),
    sa.Column('placed_at', store.types.Instant(timezone=True), nullable=False),
    sa.Column('copy_id', sa.Integer(), nullable=True),
    sa.Column('ready_at', store.types.Instant(timezone=True), nullable=True),
    sa.Column('pickup_until', store.types.Instant(timezone=True), nullable=True),
    sa.Column('closed_at', store.types.Instant(timezone=True), nullable=True),
    sa.Column('closed_why', sqlmodel.sql.sqltypes.AutoString(length=16), nullable=True),
    sa.Column('overridden', sa.Boolean(), nullable=False),
    sa.CheckConstraint("(status = 'ready') <= (copy_id IS NOT NULL AND pickup_until IS NOT NULL)", name=op.f('ck_hold_ready')),
    sa.ForeignKeyConstraint(['copy_id'], ['copy.id'], name=op.f('fk_hold_copy_id_copy'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_hold_member_id_member'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['title_id'], ['title.id'], name=op.f('fk_hold_title_id_title'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hold')),
    sqlite_strict=True
    )
    with op.batch_alter_table('hold', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_hold_member_id'), ['member_id'], unique=False)
        batch_op.create_index('ix_hold_pickup', ['pickup_until'], unique=False, sqlite_where=sa.text("status = 'ready'"), postgresql_where=sa.text("status = 'ready'"))
        batch_op.create_index(batch_op.f('ix_hold_title_id'), ['title_id'], unique=False)
        batch_op.create_index('ix_hold_waiting', ['title_id', 'placed_at'], unique=False, sqlite_where=sa.text("status = 'waiting'"), postgresql_where=sa.text("status = 'waiting'"))
        batch_op.create_index('uq_hold_active', ['member_id', 'title_id'], unique=True, sqlite_where=sa.text("status IN ('waiting', 'ready')"), postgresql_where=sa.text("status IN ('waiting', 'ready')"))
        batch_op.create_index('uq_hold_ready_copy', ['copy_id'], unique=True, sqlite_where=sa.text("status = 'ready'"), postgresql_where=sa.text("status = 'ready'"))

    op.create_table('loan',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('copy_id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=True),
    sa.Column('category', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('item_type', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('branch', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('loan_type', sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
    sa.Column('hourly', sa.Boolean(), nullable=False),
    sa.Column('state', sa.Enum('open', 'returned', 'lost', 'undone', name='state', native_enum=False, create_constraint=True, length=16), nullable=False),
    sa.Column('lent_at', store.types.Instant(timezone=True), nullable=False),
    sa.Column('period_start', store.types.Instant(timezone=True), nullable=False),
    sa.Column('opens_at', store.types.Instant(timezone=True), nullable=True),
    sa.Column('due_at', store.types.Instant(timezone=True), nullable=False),
    sa.Column('renewals', sa.Integer(), nullable=False),
    sa.Column('renewals_allowed', sa.Integer(), nullable=False),
    sa.Column('policy_version', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('visit', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=True),
    sa.Column('terminal', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('renewal_asked_at', store.types.Instant(timezone=True), nullable=True),
    sa.Column('recalled_at', store.types.Instant(timezone=True), nullable=True),
    sa.Column('due_before_recall', store.types.Instant(timezone=True), nullable=True),
    sa.Column('fine_ended_at', store.types.Instant(timezone=True), nullable=True),
    sa.Column('returned_at', store.types.Instant(timezone=True), nullable=True),
    sa.Column('closed_at', store.types.Instant(timezone=True), nullable=True),
    sa.Column('to_be_checked', sa.Boolean(), nullable=False),
    sa.Column('fined_late', sa.Boolean(), nullable=False),
    sa.Column('overridden', sa.Boolean(), nullable=False),
    sa.Column('next_event_at', store.types.Instant(timezone=True), nullable=True),
    sa.Column('next_event', sqlmodel.sql.sqltypes.AutoString(length=24), nullable=True),
    sa.CheckConstraint("(state = 'open') <= (closed_at IS NULL)", name=op.f('ck_loan_open')),
    sa.CheckConstraint("(state = 'returned') <= (returned_at IS NOT NULL)", name=op.f('ck_loan_returned')),
    sa.CheckConstraint('closed_at IS NOT NULL OR member_id IS NOT NULL', name=op.f('ck_loan_borrower')),
    sa.CheckConstraint('renewals >= 0 AND renewals_allowed >= 0', name=op.f('ck_loan_renewals')),
    sa.ForeignKeyConstraint(['copy_id'], ['copy.id'], name=op.f('fk_loan_copy_id_copy'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_loan_member_id_member'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_loan')),
    sqlite_strict=True
    )
    with op.batch_alter_table('loan', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_loan_copy_id'), ['copy_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_loan_due_at'), ['due_at'], unique=False)
        batch_op.create_index('ix_loan_known', ['closed_at'], unique=False, sqlite_where=sa.text('member_id IS NOT NULL AND closed_at IS NOT NULL'), postgresql_where=sa.text('member_id IS NOT NULL AND closed_at IS NOT NULL'))
        batch_op.create_index('ix_loan_member_lent', ['member_id', 'lent_at'], unique=False)
        batch_op.create_index('ix_loan_next_event', ['next_event_at'], unique=False, sqlite_where=sa.text('next_event_at IS NOT NULL'), postgresql_where=sa.text('next_event_at IS NOT NULL'))
        batch_op.create_index('ix_loan_open_member', ['member_id'], unique=False, sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))
        batch_op.create_index('uq_loan_open_copy', ['copy_id'], unique=True, sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))

    op.create_table('hold_target',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('hold_id', sa.Integer(), nullable=False),
    sa.Column('loan_id', sa.Integer(), nullable=False),
    sa.Column('from_at', store.types.Instant(timezone=True), nullable=False),
    sa.Column('until_at', store.types.Instant(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['hold_id'], ['hold.id'], name=op.f('fk_hold_target_hold_id_hold'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['loan_id'], ['loan.id'], name=op.f('fk_hold_target_loan_id_loan'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hold_target')),
    sqlite_strict=True
    )
    with op.batch_alter_table('hold_target', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_hold_target_hold_id'), ['hold_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_hold_target_loan_id'), ['loan_id'], unique=False)
        batch_op.create_index('uq_hold_target_loan', ['loan_id'], unique=True, sqlite_where=sa.text('until_at IS NULL'), postgresql_where=sa.text('until_at IS NULL'))

    op.create_table('ledger_entry',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('late_fine', 'processing_fee', 'replacement', 'damage', 'refund', 'payment', 'waiver', 'correction', name='kind', native_enum=False, create_constraint=True, length=16), nullable=False),
    sa.Column('purse', sa.Enum('fine', 'charge', name='purse', native_enum=False, create_constraint=True, length=16), nullable=False),
    sa.Column('amount', store.types.Kurus(), nullable=False),
    sa.Column('at', store.types.Instant(timezone=True), nullable=False),
    sa.Column('loan_id', sa.Integer(), nullable=True),
    sa.Column('settles_id', sa.Integer(), nullable=True),
    sa.Column('clause', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=True),
    sa.Column('account', sa.JSON(), nullable=False),
    sa.Column('receipt', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=True),
    sa.Column('staff_id', sa.Integer(), nullable=True),
    sa.Column('terminal', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('note', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.CheckConstraint("(kind IN ('payment', 'waiver', 'correction')) = (amount < 0) AND amount <> 0", name=op.f('ck_ledger_entry_sign')),
    sa.CheckConstraint('(amount < 0) <= (settles_id IS NOT NULL)', name=op.f('ck_ledger_entry_settles')),
    sa.ForeignKeyConstraint(['loan_id'], ['loan.id'], name=op.f('fk_ledger_entry_loan_id_loan'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_ledger_entry_member_id_member'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['settles_id'], ['ledger_entry.id'], name=op.f('fk_ledger_entry_settles_id_ledger_entry'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_ledger_entry_staff_id_staff'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ledger_entry')),
    sqlite_strict=True
    )
    with op.batch_alter_table('ledger_entry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ledger_entry_loan_id'), ['loan_id'], unique=False)
        batch_op.create_index('ix_ledger_entry_member_purse', ['member_id', 'purse'], unique=False)
        batch_op.create_index(batch_op.f('ix_ledger_entry_settles_id'), ['settles_id'], unique=False)

    op.create_table('loss_case',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('copy_id', sa.Integer(), nullable=False),
    sa.Column('loan_id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('lost', 'damaged', name='kind', native_enum=False, create_constraint=True, length=16), nullable=False),
    sa.Column('intentional', sa.Boolean(), nullable=False),
    sa.Column('declared', sa.Boolean(), nullable=False),
    sa.Column('opened_at', store.types.Instant(timezone=True), nullable=False),
    sa.Column('deadline', store.types.Instant(timezone=True), nullable=True),
    sa.Column('overdue_at', store.types.Instant(timezone=True), nullable=True),
    sa.Column('equivalent_named_at', store.types.Instant(timezone=True), nullable=True),
    sa.Column('frozen_fine', sa.Integer(), nullable=False),
    sa.Column('returned_at', store.types.Instant(timezone=True), nullable=True),
    sa.Column('remedy', sqlmodel.sql.sqltypes.AutoString(length=24), nullable=True),
    sa.Column('settled_at', store.types.Instant(timezone=True), nullable=True),
    sa.Column('staff_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['copy_id'], ['copy.id'], name=op.f('fk_loss_case_copy_id_copy'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['loan_id'], ['loan.id'], name=op.f('fk_loss_case_loan_id_loan'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_loss_case_member_id_member'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_loss_case_staff_id_staff'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_loss_case')),
    sqlite_strict=True
    )
    with op.batch_alter_table('loss_case', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_loss_case_copy_id'), ['copy_id'], unique=False)
        batch_op.create_index('ix_loss_case_deadline', ['deadline'], unique=False, sqlite_where=sa.text('settled_at IS NULL AND overdue_at IS NULL'), postgresql_where=sa.text('settled_at IS NULL AND overdue_at IS NULL'))
        batch_op.create_index(batch_op.f('ix_loss_case_loan_id'), ['loan_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_loss_case_member_id'), ['member_id'], unique=False)
        batch_op.create_index('uq_loss_case_open', ['copy_id'], unique=True, sqlite_where=sa.text('settled_at IS NULL'), postgresql_where=sa.text('settled_at IS NULL'))

    op.create_table('notice',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=True),
    sa.Column('loan_id', sa.Integer(), nullable=True),
    sa.Column('hold_id', sa.Integer(), nullable=True),
    sa.Column('copy_id', sa.Integer(), nullable=True),
    sa.Column('at', store.types.Instant(timezone=True), nullable=False),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.Column('once', sqlmodel.sql.sqltypes.AutoString(length=120), nullable=True),
    sa.Column('address', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('language', sqlmodel.sql.sqltypes.AutoString(length=8), nullable=False),
    sa.Column('status', sa.Enum('queued', 'sent', 'failed', 'bounced', name='status', native_enum=False, create_constraint=True, length=16), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('next_try_at', store.types.Instant(timezone=True), nullable=True),
    sa.Column('sent_at', store.types.Instant(timezone=True), nullable=True),
    sa.Column('message_id', sqlmodel.sql.sqltypes.AutoString(length=120), nullable=True),
    sa.Column('sent_as', sqlmodel.sql.sqltypes.AutoString(length=120), nullable=True),
    sa.Column('trouble', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.ForeignKeyConstraint(['copy_id'], ['copy.id'], name=op.f('fk_notice_copy_id_copy'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['hold_id'], ['hold.id'], name=op.f('fk_notice_hold_id_hold'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['loan_id'], ['loan.id'], name=op.f('fk_notice_loan_id_loan'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_notice_member_id_member'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notice')),
    sa.UniqueConstraint('message_id', name=op.f('uq_notice_message_id')),
    sa.UniqueConstraint('once', name=op.f('uq_notice_once')),
    sqlite_strict=True
    )
    with op.batch_alter_table('notice', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_notice_loan_id'), ['loan_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_notice_member_id'), ['member_id'], unique=False)
        batch_op.create_index('ix_notice_queue', ['next_try_at'], unique=False, sqlite_where=sa.text("status = 'queued'"), postgresql_where=sa.text("status = 'queued'"))
        batch_op.create_index(batch_op.f('ix_notice_sent_as'), ['sent_as'], unique=False)

    op.create_table('suspension',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(length=24), nullable=False),
    sa.Column('clause', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('starts_at', store.types.Instant(timezone=True), nullable=False),
    sa.Column('ends_at', store.types.Instant(timezone=True), nullable=False),
    sa.Column('loan_id', sa.Integer(), nullable=True),
    sa.Column('staff_id', sa.Integer(), nullable=True),
    sa.Column('note', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.CheckConstraint('starts_at <= ends_at', name=op.f('ck_suspension_order')),
    sa.ForeignKeyConstraint(['loan_id'], ['loan.id'], name=op.f('fk_suspension_loan_id_loan'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_suspension_member_id_member'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_suspension_staff_id_staff'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_suspension')),
    sqlite_strict=True
    )
    with op.batch_alter_table('suspension', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_suspension_member_id'), ['member_id'], unique=False)

    op.create_table('task',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('slug', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('raised_at', store.types.Instant(timezone=True), nullable=False),
    sa.Column('deadline', store.types.Instant(timezone=True), nullable=True),
    sa.Column('member_id', sa.Integer(), nullable=True),
    sa.Column('loan_id', sa.Integer(), nullable=True),
    sa.Column('copy_id', sa.Integer(), nullable=True),
    sa.Column('hold_id', sa.Integer(), nullable=True),
    sa.Column('once', sqlmodel.sql.sqltypes.AutoString(length=120), nullable=True),
    sa.Column('done_at', store.types.Instant(timezone=True), nullable=True),
    sa.Column('staff_id', sa.Integer(), nullable=True),
    sa.Column('note', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.ForeignKeyConstraint(['copy_id'], ['copy.id'], name=op.f('fk_task_copy_id_copy'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['hold_id'], ['hold.id'], name=op.f('fk_task_hold_id_hold'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['loan_id'], ['loan.id'], name=op.f('fk_task_loan_id_loan'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_task_member_id_member'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_task_staff_id_staff'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_task')),
    sa.UniqueConstraint('once', name=op.f('uq_task_once')),
    sqlite_strict=True
    )
    with op.batch_alter_table('task', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_task_copy_id'), ['copy_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_task_member_id'), ['member_id'], unique=False)
        batch_op.create_index('ix_task_open', ['raised_at'], unique=False, sqlite_where=sa.text('done_at IS NULL'), postgresql_where=sa.text('done_at IS NULL'))
    for dialect, statements in APPEND_ONLY.items():
        if op.get_bind().dialect.name == dialect:
            for statement in statements:
                op.execute(statement)


_SAME_MONEY = " OR ".join(
    f"NEW.{column} IS DISTINCT FROM OLD.{column}"
    for column in ("id", "member_id", "kind", "purse", "amount", "at", "settles_id", "clause", "receipt", "staff_id")
)

# The audit is only ever added to; of the ledger only the link to a loan may be emptied (a forgotten history).
APPEND_ONLY = {
    "sqlite": [
        f"CREATE TRIGGER audit_entry_no_{act} BEFORE {act} ON audit_entry "
        "BEGIN SELECT RAISE(ABORT, 'audit_entry is append-only'); END"
        for act in ("update", "delete")
    ]
    + [
        "CREATE TRIGGER ledger_entry_no_delete BEFORE DELETE ON ledger_entry "
        "BEGIN SELECT RAISE(ABORT, 'ledger_entry is append-only'); END",
        "CREATE TRIGGER ledger_entry_no_update BEFORE UPDATE ON ledger_entry "
        f"WHEN NEW.loan_id IS NOT NULL OR {_SAME_MONEY.replace('IS DISTINCT FROM', 'IS NOT')} "
        "BEGIN SELECT RAISE(ABORT, 'ledger_entry is append-only'); END",
    ],
    "postgresql": [
        "CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$",
        "CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE ON audit_entry "
        "FOR EACH ROW EXECUTE FUNCTION append_only()",
        "CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON audit_entry EXECUTE FUNCTION append_only()",
        "CREATE TRIGGER ledger_entry_no_delete BEFORE DELETE ON ledger_entry "
        "FOR EACH ROW EXECUTE FUNCTION append_only()",
        "CREATE TRIGGER ledger_entry_no_update BEFORE UPDATE ON ledger_entry "
        f"FOR EACH ROW WHEN (NEW.loan_id IS NOT NULL OR {_SAME_MONEY}) EXECUTE FUNCTION append_only()",
    ],
}
