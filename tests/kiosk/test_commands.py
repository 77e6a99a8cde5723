"""The administrator's commands on real files: set up, load, look, and what bad input gets."""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.commands import COMMANDS, run
from store.database import open_database
from store.opening import open_library
from store.settings import StoreSettings
from store.upkeep.verifying import verify

KIOSK = Path(sys.executable).parent / "kiosk"
DATA = Path(__file__).parents[3] / "shared" / "data"
POLICY = ("check", "show", "clauses", "explain", "test", "compare")
MEMBERS = (
    "number,surname,given_name,category,email,card\n1,Kaya,Ayşe,undergraduate,a@itu.edu.tr,C1\n2,Öz,Işıl,faculty,,C2\n"
)
TITLES = "control_number,title,author,isbn\nt1,Tutunamayanlar,Oğuz Atay,\nt2,Aşk,Elif Şafak,\n"
COPIES = "barcode,control_number,item_type,branch\nB1,t1,book,mustafa_inan\nB2,t2,book,mustafa_inan\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which `kiosk init` was run."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "kiosk.toml").write_text('[library]\ndatabase = "sqlite:///library.db"\n', "utf-8")
    (folder / "kiosk.toml").chmod(0o600)
    answers = "Deniz Arı\n209001\ngozetmen01\ngozetmen01\n"
    ran = subprocess.run([KIOSK, "init"], input=answers, capture_output=True, text=True, cwd=folder, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return folder


@pytest.fixture
def home(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, where the commands run."""
    for file in made.iterdir():
        shutil.copy(file, tmp_path / file.name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KIOSK_CONFIG", raising=False)
    return tmp_path


def _write(folder: Path, name: str, text: str) -> str:
    (folder / name).write_text(text, "utf-8")
    return str(folder / name)


def _counts(home: Path) -> dict[str, int]:
    from sqlalchemy import text

    database = open_database(f"sqlite:///{home / 'library.db'}")
    with database.read.connect() as connection:
        found = {
            name: int(connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one())
            for name in ("title", "copy", "member", "application")
        }
    assert verify(database) == ()
    database.close()
    return found


@pytest.mark.parametrize("name", [*COMMANDS, *(f"policy {each}" for each in POLICY)])
def test_every_command_helps(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """`--help` of each, without a library."""
    assert run([*name.split(), "--help"]) == 0
    assert "Usage" in capsys.readouterr().out


def test_the_settings_may_be_named_before_the_command(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As for the terminal itself; named after the command, they win. `-h` helps, too."""
    monkeypatch.setenv("KIOSK_CONFIG", "")
    (home / "other.toml").write_text("[shelf]\n", "utf-8")
    assert run(["--config", str(home / "other.toml"), "doctor"]) == 2
    assert "shelf" in capsys.readouterr().err
    assert run(["--config", str(home / "other.toml"), "jobs", "list", "--config", str(home / "kiosk.toml")]) == 0
    assert run(["-h"]) == 0
    assert "--config" in capsys.readouterr().out


def test_a_second_init_overwrites_nothing(home: Path) -> None:
    """The library that is there stays."""
    before = (home / "library.db").stat().st_size
    again = subprocess.run([KIOSK, "init"], input="x\n" * 9, capture_output=True, text=True, cwd=home, check=False)
    assert again.returncode == 2
    assert "Traceback" not in again.stderr
    assert (home / "library.db").stat().st_size >= before
    assert (home / "library.db").stat().st_mode & 0o077 == 0


def test_a_library_is_loaded_and_loading_again_changes_nothing(home: Path) -> None:
    """Titles, copies, members; every record accounted for both times."""
    for kind, text in (("titles", TITLES), ("copies", COPIES), ("members", MEMBERS)):
        path = _write(home, f"{kind}.csv", text)
        assert run(["import", kind, path]) == 0
    once = _counts(home)
    assert once == {"title": 2, "copy": 2, "member": 2, "application": 0}
    for kind in ("titles", "copies", "members"):
        assert run(["import", kind, str(home / f"{kind}.csv")]) == 0
    assert _counts(home) == once


def test_applications_are_taken_in_once(home: Path) -> None:
    """Each with its deadline; who has applied is left alone, who is a member is left out."""
    path = _write(home, "applications.csv", MEMBERS)
    assert run(["import", "applications", path]) == 0
    # İTÜ asks for an address: the second record has none.
    assert _counts(home) == {"title": 0, "copy": 0, "member": 1, "application": 1}
    assert run(["import", "applications", path]) == 0
    assert _counts(home)["application"] == 1


def test_a_dry_run_writes_nothing(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It tells what it would do."""
    assert run(["import", "members", "--dry-run", _write(home, "members.csv", MEMBERS)]) == 0
    assert "2" in capsys.readouterr().out
    assert _counts(home)["member"] == 0


def test_damaged_records_are_named_and_the_others_taken(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With their number and what is wrong."""
    bad = MEMBERS + "3,,Ad,undergraduate,,C3\n4,Soy,Ad,wizard,,C4\n5,Soy,Ad,faculty,not an address,C5\n"
    assert run(["import", "members", _write(home, "members.csv", bad)]) == 0
    told = capsys.readouterr()
    assert "3 " in told.out
    for number, what in (("3", "surname is empty"), ("4", "wizard"), ("5", "no e-mail address")):
        assert any(number in line and what in line for line in told.err.splitlines()), told.err
    assert _counts(home)["member"] == 2


@pytest.mark.parametrize("content", [b"\xff\xfe\x00\x01", b"", b"a,b\n1\n", b"number\n"])
def test_a_file_of_another_kind_is_refused(home: Path, content: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is written, and no traceback."""
    path = home / "members.csv"
    path.write_bytes(content)
    run(["import", "members", str(path)])
    assert "Traceback" not in capsys.readouterr().err
    assert _counts(home)["member"] == 0


def test_a_full_disk_leaves_nothing_half_done(home: Path) -> None:
    """The import says so and the library is as it was."""
    lines = "\n".join(f"{n},Soyadı{n},Adı{n},undergraduate,m{n}@itu.edu.tr,C{n}" for n in range(20_000))
    path = _write(home, "members.csv", f"number,surname,given_name,category,email,card\n{lines}\n")
    size = (home / "library.db").stat().st_size + 300_000

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    tried = subprocess.run(
        [KIOSK, "import", "members", path], capture_output=True, text=True, cwd=home, preexec_fn=limit, check=False
    )
    assert tried.returncode == 2, tried.stdout + tried.stderr
    assert "Traceback" not in tried.stderr
    assert _counts(home)["member"] == 0


def test_doctor_finds_a_sound_library_sound(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And a readable database is a fault with its mending."""
    run(["doctor"])
    assert "✗" not in capsys.readouterr().out
    (home / "library.db").chmod(0o644)
    assert run(["doctor"]) != 0
    assert "chmod 600" in capsys.readouterr().out


def test_jobs_and_mail_on_the_command_line(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing due is said; without mail settings sending says what to set."""
    assert run(["jobs", "run"]) == 0
    assert run(["jobs", "run", "--dry-run", "--until", "2027-01-01T00:00"]) == 0
    assert run(["jobs", "list"]) == 0
    assert run(["jobs", "run", "--until", "tomorrow"]) == 2
    assert run(["mail", "send"]) == 2
    assert "[mail]" in capsys.readouterr().err
    assert run(["mail", "bounces", str(home / "none")]) == 2


def test_the_shared_records_are_taken_in(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Real MARC records that nobody here wrote, where they are beside this project."""
    files = sorted(DATA.rglob("*.mrc")) if DATA.is_dir() else []
    if not files:
        pytest.skip("the shared records are not beside this project: no MARC file of others was read")
    for file in files[:2]:
        assert run(["import", "marc", str(file)]) == 0
    capsys.readouterr()
    assert _counts(home)["title"] > 0
    open_library(StoreSettings(database=f"sqlite:///{home / 'library.db'}")).close()


LOANS = "barcode,member,lent,due,renewals\nB1,1,2026-02-20,2099-03-12,1\nB9,1,2026-02-20,2099-03-12,0\n"
MOVING = {
    "loans": LOANS,
    "holds": "control_number,member,placed\nt1,2,2026-02-25\n",
    "fines": "reference,member,amount,charged\nF1,1,2.50,2026-02-01\n",
    "calendar": "kind,day,name\nclosed,2026-07-01,Sayım\n",
}


def test_a_library_moves_in(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What another system had open, tried first; a wrong line is named and its remedy; again changes nothing."""
    for kind, text in (("titles", TITLES), ("copies", COPIES), ("members", MEMBERS)):
        assert run(["import", kind, _write(home, f"{kind}.csv", text)]) == 0
    capsys.readouterr()
    for kind, text in MOVING.items():
        path = _write(home, f"{kind}.csv", text)
        assert run(["import", kind, "--dry-run", path]) == 0
        assert "1 added" in capsys.readouterr().out
        assert run(["import", kind, path]) == 0
        told = capsys.readouterr()
        assert "1 added" in told.out
        assert ("record 2: no copy has the barcode B9: import the copies first" in told.err) == (kind == "loans")
        assert run(["import", kind, path]) == 0
        assert "0 added, 0 changed, 1 unchanged" in capsys.readouterr().out
    _counts(home)


def test_who_left_is_told(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The file without one of the members: told with what is open, ended only when asked, and never by a bad file."""
    run(["import", "members", _write(home, "members.csv", MEMBERS)])
    rest = MEMBERS.splitlines(keepends=True)
    only = _write(home, "members.csv", rest[0] + rest[1])
    capsys.readouterr()
    assert run(["import", "members", only, "--sync", "--leavers", str(home / "left.csv")]) == 0
    assert "1 member does not stand in the file\n  2 Işıl Öz: 0 on loan, 0 holds" in capsys.readouterr().out
    assert (home / "left.csv").read_text("utf-8-sig").splitlines()[1] == "2,Işıl Öz,0,0,0"
    assert (home / "left.csv").stat().st_mode & 0o777 == 0o600
    damaged = _write(home, "damaged.csv", rest[0] + rest[1] + "2,,Işıl,faculty,,\n")
    assert run(["import", "members", damaged, "--sync", "--end"]) == 2
    assert "No membership was ended" in capsys.readouterr().err
    assert run(["import", "members", only, "--sync", "--end"]) == 0
    assert "1 membership ended" in capsys.readouterr().out
    assert run(["import", "members", only, "--sync"]) == 0
    assert "0 members do not" in capsys.readouterr().out
    assert run(["import", "members", only, "--end"]) == 2
