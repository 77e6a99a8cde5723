"""The library as a whole: backed up, copied, looked through, and the clock that it goes by."""

from typing import TYPE_CHECKING

from store.lazily import submodules_of

if TYPE_CHECKING:
    from store.upkeep import backing_up, clocks, copying, verifying

__all__ = ["backing_up", "clocks", "copying", "verifying"]
__getattr__ = submodules_of(__name__)
