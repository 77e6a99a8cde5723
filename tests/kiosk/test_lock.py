"""The environment and the signals of a locked terminal."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from kiosk.lock import scrub_environment


@pytest.mark.parametrize(
    "name",
    ["TEXTUAL", "TEXTUAL_DEBUG", "TEXTUAL_LOG", "TEXTUAL_PRESS", "TEXTUAL_DRIVER", "TEXTUAL_SCREENSHOT",
     "TEXTUAL_ALLOW_SIGNALS", "TEXTUAL_DEVTOOLS_HOST", "PYTHONSTARTUP", "PYTHONBREAKPOINT", "LD_PRELOAD"],
)  # fmt: skip
def test_what_logs_keys_or_runs_things_is_gone(name: str) -> None:
    """Each of these would open the lock or write PINs to a file."""
    environment = {name: "1", "TERM": "xterm-256color"}
    scrub_environment(environment)
    assert name not in environment
    assert environment["TERM"] == "xterm-256color"


def test_what_the_kiosk_needs_stays() -> None:
    """Its own settings, the database's, and the terminal's."""
    needed = {"KIOSK_CONFIG": "a", "PGPASSFILE": "b", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
    environment = dict(needed)
    scrub_environment(environment)
    assert environment == {**needed, "TEXTUAL_ANIMATIONS": "none", "TEXTUAL_FPS": "120", "ESCDELAY": "25"}


@pytest.mark.parametrize("name", ["SIGINT", "SIGQUIT", "SIGTSTP", "SIGHUP", "SIGUSR1"])
def test_signals_of_keys_and_lines_end_nothing(name: str) -> None:
    """The process is still there to say so after the signal."""
    program = (
        "import os, signal, kiosk.lock; kiosk.lock.ignore_signals(); "
        f"os.kill(os.getpid(), signal.{name}); print('still here')"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=os.environ)
    assert done.stdout == "still here\n"


def test_an_orderly_stop_is_still_possible() -> None:
    """A service unit ends the program with SIGTERM."""
    program = "import os, signal, kiosk.lock; kiosk.lock.ignore_signals(); os.kill(os.getpid(), signal.SIGTERM)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False, env=os.environ)
    assert done.returncode == -signal.SIGTERM
