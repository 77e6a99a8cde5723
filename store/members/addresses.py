"""What can be an e-mail address: checked before anything is sent there."""

from __future__ import annotations

import re

_LONGEST = 200
_PART = r"[^\s\x00-\x1f@<>()\[\]:;,\\\"]+"
_ADDRESS = re.compile(rf"{_PART}@{_PART}")


def is_address(text: str) -> bool:
    """Whether letters can be sent there: a name, one sign, a host with a point, nothing that mail programs misread."""
    host = text.partition("@")[2]
    return len(text) <= _LONGEST and _ADDRESS.fullmatch(text) is not None and "." in host.strip(".")
