"""What an installation may set about the store; `kiosk.toml` fills it in."""

from __future__ import annotations

from msgspec import Struct, field


class PinHashing(Struct, frozen=True):
    """argon2id. Memory in KiB; the floor keeps a stolen database expensive to guess."""

    memory_kib: int = 19456
    time_cost: int = 2
    parallelism: int = 1


class SignInLimits(Struct, frozen=True):
    """How many wrong PINs lock, for how long at first (doubling), and where the doubling ends."""

    tries: int = 5
    lock_minutes: int = 15
    longest_lock_minutes: int = 24 * 60
    terminal_tries: int = 20
    "Wrong tries at one terminal, whatever the card, after which it slows down."
    library_tries: int = 300
    "Wrong tries within an hour in the whole library after which every terminal slows down with each wrong one."
    code_minutes: int = 30
    "How long a code sent by e-mail is good."


class StoreSettings(Struct, frozen=True):
    """Everything that the store asks of an installation."""

    database: str
    "`sqlite:///file` or `postgresql+psycopg://…`"
    policy: str = "itu"
    "A shipped policy, or the path of a policy file."
    policy_folder: str = ""
    "Where new versions of the rules lie, with their scenarios, for a policy owner to load; empty: nowhere."
    terminal: str = "kiosk"
    "Names the chain of audit entries that this process writes."
    pin_hashing: PinHashing = field(default_factory=PinHashing)
    sign_in: SignInLimits = field(default_factory=SignInLimits)
    staff_pin_length: int = 10
    waive_alone: int = 5000
    "Kuruş; a waiver above it needs a second member of staff."
    staff_confirm_returns: bool = False
    retention_days: int = 365
    applicant_domains: tuple[str, ...] = ()
    "Hosts of the institution's e-mail addresses; who gets letters there may apply for membership."
    patient: bool = False
    "For commands that read or write a whole library: a single statement may take as long as it takes."
