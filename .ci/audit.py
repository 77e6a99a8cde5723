"""Looks the locked packages up among the published vulnerabilities: exit status 1 if one is known, and it is named.

Where the list can't be reached that is said, and nothing is claimed; the hashes of the lock hold all the same.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

HOME = Path(".venv/audit")
AUDITOR = "pip-audit>=2.9,<3"
SECONDS = 240


def main() -> int:
    """Audit requirements.lock."""
    if not _installed():
        return _not_audited("the auditor can't be installed")
    with tempfile.TemporaryDirectory() as folder:
        found = _audit(Path(folder) / "report.json")
    if found is None:
        return _not_audited("the list of vulnerabilities can't be reached")
    known = [(each, weak) for each in found for weak in each.get("vulns", ())]
    for each, weak in known:
        mended = ", ".join(weak["fix_versions"]) or "no version yet"
        print(f"{each['name']} {each['version']}: {weak['id']}, mended in {mended}")
    skipped = [each["name"] for each in found if "skip_reason" in each]
    if len(skipped) == len(found):
        return _not_audited("the list knows none of the packages")
    rest = f"; it does not know {', '.join(skipped)}" if skipped else ""
    print(f"{len(found) - len(skipped)} packages audited, {len(known)} vulnerabilities known{rest}")
    return 1 if known else 0


def _installed() -> bool:
    if (HOME / "bin/pip-audit").is_file():
        return True
    make = [sys.executable, "-m", "venv", str(HOME)]
    install = [str(HOME / "bin/python"), "-m", "pip", "install", "-q", "--retries", "1", "--timeout", "10", AUDITOR]
    return all(_run(command) == 0 for command in (make, install))


def _audit(report: Path) -> list[dict[str, Any]] | None:
    options = ("--require-hashes", "--disable-pip", "--no-deps", "--timeout", "10", "--progress-spinner", "off")
    _run([str(HOME / "bin/pip-audit"), "-r", "requirements.lock", *options, "-f", "json", "-o", str(report)])
    try:
        return list(json.loads(report.read_text("utf-8"))["dependencies"])
    except (OSError, ValueError, KeyError):
        return None


def _run(command: list[str]) -> int:
    try:
        return subprocess.run(command, capture_output=True, check=False, timeout=SECONDS).returncode
    except (OSError, subprocess.TimeoutExpired):
        return 1


def _not_audited(why: str) -> int:
    print(f"The dependencies were NOT audited: {why}.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
