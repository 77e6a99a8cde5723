"""Hostile files: what others wrote into catalogues, lists and settings is data, and never more."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pymarc
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from kiosk.commands import run
from kiosk.config import Config, ConfigFaults, LibraryTable
from kiosk.config_file import load_config
from store import rows
from store.desk.export import csv_text, write_csv
from store.loading.marc import Holdings, read_marc
from store.loading.records import BrokenFile, Damaged, TitleRecord
from store.loading.tables import read_members, read_titles
from store.opening import create_library, open_library, policy_text
from store.policy.load import PolicyFaults, load_policy
from store.policy.model import Policy
from tests.store.worlds import NOW
from tests.store.worlds import settings as store_settings

DATA = Path(__file__).parents[3] / "shared" / "data"
CONFIG = (Path(__file__).parents[2] / "kiosk.toml").read_bytes()
FORMULAS = ('=HYPERLINK("http://x.example","Tıklayın")', "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", " =1+1")
fuzzed = settings(
    max_examples=150, deadline=None, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip


# ------------------------------------------------------------------------------------------------- exports


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_of_an_export_is_a_formula(formula: str) -> None:
    """Whatever a title, a name or an address begins with, a spreadsheet shows it as text."""
    (cell,) = next(csv.reader(io.StringIO(csv_text(["a"], [[formula]]).split("\r\n", 1)[1], newline="")))
    assert cell.startswith("'")


def test_numbers_stay_numbers_and_a_terminal_obeys_no_cell(tmp_path: Path) -> None:
    """Only texts are guarded; control characters are left out; the file is its owner's alone, and stays so."""
    (tmp_path / "out.csv").touch(0o644)
    write_csv(tmp_path / "out.csv", ("n", "what"), [(-5, "a\x1b]0;x\x07b"), (None, 'say "ğ", please')])
    assert (tmp_path / "out.csv").read_text("utf-8-sig") == 'n,what\n-5,a]0;xb\n,"say ""ğ"", please"\n'
    assert (tmp_path / "out.csv").stat().st_mode & 0o777 == 0o600


def test_every_csv_file_comes_from_the_one_writer() -> None:
    """So that no export forgets it."""
    house = Path(__file__).parents[2]
    writers = {
        str(path.relative_to(house))
        for storey in ("kiosk", "screens", "store")
        for path in (house / storey).rglob("*.py")
        if "csv.writer" in path.read_text("utf-8") or "csv.DictWriter" in path.read_text("utf-8")
    }
    assert writers == {"store/desk/export.py"}


# ------------------------------------------------------------------------------------------------- imports


def _marc(number: int) -> bytes:
    record = pymarc.Record(force_utf8=True)
    title = pymarc.Field("245", pymarc.Indicators("1", "0"), [pymarc.Subfield("a", f"Başlık {number}")])
    record.add_field(pymarc.Field("001", data=f"t{number}"), title)  # type: ignore[no-untyped-call]
    written: bytes = record.as_marc()
    return written


def _real(name: str, size: int) -> bytes:
    """The beginning of a file of others, or records of our own where there is none."""
    path = DATA / name
    return path.read_bytes()[:size] if path.is_file() else b"".join(_marc(number) for number in range(9))


SEEDS = (_real("jazz_1k.mrc", 12_000), _real("hebrew.marc", 12_000), b"".join(_marc(number) for number in range(9)))


def _mutated(content: bytes, changes: list[tuple[int, int, bytes]]) -> bytes:
    """Bytes cut out and others put in their place, here and there."""
    for place, length, put in changes:
        at = place % (len(content) + 1)
        content = content[:at] + put + content[at + length :]
    return content


changes = st.lists(
    st.tuples(st.integers(0, 20_000), st.integers(0, 40), st.binary(max_size=12)), min_size=1, max_size=8
)


@fuzzed
@given(seed=st.sampled_from(SEEDS), changed=changes)
def test_no_marc_file_breaks_the_import(tmp_path: Path, seed: bytes, changed: list[tuple[int, int, bytes]]) -> None:
    """A record is read or named as damaged, a file as broken; what is read holds no control characters."""
    path = tmp_path / "file.mrc"
    path.write_bytes(_mutated(seed, changed))
    try:
        read = list(read_marc(path, Holdings()))
    except BrokenFile:
        return
    for each in read:
        assert isinstance(each, TitleRecord | Damaged)
        if isinstance(each, TitleRecord):
            assert "\x1b" not in f"{each.title}{each.author}{each.control_number}{each.shelf_mark}"


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
XML = {
    "a file from outside": '<!DOCTYPE x [<!ENTITY s SYSTEM "file:///etc/hostname">]><collection>&s;</collection>',
    "a thousand million laughs": f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]><collection>&l11;</collection>',
    "a nest without end": "<collection>" * 20_000,
}


