"""From the outbox to a real server on this machine: in both languages, signed in, never in clear, tried with one id."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from kiosk.config import Config, LibraryTable, MailTable
from kiosk.faults import FaultLimits, FaultLog
from kiosk.letters import Rendered
from kiosk.mail import FolderMailer, SmtpMailer, compose, make_mailer
from kiosk.postman import Postman, sending
from store import rows
from store.act import At
from store.circulation import checkouts
from store.jobs.running import run_due
from store.library import Library
from store.mail.outbox import MailTrouble
from store.mail.sending import send_due
from tests.store.worlds import NOW, library

AT = At("test")
LETTER = Rendered("Konu: ışık", "Sayın Ayşe,\n\nİyi günler.\n", "<p>İyi günler.</p>", datetime(2026, 3, 2, tzinfo=UTC))
USER, PASSWORD = "kutuphane", "gizli-sozcuk"


class Post:
    """A server that takes letters while it is willing, and remembers what it refused."""

    def __init__(self) -> None:
        self.willing = True
        self.taken: list[EmailMessage] = []
        self.refused: list[str] = []

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        """Take the letter, or put it off."""
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=default)
        assert isinstance(message, EmailMessage)
        if not self.willing:
            self.refused.append(message["Message-ID"])
            return "451 later"
        self.taken.append(message)
        return "250 ok"

    def authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _how: str, given: object
    ) -> AuthResult:
        """Know one user."""
        assert isinstance(given, LoginPassword)
        right = (given.login, given.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=right, handled=False)


@pytest.fixture
def post() -> Iterator[tuple[Post, MailTable]]:
    """A server on a free port, and the settings that lead to it."""
    handler = Post()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(
        handler, hostname="127.0.0.1", port=port, auth_require_tls=False, authenticator=handler.authenticate
    )
    controller.start()
    table = MailTable(
        kind="smtp", host="127.0.0.1", port=port, security="none", sender="k@itu.edu.tr", timeout_seconds=2
    )
    yield handler, table
    controller.stop()


@pytest.fixture
def late(sqlite_url: str) -> Iterator[Library]:
    """A library with a letter for each of two members, one in Turkish, one in English."""
    people = {name: {"category": "undergraduate", "email": f"{name}@itu.edu.tr"} for name in ("ali", "ece")}
    opened, world = library(sqlite_url, people, {"b1": {"type": "book"}, "b2": {"type": "book"}})
    with opened.database.write.begin() as connection:
        member = rows.member.c
        connection.execute(update(rows.member).where(member.id == world.members["ece"]).values(language="en"))
    for name, item in (("ali", "b1"), ("ece", "b2")):
        checkouts.checkout(opened, world.members[name], world.items[item], NOW, AT)
    run_due(opened, NOW + timedelta(days=13), AT)
    yield opened
    opened.close()


def test_each_member_gets_the_letter_in_the_own_language_with_one_id_at_every_try(
    post: tuple[Post, MailTable], late: Library
) -> None:
    """The server puts them off at first; nothing is lost and nothing is doubled."""
    server, table = post
    config = Config(library=LibraryTable(name="Deneme Kütüphanesi", name_en="Test Library"), mail=table)
    send = sending(config, late, SmtpMailer(table))
    server.willing = False
    first = send_due(late, send, NOW + timedelta(days=13), AT)
    assert (first.sent, first.waiting) == (0, 2)
    server.willing = True
    assert send_due(late, send, NOW + timedelta(days=14), AT).sent == 2
    assert send_due(late, send, NOW + timedelta(days=15), AT).sent == 0
    assert sorted(message["Message-ID"] for message in server.taken) == sorted(server.refused)
    told = {message["To"]: message for message in server.taken}
    for address, name, greeting in (
        ("ali@itu.edu.tr", "Deneme Kütüphanesi", "Sayın"),
        ("ece@itu.edu.tr", "Test Library", "Dear"),
    ):
        plain, page = told[address].get_body(("plain",)), told[address].get_body(("html",))
        assert plain is not None and page is not None
        assert name in plain.get_content() and greeting in plain.get_content() and name in page.get_content()


@pytest.mark.parametrize("place", ["file", "environment"])
def test_the_password_comes_from_a_file_or_the_environment(
    post: tuple[Post, MailTable], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """A wrong one, or a file that can't be read, is trouble that does not tell it."""
    server, table = post
    table = replace(table, user=USER, password_file=str(tmp_path / "password") if place == "file" else "")
    for password, right in (("", False), ("yanlis", False), (PASSWORD, True)):
        monkeypatch.setenv("KIOSK_MAIL_PASSWORD", password)
        if password:
            (tmp_path / "password").write_text(f"{password}\n", "utf-8")
        if right:
            SmtpMailer(table).send("a@itu.edu.tr", LETTER, "1@kiosk")
        else:
            with pytest.raises(MailTrouble) as trouble:
                SmtpMailer(table).send("a@itu.edu.tr", LETTER, "1@kiosk")
            assert "yanlis" not in str(trouble.value)
    assert len(server.taken) == 1


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_nothing_is_sent_in_clear_where_the_settings_ask_for_encryption(
    post: tuple[Post, MailTable], security: str
) -> None:
    """The server offers none: trouble, and neither letter nor password on the line."""
    server, table = post
    with pytest.raises(MailTrouble):
        SmtpMailer(replace(table, security=security, user=USER)).send("a@itu.edu.tr", LETTER, "1@kiosk")
    assert server.taken == []


