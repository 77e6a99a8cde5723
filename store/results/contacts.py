"""Where people turn to."""

from __future__ import annotations

from msgspec import Struct


class Contacts(Struct, frozen=True):
    """Telephones and addresses as the rules in force give them; empty where they give none."""

    desk_tr: str
    desk_en: str
    membership: str
    "Telephone of the membership unit."
    help: str
    "Address for trouble with membership and PIN."
