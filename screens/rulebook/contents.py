"""The chapters of the rules: the tables, the clauses by their kind, the versions; and a search over the clauses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import get_args

from msgspec import Struct
from textual.content import Content

from screens import words
from screens.rulebook.kinds import KIND_NAMES, carried_out
from screens.rulebook.rights import rule_tables
from screens.rulebook.sheets import Sheet, sheet
from screens.words import N_, _, ngettext
from store.catalogue.folding import fold
from store.policy.model import Policy
from store.policy.services import Clause, ClauseKind
from store.results.versions import VersionLine

_KINDS: tuple[ClauseKind, ...] = get_args(ClauseKind)
STATES = {
    "in_force": N_("in force"),
    "past": N_("was in force"),
    "to_come": N_("to come"),
    "withdrawn": N_("withdrawn"),
}


class Chapter(Struct, frozen=True):
    """An entry of the contents and its table."""

    slug: str
    label: str
    sheet: Sheet
    of_clauses: bool = False
    "Its lines are clauses themselves."


def chapters(policy: Policy, room: int) -> Iterator[Chapter]:
    """Every table, then the clauses by who or what carries them out."""
    tables = list(rule_tables(policy, room))
    parts = Counter(table.title for table in tables)
    seen: Counter[str] = Counter()
    for number, table in enumerate(tables):
        seen[table.title] += 1
        part = f" {seen[table.title]}/{parts[table.title]}" if parts[table.title] > 1 else ""
        yield Chapter(f"table-{number}", f"{table.title}{part}", table)
    for kind in _KINDS:
        of_kind = {key: clause for key, clause in policy.register_of_clauses.items() if clause.kind == kind}
        if of_kind:
            label = f"§ {_(KIND_NAMES[kind])} ({len(of_kind)})"
            yield Chapter(f"clauses-{kind}", label, _clause_sheet(label, of_kind.items()), of_clauses=True)


def found_clauses(policy: Policy, wanted: str) -> Sheet:
    """The clauses in which every word that was typed occurs."""
    parts = fold(wanted).split()
    found = [(key, clause) for key, clause in policy.register_of_clauses.items() if _has(key, clause, parts)]
    return _clause_sheet(ngettext("{n} clause", "{n} clauses", len(found)), found)


def _has(key: str, clause: Clause, parts: Sequence[str]) -> bool:
    text = fold(" ".join((key, clause.tr, clause.en, clause.where.tr, clause.where.en)))
    return all(part in text for part in parts)


def _clause_sheet(title: str, clauses: Iterable[tuple[str, Clause]]) -> Sheet:
    shown = sheet(title, _("Clause"), _("Kind"), _("Text"))
    for key, clause in clauses:
        shown.add(key, _(KIND_NAMES[clause.kind]), _own_words(clause))
    return shown


def _own_words(clause: Clause) -> str:
    return clause.tr if words.current().language == "tr" else clause.en


def clause_block(policy: Policy, key: str) -> Content:
    """A clause whole: its id and kind, the regulation's own words, what they ask, where that is carried out."""
    clause = policy.register_of_clauses[key]
    kind = _(KIND_NAMES[clause.kind])
    lines = [Content.assemble((key, "bold $accent"), f"  [{kind}]  “{clause.tr}”")]
    if words.current().language != "tr":
        lines.append(Content.styled(f"  {clause.en}", "$text-muted"))
    lines.append(Content.styled(f"  → {carried_out(clause)}", "$text-muted"))
    return Content("\n").join(lines)


def version_sheet(lines: Sequence[VersionLine]) -> Sheet:
    """The versions, the newest first."""
    shown = sheet(_("Versions"), _("Version"), _("Holds from"), _("State"), _("Loaded by"), _("Decision"))
    for line in lines:
        from_day = f"{line.effective_from.astimezone(words.current().zone):%d.%m.%Y}"
        shown.add(line.version, from_day, _(STATES[line.state]), line.loaded_by or _("installation"), line.decision)
    return shown
