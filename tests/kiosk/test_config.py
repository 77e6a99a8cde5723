"""kiosk.toml: every key stands in the shipped file with its default; whatever is wrong is named with its place."""

from __future__ import annotations

import tomllib
from dataclasses import asdict
from pathlib import Path

import pytest

from kiosk.commands import run
from kiosk.config import Config, ConfigFaults
from kiosk.config_file import find_config, load_config
from kiosk.terminal_command import run_from

SHIPPED = Path(__file__).parents[2] / "kiosk.toml"


def test_the_shipped_file_holds_every_key_with_its_default() -> None:
    """No key is missing, none is left over, and each value is the one that holds without it."""
    written = tomllib.loads(SHIPPED.read_text("utf-8"))
    defaults = asdict(Config())
    defaults["import"] = defaults.pop("imports")
    assert written == defaults
    assert load_config(SHIPPED) == Config()


def test_an_empty_file_is_the_default(tmp_path: Path) -> None:
    """Whatever is left out has its default."""
    path = tmp_path / "kiosk.toml"
    path.write_text("", "utf-8")
    assert load_config(path) == Config()


WRONG = {
    '[terminal]\nscanner_prefix = "a"\n': (2, "terminal.scanner_prefix", "ctrl+b"),
    '[library]\nweb_address = "no address"\n': (2, "library.web_address", "https://"),
    '[mail]\nsender = "no address"\n': (2, "mail.sender", "library@example.edu"),
    "[librari]\nname = 'x'": (1, "librari", "[library]"),
    "[library]\nnmae = 'x'": (2, "nmae", "name"),
    "[library]\nstaff_pin_length = 3": (2, "staff_pin_length", "6"),
    "[library]\nstaff_pin_length = 'ten'": (2, "staff_pin_length", "number"),
    "[library]\nreturns = 'maybe'": (2, "returns", "staff_confirm"),
    "[terminal]\nsound = 1": (2, "sound", "true"),
    "[terminal]\nidle_seconds = 5": (2, "idle_seconds", "10"),
    "[pin]\nmemory_kib = 1024": (2, "memory_kib", "19456"),
    "[mail]\nport = 0": (2, "port", "1"),
    "[jobs]\nevery_seconds = 1": (2, "every_seconds", "5"),
    "[printer]\nkind = 'laser'": (2, "kind", "network"),
    "[printer]\nkind = 'network'\nhost = ' '": (3, "host", "needs it"),
    "[printer]\nkind = 'device'": (2, "path", "needs it"),
    "[printer]\ncode_page = 256": (2, "code_page", "255"),
    "[mail]\nkind = 'smtp'\nhost = 'x'": (2, "sender", "needs it"),
    "[mail]\nkind = 'file'": (2, "folder", "needs it"),
    "[terminal]\nidle_seconds = 10\ncountdown_seconds = 10": (3, "countdown_seconds", "less than idle_seconds"),
    "[terminal]\nname = ''": (2, "name", "1 to 40 letters"),
    f"[terminal]\nname = '{'n' * 41}'": (2, "name", "1 to 40 letters"),
    "library = 1": (1, "library", "[library]"),
    "library = 'x'\n[terminal]\nsound = true": (1, "library", "[library]"),
    "[reports]\nfolder = ''": (2, "folder", "1 to 400 letters"),
    "[import]\nbranches = { MAIN = 1 }": (2, "branches", "{ a = "),
    "[import]\ncolumns = 'x'": (2, "columns", "{ a = "),
    "[terminal]\nidle_seconds = 60.0": (2, "idle_seconds", "whole number"),
    "[terminal]\n\n# name\n  language = 'de'": (4, "language", "tr"),
    **{
        f"[library]\ndatabase = '{address}'": (2, "database", "sqlite:///file")
        for address in ("", "kiosk.db", "sqlite:///", "sqlite://", "mysql://u@h/n", "postgresql://u@h/n",
                        "postgresql+psycopg://u@h:port/n", "postgresql+psycopg://u@h")
    },
}  # fmt: skip


