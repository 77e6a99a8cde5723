"""What an administrator meets when something is not as it should be: each command says how to go on."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.commands import run
from kiosk.journal import ReturnJournal
from screens import words
from store.act import At
from store.circulation import returns
from store.database import open_database
from store.opening import create_library, open_library
from store.upkeep.verifying import verify
from tests.store.worlds import NOW, settings

KIOSK = Path(sys.executable).parent / "kiosk"
Told = pytest.CaptureFixture[str]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder to work in, in English, with a settings file and the supervisor's PIN in another."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.delenv("KIOSK_CONFIG", raising=False)
    monkeypatch.delenv("KIOSK_DATABASE", raising=False)
    _configure('[library]\ndatabase = "sqlite:///library.db"\n')
    Path("pin").write_text("gozetmen01\n", "utf-8")
    yield tmp_path
    words.use("tr")


@pytest.fixture
def library(place: Path) -> Path:
    """The same with an empty library."""
    create_library(settings("sqlite:///library.db"), NOW).close()
    Path("library.db").chmod(0o600)
    return place


def _configure(text: str) -> None:
    Path("kiosk.toml").write_text(text, "utf-8")
    Path("kiosk.toml").chmod(0o600)


def _init(*more: str) -> int:
    return run(["init", "--name", "Deniz Arı", "--card", "209001", "--pin-file", "pin", *more])


def _names() -> list[str]:
    return sorted(each.name for each in Path().iterdir())


def _staff(path: str = "library.db") -> list[str]:
    with sqlite3.connect(path) as database:
        found = [str(name) for (name,) in database.execute("SELECT name FROM staff")]
    database.close()
    return found


# ----------------------------------------------------------------------------------------------------- init


@pytest.mark.usefixtures("place")
def test_a_fresh_library_is_private_whole_and_supervised() -> None:
    """From nothing: the settings file, the database, the supervisor."""
    Path("kiosk.toml").unlink()
    assert _init() == 0
    for name in ("kiosk.toml", "kiosk.db"):
        assert Path(name).stat().st_mode & 0o777 == 0o600
    assert Path("kiosk.toml").read_text("utf-8") == (Path(__file__).parents[2] / "kiosk.toml").read_text("utf-8")
    assert _staff("kiosk.db") == ["Deniz Arı"]
    database = open_database("sqlite:///kiosk.db")
    assert verify(database) == ()
    database.close()


@pytest.mark.usefixtures("place")
def test_a_second_call_changes_nothing_and_asks_nothing(capsys: Told) -> None:
    """It says that there is a library, before anybody has typed a PIN."""
    assert _init() == 0
    before = Path("library.db").read_bytes()
    assert run(["init"]) == 2
    assert "there is a library in this database already" in capsys.readouterr().err
    assert Path("library.db").read_bytes() == before


@pytest.mark.usefixtures("library")
def test_a_library_that_nobody_supervises_is_finished() -> None:
    """On a server nothing is taken back when somebody stops at the PIN: the next call goes on."""
    assert _staff() == []
    assert _init() == 0
    assert _staff() == ["Deniz Arı"]
    assert _init() == 2


@pytest.mark.parametrize(
    ("pin", "card", "word"),
    [
        (b"kisa", "1", "10"),
        (b"GOZETMEN01", "1", "lower"),
        (b"gozetmen01", "1" * 65, "64"),
        (b"\xff", "1", "pin: is not UTF-8 text"),
    ],
)
def test_what_init_refuses_leaves_nothing(place: Path, capsys: Told, pin: bytes, card: str, word: str) -> None:
    """A bad PIN or card: no database, but a file with a like name stays."""
    Path("library.db.backup").write_text("old", "utf-8")
    Path("pin").write_bytes(pin)
    assert run(["init", "--name", "Deniz", "--card", card, "--pin-file", "pin"]) == 2
    assert word in capsys.readouterr().err
    assert sorted(each.name for each in place.iterdir()) == ["kiosk.toml", "library.db.backup", "pin"]


@pytest.mark.usefixtures("place")
def test_a_place_that_can_not_be_written_is_named(capsys: Told) -> None:
    """Settings and database: /proc takes no file, not even from root."""
    assert _init("--config", "/proc/kiosk.toml") == 2
    assert "/proc/kiosk.toml" in capsys.readouterr().err
    for folder in ("/proc", "/nowhere"):
        _configure(f'[library]\ndatabase = "sqlite:///{folder}/library.db"\n')
        assert _init() == 2
        told = capsys.readouterr().err
        assert "Traceback" not in told and "address of the database" in told


def test_a_full_disk_leaves_no_half_library(place: Path) -> None:
    """The limit of a file's size stands for the disk."""
    limited = f"ulimit -f 100; exec {KIOSK} init --name Deniz --card 1 --pin-file pin"
    done = subprocess.run(["bash", "-c", limited], capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "Traceback" not in done.stderr, done.stderr
    assert sorted(each.name for each in place.iterdir()) == ["kiosk.toml", "pin"]


# --------------------------------------------------------------------------------------------------- import


@pytest.mark.usefixtures("library")
def test_a_report_that_can_not_be_written_is_known_beforehand(capsys: Told) -> None:
    """Not after the titles are in."""
    Path("titles.csv").write_text("title\nAşk\n", "utf-8")
    assert run(["import", "titles", "titles.csv", "--report", "none/report.csv"]) == 2
    assert "none/report.csv" in capsys.readouterr().err
    assert run(["import", "titles", "titles.csv", "--report", "report.csv"]) == 0
    assert "1 added" in capsys.readouterr().out


@pytest.mark.usefixtures("library")
def test_the_report_holds_every_record_that_was_left_out(capsys: Told) -> None:
    """Also those that the screen does not show; no cell is a formula."""
    rows = "\n".join(f"{number},Ak,Ali,=cmd" for number in range(30))
    Path("members.csv").write_text(f"number,surname,given_name,category,email\n{rows}\n", "utf-8")
    assert run(["import", "members", "members.csv", "--report", "report.csv"]) == 0
    assert "… and 10 more" in capsys.readouterr().err
    assert len(Path("report.csv").read_text("utf-8").splitlines()) == 31


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("kind", ["titles", "copies", "members", "applications", "marc"])
def test_an_unknown_encoding_stops_every_import(capsys: Told, kind: str) -> None:
    """It is not that each record is damaged."""
    Path("file").write_bytes(b"title\nA\xff\n")
    assert run(["import", kind, "file", "--encoding", "klingon"]) == 2
    assert "There is no encoding klingon" in capsys.readouterr().err


# --------------------------------------------------------------------------------------------------- doctor

SOUND = '[library]\ndatabase = "sqlite:///library.db"\n[mail]\nkind = "file"\nfolder = "mail"\n'
UNSOUND = {
    '[library]\ndatabase = "sqlite:///none.db"\n': ("no library in the database", "kiosk init"),
    '[library]\ndatabase = "sqlite:////nowhere/library.db"\n': ("/nowhere: no such folder", "address"),
    '[library]\ndatabase = "sqlite:///kiosk.toml"\n': ("not a database", "address"),
    '[library]\ndatabase = "postgresql+psycopg://k@127.0.0.1:1/x"\n': ("refused", "that it runs"),
    '[library]\npolicy = "atlantis"\n': ("no policy 'atlantis'", "itu"),
    '[library]\npolicy = "./latin.toml"\n': ("The policy: file: is not UTF-8 text", "Mend the policy"),
    '[terminal]\nbranch = "moon"\n': ("no branch moon", "mustafa_inan"),
    '[printer]\nkind = "network"\nhost = "127.0.0.1"\nport = 1\n': ("127.0.0.1:1", "name, port and cable"),
    '[printer]\nkind = "network"\nhost = "two..dots"\n': ("two..dots", "name, port and cable"),
    '[printer]\nkind = "device"\npath = "lp0"\n': ("lp0 can't be written", "[printer] path"),
    '[printer]\nkind = "file"\npath = "none/printed.txt"\n': ("can't be written", "[printer] path"),
    '[mail]\nkind = "smtp"\nhost = "127.0.0.1"\nport = 1\nsender = "a@b.tr"\n': ("127.0.0.1:1", "name, port and cable"),
    '[mail]\nkind = "smtp"\nhost = "127.0.0.1"\nport = 1\nsender = "a@b.tr"\npassword_file = "x"\n': (
        "password_file", "[mail]",
    ),
    '[mail]\nkind = "file"\nfolder = "kiosk.toml/mail"\n': ("kiosk.toml/mail can't be written", "[mail]"),
    '[mail]\ntemplates = "none"\n': ("there is no such folder", "Mend the template"),
    '[faults]\nstate_folder = "kiosk.toml"\n': ("kiosk.toml can't be written", "state_folder"),
}  # fmt: skip


@pytest.mark.usefixtures("library")
def test_a_sound_terminal_is_found_sound(capsys: Told) -> None:
    """Warnings may stand, faults do not; looking writes nothing."""
    _configure(SOUND)
    before = _names()
    assert run(["doctor"]) == 0
    told = capsys.readouterr().out
    assert "✗" not in told and told.count("✓") >= 6
    assert _names() == before


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("text", UNSOUND)
def test_the_doctor_names_the_fault_and_how_to_mend_it(capsys: Told, text: str) -> None:
    """In a line with a cross and one with an arrow; the other checks are made all the same; nothing is written."""
    Path("latin.toml").write_bytes(b'slug = "\xfc"\n')
    wrong, mend = UNSOUND[text]
    table, _, rest = text.partition("\n")
    ours = '[library]\ndatabase = "sqlite:///library.db"\n'
    _configure(text if "database" in rest else ours + rest if table == "[library]" else ours + text)
    before = _names()
    assert run(["doctor"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert any("✗" in line and wrong in line for line in lines), lines
    assert any("→" in line and mend in line for line in lines), lines
    assert sum(line[:1] in "✓!✗" for line in lines) >= 6
    assert _names() == before


@pytest.mark.usefixtures("library")
def test_a_database_that_others_may_read_is_a_fault(capsys: Told) -> None:
    """With the command that mends it."""
    Path("library.db").chmod(0o640)
    assert run(["doctor"]) == 1
    assert "chmod 600 library.db" in capsys.readouterr().out


@pytest.mark.usefixtures("library")
def test_the_doctor_looks_at_every_file_that_others_must_not_read(capsys: Told) -> None:
    """Settings, an address and a password that stand in files, and the folder of the state."""
    Path("state").mkdir(mode=0o755)
    for name, content in {"address": "sqlite:///library.db", "password": "x", "state/faults.log": ""}.items():
        Path(name).write_text(content, "utf-8")
        Path(name).chmod(0o644)
    mail = '[mail]\nkind = "smtp"\nhost = "127.0.0.1"\nsender = "a@b.tr"\npassword_file = "password"\n'
    _configure('[library]\ndatabase_file = "address"\n' + mail)
    Path("kiosk.toml").chmod(0o644)
    assert run(["doctor"]) == 1
    told = capsys.readouterr().out
    for name in ("address", "password", "kiosk.toml"):
        assert f"chmod 600 {name}" in told
    assert "chmod 700 state" in told


@pytest.mark.usefixtures("library")
def test_the_doctor_tells_of_returns_that_wait(capsys: Told) -> None:
    """Taken down in an outage, not booked yet."""
    ReturnJournal(Path("state")).take_down("300001", NOW)
    run(["doctor"])
    assert "1 returns were taken down" in capsys.readouterr().out


@pytest.mark.usefixtures("library")
def test_nothing_is_done_by_a_wrong_clock(capsys: Told) -> None:
    """The library has recorded something tomorrow: jobs are refused with a sentence, and the doctor says so."""
    opened = open_library(settings("sqlite:///library.db"), NOW)
    returns.checkin(opened, "none", datetime.now(UTC) + timedelta(days=1), At("t"))
    opened.close()
    assert run(["jobs", "run"]) == 2
    assert "this clock says" in capsys.readouterr().err
    assert run(["doctor"]) == 1
    assert "✗ The clock is wrong" in capsys.readouterr().out


# ------------------------------------------------------------------------------------------------- database


@pytest.mark.usefixtures("library")
def test_a_whole_library_and_a_broken_one_are_told_apart(capsys: Told) -> None:
    """0 and 1; a violation names its rule."""
    assert run(["database", "verify"]) == 0
    assert "The library is whole." in capsys.readouterr().out
    with sqlite3.connect("library.db") as database:
        database.execute(
            "INSERT INTO staff (name, role, pin_hash, created_at) VALUES ('x', 'circulation', 'y', '2026-01-01')"
        )
    database.close()
    assert run(["database", "verify"]) == 1
    told = capsys.readouterr().out
    assert "✗ a library has a supervisor" in told and "1 violations" in told


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize(
    ("address", "word"),
    [
        ("sqlite:///none.db", "kiosk init"), ("sqlite:////nowhere/x.db", "nowhere"), ("sqlite:///pin", "database"),
        ("postgresql+psycopg://k@127.0.0.1:1/x", "refused"), ("mysql://gizli@x/y", "postgresql+psycopg"),
    ],
)  # fmt: skip
def test_what_can_not_be_verified_is_said(
    capsys: Told, monkeypatch: pytest.MonkeyPatch, address: str, word: str
) -> None:
    """No library, no file, no server: exit status 2; nothing is made, and no address with a password is shown."""
    monkeypatch.setenv("KIOSK_DATABASE", address)
    before = _names()
    assert run(["database", "verify"]) == 2
    told = capsys.readouterr().err
    assert word in told and "gizli" not in told
    assert _names() == before


@pytest.mark.usefixtures("library")
def test_a_file_that_the_disk_has_damaged_is_a_violation(capsys: Told) -> None:
    """A table's first page is overwritten: the verifier says so and does not break."""
    with sqlite3.connect("library.db") as database:
        (page,) = database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'copy'").fetchone()
    database.close()
    with Path("library.db").open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\xff" * 4096)
    assert run(["database", "verify"]) == 1
    assert "✗ the database file is sound" in capsys.readouterr().out