@pytest.mark.parametrize("name", XML)
def test_no_xml_fetches_or_grows(tmp_path: Path, name: str) -> None:
    """Broken at once, with nothing of any other file in what is said."""
    path = tmp_path / "file.xml"
    path.write_text(XML[name], "utf-8")
    began = time.process_time()
    with pytest.raises(BrokenFile) as broken:
        list(read_marc(path, Holdings()))
    assert time.process_time() - began < 20, "no bound on speed: such a file would take for ever"
    hostname = Path("/etc/hostname")
    assert not hostname.is_file() or hostname.read_text().strip() not in str(broken.value)


@fuzzed
@given(content=st.binary(max_size=300) | st.text(alphabet='abğ,;"\t\n\r=\x00\x1b|', max_size=200).map(str.encode))
def test_no_csv_file_breaks_the_import(tmp_path: Path, content: bytes) -> None:
    """A row is read or named as damaged, a file as broken."""
    path = tmp_path / "file.csv"
    path.write_bytes(b"title,author\n" + content)
    try:
        read = list(read_titles(path, {}, "utf-8-sig"))
    except BrokenFile:
        return
    assert all(isinstance(each, TitleRecord | Damaged) for each in read)


ESCAPES = ("../../../../etc/kiosk", "/etc/kiosk", "..\\..\\x", "a\x00b", "%2e%2e%2fx", "~root/x", "$(id)", "`id`")


