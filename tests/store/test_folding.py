"""Words as people write them: case, Turkish letters and marks don't matter; different words stay different."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.catalogue.folding import fold, same_given_name, same_name


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Işık'ın Kâğıdı", "isikin kagidi"),
        ("ISIKIN KAGIDI", "isikin kagidi"),
        ("İSTANBUL", "istanbul"),
        ("ıstanbul", "istanbul"),
        ("istanbul", "istanbul"),
        ("ÇAĞRI, Şule; Ömer – Ünal", "cagri sule omer unal"),
        ("Dvořák, Antonín", "dvorak antonin"),
        ("Łódź", "lodz"),
        ("Straße", "strasse"),
        ("Æsop & Œuvre", "aesop oeuvre"),
        ("  C++   (3. baskı)  ", "c 3 baski"),
        ("snake_case", "snake case"),
        ("½ ﬁlm №7", "1 2 film no7"),
        ("Война и мир", "воина и мир"),
        ("", ""),
        ("…!?", ""),
    ],
)
def test_words_are_folded_as_a_reader_would_type_them(written: str, folded: str) -> None:
    """Small letters, no marks, single spaces."""
    assert fold(written) == folded


@pytest.mark.parametrize("word", ["Işıl", "İğdır", "GÖKÇE", "Şükrü", "dvořák", "Âşık Veysel"])
def test_every_way_of_writing_a_letter_is_one(word: str) -> None:
    """Composed or decomposed, in capitals or not, as either alphabet makes capitals."""
    turkish = word.replace("i", "İ").replace("ı", "I").upper()
    forms = (word, word.upper(), word.lower(), turkish, word.swapcase())
    folded = {fold(unicodedata.normalize(form, each)) for each in forms for form in ("NFC", "NFD")}
    assert folded == {fold(word)}


@given(st.text())
def test_folding_ends_at_once(text: str) -> None:
    """Folded words fold to themselves, whatever was written, and have no stray spaces."""
    once = fold(text)
    assert fold(once) == once
    assert once == " ".join(once.split())


@given(st.text(), st.text())
def test_words_are_folded_one_by_one(one: str, other: str) -> None:
    """So that a title and an author can be searched as one text."""
    assert fold(f"{one} {other}") == " ".join(filter(None, (fold(one), fold(other))))


@pytest.mark.parametrize(
    ("written", "recorded"),
    [
        ("Öztürk", "OZTURK"),
        ("Işık", "ışik"),
        ("Yılmaz Kaya", "Yılmaz-Kaya"),
        ("O'Neill", "ONeill"),
        ("Van Gogh", "vangogh"),
    ],
)
def test_one_surname_written_two_ways(written: str, recorded: str) -> None:
    """Hyphens, spaces, apostrophes and marks are no reason to refuse a first PIN."""
    assert same_name(written, recorded) and same_name(recorded, written)


@pytest.mark.parametrize(
    ("written", "recorded"), [("Kaya", "Kayar"), ("", "Kaya"), ("", ""), ("…", "…"), ("Ak", "Akay")]
)
def test_two_surnames_stay_two(written: str, recorded: str) -> None:
    """A part is not the whole, and nothing is no name."""
    assert not same_name(written, recorded)


@pytest.mark.parametrize("written", ["Ayşe Nur", "ayse nur", "AYŞENUR", "Ayşe", "nur"])
def test_one_of_several_given_names_is_enough(written: str) -> None:
    """Written in full."""
    assert same_given_name(written, "Ayşe Nur")


@pytest.mark.parametrize("written", ["Ay", "Nuray", "Ayşe Gül", "", "Ayşe Nur Kaya"])
def test_a_part_or_another_given_name_is_not(written: str) -> None:
    """Nor one too many."""
    assert not same_given_name(written, "Ayşe Nur")
