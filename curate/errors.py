"""Every error that tracemill raises on purpose, and the exit code each one carries.

    TracemillError              1  internal
    ├── UsageError              2  a wrong command line, query or argument
    │   └── ConfigError         2  a run file or policy with a fault in it
    ├── InputError              2  a data file that cannot be used at all (a bad row is no error)
    ├── MissingError            3  something this machine lacks: a package, a key, a sandbox, a hub
    ├── StoreError              2  a store that cannot be opened as asked
    │   ├── StoreVersionError   2  written by a newer tracemill
    │   └── StoreBusyError      4  another process holds it; nothing is lost, try again
    ├── IncompleteError         4  stopped early; the same command goes on where it stopped
    │   ├── JournalError        4  the disk refused a record; no more money is spent
    │   └── BudgetError         4  the cap was reached
    └── GateError               5  a check that was asked for did not pass

A message says what was attempted, with which value and where it came from. `hint` says what to do next.
Faults of single rows (a bad line, a refused request, a wrong answer) are data, not exceptions.
"""

from __future__ import annotations


class TracemillError(Exception):
    """The root of the tree: a message for people, a hint, and the exit code of the command."""

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(TracemillError):
    """The command line, a query or an argument is wrong."""

    exit_code = 2


class ConfigError(UsageError):
    """A run file or a policy has one or more faults, all named at once."""


class InputError(TracemillError):
    """A data file cannot be used at all; a single bad row never raises this."""

    exit_code = 2


class MissingError(TracemillError):
    """A prerequisite is not on this machine: a package, a key, a sandbox, a reachable host."""

    exit_code = 3


class StoreError(TracemillError):
    """A store cannot be opened, read or written as asked."""

    exit_code = 2


class StoreVersionError(StoreError):
    """The store was written by a newer tracemill than this one."""


class StoreBusyError(StoreError):
    """Another process holds the store or a teacher's lock; nothing is lost."""

    exit_code = 4


class IncompleteError(TracemillError):
    """Work stopped before its end and can be resumed by the same command."""

    exit_code = 4


class JournalError(IncompleteError):
    """A record could not be written or flushed, so the run stops before it spends more."""


class BudgetError(IncompleteError):
    """The money cap leaves no room for the next request."""


class GateError(TracemillError):
    """A check that the user asked for did not pass."""

    exit_code = 5
