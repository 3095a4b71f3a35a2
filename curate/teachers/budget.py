"""The hard cap on money: reserve the worst case before a request leaves, settle with the truth after.

A request may leave only if spent + maybe billed + reserved + its own worst case fits under the cap of the run
and under its teacher's, so the cap holds however many are on the wire. An attempt that may have been billed
keeps its reservation for good. Thread-safe, because batches run in a thread of their own. Knows no clock, no
journal and no request; earlier runs are not in it: a cap is per run.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Money:
    """Where money stands, in USD."""

    spent_usd: Decimal = ZERO
    reserved_usd: Decimal = ZERO
    maybe_billed_usd: Decimal = ZERO
    cap_usd: Decimal | None = None

    @property
    def bound_usd(self) -> Decimal:
        """Give all that is or may be owed."""
        return self.spent_usd + self.reserved_usd + self.maybe_billed_usd


@dataclass(slots=True)
class _Account:
    cap: Decimal | None
    spent: Decimal = ZERO
    reserved: Decimal = ZERO
    maybe: Decimal = ZERO

    def room_for(self, amount: Decimal) -> bool:
        return self.cap is None or self.spent + self.maybe + self.reserved + amount <= self.cap

    def look(self) -> Money:
        return Money(self.spent, self.reserved, self.maybe, self.cap)


@dataclass(slots=True)
class Budget:
    """The accounts of one run: one over all and one per teacher alias."""

    cap_usd: Decimal | None = None
    cap_usd_per_teacher: Mapping[str, Decimal] = field(default_factory=dict)
    _total: _Account = field(init=False)
    _teachers: dict[str, _Account] = field(init=False, default_factory=dict)
    _lock: threading.Lock = field(init=False, default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._total = _Account(self.cap_usd)

    def reserve(self, alias: str, amount: Decimal | None) -> bool:
        """Set money aside if it fits under both caps; None (no price) always fits."""
        if amount is None:
            return True
        with self._lock:
            account = self._account(alias)
            if not (self._total.room_for(amount) and account.room_for(amount)):
                return False
            self._total.reserved += amount
            account.reserved += amount
            return True

    def could_fit(self, alias: str, amount: Decimal) -> bool:
        """Say whether an amount would fit if nothing that is reserved were billed; if not, it never will."""
        with self._lock:
            return all(
                account.cap is None or account.spent + account.maybe + amount <= account.cap
                for account in (self._total, self._account(alias))
            )

    def settle(self, alias: str, reserved: Decimal | None, cost: Decimal | None) -> None:
        """Turn a reservation into what was billed."""
        self._move(alias, reserved, spent=cost or ZERO)

    def hold(self, alias: str, reserved: Decimal | None) -> None:
        """Keep a reservation for good: the attempt may have been billed."""
        self._move(alias, reserved, maybe=reserved or ZERO)

    def release(self, alias: str, reserved: Decimal | None) -> None:
        """Give a reservation back: the attempt was not billed."""
        self._move(alias, reserved)

    def money(self, alias: str | None = None) -> Money:
        """Look at one teacher's account, or at the run's."""
        with self._lock:
            return (self._total if alias is None else self._account(alias)).look()

    def _move(
        self, alias: str, reserved: Decimal | None, *, spent: Decimal = ZERO, maybe: Decimal = ZERO
    ) -> None:
        with self._lock:
            for account in (self._total, self._account(alias)):
                account.reserved -= reserved or ZERO
                account.spent += spent
                account.maybe += maybe

    def _account(self, alias: str) -> _Account:
        account = self._teachers.get(alias)
        if account is None:
            account = self._teachers[alias] = _Account(self.cap_usd_per_teacher.get(alias))
        return account
