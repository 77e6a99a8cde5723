"""A made catalogue of any size: words as unevenly common as in a real one, the same for the same size."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from importlib.resources import files
from itertools import accumulate
from typing import Any

from store.catalogue.folding import fold
from store.catalogue.vocabulary import words_fold

_SEED = 20260302
_STARTS = ("", *"bcçdfghklmnprsştvyz", "tr", "kr")
_VOWELS = "aeıioöuü"
_ENDS = ("", "", "", "k", "l", "m", "n", "r", "s", "ş", "t", "z", "ğ", "lt", "rk")
_NAMES = 40_000
_SUBJECTS = 3_000
_CLASSES = ("PL248", "QA76", "TK5105", "HD30", "DR432", "QC174", "PN1995", "BF121", "NA2750", "TA345")


@lru_cache(maxsize=1)
def _seed_rows() -> tuple[dict[str, str], ...]:
    text = (files("store") / "demo" / "titles.csv").read_text("utf-8")
    return tuple(csv.DictReader(text.splitlines()))


class Words:
    """A vocabulary in which the n-th word is about n times rarer than the first (Zipf)."""

    def __init__(self, known: list[str], size: int, chance: random.Random) -> None:
        self.chance = chance
        words = dict.fromkeys(known[:size])
        while len(words) < size:
            words[_made_word(chance)] = None
        self.all = list(words)
        self._weights = list(accumulate(1 / (rank + 3) for rank in range(size)))

    def some(self, count: int) -> list[str]:
        """Words at random, common ones often."""
        return self.chance.choices(self.all, cum_weights=self._weights, k=count)


def _made_word(chance: random.Random) -> str:
    syllables = chance.choices((1, 2, 3, 4), weights=(1, 8, 10, 4))[0]
    return "".join(chance.choice(_STARTS) + chance.choice(_VOWELS) + chance.choice(_ENDS) for _ in range(syllables))


def made_titles(count: int, added_at: datetime) -> Iterator[dict[str, Any]]:
    """Rows of the title table, numbered from 1: a title of 1 to 9 words, author, ISBN, subjects, shelf mark."""
    chance, seeds = random.Random(_SEED), _seed_rows()
    titles = Words([word for row in seeds for word in row["title"].split()], max(5_000, count // 5), chance)
    names = Words([word for row in seeds for word in row["author"].split()], _NAMES, chance)
    subjects = Words([word for row in seeds for word in row["subjects"].split("; ")], _SUBJECTS, chance)
    for number in range(1, count + 1):
        title = " ".join(titles.some(chance.choices(range(1, 10), weights=(4, 12, 18, 20, 16, 12, 9, 6, 3))[0]))
        author = " ".join(word.capitalize() for word in names.some(2))
        about = "; ".join(subjects.some(2))
        isbn = _isbn(number)
        mark = f"{chance.choice(_CLASSES)} .{author[:1]}{chance.randrange(10, 999)} {chance.randrange(1950, 2026)}"
        yield {
            "id": number, "control_number": f"m{number}", "title": title, "author": author, "publisher": "",
            "year": chance.randrange(1950, 2026), "language": "tr", "isbn": isbn, "subjects": about,
            "shelf_mark": mark, "electronic_access": False, "added_at": added_at, "title_fold": fold(title),
            "words_fold": words_fold(author, isbn, about, mark),
        }  # fmt: skip


def _isbn(number: int) -> str:
    digits = f"978{975_000_000 + number * 17 % 24_999_983}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return f"{digits}{-total % 10}"
