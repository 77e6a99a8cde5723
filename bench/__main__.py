"""`python -m bench [NAME…]`: run the benches, all at a small scale, or by name; `python -m bench list` says which there
are. `python -m bench NAME --option …`: one, with options.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys

import bench

_NOT_BENCHES = {"__main__", "table", "hello", "made", "big", "limit", "campus"}
NAMES = [module.name for module in pkgutil.iter_modules(bench.__path__) if module.name not in _NOT_BENCHES]


def main(arguments: list[str]) -> int:
    """Run each bench's `main()`, with the options if it is one; 2 if there is no such bench."""
    if arguments == ["list"]:
        for name in NAMES:
            whole = importlib.import_module(f"bench.{name}").__doc__ or ""
            print(f"{name:12}{' '.join(whole.partition(chr(10) * 2)[0].split())}")
        return 0
    first = next((place for place, word in enumerate(arguments) if word.startswith("-")), len(arguments))
    wanted, options = arguments[:first], arguments[first:]
    unknown = [name for name in wanted if name not in NAMES]
    if unknown:
        print(f"no bench {', '.join(unknown)}; there are {', '.join(NAMES)}", file=sys.stderr)
        return 2
    if options and len(wanted) != 1:
        print("options belong to one bench: name it", file=sys.stderr)
        return 2
    if options:
        importlib.import_module(f"bench.{wanted[0]}").main(options)
        return 0
    for name in wanted or NAMES:
        importlib.import_module(f"bench.{name}").main()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
