"""Letters over SMTP to a real server on this machine: it accepts, refuses, delays, hangs up, and comes back."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from kiosk.config import MailTable
from kiosk.letters import Rendered
from kiosk.mail import SmtpMailer
from store.mail.outbox import MailTrouble

LETTER = Rendered(
    "Konu: ışık", "Sayın Ayşe Kaya,\n\nİyi günler.\n", "<p>İyi günler.</p>", datetime(2026, 3, 2, tzinfo=UTC)
)


class Post:
    """A server's mood: what it does with the next letters."""

    def __init__(self) -> None:
        self.mood = "accept"
        self.taken: list[Message] = []
        self.seconds = 0.0

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        """Take the letter, or not."""
        if self.mood == "refuse":
            return "550 no such user"
        if self.mood == "hang up":
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
            await asyncio.sleep(0)
        if self.mood == "delay":
            await asyncio.sleep(self.seconds)
        assert isinstance(envelope.content, bytes)
        self.taken.append(message_from_bytes(envelope.content, policy=default))
        return "250 ok"


@pytest.fixture
def post() -> Iterator[tuple[Post, SmtpMailer]]:
    """A server on a free port of this machine, and the mailer that knows it."""
    handler = Post()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    table = MailTable(
        kind="smtp", host="127.0.0.1", port=port, security="none", sender="kutuphane@itu.edu.tr", timeout_seconds=2
    )
    yield handler, SmtpMailer(table)
    controller.stop()


def test_a_letter_arrives_as_it_was_written(post: tuple[Post, SmtpMailer]) -> None:
    """Turkish letters, both forms, the fixed Message-ID."""
    handler, mailer = post
    mailer.send("ayse@itu.edu.tr", LETTER, "abc@kiosk")
    (taken,) = handler.taken
    assert taken["Message-ID"] == "<abc@kiosk>"
    assert (taken["Subject"], taken["To"]) == ("Konu: ışık", "ayse@itu.edu.tr")
    assert taken["Auto-Submitted"] == "auto-generated"
    plain = taken.get_body(("plain",))  # type: ignore[attr-defined]
    assert "İyi günler." in plain.get_content()


@pytest.mark.parametrize(("mood", "told"), [("refuse", "the server refuses"), ("hang up", "broke the connection off")])
def test_a_server_that_does_not_take_it_is_trouble_not_a_fault(
    post: tuple[Post, SmtpMailer], mood: str, told: str
) -> None:
    """The letter stays in the outbox; the next try may succeed."""
    handler, mailer = post
    handler.mood = mood
    with pytest.raises(MailTrouble, match=told):
        mailer.send("ayse@itu.edu.tr", LETTER, "abc@kiosk")
    handler.mood = "accept"
    handler.taken.clear()
    mailer.send("ayse@itu.edu.tr", LETTER, "abc@kiosk")
    assert len(handler.taken) == 1


def test_a_server_that_takes_too_long_is_given_up(post: tuple[Post, SmtpMailer]) -> None:
    """After the time-out of the settings."""
    handler, mailer = post
    handler.mood, handler.seconds = "delay", 3.0
    with pytest.raises(MailTrouble, match="does not answer in time"):
        mailer.send("ayse@itu.edu.tr", LETTER, "abc@kiosk")


def test_nobody_at_the_address_of_the_server(unused_port: int) -> None:
    """A closed port, an unknown host."""
    for host, told in (("127.0.0.1", "nothing answers"), ("no-such-host.invalid", "no machine of this name")):
        table = MailTable(kind="smtp", host=host, port=unused_port, security="none", sender="a@b.tr", timeout_seconds=2)
        with pytest.raises(MailTrouble, match=told):
            SmtpMailer(table).send("ayse@itu.edu.tr", LETTER, "abc@kiosk")


@pytest.fixture
def unused_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.mark.parametrize("address", ["ayse@itu.edu.tr\nBcc: all@itu.edu.tr", "a b c"])
def test_an_address_smuggles_no_header(post: tuple[Post, SmtpMailer], address: str) -> None:
    """Trouble, or one letter to nobody else."""
    handler, mailer = post
    with contextlib.suppress(MailTrouble):
        mailer.send(address, LETTER, "abc@kiosk")
    assert all(letter["Bcc"] is None for letter in handler.taken)
