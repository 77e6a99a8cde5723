"""The words of a scenario file: keys with what they hold, verbs, reasons, notices, tasks; the same for every policy."""

from __future__ import annotations

from datetime import date, datetime

ANY = "any name"
"The key of a table whose keys are names of the writer's own."
MEMBER = {
    "category": str, "status": str, "loans": {ANY: int}, "balance": int, "pin": str, "surname": str,
    "given_name": str, "number": str, "email": str, "card": str, "teaches": [str], "manages": [str],
    "exchange_list": [str], "protocol_form": date,
}  # fmt: skip
ITEM = {
    "type": str, "title": str, "branch": str, "course": str, "project": str, "period": str, "language": str,
    "in_print": bool, "electronic_access": bool, "status": str,
}  # fmt: skip
DAYS = {"hours": {ANY: str}, "closed": [date], "holidays": [date]}
CALENDAR = {**DAYS, "branches": {ANY: DAYS}}
TERM = {"name": str, "first": date, "last": date}
SCENARIO = {
    "id": str, "title": str, "clauses": [str], "members": {ANY: MEMBER}, "items": {ANY: ITEM}, "calendar": CALENDAR,
    "terms": [TERM], "steps": [dict],
}  # fmt: skip
STATUSES = ("active", "pending", "cancelled")
ITEM_STATUSES = ("on_shelf", "in_repair", "in_transit")
CARDS = ("ok", "lost")
REMEDIES = ("replacement_copy", "current_price", "commission_value", "fixed_amount", "closed")
CHANNELS = ("kiosk", "desk", "web", "phone", "email")
LOAN_TYPES = ("standard", "term", "project")

FIELDS = {
    "member": str, "item": str, "channel": str, "loan": str, "due": datetime, "branch": str, "amount": int,
    "reason": str, "intentional": bool, "remedy": str, "usd_rate": (int, float, str), "from": date, "category": str,
    "period": str, "number": str, "surname": str, "given_name": str, "pin": str,
}  # fmt: skip
"Every field of a step and what it holds."
CHOICES = {"channel": CHANNELS, "loan": LOAN_TYPES, "remedy": REMEDIES}
VERBS = {
    "checkout": ("member item", "channel loan due"),
    "checkin": ("item", "branch"),
    "renew": ("member item", "channel"),
    "approve_renewal": ("member item", ""),
    "reject_renewal": ("member item", ""),
    "hold": ("member item", ""),
    "cancel_hold": ("member item", ""),
    "recall": ("item", ""),
    "pay": ("member", "amount"),
    "waive": ("member", "amount reason"),
    "report_lost": ("member item", ""),
    "report_damaged": ("item", "intentional"),
    "found": ("item", ""),
    "settle": ("item remedy", "amount usd_rate"),
    "name_equivalent": ("item", ""),
    "discipline": ("member", "from"),
    "set_category": ("member category", ""),
    "set_period": ("item period", ""),
    "lose_card": ("member", ""),
    "new_card": ("member", ""),
    "cancel_membership": ("member", ""),
    "clearance": ("member", ""),
    "apply": ("member", ""),
    "approve": ("member", ""),
    "reject": ("member", "reason"),
    "first_pin": ("number surname given_name pin", ""),
    "change_pin": ("member pin", ""),
    "reset_pin": ("member pin", ""),
    "sign_in": ("member pin", ""),
    "wait": ("", ""),
}
"Verb -> the fields that it must have, and those that it may have."
HOLD = {"status": str, "position": int, "pickup_until": datetime}
NOTICE = {"kind": str, "member": str, "item": str, "at": datetime}
EXPECTED = {
    "refused": [str], "pending": str, "from": datetime, "due": datetime, "renewals": int, "fine": int, "fee": int,
    "balance": int, "suspended_until": (datetime, str), "item": str, "hold": HOLD, "member_status": str,
    "notices": [NOTICE], "tasks": [str],
}  # fmt: skip
ITEM_STATES = ("on_shelf", "on_loan", "hold_shelf", "in_transit", "in_repair", "lost", "withdrawn")
HOLD_STATES = ("waiting", "ready", "fulfilled", "expired", "cancelled")
MEMBER_STATES = ("active", "pending", "cancelled", "rejected")
REASONS = frozenset((
    "card_blocked", "pin_incorrect", "pin_locked", "pin_already_set", "pin_identity_mismatch", "pin_uppercase",
    "pin_too_short", "pin_bad_character", "application_incomplete", "already_member", "membership_pending",
    "membership_cancelled", "desk_only", "not_on_exchange_list", "protocol_form_expired", "suspended",
    "overdue_items", "lost_item_unsettled", "fines_over_limit", "not_for_loan", "category_not_entitled",
    "electronic_access_available", "outside_service_days", "item_unavailable", "held_by_other", "shelf_rest",
    "limit_reached", "type_limit_reached", "term_loan_not_entitled", "term_not_configured", "channel_not_allowed",
    "recalled", "not_renewable", "renewals_exhausted", "renewal_too_early", "not_holdable",
    "on_shelf_not_holdable", "already_yours", "hold_limit_reached", "not_on_loan", "return_elsewhere",
    "clearance_blocked",
))  # fmt: skip
PENDING = ("staff_approval_required",)
NOTICES = frozenset((
    "membership_approved", "membership_rejected", "pin_code", "pin_changed", "checkout_confirmation", "courtesy",
    "overdue_1", "overdue_2", "overdue_3", "overdue_4", "overdue_5", "overdue_6", "invoice", "hold_available",
    "hold_cancelled", "recall", "lost", "renewal_decided",
))  # fmt: skip
TASKS = frozenset((
    "membership_decision_overdue", "hold_shelf_pull", "reshelve", "recall_undelivered", "notice_undelivered",
    "invoice_review", "student_system_block", "letter_to_unit", "cancel_membership", "replacement_check",
    "replacement_overdue", "renewal_decision",
))  # fmt: skip
