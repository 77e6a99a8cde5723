"""ISBNs as files hold them: with hyphens, as a floating number, without leading zeros."""

from __future__ import annotations

import re
from decimal import Decimal

_FLOATING = re.compile(r"\d(\.\d+)?E\+\d\d?|\d+\.0", re.ASCII)


def clean_isbn(written: str) -> str:
    """The ISBN in digits, or an empty text if its check digit is wrong: no number is better than a wrong one."""
    text = written.replace("-", "").replace(" ", "").strip().upper()
    if _FLOATING.fullmatch(text):
        text = f"{Decimal(text):.0f}"
    text = text.split("(")[0]
    if not text.isascii():
        return ""
    if text.rstrip("X").isdigit() and 7 <= len(text) < 10:
        text = text.zfill(10)
    return text if _is_valid(text) else ""


def _is_valid(text: str) -> bool:
    if len(text) == 13 and text.isdigit():
        return sum(int(digit) * (1, 3)[place % 2] for place, digit in enumerate(text)) % 10 == 0
    if len(text) == 10 and text[:9].isdigit() and (text[9].isdigit() or text[9] == "X"):
        digits = [10 if digit == "X" else int(digit) for digit in text]
        return sum(digit * (10 - place) for place, digit in enumerate(digits)) % 11 == 0
    return False


def both_forms(isbn: str) -> tuple[str, ...]:
    """A clean ISBN as thirteen digits and, where there is one, as ten: readers type either."""
    if len(isbn) == 10:
        return (isbn, _with_check13(f"978{isbn[:9]}"))
    if len(isbn) == 13 and isbn.startswith("978"):
        return (isbn, _with_check10(isbn[3:12]))
    return (isbn,) if isbn else ()


def _with_check13(digits: str) -> str:
    total = sum(int(digit) * (1, 3)[place % 2] for place, digit in enumerate(digits))
    return f"{digits}{-total % 10}"


def _with_check10(digits: str) -> str:
    check = -sum(int(digit) * (10 - place) for place, digit in enumerate(digits)) % 11
    return f"{digits}{'X' if check == 10 else check}"
