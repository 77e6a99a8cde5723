"""Makes words comparable as people write them: case, Turkish letters, marks, apostrophes and spaces don't matter."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import filterfalse

# Letters that have no decomposition into a base letter and a mark, or more than one habit of writing.
_PLAIN = str.maketrans(
    {"İ": "i", "I": "i", "ı": "i", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l",
     "đ": "d", "Đ": "d", "ß": "ss", "’": "", "'": "", "ʼ": "", "`": ""}
)  # fmt: skip
_WORDS = re.compile(r"[^\W_]+")
AFTER_ALL_LETTERS = "\U0010ffff"
"What begins with a folded text stands between it and it with this."


def fold(text: str) -> str:
    """Lower-case words without marks, joined by single spaces: `Işık'ın Kâğıdı` and `ISIKIN KAGIDI` are the same."""
    plain = unicodedata.normalize("NFKD", text.translate(_PLAIN))
    bare = plain if plain.isascii() else "".join(filterfalse(unicodedata.combining, plain))
    return " ".join(_WORDS.findall(bare.casefold()))


@lru_cache(maxsize=1024)
def _parts(name: str) -> tuple[str, ...]:
    return tuple(fold(name).split())


def same_name(written: str, recorded: str) -> bool:
    """Whether a person would take both for one name: hyphens and spaces in double names don't matter either."""
    one, other = _parts(written), _parts(recorded)
    return bool(one) and "".join(one) == "".join(other)


def same_given_name(written: str, recorded: str) -> bool:
    """As `same_name`; of several given names the first, or any one of them written in full, is enough."""
    return same_name(written, recorded) or (len(_parts(written)) == 1 and _parts(written)[0] in _parts(recorded))
