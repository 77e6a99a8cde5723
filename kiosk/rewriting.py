"""Changes one value in kiosk.toml and leaves every other letter of it, comments too, as it was."""

from __future__ import annotations

import os
import re
import tempfile
import tomllib
from pathlib import Path

from kiosk.config import ConfigFaults
from kiosk.config_file import load_config
from kiosk.speaking import told
from screens.words import _

_VALUE = r"""(?P<value>"(?:[^"\\]|\\.)*"|'[^']*'|[^#\n]*?)"""


class NotWritten(Exception):
    """The file can't be written, or would not be one that the program takes; says why."""


def rewrite(path: Path, table: str, key: str, written: str) -> None:
    """Give a key another value, as it is to stand in the file (`"en"`, `90`, `true`); a missing key is added.

    The new file is read as the program would before it takes the old one's place, in one step, with the same rights.
    Raises NotWritten.
    """
    try:
        value = tomllib.loads(f"x = {written}\n")
    except tomllib.TOMLDecodeError as fault:
        raise NotWritten(f"{table}.{key} = {written}: {fault}") from fault
    if len(value) > 1 or "\n" in written or ("#" in written and not isinstance(value["x"], str)):
        raise NotWritten(f"{table}.{key} = {written}: {_('one value, on one line')}")
    try:
        text = path.read_text("utf-8")
        mode = path.stat().st_mode & 0o777
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as fault:
        raise NotWritten(f"{path}: {fault.strerror}") from fault
    new = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(_with(text, table, key, written))
            file.flush()
            os.fsync(file.fileno())
        new.chmod(mode)
        load_config(new)
        new.replace(path)
    except ConfigFaults as faults:
        raise NotWritten("; ".join(told(fault.said()) for fault in faults.faults)) from faults
    except OSError as fault:
        raise NotWritten(f"{path}: {fault.strerror}") from fault
    finally:
        new.unlink(missing_ok=True)


def _with(text: str, table: str, key: str, written: str) -> str:
    lines = text.splitlines()
    here, end = "", None
    for place, line in enumerate(lines):
        header = re.match(r"\s*\[\s*([\w.]+)\s*\]", line)
        if header:
            here = header[1]
        if here != table:
            continue
        found = re.match(rf"(?P<before>\s*{re.escape(key)}\s*=\s*){_VALUE}(?P<after>\s*(#.*)?)$", line)
        if found:
            lines[place] = found["before"] + written + _aligned(found["value"], written, found["after"])
            return "\n".join(lines) + "\n"
        if line.strip():
            end = place
    if end is None:
        return "\n".join([*lines, "", f"[{table}]", f"{key} = {written}"]) + "\n"
    lines.insert(end + 1, f"{key} = {written}")
    return "\n".join(lines) + "\n"


def _aligned(old: str, new: str, after: str) -> str:
    """The comment keeps its column where it can."""
    comment = after.lstrip()
    if not comment:
        return ""
    gap = len(after) - len(comment) + len(old) - len(new)
    return " " * max(1, gap) + comment
