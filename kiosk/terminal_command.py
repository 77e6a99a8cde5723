"""`kiosk [--config FILE]`: run the terminal that the configuration describes, without loading the commands' library."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.config import ConfigFaults
from kiosk.config_file import find_config, load_config
from kiosk.speaking import speak, told
from screens.words import N_, _

if TYPE_CHECKING:
    from store.library import Library

NO_CONFIG = N_("There is no kiosk.toml. Run `kiosk init` to set up a library, or `kiosk demo` to try one.")


def run_from(arguments: Sequence[str]) -> int:
    """Run the terminal; 2 if there is nothing to run or the configuration is wrong, said in a sentence."""
    speak()
    given = _given(arguments)
    if isinstance(given, str):
        return _refuse(given)
    path = find_config(given)
    if path is None:
        return _refuse(_(NO_CONFIG))
    try:
        config = load_config(path)
        settings = config.store_settings()
    except ConfigFaults as faults:
        return _refuse(told(faults))
    from kiosk.running import run_terminal

    def open_library() -> Library:
        from store.opening import open_library as open_it

        return open_it(settings)

    run_terminal(config, open_library, path=path)


def _given(arguments: Sequence[str]) -> Path | str | None:
    if not arguments:
        return None
    if len(arguments) == 2 and arguments[0] == "--config":
        return Path(arguments[1])
    if len(arguments) == 1 and arguments[0].startswith("--config="):
        return Path(arguments[0].partition("=")[2])
    return _("Unknown: {words}. See `kiosk --help`.").format(words=" ".join(arguments))


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 2
