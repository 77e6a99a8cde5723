"""Public holidays from a file that the library edits."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path

from pydantic import ValidationError

from store.policy.form import wrong_form
from store.policy.places import Places, written
from store.policy.said import Said, at_line, joined
from store.policy.sections import Day, Flag, Section, Words


class Holiday(Section):
    """A public holiday. A half day (free from 13:00 on) is a working day."""

    day: Day
    tr: Words
    en: Words
    half: Flag = False


class _Holidays(Section):
    holidays: tuple[Holiday, ...]


class HolidayFaults(ValueError):
    """A list of holidays that can't be read; the message names each line."""


def load_holidays(path: Path | None = None) -> tuple[Holiday, ...]:
    """The holidays in a file, in order of date; without a path those that come with the program.

    Raises HolidayFaults for a list that can't be used and OSError for a file that can't be read.
    """
    source = files("store").joinpath("policies", "holidays-tr.toml") if path is None else path
    text = source.read_text("utf-8")
    places = Places(text)
    try:
        listed = _Holidays.model_validate(tomllib.loads(text)).holidays
    except tomllib.TOMLDecodeError as error:
        raise HolidayFaults(Said("is no TOML: {fault}", fault=str(error))) from error
    except ValidationError as error:
        faults = [
            at_line(places.line(details["loc"]), written(details["loc"]), wrong_form(details))
            for details in error.errors()
        ]
        raise HolidayFaults(joined(faults, "; ")) from error
    return tuple(sorted(listed, key=lambda holiday: holiday.day))
