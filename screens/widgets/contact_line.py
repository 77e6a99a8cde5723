"""One line at the foot of a form: where to turn to if it does not work."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from screens.words import _
from store.results.contacts import Contacts


class ContactLine(Static):
    """Empty until the library is open, and where its rules name nobody."""

    def tell(self, contacts: Contacts | None, *, membership: bool = False) -> None:
        """Say it in the language spoken now; with `membership` the membership unit's telephone, too."""
        told = []
        if contacts is not None and contacts.help:
            told.append(_("Trouble with membership or PIN: {address}").format(address=contacts.help))
        if contacts is not None and contacts.membership and membership:
            told.append(_("Membership: {phone}").format(phone=contacts.membership))
        self.update(Content("\n".join(told)))
        self.display = bool(told)
