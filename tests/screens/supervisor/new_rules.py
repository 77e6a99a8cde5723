"""A folder of new versions of the rules, as an administrator would fill it; made once for all tests."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from importlib.resources import files
from pathlib import Path

_EXAMPLES = """policy = "itu"

[[scenario]]
id = "BIZ-1"
title = "Kitap on gün"
clauses = ["ITU-C4"]
members = { ali = { category = "undergraduate" } }
items = { b1 = { type = "book" } }
[[scenario.steps]]
at = 2026-03-02T10:00:00
do = "checkout"
member = "ali"
item = "b1"
expect = { due = 2026-03-12T23:59:59 }

[[scenario]]
id = "BIZ-2"
title = "İki gün geç iade ücretsiz"
clauses = ["ITU-M2"]
members = { ali = { category = "undergraduate" } }
items = { b1 = { type = "book" } }
[[scenario.steps]]
at = 2026-03-02T10:00:00
do = "checkout"
member = "ali"
item = "b1"
[[scenario.steps]]
at = 2026-03-19T10:00:00
do = "checkin"
item = "b1"
expect = { fine = 0 }
"""


@cache
def rules_folder() -> str:
    """A good version with two examples (one of which fails under it), one with a fault, one that is no rules at all."""
    folder = Path(tempfile.mkdtemp(prefix="kiosk-new-rules-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    text = (files("store") / "policies" / "itu.toml").read_text("utf-8")
    newer = text.replace('version = "itu-2019-1"', 'version = "itu-2026-1"')
    newer = newer.replace("effective_from = 2019-01-01", "effective_from = 2026-09-01")
    newer = newer.replace('period = "15 days"', 'period = "10 days"').replace("first = 50 ", "first = 80 ")
    (folder / "itu-2026.toml").write_text(newer, "utf-8")
    (folder / "itu-hatali.toml").write_text(newer.replace("percent = 50", "percent = 500"), "utf-8")
    (folder / "notlar.toml").write_text("bu bir kural dosyası değil", "utf-8")
    (folder / "ornekler.toml").write_text(_EXAMPLES, "utf-8")
    return str(folder)
