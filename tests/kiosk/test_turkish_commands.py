"""What is wrong with a file or a database, said in the language of whoever gave the command."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.commands import run
from screens import words
from tests.policy.test_load import text
from tests.store.worlds import library

SCENARIO = """policy = "itu"
[[scenario]]
id = "itu-x"
title = "x"
clauses = ["ITU-C1"]
{world}
[[scenario.steps]]
at = 2026-03-02T10:00:00
do = "{verb}"
member = "ayse"
item = "kitap"
"""
MEMBER = 'members = {{ ayse = {{ category = "{category}" }} }}\nitems = {{ kitap = {{ type = "book" }} }}'


@pytest.fixture(autouse=True)
def turkish(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    for asked in ("LANGUAGE", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(asked, raising=False)
    monkeypatch.setenv("LANG", "tr_TR.UTF-8")
    monkeypatch.delenv("KIOSK_DATABASE", raising=False)
    monkeypatch.chdir(tmp_path)
    yield
    words.use("tr")


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        (
            "[library]\nretention_days = 0",
            "satır 2, library.retention_days: 0 olamaz; 1 ile 36500 arasında bir tam sayı",
        ),
        ("[terminal]\nsound = 3", "satır 2, terminal.sound: 3 olamaz; true ya da false yazın"),
        ("[mail]\nkind = 'smtp'", 'mail.host: boş; kind = "smtp" için gerekli'),
        ("[shelf]", "satır 1, shelf: bilinmeyen tablo ya da anahtar; olanlar: [faults]"),
        ("[import]\nbranches = 1", 'import.branches: 1 olamaz; ad ve metinlerden oluşan bir tablo yazın, { a = "b" }'),
        ("[library", "dosya: TOML olarak okunamıyor"),
        (
            '[library]\ndatabase = "sqlite:///kiosk.toml"',
            "burası bir kütüphane veritabanı değil: file is not a database",
        ),
        (
            '[library]\ndatabase = "sqlite:///none/k.db"',
            "none: böyle bir klasör yok\nveritabanının adresini denetleyin",
        ),
    ],
)
def test_settings_and_databases(settings: str, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("kiosk.toml").write_text(f"{settings}\n", "utf-8")
    assert run(["database", "verify"]) == 2
    assert told in capsys.readouterr().err


@pytest.mark.parametrize(
    ("scenario", "told"),
    [
        (SCENARIO.format(world="", verb="borow"), "1. adım: bilinmeyen sözcük 'borow'"),
        (SCENARIO.format(world="", verb="checkout"), "1. adım: 'ayse' adında bir üye yok"),
        (
            SCENARIO.format(world=MEMBER.format(category="dean"), verb="checkout"),
            "itu-x: kurallarda 'dean' üye grubu yok",
        ),
        ("policy = 1", "policy: bir kural dosyasının adı olmalı"),
    ],
)
def test_scenario_files(scenario: str, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("s.toml").write_text(scenario, "utf-8")
    assert run(["policy", "test", "s.toml"]) == 2
    assert told in capsys.readouterr().err


def test_expectations_that_do_not_hold(capsys: pytest.CaptureFixture[str]) -> None:
    scenario = SCENARIO.format(world=MEMBER.format(category="undergraduate"), verb="checkout")
    Path("s.toml").write_text(f'{scenario}expect = {{ refused = ["limit_reached"] }}\n', "utf-8")
    assert run(["policy", "test", "s.toml"]) == 1
    assert "1. adım: refused: beklenen [limit_reached], bulunan hiçbir şey" in capsys.readouterr().out


def test_bounds_of_a_policy_file(capsys: pytest.CaptureFixture[str]) -> None:
    Path("ours.toml").write_text(text("metu").replace("pickup_days = 3", "pickup_days = -3"), "utf-8")
    assert run(["policy", "check", "ours.toml"]) == 1
    assert "holds.pickup_days: 0 değerinden büyük olmalı" in capsys.readouterr().out


def test_an_application_that_the_rules_refuse(capsys: pytest.CaptureFixture[str]) -> None:
    library("sqlite:///library.db", {"ali": {"category": "undergraduate"}}, {})[0].close()
    Path("kiosk.toml").write_text('[library]\ndatabase = "sqlite:///library.db"\n', "utf-8")
    Path("a.csv").write_text("number,surname,given_name,category,email\n1,Ak,Ece,undergraduate,\n", "utf-8")
    assert run(["import", "applications", "a.csv"]) == 0
    assert "kayıt 1: Başvuru eksik: Şu alanlar boş: e-posta adresi." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("import marcs", "'marcs' komutu yok. 'marc' mi demek istediniz?"),
        ("import marc", "Eksik argüman 'FILE'"),
        ("policy explain --late 900", "'--late' için geçersiz değer: 900, 0<=x<=400 aralığında değil"),
        ("mail preview courtesy --lang de", "'de' bunlardan biri değil: 'tr', 'en'"),
    ],
)
def test_commands_that_are_written_wrong(arguments: str, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments.split()) == 2
    assert told in capsys.readouterr().err


@pytest.mark.parametrize("arguments", ["", "database backup", "policy check", "import members", "jobs", "mail preview"])
def test_help(arguments: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """In Turkish, and in English again afterwards."""
    assert run([*arguments.split(), "--help"]) == 0
    turkish = capsys.readouterr().out
    assert "Kullanım:" in turkish and not {"the", "Options:"} & set(turkish.split())
    monkeypatch.setenv("LANG", "C.UTF-8")
    assert run([*arguments.split(), "--help"]) == 0
    english = capsys.readouterr().out
    assert "Usage:" in english and english.count("--") == turkish.count("--")


def test_clauses_say_where_they_are_carried_out(capsys: pytest.CaptureFixture[str]) -> None:
    """Who answers for the rules reads no English."""
    assert run(["policy", "clauses", "itu"]) == 0
    output = " ".join(capsys.readouterr().out.split())
    assert "ITU-N5 uygulanan banko: kayıp" in output and "desk:" not in output
