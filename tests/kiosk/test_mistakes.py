"""What an administrator does by mistake: nothing of the library's is lost, and the sentence says how to go on."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from kiosk.commands import run
from kiosk.commands.lazy import LazyGroup
from kiosk.faults import EXIT_FAULT
from screens import words
from store.errors import DatabaseMismatch
from store.migrating import SchemaState, migrate, schema_state
from store.opening import create_library, open_library
from store.settings import StoreSettings
from tests.store.worlds import NOW, library

Told = pytest.CaptureFixture[str]
MEMBERS = "number,surname,given_name,category\n" + "".join(f"{n},Ak,Ali,undergraduate\n" for n in range(60))


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with a library of one member."""
    url = f"sqlite:///{tmp_path / 'library.db'}"
    library(url, {"ali": {"category": "undergraduate"}}, {"b1": {"type": "book"}})[0].close()
    (tmp_path / "library.db").chmod(0o600)
    (tmp_path / "kiosk.toml").write_text(f'[library]\ndatabase = "{url}"\n', "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.delenv("KIOSK_CONFIG", raising=False)
    yield tmp_path
    words.use("tr")


def _refused(capsys: Told, *arguments: str) -> str:
    assert run(arguments) == 2
    return capsys.readouterr().err


def test_no_report_is_written_over_a_file(home: Path, capsys: Told) -> None:
    """Neither over the library, nor the settings, nor the very file that is read; nothing is taken in, either."""
    (home / "members.csv").write_text(MEMBERS, "utf-8")
    for place in ("library.db", "kiosk.toml", "members.csv", "."):
        before = (home / place).read_bytes() if place != "." else b""
        for option in (("--report", place), ("--sync", "--leavers", place), ("--dry-run", "--report", place)):
            assert "is there already" in _refused(capsys, "import", "members", "members.csv", *option)
        assert place == "." or (home / place).read_bytes() == before
    assert run(["import", "members", "members.csv", "--report", "new.csv"]) == 0
    assert "60 added" in capsys.readouterr().out


def test_a_list_that_was_cut_off_ends_no_membership(home: Path, capsys: Told) -> None:
    """Neither one of which nothing is left, nor one that lacks more than a quarter; a whole one does."""
    (home / "members.csv").write_text(MEMBERS, "utf-8")
    assert run(["import", "members", "members.csv"]) == 0
    lines = MEMBERS.splitlines(keepends=True)
    for kept, many in ((1, "--end"), (1, "--end-many"), (41, "--end")):
        (home / "cut.csv").write_text("".join(lines[:kept]), "utf-8")
        told = "file names nobody" if kept == 1 else "--end-many"
        assert told in _refused(capsys, "import", "members", "cut.csv", "--sync", many)
    assert run(["import", "members", "cut.csv", "--sync", "--end-many"]) == 0
    assert "21 memberships ended" in capsys.readouterr().out


def test_what_is_to_come_is_not_done_before(capsys: Told) -> None:
    """It would be stamped with moments after which every clock looks wrong."""
    ahead = f"{datetime.now(UTC) + timedelta(days=2):%Y-%m-%dT%H:%M}"
    assert "--dry-run" in _refused(capsys, "jobs", "run", "--until", ahead)
    assert run(["jobs", "run", "--dry-run", "--until", ahead]) == 0
    assert "2026-03-02T10:00" in _refused(capsys, "jobs", "run", "--until", "0001-01-01T00:00")


def test_an_older_library_is_left_alone_until_it_is_upgraded(home: Path, capsys: Told) -> None:
    """No command changes it without the backup."""
    url = f"sqlite:///{home / 'older.db'}"
    migrate(url, "0008")
    (home / "kiosk.toml").write_text(f'[library]\ndatabase = "{url}"\n', "utf-8")
    (home / "titles.csv").write_text("title\nAşk\n", "utf-8")
    for command in (("jobs", "list"), ("jobs", "run"), ("import", "titles", "titles.csv", "--dry-run")):
        assert "kiosk database upgrade" in _refused(capsys, *command)
    with pytest.raises(DatabaseMismatch, match="older"):
        open_library(StoreSettings(url))
    assert schema_state(url) is SchemaState.OLDER
    run(["doctor"])
    assert "kiosk database upgrade" in capsys.readouterr().out


def test_a_copy_is_private_and_made_from_a_library_only(home: Path, capsys: Told) -> None:
    """A name that is none is said to be so, and makes no file."""
    source = f"sqlite:///{home / 'library.db'}"
    assert run(["database", "copy", source, "sqlite:///copy.db"]) == 0
    assert (home / "copy.db").stat().st_mode & 0o777 == 0o600
    capsys.readouterr()
    told = _refused(capsys, "database", "copy", source, "postgresql://kiosk:secret@host/library")
    assert "TARGET is no address" in told and "secret" not in told
    assert "no library" in _refused(capsys, "database", "copy", "sqlite:///nope.db", "sqlite:///other.db")
    assert not (home / "nope.db").exists() and not (home / "other.db").exists()


def test_tables_without_a_library_are_told_from_one(home: Path, capsys: Told) -> None:
    """As a set-up or a copy leaves them that was stopped."""
    migrate("sqlite:///half.db")
    (home / "kiosk.toml").write_text('[library]\ndatabase = "sqlite:///half.db"\n', "utf-8")
    run(["doctor"])
    assert "There is no library" in capsys.readouterr().out
    assert "There is no library" in _refused(capsys, "database", "verify")


def test_a_folder_that_is_named_but_not_there_is_a_fault(home: Path, capsys: Told) -> None:
    """Else every letter would go out in words that are not the library's own, and nobody would know why."""
    settings = (home / "kiosk.toml").read_text("utf-8")
    settings = settings.replace("[library]", f'[library]\npolicy_folder = "{home}/rules"', 1)
    (home / "kiosk.toml").write_text(settings + f'\n[mail]\ntemplates = "{home}/own"\n', "utf-8")
    assert run(["doctor"]) == 1
    told = capsys.readouterr().out
    assert "[library] policy_folder: there is no folder" in told and "[mail] templates: there is no folder" in told
    for name in ("rules", "own"):
        (home / name).mkdir()
    run(["doctor"])
    assert "there is no folder" not in capsys.readouterr().out


def test_what_is_wrong_with_a_line_is_said_in_the_administrators_language(
    home: Path, capsys: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the screen and in the report; so is what is wrong with the whole file."""
    monkeypatch.setenv("LANG", "tr_TR.UTF-8")
    (home / "loans.csv").write_text("barcode,member,lent,due\nS00001,ali,dün,2026-03-15\n", "utf-8")
    assert run(["import", "loans", "loans.csv", "--report", "report.csv"]) == 0
    told = "lent 'dün' olamaz; tarihi 2026-03-31 ya da 31.03.2026 gibi yazın"
    assert told in capsys.readouterr().err and told in (home / "report.csv").read_text("utf-8-sig")
    (home / "none.mrc").write_bytes(b"")
    assert "dosyada kayıt yok" in _refused(capsys, "import", "marc", "none.mrc")


def test_days_that_cannot_be_are_left_out(home: Path, capsys: Told) -> None:
    """Other systems write the end of time where they know no date."""
    lines = "S00001,ali,2026-03-01,9999-12-31\nS00001,ali,0001-01-01,2026-03-15\n"
    (home / "loans.csv").write_text(f"barcode,member,lent,due\n{lines}", "utf-8")
    assert run(["import", "loans", "loans.csv"]) == 0
    assert capsys.readouterr().err.count("write a day between 1900 and 2200") == 2


def test_a_charge_is_taken_in_once_whoever_it_is_said_to_be_of(home: Path, capsys: Told) -> None:
    """The other system's number tells it from others; a corrected member would be a second charge."""
    (home / "members.csv").write_text(MEMBERS, "utf-8")
    assert run(["import", "members", "members.csv"]) == 0
    for member, told in ((7, "1 added"), (7, "1 unchanged"), (8, "0 added, 0 changed, 0 unchanged, 1 left out")):
        (home / "fines.csv").write_text(f"reference,member,amount,charged\nF1,{member},12.50,2026-03-01\n", "utf-8")
        assert run(["import", "fines", "fines.csv"]) == 0
        assert told in capsys.readouterr().out


def test_a_table_that_breaks_off_tells_the_line(home: Path, capsys: Told) -> None:
    """A quote that is never closed swallows the rest."""
    (home / "titles.csv").write_text('title\nAşk\n"Tutunamayanlar\n', "utf-8")
    assert "(line 3)" in _refused(capsys, "import", "titles", "titles.csv")


def test_what_is_no_text_is_said_to_be_so(home: Path, capsys: Told) -> None:
    """Whatever the encoding is called."""
    (home / "titles.csv").write_text("title\nAşk\n", "utf-8")
    for encoding in ("utf-16", "rot13", "base64", "undefined", "none"):
        told = _refused(capsys, "import", "titles", "titles.csv", "--encoding", encoding)
        assert encoding in told and "Traceback" not in told
    assert "no column seems here" in _refused(capsys, "import", "titles", "titles.csv", "--map", "title=seems")


def test_a_database_without_turkish_letters_is_refused(pg_server: str) -> None:
    """Before a table is made in it."""
    url, name = make_url(pg_server), "latin5"
    with closing(psycopg.connect(pg_server.replace("+psycopg", ""), autocommit=True)) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {name}")
        admin.execute(f"CREATE DATABASE {name} ENCODING 'LATIN5' LOCALE 'C' TEMPLATE template0")
    address = url.set(database=name).render_as_string(hide_password=False)
    with pytest.raises(DatabaseMismatch, match="LATIN5"):
        create_library(StoreSettings(address), NOW)
    assert schema_state(address) is SchemaState.EMPTY


def test_a_server_that_is_not_there_is_named(home: Path, capsys: Told) -> None:
    """Where scenarios are to be played."""
    (home / "a.toml").write_text('policy = "itu"\n[[scenario]]\nid = "A"\ntitle = "t"\nclauses = ["ITU-A2"]\n'
                                 'steps = [{ at = 2026-03-02T10:00:00, do = "wait" }]\n', "utf-8")  # fmt: skip
    for server in ("postgresql+psycopg://127.0.0.1:1/none", "garbage"):
        assert "can't be used" in _refused(capsys, "policy", "test", "a.toml", "--database", server)


def test_a_fault_of_the_program_tells_its_place_and_nobodys_name(capsys: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it was about may be a member's."""

    def fails(_group: LazyGroup, **_given: object) -> None:
        raise RuntimeError("Ayşe Kaya, PIN deneme1")

    monkeypatch.setattr(LazyGroup, "main", fails)
    assert run(["doctor"]) == EXIT_FAULT
    told = capsys.readouterr().err
    assert (
        "(RuntimeError in " in told
        and "commands/__init__.py:" in told
        and "Ayşe" not in told
        and "Traceback" not in told
    )


def test_a_library_without_one_of_its_tables_is_not_whole(home: Path, capsys: Told) -> None:
    """It is told, and no command ends with a traceback."""
    with closing(sqlite3.connect(home / "library.db")) as database:
        database.execute("DROP TABLE loan")
    assert run(["database", "verify"]) == 1
    assert "every table is there: loan" in capsys.readouterr().out
    assert run(["jobs", "run"]) == EXIT_FAULT
    told = capsys.readouterr().err
    assert "fault of the program" in told and "Traceback" not in told and "SELECT" not in told


@pytest.mark.parametrize("text", ["", 'slug = "itu"'])
def test_a_policy_file_of_one_line_is_read_as_one(home: Path, text: str, capsys: Told) -> None:
    """However little stands in it."""
    (home / "ours.toml").write_text(text, "utf-8")
    with (home / "kiosk.toml").open("a") as settings:
        settings.write('policy = "ours.toml"\n')
    assert run(["doctor"]) == 1
    assert "branches: is missing" in capsys.readouterr().out


def test_files_may_begin_with_a_mark(home: Path) -> None:
    """Some editors write one before the first letter."""
    (home / "kiosk.toml").write_text((home / "kiosk.toml").read_text("utf-8"), "utf-8-sig")
    (home / "ours.toml").write_text((files("store") / "policies" / "itu.toml").read_text("utf-8"), "utf-8-sig")
    assert run(["policy", "check", "ours.toml"]) == 0
    assert run(["database", "verify"]) == 0


@pytest.mark.parametrize(
    "step",
    [
        'do = "settle", remedy = "current_price", usd_rate = "abc", item = "b1"',
        'do = "checkout", member = "ali", item = "b1", period = "9999 years", channel = "desk"',
    ],
)
def test_a_scenario_that_cannot_be_played_fails_alone(home: Path, step: str, capsys: Told) -> None:
    """The others are played all the same."""
    world = 'members = { ali = { category = "faculty" } }\nitems = { b1 = { type = "book" } }\n'
    whole = 'policy = "itu"\n'
    for name, what in (("A", step), ("B", 'do = "wait"')):
        whole += f'[[scenario]]\nid = "{name}"\ntitle = "t"\nclauses = ["ITU-A2"]\n{world}'
        whole += f"steps = [{{ at = 2026-03-02T10:00:00, {what} }}]\n"
    (home / "a.toml").write_text(whole, "utf-8")
    assert run(["policy", "test", "a.toml"]) in (1, 2)
    out = capsys.readouterr()
    assert "failed" in out.out and "fault of the program" not in out.err


@pytest.mark.parametrize("balance", ["99999999999999999999", "-1"])
def test_a_scenario_with_an_impossible_number_is_told(home: Path, balance: str, capsys: Told) -> None:
    (home / "a.toml").write_text(
        'policy = "itu"\n[[scenario]]\nid = "A"\ntitle = "t"\nclauses = ["ITU-A2"]\n'
        f'members = {{ ali = {{ category = "faculty", balance = {balance} }} }}\n'
        'steps = [{ at = 2026-03-02T10:00:00, do = "wait" }]\n',
        "utf-8",
    )
    assert "must be a whole number from 0 to" in _refused(capsys, "policy", "test", "a.toml")


def test_moments_out_of_all_time_are_told(capsys: Told) -> None:
    asked = ("policy", "explain", "--category", "undergraduate", "--type", "book", "--policy", "itu", "--at")
    assert "write a moment" in _refused(capsys, *asked, "9999-12-31T23:59")


def test_an_address_without_a_file_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIOSK_DATABASE", "sqlite:////")
    assert run(["doctor"]) == 1
