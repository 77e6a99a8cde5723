"""From a loan to the letter that came back, by the commands and by a terminal's own clerk."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from sqlalchemy import select

from kiosk.clerk import Clerk
from kiosk.commands import run
from kiosk.faults import FaultLimits, FaultLog
from store import rows
from store.act import At
from store.circulation import checkouts
from store.jobs.turn import turn
from store.library import Library
from tests.kiosk.test_bounces import REPORT
from tests.store.worlds import NOW, library

CONFIG = """
[library]
database = "sqlite:///{folder}/library.db"
[mail]
kind = "file"
folder = "{folder}/mail"
sender = "kutuphane@itu.edu.tr"
"""


@pytest.fixture
def lent(tmp_path: Path) -> tuple[Library, Path]:
    """Two books lent long ago, and a kiosk.toml beside the library."""
    opened, world = library(
        f"sqlite:///{tmp_path / 'library.db'}",
        {"ali": {"category": "undergraduate", "email": "ali@itu.edu.tr"}},
        {"b1": {"type": "book", "title": "Tutunamayanlar"}, "b2": {"type": "book", "title": "Aşk"}},
    )
    for barcode in world.items.values():
        checkouts.checkout(opened, world.members["ali"], barcode, NOW, At("test"))
    config = tmp_path / "kiosk.toml"
    config.write_text(CONFIG.format(folder=tmp_path), "utf-8")
    return opened, config


def _statuses(opened: Library) -> set[tuple[str, str]]:
    with opened.database.read.connect() as connection:
        found = connection.execute(select(rows.notice.c.kind, rows.notice.c.status))
        return {(row.kind, str(row.status)) for row in found}


def test_jobs_then_mail_then_what_came_back(
    lent: tuple[Library, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Both books in one letter; its report marks both notices and asks staff twice."""
    opened, config = lent
    assert run(["jobs", "run", "--until", "2026-03-14T09:00", "--config", str(config)]) == 0
    assert run(["mail", "send", "--config", str(config)]) == 0
    (written,) = (tmp_path / "mail").glob("*.eml")
    letter = message_from_bytes(written.read_bytes(), policy=default)
    body = letter.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert "Tutunamayanlar" in text and "Aşk" in text and "ITU-G1a" in text
    assert _statuses(opened) == {("courtesy", "sent")}
    report = REPORT.replace("ACTION", "failed").replace("KIND", "text/rfc822-headers")
    report = report.replace("<11111111-2222@kiosk>", str(letter["Message-ID"]))
    (tmp_path / "report.eml").write_text(report, "utf-8")
    assert run(["mail", "bounces", str(tmp_path / "report.eml"), "--config", str(config)]) == 0
    assert _statuses(opened) == {("courtesy", "bounced")}
    with opened.database.read.connect() as connection:
        assert list(connection.execute(select(rows.task.c.slug)).scalars()) == ["notice_undelivered"] * 2
    assert "1" in capsys.readouterr().out
    opened.close()


def test_a_terminal_may_do_the_jobs_itself(lent: tuple[Library, Path], tmp_path: Path) -> None:
    """Where nobody else does; who has the turn is left alone."""
    opened, _config = lent
    now = NOW + timedelta(days=13)
    clerk = Clerk(opened, "kiosk-1", lambda: now, 60, FaultLog(tmp_path, FaultLimits(), lambda: now))
    with turn(opened, lambda: now):
        clerk.round()
    assert _statuses(opened) == set()
    clerk.round()
    assert _statuses(opened) == {("courtesy", "queued")}
    opened.close()
