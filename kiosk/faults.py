"""What happens when the program itself fails: a log without personal data, a count that survives, and no service.

A service unit starts the program again after exit code 70. After several faults in a short time the terminal stays out
of service until a supervisor comes: one that fails again and again is worse than one that says so.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from msgspec import Struct

EXIT_FAULT = 70


class FaultLimits(Struct, frozen=True):
    """So many faults within so many minutes take the terminal out of service."""

    limit: int = 3
    within_minutes: int = 10


class FaultLog:
    """The log of faults and their count, in files that outlive the program."""

    def __init__(self, folder: Path, limits: FaultLimits, clock: Callable[[], datetime]) -> None:
        self._folder = folder
        self._limits = limits
        self._clock = clock

    def record(self, fault: BaseException) -> None:
        """Write where it failed, and count it: after several in a short time the terminal is out of service."""
        now = self.note(fault)
        since = now - timedelta(minutes=self._limits.within_minutes)
        recent = [*(moment for moment in self._moments() if moment >= since), now]
        self._counter.touch(mode=0o600)
        self._counter.write_text("".join(f"{moment.isoformat()}\n" for moment in recent), encoding="utf-8")
        if len(recent) >= self._limits.limit:
            self._flag.touch(mode=0o600)

    def note(self, fault: BaseException) -> datetime:
        """Write where it failed; gives the moment. Values, messages and locals may hold a member's data: never written.

        Raises OSError if nothing can be written.
        """
        now = self._clock().astimezone(UTC)
        lines = [f"{now.isoformat(timespec='seconds')} {kinds(fault)}"]
        lines += [f"    {place}" for place in places(fault)]
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for file in (self._folder / "faults.log", self._untold):
            file.touch(mode=0o600)
        with self._untold.open("a", encoding="utf-8") as untold:
            untold.write(f"{now.isoformat()}\n")
        with (self._folder / "faults.log").open("a", encoding="utf-8") as log:
            log.write("\n".join(lines) + "\n")
        return now

    def tell(self, record: Callable[[datetime], None]) -> None:
        """Hand every fault that was not told yet to the library, which answers again, for its reports."""
        if not self._untold.exists():
            return
        for line in self._untold.read_text("utf-8", "replace").split():
            with suppress(ValueError):  # the power failed while it was written
                record(datetime.fromisoformat(line))
        self._untold.unlink()

    def out_of_service(self) -> bool:
        """Whether there were too many faults in a short time and no supervisor has come since."""
        return self._flag.exists()

    def reset(self) -> None:
        """A supervisor has seen to it."""
        self._counter.unlink(missing_ok=True)
        self._flag.unlink(missing_ok=True)

    @property
    def _counter(self) -> Path:
        return self._folder / "faults-recent"

    @property
    def _untold(self) -> Path:
        return self._folder / "faults-untold"

    @property
    def _flag(self) -> Path:
        return self._folder / "out-of-service"

    def _moments(self) -> list[datetime]:
        try:
            moments = [datetime.fromisoformat(text) for text in self._counter.read_text("utf-8").split()]
        except (OSError, ValueError):  # no count yet, or a torn one: begin anew
            return []
        return [moment for moment in moments if moment.tzinfo is not None]


def kinds(fault: BaseException) -> str:
    """What kind of fault it is, and of which it came; none of its words, which may hold a member's data."""
    names: list[str] = []
    link: BaseException | None = fault
    while link is not None and len(names) < 5:
        names.append(type(link).__qualname__)
        link = link.__cause__ or link.__context__
    return " <- ".join(names)


def places(fault: BaseException) -> list[str]:
    """Where it failed, as file, line and function, the innermost last; none of the values there."""
    innermost = fault
    while innermost.__cause__ is not None:
        innermost = innermost.__cause__
    return [
        f"{frame.f_code.co_filename}:{line} {frame.f_code.co_name}"
        for frame, line in traceback.walk_tb(innermost.__traceback__)
    ]
