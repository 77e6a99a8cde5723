"""What was found out about a new version of the rules, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from screens.words import N_, _, ngettext
from store.policy.said import in_words

if TYPE_CHECKING:
    from store.rules.trying import Examples, Look, Stranger

_KINDS = {"category": N_("members of category {slug}"), "item_type": N_("copies of type {slug}"),
          "branch": N_("copies of branch {slug}")}  # fmt: skip
_SHOWN = 40


def check_words(look: Look) -> Iterator[Content]:
    """Faults and remarks, each with its place in the file."""
    if look.faults:
        yield Content.styled(f"✗ {ngettext('{n} fault', '{n} faults', len(look.faults))}", "bold $error")
        yield from (Content(f"  {in_words(fault.said(), _)}") for fault in look.faults[:_SHOWN])
        return
    yield Content.styled("✓ " + _("The file has no faults."), "bold $success")
    yield from (Content.styled(f"! {remark}", "$warning") for remark in look.remarks[:_SHOWN])


def stranger_words(strangers: Sequence[Stranger]) -> Iterator[Content]:
    """What is in the library and unknown to the version."""
    for each in strangers:
        what = _(_KINDS[each.kind]).format(slug=each.slug)
        told = _("{n} {what}: unknown to this version, nothing could be lent").format(n=each.count, what=what)
        yield Content.styled(f"! {told}", "bold $warning")


def examples_told(examples: Examples | None) -> str:
    """How the folder's examples went, in a sentence."""
    if examples is None:
        return _("The examples were not tried.")
    if not examples.held and not examples.failed:
        return _("No examples for these rules lie in the folder.")
    return _("Examples that fail: {n}").format(n=len(examples.failed))


def example_words(examples: Examples) -> Iterator[Content]:
    """How the folder's examples went; those that fail with what was expected."""
    yield Content.styled(_("Examples"), "bold $accent")
    if not examples.held and not examples.failed:
        yield Content(_("No examples for these rules lie in the folder."))
    else:
        sign, colour = ("✗", "$error") if examples.failed else ("✓", "$success")
        told = _("{held} hold, {failed} fail").format(held=examples.held, failed=len(examples.failed))
        yield Content.styled(f"{sign} {told}", f"bold {colour}")
    for played in examples.failed[:_SHOWN]:
        yield Content.assemble((f"  ✗ {played.scenario.id}", "bold"), f"  {played.scenario.title}")
        yield from (
            Content.styled(f"      {in_words(failure.said(), _)}", "$text-muted") for failure in played.failures
        )
    for path, fault in examples.faults[:_SHOWN]:
        yield Content.styled(f"  ! {path.name}: {in_words(fault.said(), _)}", "$warning")
