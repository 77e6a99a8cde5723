"""Sums as people write them: what is understood, and what is refused rather than guessed."""

from __future__ import annotations

import pytest

from screens.amounts import kurus_of
from screens.words import LANGUAGES, Translator
from tests.words import ZONE

UNDERSTOOD = {
    "0": 0, "12": 1200, "1250": 125_000, "12,5": 1250, "12,50": 1250, "12.5": 1250, "12.50": 1250, " 7,05 ": 705,
    "1.250": 125_000, "1.250,00": 125_000, "1.250,5": 125_050, "1,250.00": 125_000, "1,250,000.75": 125_000_075,
    "1.250.000": 125_000_000, "1.250.000,75": 125_000_075, "1250,75": 125_075, "16,50 TL": 1650, "TL 16.50": 1650,
    "999.999.999,99": 99_999_999_999,
}  # fmt: skip
REFUSED = (
    "", "TL", "on", "1e1", "-5", "+5", "1,250", "12,505", "12.505,1.2", "1.25.000", "1.2500", "0.250", "12,", ",50",
    "1 250", "1_250", "1.250.00", "1,250,00", "1.250,000", "12.345,678", "١٢", "nan", "inf", "0x10", "9999999999",
)  # fmt: skip


@pytest.mark.parametrize("text", UNDERSTOOD)
def test_a_sum_is_understood(text: str) -> None:
    """Turkish and English, with and without thousands."""
    assert kurus_of(text) == UNDERSTOOD[text]


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_sum_or_two_is_refused(text: str) -> None:
    """A tenth of what was meant must never be taken, nor a thousandfold."""
    assert kurus_of(text) is None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kurus", [0, 5, 1650, 125_000, 99_999_999_999])
def test_a_sum_is_understood_as_the_program_writes_it(kurus: int, language: str) -> None:
    """What stands on the screen can be typed."""
    assert kurus_of(Translator(language, ZONE).money(kurus)) == kurus
