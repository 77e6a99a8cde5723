"""The people who work here: who they are, what they may do, what waits for them, and the library's figures."""

from typing import TYPE_CHECKING

from store.lazily import submodules_of

if TYPE_CHECKING:
    from store.desk import deskviews, export, permissions, reports, roles, staff, tasks, terminals, worklist

__all__ = ["deskviews", "export", "permissions", "reports", "roles", "staff", "tasks", "terminals", "worklist"]
__getattr__ = submodules_of(__name__)
