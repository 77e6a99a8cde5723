"""Where people turn to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Contacts:
    """Telephones and addresses as the rules in force give them; empty where they give none."""

    desk_tr: str
    desk_en: str
    membership: str
    "Telephone of the membership unit."
    help: str
    "Address for trouble with membership and PIN."
