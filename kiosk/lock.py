"""Keeps a person at the terminal inside the program: environment, signals. `kiosk.locked` closes the rest."""

from __future__ import annotations

import os
import select
import signal
import sys
from collections.abc import MutableMapping

_ALLOWED = {
    "COLORTERM", "COLUMNS", "HOME", "LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "LC_MESSAGES", "LINES", "LOGNAME", "PATH",
    "SHELL", "TERM", "TMPDIR", "TZ", "TZDIR", "USER", "VIRTUAL_ENV", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR",
    "XDG_STATE_HOME",
}  # fmt: skip
_ALLOWED_PREFIXES = ("KIOSK_", "PG", "PYTEST_", "COVERAGE")
_IGNORED = ("SIGINT", "SIGQUIT", "SIGTSTP", "SIGHUP", "SIGCONT", "SIGTTIN", "SIGTTOU", "SIGUSR1", "SIGUSR2")
"SIGCONT comes with a hang-up: Textual would set a terminal up again that is not there any more."


def scrub_environment(environment: MutableMapping[str, str] = os.environ) -> None:
    """Keep only the variables that are needed; call it before Textual is imported.

    `TEXTUAL_DEBUG` and `TEXTUAL_LOG` write every key to a file, `TEXTUAL_DRIVER` and `TEXTUAL_PRESS` run things,
    `TEXTUAL_ALLOW_SIGNALS` gives ctrl+c and ctrl+z back, PYTHON… variables load modules or print tracebacks.
    """
    for name in list(environment):
        if name not in _ALLOWED and not name.startswith(_ALLOWED_PREFIXES):
            del environment[name]
    environment["TEXTUAL_ANIMATIONS"] = "none"
    environment["TEXTUAL_FPS"] = "120"  # at its 60, an answer soon after a key's echo is drawn 17 ms later
    environment["ESCDELAY"] = "25"  # milliseconds; 100 makes the escape key feel stuck


def ignore_signals() -> None:
    """Keys and a hang-up of the line stop nothing. SIGTERM still ends the program in an orderly way."""
    for name in _IGNORED:
        signal.signal(getattr(signal, name), signal.SIG_IGN)


def terminal_is_gone() -> bool:
    """Whether the terminal that we write to has hung up: since SIGHUP is ignored, somebody must look."""
    try:
        waiting = select.poll()
        waiting.register(sys.__stdin__.fileno() if sys.__stdin__ else 0, select.POLLHUP)
        return any(what & (select.POLLHUP | select.POLLERR | select.POLLNVAL) for _descriptor, what in waiting.poll(0))
    except (OSError, ValueError):
        return True