@given(st.text(alphabet='ab@.<>"\\()[]:;, \t\r\n=?ç\x00', max_size=12))
def test_no_address_breaks_the_mailer_or_adds_a_header(address: str) -> None:
    """It is written, or it is a ValueError, which the mailers make trouble of."""
    try:
        written = bytes(compose("k@itu.edu.tr", address, LETTER, "1@kiosk"))
    except ValueError:
        return
    message = message_from_bytes(written, policy=default)
    assert set(message.keys()) == {
        "From",
        "To",
        "Subject",
        "Date",
        "Message-ID",
        "Auto-Submitted",
        "MIME-Version",
        "Content-Type",
    }


def test_a_letter_in_a_folder_is_whole_or_not_there(tmp_path: Path) -> None:
    """One file for one id, however often; a folder that can't be made is trouble."""
    mailer = make_mailer(MailTable(kind="file", folder=str(tmp_path / "out")))
    assert mailer == FolderMailer(tmp_path / "out", "kiosk@localhost")
    for _ in range(2):
        mailer.send("a@itu.edu.tr", LETTER, "1@kiosk")
    (path,) = (tmp_path / "out").iterdir()
    assert path.name == "1@kiosk.eml" and message_from_bytes(path.read_bytes())["Message-ID"] == "<1@kiosk>"
    (tmp_path / "file").touch()
    with pytest.raises(MailTrouble):
        FolderMailer(tmp_path / "file", "k@x").send("a@itu.edu.tr", LETTER, "1@kiosk")
    assert make_mailer(MailTable()) is None


def test_a_letter_that_can_not_be_written_holds_up_no_other(late: Library, tmp_path: Path) -> None:
    """Facts and an address that nobody foresaw: both wait as trouble, the rest goes out."""
    member, notice = rows.member, rows.notice
    with late.database.write.begin() as connection:
        first = connection.execute(notice.select().order_by(notice.c.id)).first()
        assert first is not None
        connection.execute(update(notice).where(notice.c.id == first.id).values(facts={"due": "tomorrow"}))
        connection.execute(update(member).values(email='"'))
    config = Config(mail=MailTable(kind="file", folder=str(tmp_path / "out")))
    mailer = make_mailer(config.mail)
    assert mailer is not None
    done = send_due(late, sending(config, late, mailer), NOW + timedelta(days=13), AT)
    assert (done.sent, done.waiting, done.failed) == (1, 1, 0)


def test_the_postman_survives_a_bad_round(late: Library, tmp_path: Path) -> None:
    """Whatever happens in one, there is another: codes must go out until the terminal is switched off."""
    rounds = threading.Semaphore(0)

    def broken_clock() -> datetime:
        rounds.release()
        raise RuntimeError("gizli123")

    config = Config(mail=MailTable(kind="file", folder=str(tmp_path / "out")))
    mailer = make_mailer(config.mail)
    assert mailer is not None
    faults = FaultLog(tmp_path / "state", FaultLimits(limit=1), lambda: NOW)
    postman = Postman(late, mailer, config, broken_clock, faults, every=0.01)
    postman.start()
    assert all(rounds.acquire(timeout=5) for _ in range(3))
    assert postman.is_alive()
    log = (tmp_path / "state" / "faults.log").read_text("utf-8")
    assert log.count("RuntimeError") == 1 and "gizli123" not in log
    assert not faults.out_of_service()
