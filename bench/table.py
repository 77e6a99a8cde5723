"""The table that every bench prints: medians, 95th percentiles, and the ratio to the limit."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median, quantiles

from msgspec import Struct


class Series(Struct, frozen=True):
    """Measurements of one thing, in milliseconds by the clock and, where they were taken, of this process's work."""

    name: str
    values: tuple[float, ...]
    work: tuple[float, ...] = ()

    @property
    def middle(self) -> float:
        """The median."""
        return median(self.values)

    @property
    def p95(self) -> float:
        """The 95th percentile."""
        return quantiles(self.values, n=20)[-1] if len(self.values) > 1 else self.values[0]


def show(title: str, rows: Sequence[tuple[Series, Series]]) -> None:
    """Print each pair of (ours, the limit) with the ratios of the medians, of the 95th percentiles, and of the medians
    of the work that this process did itself: the last hardly knows how busy the machine is.
    """
    print(f"\n{title}")
    print(f"{'':34}{'limit med':>11}{'p95':>9}{'ours med':>11}{'p95':>9}{'ratio':>8}{'p95':>7}{'work':>7}{'n':>7}")
    for ours, limit in rows:
        print(
            f"{ours.name:34}{limit.middle:11.2f}{limit.p95:9.2f}{ours.middle:11.2f}{ours.p95:9.2f}"
            f"{ours.middle / limit.middle:8.2f}{ours.p95 / limit.p95:7.2f}{_work_ratio(ours, limit):>7}"
            f"{len(ours.values):7}"
        )


def _work_ratio(ours: Series, limit: Series) -> str:
    return f"{median(ours.work) / median(limit.work):.2f}" if ours.work and limit.work else ""


def show_alone(title: str, rows: Sequence[Series]) -> None:
    """Print what has no limit beside it."""
    print(f"\n{title}")
    print(f"{'':34}{'median':>11}{'p95':>9}{'max':>9}{'n':>7}")
    for each in rows:
        print(f"{each.name:34}{each.middle:11.2f}{each.p95:9.2f}{max(each.values):9.2f}{len(each.values):7}")
