"""The versions of the library's rules, and what another version would mean."""

from typing import TYPE_CHECKING

from store.lazily import submodules_of

if TYPE_CHECKING:
    from store.rules import replaying, rights, simulating, trying, versions

__all__ = ["replaying", "rights", "simulating", "trying", "versions"]
__getattr__ = submodules_of(__name__)
