"""Ways through the tasks, the letters and the reports."""

from __future__ import annotations

from tests.screens.walking import Way, section, then

TASKS = section(4)
LETTERS = section(5)
REPORTS = section(7)
WAYS: dict[str, Way] = {
    "staff-tasks": TASKS,
    "staff-tasks-acts": then(TASKS, *(["down"] * 5), "f4"),
    "staff-notices": LETTERS,
    "staff-notices-letter": then(LETTERS, "down", "f3", "wait:Kime"),
    "staff-notices-acts": then(LETTERS, "f4"),
    "staff-notices-queue": then(LETTERS, "f5", "down", "enter"),
    "staff-reports": REPORTS,
    "staff-reports-hours": then(REPORTS, "down"),
    "staff-reports-refusals": then(REPORTS, *(["down"] * 2)),
    "staff-reports-overdue": then(REPORTS, *(["down"] * 3)),
    "staff-reports-money": then(REPORTS, *(["down"] * 4)),
    "staff-reports-wanted": then(REPORTS, *(["down"] * 5)),
    "staff-reports-terminals": then(REPORTS, *(["down"] * 6)),
}
PAGES = ("staff-tasks", "staff-notices", "staff-reports", "staff-reports-hours")
