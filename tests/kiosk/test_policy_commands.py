"""`kiosk policy check`, `show`, `clauses`, `explain` and `test`, on real files and a real library."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlmodel import Session, col, func, select

from kiosk.commands.policy import COMMANDS, policy
from kiosk.speaking import speak
from screens import words
from store.act import At
from store.calendar.schedule import touch
from store.circulation.checkouts import checkout
from store.database import open_database
from store.errors import LibraryError
from store.opening import create_library
from store.policy.load import shipped
from store.results.circulation import CheckedOut, NotLent
from store.settings import StoreSettings
from store.tables import AuditEntry, Card, ClosedDay, Copy, Member, Title
from tests.policy.test_load import text

NOON = "2026-03-02T12:00"
RULES = ["--policy", "itu", "--at", "2026-03-02T10:00"]


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Speak English into 80 columns, and Turkish again afterwards."""
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("COLUMNS", "80")
    yield
    words.use("tr")


def run(*arguments: str | Path, status: int = 0) -> Result:
    """A command's result, with the exit status that it must have."""
    speak()
    result = CliRunner().invoke(policy, [str(argument) for argument in arguments])
    assert result.exit_code == status, result.output
    return result


def lines(result: Result) -> list[str]:
    """What was printed, with every gap of a table one space wide."""
    return [re.sub(r" +", " ", line).strip() for line in result.output.splitlines()]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with a kiosk.toml and a library: two members, three copies, a closed Friday."""
    database = f"sqlite:///{tmp_path / 'library.db'}"
    config = tmp_path / "kiosk.toml"
    config.write_text(f'[library]\ndatabase = "{database}"\npolicy = "itu"\n', "utf-8")
    now = datetime(2026, 2, 1, tzinfo=UTC)
    library = create_library(StoreSettings(database), now)
    with Session(library.database.write) as session:
        for number, name in ((1, "Ali"), (2, "Ece")):
            member = Member(number=f"M{number}", surname="Ak", given_name=name, category="undergraduate", joined_at=now)
            title = Title(title=f"Saatleri Ayarlama Enstitüsü {number}", added_at=now)
            session.add_all([member, title])
            session.flush()
            assert title.id is not None
            session.add(Card(number=f"C{number}", member_id=member.id, registered_at=now))
            for barcode in (f"B{number}", f"B{number}x"):
                copy = Copy(
                    barcode=barcode, title_id=title.id, item_type="book", branch="mustafa_inan", received_at=now
                )
                session.add(copy)
        session.add(ClosedDay(branch="*", day=date(2026, 3, 20)))
        touch(session.connection())
        session.commit()
        ali = session.execute(select(col(Card.member_id)).where(col(Card.number) == "C1")).scalar_one()
        ece = session.execute(select(col(Card.member_id)).where(col(Card.number) == "C2")).scalar_one()
    at = datetime(2026, 2, 2, 9, tzinfo=UTC)
    assert isinstance(checkout(library, ali, "B1", at, At("desk")), CheckedOut)
    refused = checkout(library, ece, "B1", at, At("desk"))
    assert isinstance(refused, NotLent)
    library.close()
    return config


def test_the_commands_are_listed_without_loading_them() -> None:
    result = run("--help")
    assert all(name in result.output for name in COMMANDS)


# ---------------------------------------------------------------------------------------------------- check


def test_check_finds_no_fault_in_the_shipped_policies_and_tells_remarks() -> None:
    result = run("check", "itu", "metu")
    found = result.output.splitlines()
    assert found[0].startswith("! itu: line 4") and "blocks.fines_above: 500: to be confirmed" in found[0]
    assert found[1] == "itu: no faults"
    assert "'cassette'" in found[2] and found[3] == "metu: no faults"


def test_check_names_every_fault_on_a_line_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "ours.toml"
    file.write_text(text("itu").replace("pickup_days = 3", "pickup_day = 3").replace('"7 days"', '"soon"', 1), "utf-8")
    result = run("check", file, status=1)
    told = [line for line in result.output.splitlines() if line.startswith("✗")]
    assert len(told) == 3
    number = text("itu").splitlines().index('period = "7 days"') + 1
    assert told[0].startswith(f"✗ {file}: line {number}, loans[10].period: 'soon' is no period")
    assert any("holds.pickup_day: is not a known key; did you mean 'pickup_days'?" in line for line in told)
    assert result.output.splitlines()[-1] == f"{file}: 3 faults"


def test_check_says_what_it_cannot_read_and_reads_the_others(tmp_path: Path) -> None:
    other = tmp_path / "latin.toml"
    other.write_bytes(b'slug = "\xfc"\n')
    result = run("check", tmp_path / "none.toml", other, "metu", status=2)
    assert "none.toml can't be read: No such file or directory" in result.output
    assert "latin.toml can't be read" in result.output
    assert "metu: no faults" in result.output


def test_check_reads_even_an_empty_file(tmp_path: Path) -> None:
    file = tmp_path / "empty.toml"
    file.write_text("", "utf-8")
    assert "✗" in run("check", file, status=1).output


# ----------------------------------------------------------------------------------------------------- show


@pytest.mark.parametrize("lang", ["tr", "en"])
@pytest.mark.parametrize("name", ["itu", "metu"])
def test_show_fits_eighty_columns_and_cites_whole_clauses(name: str, lang: str) -> None:
    result = run("show", name, "--lang", lang)
    assert max(len(line) for line in result.output.splitlines()[3:]) <= 80
    assert "…" not in result.output
    rules = words.current()
    assert rules.language == lang


def test_show_has_the_tables_of_the_regulation() -> None:
    found = lines(run("show", "itu"))
    assert "Version itu-2019-1, in force from Tuesday 1 January 2019" in found
    assert "Teaching staff 30 30 3 3 ITU-B1" in found
    assert "Guest member – – – – ITU-MEM-10" in found
    assert "Graduate student 15 days 3 ITU-C3" in found
    assert "TL 1.00 a day, from day 8 on ITU-M5" in found
    assert "an overdue item ITU-A5 ITU-D7 ITU-F4" in found
    assert "Kept for 3 days ITU-F6" in found
    assert "Recall due 3 days after the notice, if that is earlier ITU-E2" in found
    assert "Courtesy notice 3 days before ITU-G1a" in found
    assert "Processing fee TL 15.00 ITU-N4" in found
    assert "Application decided within 3 working days ITU-MEM-6" in found
    assert "Thesis everywhere ITU-C12" in found


def test_show_names_every_category_item_type_tariff_and_letter() -> None:
    for name in ("itu", "metu"):
        rules = shipped(name).latest
        shown = re.sub(r"\s+", "", run("show", name).output)
        names = [kind.name.en for kind in rules.item_types] + [letter.name.en for letter in rules.letters]
        assert [each for each in names if each.split()[0] not in shown] == []
        cited = {row.clause for row in rules.limits} | {line.clause for line in rules.loans}
        cited |= {tariff.clause or "" for tariff in rules.tariffs} | set(rules.blocks.overdue.values())
        assert [clause for clause in cited if clause not in shown] == []


def test_show_reads_a_file_and_that_of_the_configuration(tmp_path: Path, home: Path) -> None:
    file = tmp_path / "ours.toml"
    file.write_text(text("metu").replace("metu-2016-12", "metu-draft"), "utf-8")
    assert "metu-draft" in run("show", file).output
    assert "itu-2019-1" in run("show", "--config", home).output
    assert "İstanbul" not in run("show", file, "--lang", "tr").output
    file.write_text(text("metu").replace("book = 25", "book = -25"), "utf-8")
    assert "must be at least 0" in run("show", file, status=1).output
    run("show", tmp_path / "none.toml", status=2)


# -------------------------------------------------------------------------------------------------- clauses


def test_clauses_lists_every_clause_with_its_kind_and_the_duties_of_people() -> None:
    result = run("clauses", "itu")
    found = lines(result)
    assert "ITU-M4 scheduled job: check of retired members; desk:" in found
    assert "116 clauses" in found and "enforced: 53" in found and "human duty: 6" in found
    duties = result.output.split("Human duties")[1]
    assert "ITU-N9" in duties and "ITU-M5" not in duties
    assert all(identifier in result.output for identifier in ("ITU-MEM-1 ", "ITU-BR8 ", "ITU-CONTACT "))


def test_clauses_of_one_kind() -> None:
    found = lines(run("clauses", "metu", "--kind", "job"))
    assert "16 clauses" in found
    assert not any("Human duties" in line for line in found)


SCENARIO = """
policy = "itu"
[[scenario]]
id = "OURS-1"
title = "A book"
clauses = {clauses}
members = {{ ali = {{ category = "undergraduate" }} }}
items = {{ b1 = {{ type = "book" }} }}
steps = [ {{ at = 2026-03-02T10:00:00, do = "checkout", member = "ali", item = "b1" }} ]
"""


def test_clauses_tells_what_proves_them_and_what_nothing_proves(tmp_path: Path) -> None:
    file = tmp_path / "ours.toml"
    file.write_text(SCENARIO.format(clauses='["ITU-C4", "ITU-A5"]'), "utf-8")
    found = lines(run("clauses", "itu", "--scenarios", tmp_path, status=1))
    assert any(line.startswith("ITU-C4 ") and line.endswith(" OURS-1") for line in found)
    assert any(line.startswith("ITU-C3 ") and line.endswith(" –") for line in found)
    assert "2 of 89 enforced and scheduled clauses are proved by a scenario; 87 are not." in found
    assert "✗ ITU-C3: no scenario" in found and "✗ ITU-C4: no scenario" not in found


def test_clauses_ends_well_when_all_are_proved(tmp_path: Path) -> None:
    register = shipped("itu").latest.register_of_clauses
    file = tmp_path / "all.toml"
    file.write_text(SCENARIO.format(clauses=list(register)), "utf-8")
    assert "89 of 89" in run("clauses", "itu", "--scenarios", file).output


def test_clauses_says_which_scenario_file_is_wrong(tmp_path: Path) -> None:
    run("clauses", "itu", "--scenarios", tmp_path / "none.toml", status=2)
    file = tmp_path / "bad.toml"
    file.write_text("policy = itu\n", "utf-8")
    assert "bad.toml" in run("clauses", "itu", "--scenarios", file, status=2).output


# -------------------------------------------------------------------------------------------------- explain


def test_explain_tells_the_rules_the_due_date_the_fine_and_the_letters() -> None:
    found = lines(run("explain", "--category", "undergraduate", "--type", "book", *RULES))
    assert "✓ Lent until Tuesday 17 March 2026 23:59 (ITU-C4)." in found
    assert "It can be renewed 3 times. The first from Monday 9 March 2026 22:00 on (ITU-D1)." in found
    assert "✓ Nothing overdue 0 ITU-A5" in found
    assert "✓ Room in the limit Books 0 of 10 ITU-B0" in found
    assert "Fri 20 Mar 3 3 days free TL 0.00 ITU-M2" in found
    assert "Sat 21 Mar 4 4 × TL 0.50 TL 2.00 ITU-M5" in found
    assert "Fri 27 Mar 10 7 × TL 0.50 + 3 × TL 1.00 TL 6.50 ITU-M5" in found
    assert "Saturday 14 March 2026 09:00 Courtesy notice ITU-G1a" in found


def test_explain_counts_hours_and_tells_the_suspension() -> None:
    arguments = ("--category", "graduate", "--type", "course_reserve", "--late", "2", *RULES)
    found = lines(run("explain", *arguments))
    assert "Mon 2 Mar 14:00 2 2 × TL 0.50 TL 1.00 ITU-M6a" in found
    assert "With the fine the member is suspended for 7 days from the return (ITU-M6b)." in found
    assert "It can't be renewed." in found


def test_explain_tells_a_refusal_with_its_clause_and_no_fine() -> None:
    result = run("explain", "--category", "guest", "--type", "book", *RULES)
    found = lines(result)
    assert "✗ Not lent." in found
    assert "Your member group cannot borrow this (ITU-MEM-10)." in found
    assert "✗ Lent to this category ITU-MEM-10" in found
    assert "If it comes back late" not in result.output


def test_explain_at_the_desk_what_is_served_there_only() -> None:
    arguments = ("--category", "ill_member_in_city", "--type", "book", "--policy", "metu", "--at", NOON)
    assert "✗ May be asked for here METU-1-C-f.books" in lines(run("explain", *arguments))
    assert "✓ Lent until" in run("explain", *arguments, "--channel", "desk").output


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("--category", "student", "--type", "book"), "graduate"),
        (("--category", "guest", "--type", "boook"), "audiovisual"),
        (("--category", "guest", "--type", "book", "--branch", "moon"), "mustafa_inan"),
        (("--category", "guest", "--type", "book", "--at", "soon"), "2026-03-02T10:00"),
        (("--category", "guest"), "either"),
        (("--category", "guest", "--type", "book", "--member", "C1"), "either"),
    ],
)
def test_explain_says_what_can_be_asked(arguments: tuple[str, ...], word: str) -> None:
    assert word in run("explain", *arguments, "--policy", "itu", status=2).output


def test_explain_against_a_library(home: Path) -> None:
    asked = ("explain", "--config", home, "--member", "C2", "--at", NOON)
    found = lines(run(*asked, "--copy", "B2"))
    assert found[0].startswith("Saatleri Ayarlama Enstitüsü 2 · Undergraduate student · Book")
    assert "✓ Lent until Tuesday 17 March 2026 23:59 (ITU-C4)." in found
    assert "Fri 20 Mar closed 2 days free TL 0.00 ITU-M2" in found
    assert not any("as if the library were open" in line for line in found)
    refused = lines(run(*asked, "--copy", "B1"))
    assert "✗ The copy is there house rule" in refused
    mine = lines(run("explain", "--config", home, "--member", "C1", "--at", NOON, "--copy", "B2"))
    assert "✗ Nothing overdue 1 ITU-A5" in mine
    assert any(line.startswith("✓ Room in the limit of all") and "1 of 10" in line for line in mine)


def test_explain_writes_nothing(home: Path) -> None:
    def entries() -> int:
        database = open_database(StoreSettings(f"sqlite:///{home.parent / 'library.db'}").database)
        with Session(database.read) as session:
            count = int(session.execute(select(func.count()).select_from(AuditEntry)).scalar_one())
        database.close()
        return count

    before = entries()
    run("explain", "--config", home, "--member", "C1", "--at", NOON, "--copy", "B2")
    assert entries() == before > 0


@pytest.mark.parametrize(("card", "barcode"), [("C9", "B1"), ("C1", "B9")])
def test_explain_says_which_card_or_copy_there_is_not(home: Path, card: str, barcode: str) -> None:
    arguments = ["explain", "--config", str(home), "--member", card, "--copy", barcode]
    result = CliRunner().invoke(policy, arguments)
    assert isinstance(result.exception, LibraryError)
    assert (card if card == "C9" else barcode) in str(result.exception)


# ---------------------------------------------------------------------------------------------------- test

EXAMPLE = """policy = "itu"
[[scenario]]
id = "ID"
title = "A book for an undergraduate"
clauses = ["ITU-A2"]
members = { ali = { category = "undergraduate" } }
items = { b1 = { type = "book" } }
steps = [
  { at = 2026-03-02T10:00:00, do = "checkout", member = "ali", item = "b1", expect = { due = DUE } },
]
"""


def _example(folder: Path, name: str, due: str) -> Path:
    path = folder / f"{name}.toml"
    path.write_text(EXAMPLE.replace("ID", name).replace("DUE", due), "utf-8")
    return path


def test_test_plays_every_file_that_it_can_read(tmp_path: Path) -> None:
    """0 if all hold, 1 if some fail, 2 if a file could not be read; the last line always counts."""
    holds = str(_example(tmp_path, "holds", "2026-03-17T23:59:59"))
    fails = str(_example(tmp_path, "fails", "2026-03-18T23:59:59"))
    wrong = str(_example(tmp_path, "wrong", '"soon"'))
    for paths, count, status in (
        ([holds], "1 passed, 0 failed", 0),
        ([holds, fails], "1 passed, 1 failed", 1),
        ([wrong], "0 passed, 0 failed", 2),
        ([holds, wrong, fails], "1 passed, 1 failed", 2),
        ([holds, str(tmp_path / "missing.toml")], "1 passed, 0 failed", 2),
    ):
        result = run("test", *paths, status=status)
        assert result.stdout.splitlines()[-1] == count
        assert ("line 9, scenario[1].steps[1].expect.due" in result.stderr) is (wrong in paths)


def test_test_prints_an_object_for_each_scenario(tmp_path: Path) -> None:
    """For other programs; what does not hold is named in it."""
    fails = _example(tmp_path, "fails", "2026-03-18T23:59:59")
    told, count = run("test", "--format", "json", str(fails), status=1).stdout.splitlines()
    found = json.loads(told)
    assert found["id"] == "fails" and not found["holds"] and count == "0 passed, 1 failed"
    assert [(each["step"], each["key"], each["found"]) for each in found["failures"]] == [
        (1, "due", "2026-03-17T23:59:59")
    ]
