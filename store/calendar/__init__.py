"""When the branches are open, and what a closing moves."""

from typing import TYPE_CHECKING

from store.lazily import submodules_of

if TYPE_CHECKING:
    from store.calendar import closures, hours, opendays, schedule

__all__ = ["closures", "hours", "opendays", "schedule"]
__getattr__ = submodules_of(__name__)
