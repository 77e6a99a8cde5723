"""The letters' templates: where they are found, how they are read and filled, and everything that is wrong in them.

    Subject: Due soon: {what}

    Dear {name},
    [each]
    • {title}, due {due}
    [end]

The lines between `[each]` and `[end]` stand once for each item. A line with a placeholder that has nothing to say in a
letter is left out. A file in the library's own folder (`[mail] templates`) goes before the one of the same name here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path

from msgspec import Struct

from kiosk.template_check import KINDS, PLACEHOLDER, TemplateFault, TemplateFaults, faults_of, layout_faults
from screens.words import LANGUAGES, _

SHIPPED = Path(__file__).parent / "templates"
LAYOUT = "layout.html"


class Template(Struct, frozen=True):
    """A template that was read and found right."""

    subject: str
    lines: tuple[str, ...]

    def fill(self, values: Mapping[str, str], items: Iterable[Mapping[str, str]]) -> tuple[str, str]:
        """The subject, on one line, and the text. What a value holds is never read as a placeholder."""
        subject = " ".join(_filled(self.subject, values).split())
        lines = "\n".join(self._told(values, [{**values, **item} for item in items]))
        return subject, re.sub(r"\n{3,}", "\n\n", lines).strip("\n") + "\n"

    def _told(self, values: Mapping[str, str], items: list[dict[str, str]]) -> Iterator[str]:
        block: list[str] | None = None
        for line in self.lines:
            if line == "[each]":
                block = []
            elif line == "[end]":
                yield from (_filled(each, item) for item in items for each in block or () if _says(each, item))
                block = None
            elif block is not None:
                block.append(line)
            elif _says(line, values):
                yield _filled(line, values)


def _says(line: str, values: Mapping[str, str]) -> bool:
    return all(values.get(name) for name in PLACEHOLDER.findall(line))


def _filled(line: str, values: Mapping[str, str]) -> str:
    return PLACEHOLDER.sub(lambda found: values.get(found[1], ""), line)


class Templates(Struct, frozen=True):
    """The templates of an installation. Read anew for each letter, so that an edit holds at once."""

    folder: Path | None = None
    "The library's own; None: those that come with the program."

    @classmethod
    def named(cls, folder: str) -> Templates:
        """Those of the folder that `[mail] templates` names; empty: none."""
        return cls(Path(folder) if folder else None)

    def of(self, kind: str, language: str) -> Template:
        """The template of a kind of letter. Raises TemplateFaults."""
        path = self._path(kind, language)
        text, faults = _read(path)
        faults += list(faults_of(path, text, KINDS[kind])) if kind in KINDS and not faults else []
        if faults:
            raise TemplateFaults(faults)
        first, *lines = text.splitlines()
        return Template(first.partition(":")[2].strip(), tuple(line.rstrip() for line in lines))

    def layout(self) -> Callable[[Mapping[str, str]], str]:
        """What puts escaped text into HTML. Raises TemplateFaults."""
        path = self._found(LAYOUT)
        text, faults = _read(path)
        faults += [] if faults else list(layout_faults(path, text))
        if faults:
            raise TemplateFaults(faults)
        return lambda values: re.sub(r"\{(\w+)\}", lambda found: values[found[1]], text)

    def check(self) -> int:
        """Read every template and say how many there are. Raises TemplateFaults with all that is wrong in all."""
        kinds = {self._path(kind, language): (kind, language) for language in LANGUAGES for kind in KINDS}
        reads: list[Callable[[], object]] = [partial(self.of, *which) for which in kinds.values()]
        faults = [fault for read in (*reads, self.layout) for fault in _caught(read)]
        faults += self._strays(set(kinds))
        if faults:
            raise TemplateFaults(faults)
        return len(kinds) + 1

    def _path(self, kind: str, language: str) -> Path:
        names = (kind, "overdue") if kind.startswith("overdue_") else (kind,)
        return self._found(*(f"{language}/{name}.txt" for name in names))

    def _found(self, *names: str) -> Path:
        folders = (self.folder, SHIPPED) if self.folder else (SHIPPED,)
        paths = [folder / name for folder in folders for name in names]
        return next((path for path in paths if path.exists()), paths[-1])

    def _strays(self, used: set[Path]) -> Iterator[TemplateFault]:
        """Files of the library's own folder that no letter is made from: most likely the name is mistyped."""
        if self.folder is None:
            return
        if not self.folder.is_dir():
            yield TemplateFault(self.folder, None, _("there is no such folder"))
            return
        for path in sorted(self.folder.rglob("*")):
            overdue = path.stem == "overdue" and path.parent.parent == self.folder
            if path.suffix in (".txt", ".html") and path not in used and path != self.folder / LAYOUT and not overdue:
                kinds = ", ".join(sorted(KINDS))
                wrong = _(
                    "no letter is made from this file; there are tr/KIND.txt and en/KIND.txt, KIND one of {kinds}"
                )
                yield TemplateFault(path, None, wrong.format(kinds=kinds))


def _caught(read: Callable[[], object]) -> tuple[TemplateFault, ...]:
    try:
        read()
    except TemplateFaults as found:
        return found.faults
    return ()


def _read(path: Path) -> tuple[str, list[TemplateFault]]:
    try:
        return path.read_text("utf-8-sig"), []
    except OSError as fault:
        return "", [TemplateFault(path, None, fault.strerror or _("can't be read"))]
    except UnicodeDecodeError:
        return "", [TemplateFault(path, None, _("is not UTF-8 text"))]
