"""Acts as the audit names them, in words: for the record of a member."""

from __future__ import annotations

from screens.words import N_, _

NAMES = {
    "address_confirmed": N_("E-mail address confirmed"),
    "apply": N_("Application"),
    "approve": N_("Application approved"),
    "approve_renewal": N_("Renewal granted"),
    "assign_course": N_("Course taught"),
    "cancel_hold": N_("Hold cancelled"),
    "cancel_membership": N_("Membership cancelled"),
    "card_document": N_("Document for a lost card"),
    "change_pin": N_("PIN changed"),
    "checkin": N_("Returned"),
    "checkout": N_("Loan"),
    "clear_pin": N_("PIN cleared"),
    "clearance": N_("Clearance"),
    "correction": N_("Correction"),
    "discipline": N_("Suspension by decision"),
    "edit_member": N_("Data corrected"),
    "end_suspension": N_("Suspension ended"),
    "exchange_list": N_("Exchange list"),
    "export_member": N_("Data handed out"),
    "external_block": N_("Block in the student system"),
    "find_card": N_("Card found"),
    "finish_task": N_("Task done"),
    "first_pin": N_("First PIN"),
    "first_pin_code": N_("Code for a first PIN"),
    "hold": N_("Hold"),
    "lose_card": N_("Card lost"),
    "loss_declared": N_("Declared lost"),
    "loss_lost": N_("Reported lost"),
    "name_equivalent": N_("Equivalent named"),
    "new_card": N_("New card"),
    "payment": N_("Payment"),
    "project_manager": N_("Project managed"),
    "protocol_form": N_("Protocol form"),
    "recall": N_("Recall"),
    "refund": N_("Refund"),
    "register_member": N_("Registered"),
    "reject": N_("Application declined"),
    "reject_renewal": N_("Renewal declined"),
    "renew": N_("Renewal"),
    "renew_membership": N_("Membership opened again"),
    "report_damaged": N_("Damage"),
    "reset": N_("PIN reset"),
    "reset_code": N_("Code for another PIN"),
    "set_back": N_("Return set back"),
    "set_category": N_("Category changed"),
    "settle": N_("Loss settled"),
    "sign_in": N_("Sign-in"),
    "undo": N_("Loan undone"),
    "unlock": N_("Unlocked"),
    "waiver": N_("Waived"),
}
OUTCOMES = {
    "done": N_("done"),
    "refused": N_("refused"),
    "pending": N_("waits"),
    "failed": N_("failed"),
}


def name_of(act: str) -> str:
    """The act in the language spoken now; of one that nobody named, its own word, readable."""
    return _(NAMES[act]) if act in NAMES else act.replace("_", " ")
