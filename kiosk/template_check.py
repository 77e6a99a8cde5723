"""What the templates of letters may and must hold, and everything that is wrong in one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from screens.words import N_, _
from store.errors import LibraryError

PLACEHOLDER = re.compile(r"\{([^{}\n]*)\}")
_UNKNOWN = N_("unknown placeholder {placeholder}")
_MISSING = N_("the placeholder {placeholder} is missing")
_OUTSIDE = re.compile(r"<(?:script|link|iframe)\b|\bsrc\s*=|url\(|@import", re.IGNORECASE)

_EVERYWHERE = frozenset({"name", "library", "contact", "clause", "date"})
_COUNTED = frozenset({"count", "what"})
_ITEM = frozenset({"title", "barcode", "due", "until", "branch", "reason", "decision", "fine"})
_LAYOUT = frozenset({"language", "subject", "library", "text"})


class Kind(Struct, frozen=True):
    """What the template of a kind of letter may and must hold."""

    letter: frozenset[str]
    "Its placeholders, the same for the whole letter."
    item: frozenset[str]
    "Its placeholders between `[each]` and `[end]`; none: there are no items."
    needed: frozenset[str]


def _about_items(*needed: str, more: frozenset[str] = frozenset()) -> Kind:
    need = {"library", "contact", "clause", "title", *needed}
    return Kind(_EVERYWHERE | _COUNTED | more, _ITEM, frozenset(need))


def _about_member(*own: str, clause: bool = True) -> Kind:
    need = {"library", "contact", *own, *(("clause",) if clause else ())}
    return Kind(_EVERYWHERE | set(own), frozenset(), frozenset(need))


_OVERDUE = _about_items("due", more=frozenset({"number"}))
KINDS: Mapping[str, Kind] = {
    "membership_approved": _about_member(),
    "membership_rejected": _about_member("reason"),
    "pin_code": _about_member("code", "minutes"),
    "pin_changed": _about_member(),
    "checkout_confirmation": _about_items("due"),
    "courtesy": _about_items("due"),
    **{f"overdue_{number}": _OVERDUE for number in range(1, 7)},
    "invoice": _about_items("due"),
    "hold_available": _about_items("until"),
    "hold_cancelled": _about_items(),
    "recall": _about_items("due"),
    "lost": _about_items(),
    "renewal_decided": _about_items("decision", "due"),
    "receipt": _about_member("receipt", clause=False),
    "paper": _about_member("title", "paper", clause=False),
}


class TemplateFault(Struct, frozen=True):
    """Something wrong in a template, for the person who edits it."""

    file: Path
    line: int | None
    wrong: str
    known: tuple[str, ...] = ()

    def __str__(self) -> str:
        """File, line, what is wrong, and what there is."""
        where = f"{self.file}:{self.line}" if self.line else str(self.file)
        there_are = ", ".join(f"{{{name}}}" for name in self.known)
        return f"{where}: {self.wrong}" + (f"; {_('known are')} {there_are}" if there_are else "")


class TemplateFaults(LibraryError):
    """Templates that can't be used, with everything that is wrong in them."""

    def __init__(self, faults: Iterable[TemplateFault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults), _("see `kiosk mail check`"))


def faults_of(path: Path, text: str, kind: Kind) -> Iterator[TemplateFault]:
    """Every fault of a letter's template."""
    lines = text.splitlines()
    first = lines[0] if lines else ""
    if not first.startswith("Subject:") or not first.partition(":")[2].strip():
        yield TemplateFault(path, 1, _("the first line must be “Subject: …”"))
    if len(lines) > 1 and lines[1].strip():
        yield TemplateFault(path, 2, _("the line after the subject must be empty"))
    used: set[str] = set()
    opened: int | None = None
    for number, line in enumerate(lines, 1):
        mark = line.rstrip()
        if mark == "[each]":
            if opened is not None or not kind.item:
                wrong = _("this letter has no items to repeat") if not kind.item else _("[each] stands within [each]")
                yield TemplateFault(path, number, wrong)
            opened = number
        elif mark == "[end]":
            if opened is None:
                yield TemplateFault(path, number, _("[end] without [each]"))
            opened = None
        else:
            yield from _line_faults(path, number, line, kind, within=opened is not None)
            used |= set(PLACEHOLDER.findall(line))
    if opened is not None:
        yield TemplateFault(path, opened, _("[each] without [end]"))
    for name in sorted(kind.needed - used):
        wrong = _(_MISSING).format(placeholder=f"{{{name}}}")
        yield TemplateFault(path, None, wrong, tuple(sorted(kind.letter | kind.item)))


def _line_faults(path: Path, number: int, line: str, kind: Kind, *, within: bool) -> Iterator[TemplateFault]:
    known = kind.letter | kind.item if within else kind.letter
    for name in PLACEHOLDER.findall(line):
        if name in known:
            continue
        wrong = _("{placeholder} stands only between [each] and [end]") if name in kind.item else _(_UNKNOWN)
        yield TemplateFault(path, number, wrong.format(placeholder=f"{{{name}}}"), tuple(sorted(known)))
    if re.search(r"[{}]", PLACEHOLDER.sub("", line)):
        yield TemplateFault(path, number, _("a brace that belongs to no placeholder"), tuple(sorted(known)))


def layout_faults(path: Path, text: str) -> Iterator[TemplateFault]:
    """Every fault of the HTML around the letters."""
    known = tuple(sorted(_LAYOUT))
    used: set[str] = set()
    for number, line in enumerate(text.splitlines(), 1):
        names = re.findall(r"\{(\w+)\}", line)
        used |= set(names)
        for name in names:
            if name not in _LAYOUT:
                yield TemplateFault(path, number, _(_UNKNOWN).format(placeholder=f"{{{name}}}"), known)
        if _OUTSIDE.search(line):
            yield TemplateFault(path, number, _("loads something from outside; mail programs block that"))
    if "text" not in used:
        wrong = _(_MISSING).format(placeholder="{text}")
        yield TemplateFault(path, None, wrong, known)
