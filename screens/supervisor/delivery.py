"""Asks when a member was told of a recall otherwise than by the letter: its days count from then (ITU-E2)."""

from __future__ import annotations

from datetime import datetime

from screens import words
from screens.supervisor.frame import StaffScreen
from screens.widgets.answers import Field
from screens.widgets.ask import AskCard
from screens.words import _


async def ask_delivery(page: StaffScreen) -> datetime | None:
    """The instant; None if nothing is to be done, or it lies ahead, which is said."""
    now = page.terminal.now()
    local = now.astimezone(words.current().zone)
    field = Field("moment", _("When"), "moment", value=f"{local:%d.%m.%Y %H:%M}")
    told = _("The days of the recall count from then.")
    given = await page.ask_on(AskCard(_("The member was told otherwise"), (field,), lines=(told,)))
    moment = given["moment"] if given is not None else None
    if not isinstance(moment, datetime):
        return None
    if moment > now:
        page.say(_("That lies ahead: {moment}").format(moment=words.moment(moment)), "bad")
        return None
    return moment