@pytest.mark.parametrize("text", WRONG)
def test_what_is_wrong_is_named_with_its_line_and_what_is_allowed(tmp_path: Path, text: str) -> None:
    """Line, key, and how to mend it."""
    path = tmp_path / "kiosk.toml"
    path.write_text(text, "utf-8")
    line, key, allowed = WRONG[text]
    with pytest.raises(ConfigFaults) as caught:
        load_config(path)
    (fault,) = caught.value.faults
    assert fault.line == line
    assert key in fault.key
    assert allowed in str(fault)


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    """Nobody mends a file line by line in ten runs."""
    path = tmp_path / "kiosk.toml"
    path.write_text("[pin]\nmemory_kib = 1\ntries = 99\n[mail]\nkind = 'pigeon'\n[what]\nx = 1\n", "utf-8")
    with pytest.raises(ConfigFaults) as caught:
        load_config(path)
    assert len(caught.value.faults) == 4


@pytest.mark.parametrize("content", [b"[library\n", b"\xff\xfe[library]", b"[library]\nname = \n"])
def test_a_broken_file_stops_every_command(tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit status 2 and a sentence, never a traceback."""
    path = tmp_path / "kiosk.toml"
    path.write_bytes(content)
    assert run(["doctor", "--config", str(path)]) in (1, 2)
    assert run(["jobs", "list", "--config", str(path)]) == 2
    told = capsys.readouterr()
    assert str(path) in told.out + told.err
    assert "Traceback" not in told.err


ADDRESS = "postgresql+psycopg://kiosk:gizli@db.itu.edu.tr:5432/kiosk"


def test_the_environment_and_a_file_go_before_the_settings(tmp_path: Path) -> None:
    """An address with a password need not stand in kiosk.toml."""
    secret = tmp_path / "address"
    secret.write_text(f" {ADDRESS}\n", "utf-8")
    path = tmp_path / "kiosk.toml"
    path.write_text(f'[library]\ndatabase_file = "{secret}"\n', "utf-8")
    config = load_config(path)
    assert config.store_settings({}).database == ADDRESS
    assert config.store_settings({"KIOSK_DATABASE": "sqlite:///x.db"}).database == "sqlite:///x.db"
    assert Config().store_settings({"KIOSK_DATABASE": ""}).database == "sqlite:///kiosk.db"
    assert find_config(None, {"KIOSK_CONFIG": str(path)}) == path
    assert find_config(secret, {"KIOSK_CONFIG": str(path)}) == secret


@pytest.mark.parametrize("content", [None, b"\xff", b"", b"gizli@host/name"])
def test_an_address_elsewhere_that_is_none_is_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], content: bytes | None
) -> None:
    """In a file or the environment: named is the place, for commands and for the terminal itself."""
    secret = tmp_path / "address"
    if content is not None:
        secret.write_bytes(content)
    path = tmp_path / "kiosk.toml"
    path.write_text(f'[library]\ndatabase_file = "{secret}"\n', "utf-8")
    monkeypatch.delenv("KIOSK_DATABASE", raising=False)
    for door, arguments in ((run, ["jobs", "list"]), (run_from, [])):
        assert door([*arguments, "--config", str(path)]) == 2
        told = capsys.readouterr().err
        assert str(secret) in told and "gizli" not in told and "Traceback" not in told
    monkeypatch.setenv("KIOSK_DATABASE", "gizli")
    assert run(["jobs", "list", "--config", str(path)]) == 2
    told = capsys.readouterr().err
    assert "KIOSK_DATABASE" in told and "gizli" not in told


@pytest.mark.parametrize("arguments", [["--config"], ["--confg", "x"], ["x", "y", "z"]])
def test_unknown_words_are_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """By the terminal's own door; it says where to look."""
    assert run_from(arguments) == 2
    assert "kiosk --help" in capsys.readouterr().err


def test_a_missing_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """So is an unreadable one."""
    assert run(["jobs", "list", "--config", str(tmp_path / "none.toml")]) == 2
    assert "none.toml" in capsys.readouterr().err
