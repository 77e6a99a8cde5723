"""The README's pictures are what the terminal looks like: `make snapshots` takes them over from those compared here."""

from __future__ import annotations

from pathlib import Path

import pytest

PICTURES = {
    "welcome": "welcome", "checkout": "checkout-lent", "refused": "checkout-refused", "loans": "loans-renewable",
    "returns": "returns", "search": "search", "receipt": "receipt", "desk": "staff-desk-lent", "tasks": "staff-tasks",
    "simulator": "staff-simulator",
}  # fmt: skip
"Picture -> the state that it shows."
ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "pictures"
COMPARED = Path(__file__).parent / "__snapshots__" / "test_snapshots"


def _compared(state: str) -> str:
    return (COMPARED / f"test_every_state[{state}].svg").read_text("utf-8")


@pytest.mark.parametrize("picture", PICTURES)
def test_a_picture_is_up_to_date(picture: str) -> None:
    assert (FOLDER / f"{picture}.svg").read_text("utf-8") == _compared(PICTURES[picture])


def test_every_picture_is_shown() -> None:
    """And every one that the README shows is there."""
    readme = (ROOT / "README.md").read_text("utf-8")
    assert {path.stem for path in FOLDER.iterdir()} == set(PICTURES)
    assert all(f"docs/pictures/{picture}.svg" in readme for picture in PICTURES)


if __name__ == "__main__":
    for picture, state in PICTURES.items():
        (FOLDER / f"{picture}.svg").write_text(_compared(state), "utf-8")
