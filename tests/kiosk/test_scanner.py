"""The scanner's burst and a person's typing, told apart by time alone or by a prefix."""

from __future__ import annotations

import pytest

from kiosk.scanner import DEAF, LONGEST, Meaning, Scanner


def _type(
    scanner: Scanner, keys: str, *, start: float = 10.0, gap: float = 0.002, in_field: bool = False
) -> list[Meaning]:
    """Send letters and, for a newline, Enter."""
    meanings = []
    for number, letter in enumerate(keys):
        key, character = ("enter", "\r") if letter == "\n" else (letter, letter)
        meanings.append(scanner.see(key, character, start + number * gap, in_field=in_field))
    return meanings


@pytest.mark.parametrize("gap", [0.0, 0.001, 0.005, 0.010, 0.049])
@pytest.mark.parametrize("in_field", [True, False])
def test_a_burst_is_a_scan_whatever_has_the_focus(gap: float, in_field: bool) -> None:
    """From the fastest scanner to the slowest."""
    scanner = Scanner()
    assert _type(scanner, "KTP-00042\n", gap=gap, in_field=in_field)[-1] is Meaning.SCANNED
    assert scanner.code == "KTP-00042"


def test_letters_of_a_burst_press_nothing_outside_a_field() -> None:
    """Not one of them reaches a binding or a list."""
    assert set(_type(Scanner(), "123456\n")[:-1]) == {Meaning.KEEP}


def test_letters_of_a_burst_pass_into_a_field_until_enter() -> None:
    """Typing must not lag; the field is put back when Enter shows what it was."""
    assert set(_type(Scanner(), "123456\n", in_field=True)[:-1]) == {Meaning.PASS}


def test_a_person_types_a_pin() -> None:
    """The same letters, slowly: nothing is taken away, and Enter is Enter."""
    assert set(_type(Scanner(), "ada123\n", gap=0.12, in_field=True)) == {Meaning.PASS}


def test_a_fast_short_word_is_no_scan() -> None:
    """Five letters are too few for a barcode."""
    assert _type(Scanner(), "12345\n", in_field=True)[-1] is Meaning.PASS


def test_enter_after_a_scan_presses_nothing() -> None:
    """Some scanners send two; the second must not press the button that has the focus."""
    scanner = Scanner()
    _type(scanner, "123456\n", start=10.0)
    assert scanner.see("enter", "\r", 10.1, in_field=False) is Meaning.KEEP
    assert scanner.see("enter", "\r", 10.02 + DEAF + 0.1, in_field=False) is Meaning.PASS


def test_two_scans_in_a_row_are_two_codes() -> None:
    """As fast as a hand can pass two books."""
    scanner = Scanner()
    _type(scanner, "111111\n", start=10.0)
    assert scanner.code == "111111"
    _type(scanner, "222222\n", start=10.1)
    assert scanner.code == "222222"


@pytest.mark.parametrize("length", [LONGEST + 1, 10_000])
def test_an_endless_code_is_unreadable_and_small_in_memory(length: int) -> None:
    """Ten thousand characters press nothing and fill nothing."""
    scanner = Scanner()
    meanings = _type(scanner, "7" * length + "\n", gap=0.0001, in_field=True)
    assert meanings[-1] is Meaning.UNREADABLE
    assert meanings[LONGEST + 1 : -1].count(Meaning.PASS) == 0
    assert len(scanner.code) <= LONGEST + 1


def test_control_characters_in_a_code_press_no_binding() -> None:
    """A forged barcode with an escape key inside."""
    scanner = Scanner()
    _type(scanner, "123456")
    assert scanner.see("escape", "\x1b", 10.012, in_field=False) is Meaning.KEEP
    assert scanner.see("enter", "\r", 10.014, in_field=False) is Meaning.UNREADABLE


def test_a_prefix_needs_no_timing() -> None:
    """A slow scanner that announces itself, even with a short code."""
    scanner = Scanner(prefix="ctrl+b")
    assert scanner.see("ctrl+b", "\x02", 10.0, in_field=True) is Meaning.KEEP
    meanings = _type(scanner, "77\n", start=10.1, gap=0.1, in_field=True)
    assert meanings == [Meaning.KEEP, Meaning.KEEP, Meaning.SCANNED]
    assert scanner.code == "77"


def test_a_prefix_alone_does_not_swallow_later_typing() -> None:
    """Somebody pressed it by chance."""
    scanner = Scanner(prefix="ctrl+b")
    scanner.see("ctrl+b", "\x02", 10.0, in_field=True)
    assert scanner.see("a", "a", 11.0, in_field=True) is Meaning.PASS


def test_space_presses_the_button_that_has_the_focus() -> None:
    """A person's space is no barcode."""
    assert Scanner().see("space", " ", 10.0, in_field=False) is Meaning.PASS


def test_editing_keys_always_work_in_a_field() -> None:
    """Backspace right after a fast letter."""
    scanner = Scanner()
    scanner.see("a", "a", 10.0, in_field=True)
    assert scanner.see("backspace", "\x7f", 10.01, in_field=True) is Meaning.PASS
