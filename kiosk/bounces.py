"""Reads reports of letters that came back: a file, a Maildir, or a folder of files; tells which of ours it was."""

from __future__ import annotations

import email
import mailbox
import re
from collections.abc import Iterator
from contextlib import closing
from email.message import Message
from email.policy import default
from pathlib import Path

from msgspec import Struct

_ID = re.compile(r"<([^<>\s]+)>")


class Bounce(Struct, frozen=True):
    """A letter that came back for good."""

    message_id: str
    why: str


def read_bounces(path: Path) -> Iterator[Bounce]:
    """Every delivery failure in a file, an mbox, a Maildir or a folder. Raises OSError. Other mail is passed over."""
    for raw in _messages(path):
        bounce = _bounce(email.message_from_bytes(raw, policy=default))
        if bounce is not None:
            yield bounce


def _messages(path: Path) -> Iterator[bytes]:
    if (path / "cur").is_dir() and (path / "new").is_dir():
        for message in mailbox.Maildir(path, create=False):
            yield message.as_bytes()
    elif path.is_dir():
        for file in sorted(path.iterdir()):
            if file.is_file():
                yield file.read_bytes()
    elif path.read_bytes().startswith(b"From "):
        with closing(mailbox.mbox(path, create=False)) as box:
            for entry in box:
                yield entry.as_bytes()
    else:
        yield path.read_bytes()


def _bounce(message: Message) -> Bounce | None:
    """A report (RFC 3464) that says `failed` and carries the Message-ID of what came back."""
    if message.get_content_type() != "multipart/report":
        return None
    failed, why, message_id = False, "", ""
    for part in message.walk():
        kind = part.get_content_type()
        if kind == "message/delivery-status":
            for block in part.get_payload():
                if isinstance(block, Message) and str(block.get("Action", "")).strip().lower() == "failed":
                    failed = True
                    why = " ".join(str(block.get("Diagnostic-Code") or block.get("Status") or "").split())
        elif kind in ("message/rfc822", "text/rfc822-headers"):
            message_id = message_id or _original_id(part)
    return Bounce(message_id, why) if failed and message_id else None


def _original_id(part: Message) -> str:
    payload = part.get_payload()
    inner = payload[0] if isinstance(payload, list) and payload else email.message_from_string(str(payload))
    found = _ID.search(str(inner.get("Message-ID", ""))) if isinstance(inner, Message) else None
    return found[1] if found else ""
