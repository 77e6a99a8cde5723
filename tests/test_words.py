"""Both catalogues are complete: nothing missing, nothing unused, the same placeholders, compiled as written."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeGuard

import pytest
from babel.messages.pofile import read_po

from screens.supervisor.actwords import NAMES
from screens.words import DOMAINS, LANGUAGES, Translator, live_on
from tests import words

SLUGS = [
    "card_blocked", "pin_incorrect", "pin_locked", "pin_already_set", "pin_identity_mismatch", "pin_uppercase",
    "pin_too_short", "pin_bad_character", "application_incomplete", "already_member", "membership_pending",
    "membership_cancelled", "desk_only", "not_on_exchange_list", "protocol_form_expired", "suspended", "overdue_items",
    "lost_item_unsettled", "fines_over_limit", "not_for_loan", "category_not_entitled", "electronic_access_available",
    "outside_service_days", "item_unavailable", "held_by_other", "shelf_rest", "limit_reached", "type_limit_reached",
    "term_loan_not_entitled", "term_not_configured", "channel_not_allowed", "recalled", "not_renewable",
    "renewals_exhausted", "renewal_too_early", "not_holdable", "on_shelf_not_holdable", "already_yours",
    "hold_limit_reached", "not_on_loan", "return_elsewhere", "clearance_blocked", "code_incorrect", "code_expired",
    "no_address",
]  # fmt: skip
STORE = Path(__file__).parent.parent / "store"


def _remedies() -> set[str]:
    """Every remedy that the store's reasons name: the third argument of `Reason`, and the tables of remedies."""
    found: set[str] = set()
    for path in STORE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Reason" and len(node.args) > 2:
                remedy = node.args[2]
                choices = [remedy.body, remedy.orelse] if isinstance(remedy, ast.IfExp) else [remedy]
                found |= {choice.value for choice in choices if _is_slug(choice)}
            if isinstance(node, ast.Dict):
                pairs = zip(node.keys, node.values, strict=True)
                found |= {
                    value.value for slug, value in pairs if _is_slug(slug) and slug.value in SLUGS and _is_slug(value)
                }
    return found


def _is_slug(node: ast.AST | None) -> TypeGuard[_Slug]:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.replace("_", "a").isalpha()


class _Slug(ast.Constant):
    value: str


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("domain", sorted(words.SOURCES))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_of_the_code_is_translated_and_none_is_left_over(domain: str, language: str) -> None:
    """`make words` brings them in and out; a translator fills them."""
    catalog = words.read(language, domain)
    known = {words.key(message.id): message.string for message in catalog if message.id}
    assert set(known) == {words.key(message) for message in words.extracted(domain)}
    assert [key for key, text in known.items() if not text or (isinstance(text, tuple) and not all(text))] == []


@pytest.mark.parametrize("domain", sorted(words.SOURCES))
def test_translations_fill_in_the_same_things(domain: str) -> None:
    """A lost {due} would show a braced word to a member, or break the screen."""
    for message in words.read("tr", domain):
        strings = [message.string] if isinstance(message.string, str) else list(message.string or ())
        for text in strings:
            wanted = _placeholders(message.id if isinstance(message.id, str) else message.id[1])
            assert _placeholders(text) == wanted, message.id


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("domain", DOMAINS)
def test_what_is_compiled_is_what_is_written(domain: str, language: str) -> None:
    """The .mo files are kept beside the .po files; they must not lag behind."""
    path = words.po_file(language, domain)
    with path.open("rb") as file:
        catalog = read_po(file, locale=language, domain=domain)
    assert words.compiled(catalog) == path.with_suffix(".mo").read_bytes()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("slug", SLUGS)
def test_every_reason_has_a_title_and_an_explanation(slug: str, language: str) -> None:
    """No member ever reads a slug."""
    speak = Translator(language, words.ZONE)
    assert speak.knows(f"{slug}.title") and speak.knows(f"{slug}.text")


def test_both_languages_explain_the_same_reasons_and_remedies() -> None:
    """The keyed domain, kept by hand."""
    turkish, english = (
        {message.id for message in words.read(language, "reasons") if message.id} for language in LANGUAGES
    )
    assert turkish == english


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_remedy_of_the_store_is_said(language: str) -> None:
    """A refusal always says what to do, in words."""
    speak, remedies = Translator(language, words.ZONE), _remedies()
    assert len(remedies) > 20
    assert {remedy for remedy in remedies if not speak.knows(f"remedy.{remedy}")} == set()


def test_no_catalogue_hides_what_another_says() -> None:
    """A message is looked for in one catalogue after the other: two that say it otherwise would not both be heard."""
    for language in LANGUAGES:
        said: dict[str, set[str]] = {}
        for domain in words.SOURCES:
            for message in words.read(language, domain):
                if message.id:
                    said.setdefault(words.key(message.id), set()).add(str(message.string))
        assert {message: ways for message, ways in said.items() if len(ways) > 1} == {}


def test_every_act_has_a_name() -> None:
    """In the record of a member and in the reports nobody reads how the audit calls it."""
    named = set(_acts())
    assert len(named) > 60
    assert named - set(NAMES) == set()


def _acts() -> Iterator[str]:
    """What the store records, or refuses for want of a right, where it says so outright."""
    for path in (words.ROOT / "store").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
                told, first = ast.unparse(node.func), node.args[0]
                if told in ("tx.record", "tx.refuse") and isinstance(first, ast.Constant):
                    yield str(first.value)
            elif isinstance(node, ast.FunctionDef):
                for guard in node.decorator_list:
                    if isinstance(guard, ast.Call) and ast.unparse(guard.func) == "needs":
                        given = guard.args[1] if len(guard.args) > 1 else None
                        yield str(given.value) if isinstance(given, ast.Constant) else node.name


def test_a_date_far_away_has_its_year() -> None:
    """Near today the weekday helps, far from it the year; where nobody knows the day, dates are near."""
    speak, near, far = Translator("tr", words.ZONE), date(2026, 8, 20), date(2024, 8, 20)
    assert (speak.date(near), speak.date(far)) == ("20 Ağu Per", "20 Ağu Sal")
    live_on(datetime(2026, 3, 2, tzinfo=UTC))
    try:
        assert (speak.date(near), speak.date(far)) == ("20 Ağu Per", "20.08.2024")
        assert speak.moment(datetime(2024, 8, 20, 6, 30, tzinfo=UTC)) == "20.08.2024 09:30"
    finally:
        live_on(None)
