"""What members owe and pay: the ledger, payments, receipts, the day's closing."""

from typing import TYPE_CHECKING

from store.lazily import submodules_of

if TYPE_CHECKING:
    from store.money import closings, ledger, payments, receipts

__all__ = ["closings", "ledger", "payments", "receipts"]
__getattr__ = submodules_of(__name__)