def test_no_value_of_a_file_names_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers, cards, names, addresses that look like paths make none, not even as letters."""
    monkeypatch.chdir(tmp_path)
    create_library(store_settings("sqlite:///library.db"), NOW).close()
    text = '[library]\ndatabase = "sqlite:///library.db"\n[mail]\nkind = "file"\nfolder = "mail"\n'
    Path("kiosk.toml").write_text(text, "utf-8")
    lines = [f'"{e}{n}","{e}","{e}",undergraduate,"{e}@x","{e}{n}"' for n, e in enumerate(ESCAPES)]
    Path("members.csv").write_text("\n".join(("number,surname,given_name,category,email,card", *lines)), "utf-8")
    outside = _tree(tmp_path.parent)
    assert run(["import", "members", "members.csv", "--config", "kiosk.toml"]) == 0
    opened = open_library(store_settings("sqlite:///library.db"), NOW)
    with opened.database.read.connect() as connection:
        found = connection.execute(select(rows.member.c.number, rows.member.c.surname, rows.member.c.given_name)).all()
    from store.act import At
    from store.members import memberpins

    for row in found:
        memberpins.ask_code(opened, "first_pin", row.number, row.surname, row.given_name, NOW, At("test"))
    opened.close()
    assert run(["mail", "send", "--config", "kiosk.toml"]) == 0
    assert {path.suffix for path in Path("mail").iterdir()} <= {".eml"}
    assert _tree(tmp_path.parent) == outside


def _tree(folder: Path) -> set[str]:
    return {str(path) for path in folder.iterdir()}


def test_what_stands_in_a_list_is_no_sql(sqlite_url: str, tmp_path: Path) -> None:
    """Quotes and semicolons are letters of a name."""
    name = "Ali'; DROP TABLE member; --"
    path = tmp_path / "members.csv"
    path.write_text(f"number,surname,given_name,category\n1,\"{name}\",\"' OR '1'='1\",undergraduate\n", "utf-8")
    from store.loading.writing import load_members
    from tests.store.test_loading import AT
    from tests.store.worlds import library

    made, _world = library(sqlite_url, {}, {})
    load_members(made, read_members(path, {}, "utf-8"), NOW, AT, lambda _done: None, False)
    with made.database.read.connect() as connection:
        assert connection.execute(select(rows.member.c.surname)).scalars().all() == [name]
    from store.catalogue.search import search

    for words in (name, "' OR 1=1 --", "%", "_", "\\", '"*" NEAR', "title:x", "\x00"):
        search(made, words)
    made.close()


# ------------------------------------------------------------------------------------------------ settings


NASTY = (
    "a = " + "[" * 5000 + "]" * 5000, "x = " + "9" * 5000, "[library]\nname = " + "{a=" * 3000,
    '[library]\nname = "a\\u001b[31mb"', "[library]\nretention_days = 99999999999999", "[pin]\ntries = nan",
    "[pin]\ntries = 1979-05-27", '"" = 1', "[library.name]\n", "[[library]]\n", "[import]\nbranches = {a = 1}",
)  # fmt: skip


@pytest.mark.parametrize("text", NASTY, ids=lambda text: text[:20])
def test_nasty_settings_are_named(tmp_path: Path, text: str) -> None:
    """Nests and numbers without end, control characters, kinds of value that no key has."""
    path = tmp_path / "kiosk.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(ConfigFaults):
        load_config(path)


@pytest.mark.parametrize("text", NASTY[:3], ids=lambda text: text[:20])
def test_nasty_rules_are_named(text: str) -> None:
    """The same where the rules stand."""
    with pytest.raises(PolicyFaults):
        load_policy(text)


@fuzzed
@given(changed=changes)
def test_no_settings_file_breaks_the_program(tmp_path: Path, changed: list[tuple[int, int, bytes]]) -> None:
    """It is read, or everything wrong in it is named."""
    path = tmp_path / "kiosk.toml"
    path.write_bytes(_mutated(CONFIG, changed))
    with _named(ConfigFaults):
        assert isinstance(load_config(path), Config)


@settings(parent=fuzzed, max_examples=25)
@given(changed=changes)
def test_no_policy_file_breaks_the_program(tmp_path: Path, changed: list[tuple[int, int, bytes]]) -> None:
    """The same of the rules."""
    path = tmp_path / "policy.toml"
    path.write_bytes(_mutated(policy_text("itu").encode(), changed))
    with _named(PolicyFaults):
        assert isinstance(load_policy(path), Policy)


@contextmanager
def _named(fault: type[Exception]) -> Iterator[None]:
    try:
        yield
    except fault as named:
        assert str(named)


def test_a_password_in_the_settings_is_found_by_the_doctor() -> None:
    """An address with one belongs into a file of its own, or the environment."""
    from kiosk.commands.doctor import check_secrets

    with_one = "postgresql+psycopg://kiosk:gizli@localhost/kiosk"
    assert [found.kind for found in check_secrets(Config(library=LibraryTable(database=with_one)))] == ["bad"]
    for without in ("postgresql+psycopg://kiosk@localhost:5432/kiosk", "sqlite:///kiosk.db"):
        assert list(check_secrets(Config(library=LibraryTable(database=without)))) == []


@pytest.mark.parametrize(
    ("address", "found"),
    [("kiosk@host/kiosk", ["warn"]), ("kiosk@host:5432/kiosk?sslmode=prefer", ["warn"]), ("host/kiosk", ["warn"]),
     ("kiosk@host/kiosk?sslmode=verify-full", []), ("kiosk@host/kiosk?a=b&sslmode=require", []),
     ("kiosk@/kiosk?host=/run/postgresql", []), ("kiosk@127.0.0.1/kiosk", [])],
)  # fmt: skip
def test_a_line_that_may_be_listened_to_is_found_by_the_doctor(address: str, found: list[str]) -> None:
    """To a server on another machine, unless the address asks for encryption."""
    from kiosk.commands.doctor import check_secrets

    config = Config(library=LibraryTable(database=f"postgresql+psycopg://{address}"))
    assert [each.kind for each in check_secrets(config)] == found


def test_a_settings_file_of_our_own_making_is_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So is the library beside it, whatever the umask."""
    monkeypatch.chdir(tmp_path)
    Path("pin").write_text("gozetmen01\n", "utf-8")
    import os

    before = os.umask(0)
    try:
        assert run(["init", "--name", "Deniz Arı", "--card", "209001", "--pin-file", "pin"]) == 0
    finally:
        os.umask(before)
    for name in ("kiosk.toml", "kiosk.db"):
        assert Path(name).stat().st_mode & 0o777 == 0o600
    # SQLite gives its companions the mode of the database.
    assert all(path.stat().st_mode & 0o077 == 0 for path in Path().glob("kiosk.db-*"))
