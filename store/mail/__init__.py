"""Letters: written with their cause, sent afterwards, looked after when they do not arrive."""

from typing import TYPE_CHECKING

from store.lazily import submodules_of

if TYPE_CHECKING:
    from store.mail import bounces, letters, outbox, sending

__all__ = ["bounces", "letters", "outbox", "sending"]
__getattr__ = submodules_of(__name__)
