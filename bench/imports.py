"""Importing a catalogue: MARC records a second beside pymarc merely reading them; memory as the file grows.

`python -m bench imports --records 1000000` makes a million titles. Each run is the real `kiosk import`, in a process of
its own, into an empty library: start, reading, writing, search index and all.
"""

from __future__ import annotations

import argparse
import csv
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from pymarc import Field, Indicators, Record, Subfield

from bench.big import NOW, Place, place
from bench.made import made_titles
from store.opening import create_library
from store.settings import StoreSettings

_READ = """
import sys
from pymarc import MARCReader
with open(sys.argv[1], "rb") as file:
    print(sum(1 for record in MARCReader(file) if record is not None))
"""


@dataclass(frozen=True, slots=True)
class Run:
    """What a process took."""

    seconds: float
    peak_mb: float


def main(options: Sequence[str] = ()) -> None:
    """Make the files, read them with pymarc alone, import them, and print records a second and peak memory."""
    asked = _options(options)
    sizes = (asked.records // 4, asked.records) if asked.growing else (asked.records,)
    print(f"\n{'':34}{'records':>10}{'seconds':>10}{'a second':>10}{'peak MB':>10}{'ratio':>8}")
    with place(asked.folder, asked.only) as where:
        for count in sizes:
            marc, table = _marc(where.folder, count), _table(where.folder, count)
            limit = _run([sys.executable, "-c", _READ, str(marc)])
            _show("pymarc merely reads", count, limit, limit)
            for database, url in where.urls(f"imports-{count}-{os.getpid()}").items():
                _show(f"MARC into {database}", count, _import(where, url, "marc", marc), limit)
                _show("the same again: nothing changes", count, _import(where, url, "marc", marc, new=False), limit)
            for database, url in where.urls(f"tables-{count}-{os.getpid()}").items():
                _show(f"CSV into {database}", count, _import(where, url, "titles", table), limit)


def _options(options: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench imports")
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--once", dest="growing", action="store_false", help="not also a file of a quarter of them")
    parser.add_argument("--folder", type=Path, help="keep the files here")
    parser.add_argument("--only", choices=("sqlite", "postgresql"), help="one database instead of both")
    return parser.parse_args(options)


def _show(what: str, count: int, run: Run, limit: Run) -> None:
    rate, ratio = count / run.seconds, run.seconds / limit.seconds
    print(f"{what:34}{count:10,}{run.seconds:10.1f}{rate:10,.0f}{run.peak_mb:10.0f}{ratio:8.1f}")


def _import(where: Place, url: str, kind: str, file: Path, *, new: bool = True) -> Run:
    config = where.folder / "kiosk.toml"
    config.write_text(f'[library]\ndatabase = "{url}"\npolicy = "itu"\n')
    if new:
        create_library(StoreSettings(url), NOW).close()
    kiosk = Path(sys.executable).parent / "kiosk"
    return _run([str(kiosk), "import", kind, str(file), "--config", str(config)])


def _run(command: Sequence[str]) -> Run:
    """Run a process to its end. Raises if it fails."""
    started, peak = time.perf_counter(), 0.0
    with tempfile.TemporaryFile("w+") as told:
        process = subprocess.Popen(command, stdout=told, stderr=subprocess.STDOUT)
        while process.poll() is None:
            peak = max(peak, _peak_mb(process.pid))
            time.sleep(0.05)
        if process.returncode:
            told.seek(0)
            raise RuntimeError(f"{command} failed:\n{told.read()}")
    return Run(time.perf_counter() - started, peak)


def _peak_mb(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    _before, found, after = status.partition("VmHWM:")
    return int(after.split()[0]) / 1024 if found else 0.0


def _marc(folder: Path, count: int) -> Path:
    """Each title as a MARC record with a copy."""
    path = folder / f"titles-{count}.mrc"
    if not path.exists():
        with path.open("wb") as file:
            for title in made_titles(count, NOW):
                file.write(_record(title).as_marc())
    return path


def _record(title: dict[str, Any]) -> Record:
    record = Record(force_utf8=True)
    fields = {
        "020": {"a": title["isbn"]},
        "050": {"a": title["shelf_mark"]},
        "100": {"a": title["author"]},
        "245": {"a": title["title"]},
        "264": {"b": "Yayınevi", "c": str(title["year"])},
        "650": {"a": title["subjects"]},
        "952": {"p": f"B{title['id']:09d}", "b": "mustafa_inan", "y": "book"},
    }
    made = [Field("001", data=title["control_number"]), Field("008", data="".ljust(35) + "tur  ")]
    for tag, values in fields.items():
        made.append(Field(tag, Indicators(" ", " "), [Subfield(code, value) for code, value in values.items()]))
    record.add_field(*made)  # type: ignore[no-untyped-call]
    return record


def _table(folder: Path, count: int) -> Path:
    path = folder / f"titles-{count}.csv"
    if not path.exists():
        names = ("control_number", "title", "author", "year", "language", "isbn", "subjects", "shelf_mark")
        with path.open("w", encoding="utf-8", newline="") as file:
            out = csv.DictWriter(file, names, extrasaction="ignore")
            out.writeheader()
            titles: Iterator[dict[str, Any]] = made_titles(count, NOW)
            while some := list(islice(titles, 1000)):
                out.writerows(some)
    return path
