"""`make words`: bring the catalogues up to the code: new messages in, unused ones out, and compile them.

English is the language of the code, so its entries fill themselves; Turkish ones wait for a translator, and
`test_words` fails until they have one. The `reasons` domain is keyed by the slugs of SCENARIOS and kept by hand, as is
`click`: what the command line's library says by itself.
"""

from __future__ import annotations

import ast
import importlib
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from kiosk.commands import kiosk
from kiosk.commands.lazy import LazyGroup
from kiosk.commands.lazy import message as help_message
from screens.words import LANGUAGES

ROOT = Path(__file__).parent.parent
ZONE = ZoneInfo("Europe/Istanbul")
LOCALE = ROOT / "screens" / "locale"
KEYWORDS = {"_": 1, "Said": 1, "N_": 1, "ngettext": 2, "text": 1, "count": 2}
"What takes a message, or one for one thing and one for many."
SENTENCES = {"Said": 1}
"In the store `text` and `count` are SQL."
STAFF = "screens/supervisor/"
LETTERS = ("kiosk/letters", "kiosk/receipts", "kiosk/printer")
SOURCES = {
    "screens": ("screens",), "staff": ("screens",), "commands": ("kiosk",), "letters": ("kiosk",),
    "faults": ("store",),
}  # fmt: skip
"Domain -> the folders whose code it speaks for."

Message = str | tuple[str, str]


def key(message: str | Sequence[str]) -> str:
    """What a catalogue knows a message by: of a plural its singular."""
    return message if isinstance(message, str) else message[0]


def extracted(domain: str) -> dict[Message, str]:
    """The messages that the code of a domain uses, and where it uses them first.

    What the members' pages say, too, is not said again in the staff's.
    """
    found: dict[Message, str] = {}
    for folder in SOURCES[domain]:
        for path in sorted((ROOT / folder).rglob("*.py")):
            place = path.relative_to(ROOT).as_posix()
            if _domain_of(place) == domain:
                for line, message in _said_in(path, SENTENCES if folder == "store" else KEYWORDS):
                    found.setdefault(message, f"{place}:{line}")
    if domain == "commands":
        found |= dict.fromkeys(_helps(kiosk), "help")
    said = extracted("screens") if domain == "staff" else {}
    return {message: place for message, place in found.items() if not is_keyed(message) and message not in said}


def _said_in(path: Path, keywords: Mapping[str, int]) -> Iterator[tuple[int, Message]]:
    """The messages of one module and their lines, also those that stand within an f-string."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            name = str(getattr(node.func, "id", "") or getattr(node.func, "attr", ""))
            given = [each.value for each in node.args[: keywords.get(name, 0)] if isinstance(each, ast.Constant)]
            texts = [each for each in given if isinstance(each, str)]
            if texts and len(texts) == keywords[name]:
                yield node.lineno, texts[0] if len(texts) == 1 else (texts[0], texts[1])


def _helps(command: click.Command) -> Iterator[str]:
    """What the help of a command, its options and its commands says."""
    texts = [command.help, *(each.help for each in command.params if isinstance(each, click.Option))]
    yield from (help_message(text) for text in texts if text)
    if isinstance(command, LazyGroup):
        for module, name, _help in command.listed.values():
            yield from _helps(getattr(importlib.import_module(module), name))
    elif isinstance(command, click.Group):
        for each in command.commands.values():
            yield from _helps(each)


def _domain_of(place: str) -> str:
    if place.startswith("store/"):
        return "faults"
    if place.startswith("screens/"):
        return "staff" if place.startswith(STAFF) else "screens"
    return "letters" if place.startswith(LETTERS) else "commands"


def is_keyed(message: Message) -> bool:
    """`overdue_items.title`: belongs to the keyed `reasons` domain."""
    return (
        isinstance(message, str)
        and " " not in message
        and message.replace("_", "").replace(".", "").islower()
        and ("." in message)
    )


def po_file(language: str, domain: str) -> Path:
    """Where a catalogue stands."""
    return LOCALE / language / "LC_MESSAGES" / f"{domain}.po"


def read(language: str, domain: str) -> Catalog:
    """A catalogue as it stands; an empty one if it does not exist yet."""
    path = po_file(language, domain)
    if not path.exists():
        return Catalog(locale=language, domain=domain)
    with path.open("rb") as file:
        return read_po(file, locale=language, domain=domain)


def write(catalog: Catalog, language: str, domain: str) -> None:
    """Write a catalogue and compile it."""
    path = po_file(language, domain)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalog, width=120, omit_header=False, sort_output=True, no_location=True)
    path.with_suffix(".mo").write_bytes(compiled(catalog))


def compiled(catalog: Catalog) -> bytes:
    """What a catalogue is when compiled."""
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def update(language: str, domain: str) -> list[Message]:
    """Fit a catalogue to the code and give the messages that still need a translation."""
    old = read(language, domain)
    new = Catalog(locale=language, domain=domain, fuzzy=False, creation_date=old.creation_date)
    waiting: list[Message] = []
    for message in extracted(domain):
        known = old.get(key(message))
        string = known.string if known is not None else None
        if not string or (isinstance(string, tuple) and not all(string)):
            string = message if language == "en" else ("",) if isinstance(message, tuple) else ""
            if language != "en":
                waiting.append(message)
        new.add(message, string)
    write(new, language, domain)
    return waiting


def main() -> None:
    """Update and compile every catalogue; list what waits for a translator."""
    for language in LANGUAGES:
        for domain in SOURCES:
            for message in update(language, domain):
                print(f"{language}/{domain}: {message!r}")
        write(read(language, "reasons"), language, "reasons")
    write(read("tr", "click"), "tr", "click")


if __name__ == "__main__":
    main()
