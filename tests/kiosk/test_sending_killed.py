"""The sender is killed at any moment: no letter is lost, and a letter that goes twice carries the same Message-ID."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from sqlalchemy import select

from kiosk.config import Config, LibraryTable, MailTable
from kiosk.mail import FolderMailer
from kiosk.postman import sending
from store import rows
from store.act import At
from store.circulation import checkouts
from store.jobs.running import run_due
from store.mail.sending import send_due
from store.opening import open_library
from tests.store.worlds import NOW, library, settings

AT = At("test")


def _send(url: str, folder: str, now: datetime) -> None:
    opened = open_library(settings(url))
    config = Config(library=LibraryTable(name="Kütüphane"), mail=MailTable(kind="file", folder=folder))
    send_due(opened, sending(config, opened, FolderMailer(Path(folder), "kutuphane@itu.edu.tr")), now, AT)
    opened.close()


def _kill_and_resume(url: str, folder: Path, members: int, kills: int, seed: int) -> None:
    people = {f"m{n}": {"category": "undergraduate"} for n in range(members)}
    opened, world = library(url, people, {f"b{n}": {"type": "book"} for n in range(members)})
    for n in range(members):
        checkouts.checkout(opened, world.members[f"m{n}"], world.items[f"b{n}"], NOW, AT)
    now = NOW + timedelta(days=13)
    run_due(opened, now, AT)
    chance, context = random.Random(seed), multiprocessing.get_context("spawn")
    for _ in range(kills):
        now += timedelta(minutes=2)
        worker = context.Process(target=_send, args=(url, str(folder), now))
        worker.start()
        _wait_for(folder, len(list(folder.glob("*.eml"))) + chance.randrange(3))
        time.sleep(chance.random() / 100)
        assert worker.pid is not None
        os.kill(worker.pid, signal.SIGKILL)
        worker.join()
    for minutes in (10, 60, 300, 1500):
        _send(url, str(folder), now + timedelta(minutes=minutes))
    with opened.database.read.connect() as connection:
        notices = connection.execute(select(rows.notice.c.message_id, rows.notice.c.status)).all()
    assert [str(row.status) for row in notices] == ["sent"] * members
    letters = [message_from_bytes(path.read_bytes(), policy=default) for path in folder.glob("*.eml")]
    assert sorted(str(letter["Message-ID"]) for letter in letters) == sorted(f"<{row.message_id}>" for row in notices)
    opened.close()


def _wait_for(folder: Path, count: int) -> None:
    for _ in range(1000):
        if len(list(folder.glob("*.eml"))) >= count:
            return
        time.sleep(0.005)


def test_nothing_is_lost_when_the_sender_is_killed(database_url: str, tmp_path: Path) -> None:
    """A few times, at moments that chance picks."""
    folder = tmp_path / "mail"
    folder.mkdir()
    _kill_and_resume(database_url, folder, 25, 3, seed=1)


@pytest.mark.reliability
@pytest.mark.parametrize("seed", range(10))
def test_nothing_is_lost_however_often_the_sender_is_killed(sqlite_url: str, tmp_path: Path, seed: int) -> None:
    """The long form."""
    folder = tmp_path / "mail"
    folder.mkdir()
    _kill_and_resume(sqlite_url, folder, 100, 15, seed)
