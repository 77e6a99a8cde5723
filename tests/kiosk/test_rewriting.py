"""One value of kiosk.toml changes; every other letter stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.config_file import load_config
from kiosk.rewriting import NotWritten, rewrite

SHIPPED = (Path(__file__).parents[2] / "kiosk.toml").read_text("utf-8")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The shipped file, private."""
    path = tmp_path / "kiosk.toml"
    path.write_text(SHIPPED, "utf-8")
    path.chmod(0o600)
    return path


@pytest.mark.parametrize(
    ("table", "key", "written"),
    [("terminal", "language", '"en"'), ("terminal", "idle_seconds", "90"), ("terminal", "sound", "false"),
     ("printer", "path", '"/tmp/x # y"'), ("printer", "timeout_seconds", "60"), ("jobs", "in_terminal", "true")],
)  # fmt: skip
def test_one_line_changes_and_its_comment_keeps_its_place(file: Path, table: str, key: str, written: str) -> None:
    """Keys of the same name in other tables are let alone."""
    rewrite(file, table, key, written)
    old, new = SHIPPED.splitlines(), file.read_text("utf-8").splitlines()
    changed = [place for place in range(len(old)) if old[place] != new[place]]
    assert len(old) == len(new) and len(changed) == 1
    before, after = old[changed[0]], new[changed[0]]
    assert after.startswith(f"{key} = {written}")
    if len(written) < 20:
        assert before.rindex(" # ") == after.rindex(" # ")
    assert str(getattr(getattr(load_config(file), table), key)).lower() == written.strip('"')
    assert file.stat().st_mode & 0o777 == 0o600 and list(file.parent.iterdir()) == [file]


def test_what_is_missing_is_added_where_it_belongs(tmp_path: Path) -> None:
    """To its table, or with it."""
    path = tmp_path / "kiosk.toml"
    path.write_text('[terminal]\nname = "a"\n\n[mail]\nport = 25\n', "utf-8")
    rewrite(path, "terminal", "sound", "false")
    rewrite(path, "printer", "columns", "48")
    assert path.read_text("utf-8") == (
        '[terminal]\nname = "a"\nsound = false\n\n[mail]\nport = 25\n\n[printer]\ncolumns = 48\n'
    )


@pytest.mark.parametrize("written", ["5", '"x', "1\n[mail]", "", "ninety", "90 # x\nsound = false"])
def test_what_the_program_would_not_take_is_not_written(file: Path, written: str) -> None:
    """Nor what would smuggle another line in."""
    with pytest.raises(NotWritten):
        rewrite(file, "terminal", "idle_seconds", written)
    assert file.read_text("utf-8") == SHIPPED and list(file.parent.iterdir()) == [file]


def test_a_folder_that_cannot_be_written_is_named(file: Path) -> None:
    """As when the file is gone."""
    file.unlink()
    with pytest.raises(NotWritten, match=r"kiosk\.toml"):
        rewrite(file, "terminal", "sound", "false")
