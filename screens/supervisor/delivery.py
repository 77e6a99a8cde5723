"""Asks when a member was told of a recall otherwise than by the letter: its days count from then (ITU-E2)."""

from __future__ import annotations

from datetime import datetime

from screens import words
from screens.supervisor.frame import StaffScreen
from screens.widgets.answers import Field
from screens.widgets.ask import AskCard
from screens.words import _
from store.policy.verdict import Reason


async def ask_delivery(page: StaffScreen) -> datetime | None:
    """The instant; None if nothing is to be done. One that lies ahead is refused in the form."""
    local = page.terminal.now().astimezone(words.current().zone)
    field = Field("moment", _("When"), "moment", value=f"{local:%d.%m.%Y %H:%M}")
    form = AskCard(_("The member was told otherwise"), (field,), lines=(_("The days of the recall count from then."),))
    while (given := await page.ask_on(form)) is not None:
        moment = given.moment("moment")
        if moment <= page.terminal.now():
            return moment
        form = form.again((Reason("moment_ahead", None, "correct_entry", {"moment": moment}),))
    return None
