"""Why a file, a device or another machine can't be used: what the system said, in words for people."""

from __future__ import annotations

import errno
import socket
import ssl

from store.policy.said import Said, said_of

_NUMBERS = {
    errno.EHOSTUNREACH: Said("the network has no way to it"),
    errno.ENETUNREACH: Said("the network has no way to it"),
    errno.ENOSPC: Said("the disk is full"),
    errno.EROFS: Said("the disk can only be read"),
    errno.ENXIO: Said("no device is connected"),
}
_KINDS: tuple[tuple[type[Exception], Said], ...] = (
    (socket.gaierror, Said("no machine of this name is known")),
    (TimeoutError, Said("it does not answer in time")),
    (ConnectionRefusedError, Said("nothing answers at this port")),
    (ConnectionError, Said("the connection was broken off")),
    (FileNotFoundError, Said("there is no such file or folder")),
    (IsADirectoryError, Said("it is a folder")),
    (NotADirectoryError, Said("a part of the path is a file")),
    (FileExistsError, Said("there is a file of this name")),
    (PermissionError, Said("its rights do not allow it")),
    (UnicodeDecodeError, Said("it is not written in UTF-8")),
    (ValueError, Said("this can be no name")),
)


def why(fault: Exception) -> str:
    """Why it can't be used; what nobody foresaw is told as the system said it."""
    if isinstance(fault, ssl.SSLError):
        return Said("no encrypted connection can be made: {reason}", reason=_of_ssl(fault))
    if isinstance(fault, OSError) and fault.errno in _NUMBERS:
        return _NUMBERS[fault.errno]
    if isinstance(said := said_of(fault), Said):
        return said
    known = next((known for kind, known in _KINDS if isinstance(fault, kind)), None)
    return known or getattr(fault, "strerror", None) or said


def _of_ssl(fault: ssl.SSLError) -> str:
    return getattr(fault, "verify_message", "") or fault.reason or str(fault)
