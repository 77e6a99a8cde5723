"""`python -m bench [NAME…]`: run the benches, all or by name."""

from __future__ import annotations

import importlib
import pkgutil
import sys

import bench

_NOT_BENCHES = {"__main__", "table", "hello"}
NAMES = [module.name for module in pkgutil.iter_modules(bench.__path__) if module.name not in _NOT_BENCHES]


def main(wanted: list[str]) -> int:
    """Run each bench's `main()`; 2 if there is no such bench."""
    unknown = [name for name in wanted if name not in NAMES]
    if unknown:
        print(f"no bench {', '.join(unknown)}; there are {', '.join(NAMES)}", file=sys.stderr)
        return 2
    for name in wanted or NAMES:
        importlib.import_module(f"bench.{name}").main()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
