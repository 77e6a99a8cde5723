"""Reads `kiosk.toml` whole, or says everything that is wrong with it: its line, its key, and what is allowed."""

from __future__ import annotations

import os
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import date, time
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from kiosk.config import Config, ConfigFault, ConfigFaults
from store.policy.places import FILE
from store.policy.said import Said

CONFIG_VARIABLE = "KIOSK_CONFIG"
PLACES = (Path("kiosk.toml"), Path("/etc/kiosk/kiosk.toml"))
TABLES = {"library", "terminal", "pin", "printer", "mail", "jobs", "faults", "reports", "import"}
_NEEDS = {
    ("printer", "network"): ("host",),
    ("printer", "device"): ("path",),
    ("printer", "file"): ("path",),
    ("mail", "smtp"): ("host", "sender"),
    ("mail", "file"): ("folder",),
}
"What a kind of printer or mail can't do without."


def find_config(given: Path | None, environment: Mapping[str, str] = os.environ) -> Path | None:
    """The file to use: the one given, $KIOSK_CONFIG, the working folder's, /etc's; None if there is none."""
    if given is not None:
        return given
    if environment.get(CONFIG_VARIABLE):
        return Path(environment[CONFIG_VARIABLE])
    return next((place for place in PLACES if place.is_file()), None)


def load_config(path: Path) -> Config:
    """Read the file. Raises ConfigFaults with all that is wrong, each with its line and what is allowed."""
    try:
        text = path.read_text("utf-8-sig")
        written = tomllib.loads(text)
    except OSError as fault:
        raise ConfigFaults(path, (ConfigFault(None, FILE, fault.strerror or Said("can't be read"), ""),)) from fault
    except UnicodeDecodeError as fault:
        raise ConfigFaults(path, (ConfigFault(None, FILE, Said("is not UTF-8 text"), ""),)) from fault
    except (ValueError, RecursionError) as fault:  # endless numbers and nests are no TOMLDecodeError
        raise ConfigFaults(path, (ConfigFault(None, FILE, Said("is no TOML: {fault}", fault=fault), ""),)) from fault
    faults: list[ConfigFault] = []
    tables = dict(_tables(written, text, faults))
    if not faults:
        faults += _missing(tables, text)
    if faults:
        raise ConfigFaults(path, tuple(faults))
    return Config(**tables)


def _tables(written: Mapping[str, Any], text: str, faults: list[ConfigFault]) -> Iterator[tuple[str, Any]]:
    for name in written:
        if name not in TABLES:
            known = ", ".join(f"[{table}]" for table in sorted(TABLES))
            faults.append(
                ConfigFault(
                    _line(text, None, name), name, Said("unknown table or key"), Said("there are {known}", known=known)
                )
            )
    for part in fields(Config):
        name = "import" if part.name == "imports" else part.name
        kind = get_type_hints(Config)[part.name]
        table = written.get(name, {})
        if not isinstance(table, Mapping):
            faults.append(
                ConfigFault(_line(text, None, name), name, Said("must be a table"), Said("write [{name}]", name=name))
            )
            continue
        values = dict(_values(kind, name, table, text, faults))
        if not faults:
            yield part.name, kind(**values)


def _missing(tables: Mapping[str, Any], text: str) -> Iterator[ConfigFault]:
    """What one key makes necessary in another."""
    for (name, kind), needed in _NEEDS.items():
        for key in needed if tables[name].kind == kind else ():
            if not getattr(tables[name], key).strip():
                line = _line(text, name, key) or _line(text, name, "kind")
                yield ConfigFault(line, f"{name}.{key}", Said("is empty"), Said('kind = "{kind}" needs it', kind=kind))
    terminal = tables["terminal"]
    if terminal.countdown_seconds >= terminal.idle_seconds:
        line = _line(text, "terminal", "countdown_seconds") or _line(text, "terminal", "idle_seconds")
        allowed = Said("less than idle_seconds, which is {n}", n=terminal.idle_seconds)
        yield ConfigFault(
            line,
            "terminal.countdown_seconds",
            Said("{value} is not allowed", value=terminal.countdown_seconds),
            allowed,
        )


def _values(
    kind: type, name: str, table: Mapping[str, Any], text: str, faults: list[ConfigFault]
) -> Iterator[tuple[str, Any]]:
    known = {each.name: each for each in fields(kind)}
    hints = get_type_hints(kind)
    for key, value in table.items():
        line = _line(text, name, key)
        if key not in known:
            allowed = Said("allowed are {known}", known=", ".join(known))
            faults.append(ConfigFault(line, f"{name}.{key}", Said("unknown key"), allowed))
            continue
        wrong = _wrong(hints[key], known[key].metadata, value)
        if wrong is not None:
            faults.append(
                ConfigFault(line, f"{name}.{key}", Said("{value} is not allowed", value=_as_written(value)), wrong)
            )
        else:
            yield key, value


def _wrong(hint: Any, limits: Mapping[str, Any], value: object) -> Said | None:  # noqa: ANN401 - a type as it is hinted
    """What is allowed, if the value is not."""
    if get_origin(hint) in (Union, UnionType):
        hint = get_args(hint)[0]
    if hint is bool:
        return None if isinstance(value, bool) else Said("write true or false")
    if hint is int:
        return _wrong_number(limits, value)
    if hint is str:
        choices = limits.get("choices")
        if choices:
            known = ", ".join(f'"{choice}"' for choice in choices)
            return None if value in choices else Said("allowed are {known}", known=known)
        return _wrong_text(limits, value)
    is_map = isinstance(value, Mapping) and all(isinstance(each, str) for each in value.values())
    return None if is_map else Said('write a table of names and texts, {{ a = "b" }}')


def _wrong_text(limits: Mapping[str, Any], value: object) -> Said | None:
    if not isinstance(value, str):
        return Said('write text in quotes, "like this"')
    if any(unicodedata.category(letter) == "Cc" for letter in value):
        return Said("a text without control characters")
    if "pattern" in limits and not limits["pattern"].fullmatch(value):
        hint: Said = limits["hint"]
        return hint
    if "longest" in limits and not limits["shortest"] <= len(value.strip()) <= len(value) <= limits["longest"]:
        return Said("a text of {shortest} to {longest} letters", shortest=limits["shortest"], longest=limits["longest"])
    return None


def _wrong_number(limits: Mapping[str, Any], value: object) -> Said | None:
    least, most = limits.get("least"), limits.get("most")
    good = isinstance(value, int) and not isinstance(value, bool)
    if good and (least is None or value >= least) and (most is None or value <= most):
        return None
    if most is None:
        return Said("a whole number from {least} up", least=least)
    return Said("a whole number from {least} to {most}", least=least, most=most)


def _as_written(value: object) -> str:
    """A value as TOML writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, date | time) else repr(value)


def _line(text: str, table: str | None, key: str) -> int | None:
    """The line on which a key (or, without a table, a table) is written, for people to find it."""
    here: str | None = None
    for number, line in enumerate(text.splitlines(), 1):
        header = re.match(r"\s*\[\s*([\w.]+)\s*\]", line)
        if header:
            here = header[1].partition(".")[0]
            if table is None and here == key:
                return number
        elif here == table and re.match(rf"\s*\"?{re.escape(key)}\"?\s*[.=]", line):
            return number
    return None
