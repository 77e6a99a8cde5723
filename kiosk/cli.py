"""The command line. `kiosk` alone runs the terminal; what an administrator does is a sub-command, loaded when used.

What is wrong is said in one sentence with how to mend it, and exit status 2; never a traceback.
"""

from __future__ import annotations

import gc
import sys

from kiosk.lock import scrub_environment

scrub_environment()  # before Textual can be imported by anything below

_COMMANDS = ("init", "import", "doctor", "demo", "policy", "database", "jobs", "mail")


def main() -> None:
    """Entry point of the installed command."""
    given, demo = sys.argv[1:], sys.argv[1:] == ["demo"]
    if not demo and any(word in _COMMANDS or word in ("--help", "-h", "--version") for word in given):
        try:
            from kiosk.commands import run

            sys.exit(run(given))
        except KeyboardInterrupt:  # while still loading
            sys.exit(2)
    gc.disable()  # until the library is open: what is loaded until then stays
    if demo:
        from kiosk.demo import run_demo

        run_demo()
    from kiosk.terminal_command import run_from

    sys.exit(run_from(given))
