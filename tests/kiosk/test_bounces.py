"""Reports of letters that came back, as mail servers write them."""

from __future__ import annotations

import mailbox
from pathlib import Path

import pytest

from kiosk.bounces import Bounce, read_bounces

REPORT = """\
From: MAILER-DAEMON@itu.edu.tr
To: kutuphane@itu.edu.tr
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.itu.edu.tr

Final-Recipient: rfc822; yok@itu.edu.tr
Action: ACTION
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 User
 unknown

--b
Content-Type: KIND

Message-ID: <11111111-2222@kiosk>
Subject: Konu

--b--
"""


def _report(action: str = "failed", kind: str = "text/rfc822-headers") -> bytes:
    return REPORT.replace("ACTION", action).replace("KIND", kind).encode()


@pytest.mark.parametrize("kind", ["text/rfc822-headers", "message/rfc822"])
def test_a_failure_names_the_letter_and_the_reason(tmp_path: Path, kind: str) -> None:
    """Whether the report carries the whole letter or its headers only."""
    path = tmp_path / "report.eml"
    path.write_bytes(_report(kind=kind))
    assert list(read_bounces(path)) == [Bounce("11111111-2222@kiosk", "smtp; 550 5.1.1 User unknown")]


@pytest.mark.parametrize(
    "content", [_report("delayed"), b"Subject: hi\n\nHello", b"", b"\xff\xfe\x00", _report()[:300]]
)
def test_other_mail_is_passed_over(tmp_path: Path, content: bytes) -> None:
    """A delay is no failure; a broken or foreign letter is none of ours."""
    path = tmp_path / "mail.eml"
    path.write_bytes(content)
    assert list(read_bounces(path)) == []


def test_a_maildir_an_mbox_and_a_folder_are_read(tmp_path: Path) -> None:
    """Every message of each."""
    box = mailbox.Maildir(tmp_path / "Maildir")
    box.add(_report())
    box.add(b"Subject: hi\n\nHello")
    mbox = mailbox.mbox(tmp_path / "mbox")
    mbox.add(_report())
    mbox.flush()
    mbox.close()
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "1").write_bytes(_report())
    for path in (tmp_path / "Maildir", tmp_path / "mbox", folder):
        assert [bounce.message_id for bounce in read_bounces(path)] == ["11111111-2222@kiosk"]
