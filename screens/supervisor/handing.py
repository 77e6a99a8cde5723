"""Hands a paper out: on the screen, printed, mailed, or saved as a file; each page of papers goes this way."""

from __future__ import annotations

from screens.papers import Paper, Papers
from screens.supervisor.frame import StaffScreen
from screens.widgets.choice import Choice, ChoiceCard
from screens.widgets.told import ToldCard
from screens.words import _


async def hand_out(page: StaffScreen, paper: Paper) -> None:
    """Ask how, until the paper was printed or mailed or nothing more is wanted; it can be read first."""
    papers = page.terminal.papers
    if papers is None:
        await page.ask_on(ToldCard(title=paper.title, lines=paper.lines))
        return
    while (how := await page.ask_on(ChoiceCard(paper.title, _ways(papers, paper)))) is not None:
        if how == "read":
            await page.ask_on(ToldCard(title=paper.title, lines=paper.lines))
            continue
        page.say(_("Sending…") if how == "mail" else _("Printing…"), "wait")
        send = papers.mail if how == "mail" else papers.print
        trouble = await page.ask_store(lambda _library, send=send: send(paper) or "")  # type: ignore[misc]
        if trouble is None:
            return
        good = _("Sent to {address}.").format(address=paper.address) if how == "mail" else _("Printed.")
        page.say(trouble or good, "bad" if trouble else "good")
        if not trouble:
            return


def _ways(papers: Papers, paper: Paper) -> list[Choice]:
    no_mail = _("the member has no e-mail address") if papers.can_mail else _("no mail is set up")
    mailable = papers.can_mail and bool(paper.address)
    mail = Choice("mail", _("Send by e-mail"), paper.address if mailable else no_mail, mailable)
    return [
        Choice("print", _("Print"), "" if papers.can_print else _("no printer is set up"), papers.can_print),
        *([mail] if paper.name else []),  # the closing of a day is nobody's
        Choice("read", _("Read on the screen")),
    ]


async def save(page: StaffScreen, name: str, text: str) -> None:
    """Write a file into the terminal's folder, and say under which name."""
    papers = page.terminal.papers
    if papers is None:
        return
    saved = await page.ask_store(lambda _library: papers.save(name, text))
    if saved is not None:
        file, trouble = saved
        page.say(trouble or _("Saved in the terminal's folder: {file}").format(file=file), "bad" if trouble else "good")
