# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""What goes wrong, as exceptions that are also what Python itself would raise."""

from __future__ import annotations

from typing import Final


class Error(Exception):
    """Any failure that the library tells of.

    ``str(error)`` is the message and the hint. The parts are attributes, ``None`` where there is nothing to say:

    - ``code``: which failure, as in the C header without its prefix, ``"CONFLICT"`` for instance
    - ``message``: what was wrong, naming the offender
    - ``hint``: what to do about it
    - ``subject``: the offending name, label or number by itself
    - ``existing``, ``requested``: both sides of a conflict, and who made them

    >>> import cmetrics
    >>> root = cmetrics.root()
    >>> try:
    ...     root.counter("not a name")
    ... except cmetrics.Error as error:
    ...     print(error.code, repr(error.subject))
    INVALID_ARGUMENT 'not a name'
    """

    code: str
    message: str
    hint: str | None
    subject: str | None
    existing: str | None
    requested: str | None

    def __init__(
        self,
        message: str,
        *,
        code: str = "INTERNAL",
        hint: str | None = None,
        subject: str | None = None,
        existing: str | None = None,
        requested: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.hint = hint
        self.subject = subject
        self.existing = existing
        self.requested = requested

    def __str__(self) -> str:
        # The report of a search ends with its hint.
        told = not self.hint or self.hint in self.message
        return self.message if told else f"{self.message} (hint: {self.hint})"

    def __reduce__(self) -> tuple[object, ...]:
        # Exceptions travel between processes: keep the keywords, which BaseException would forget.
        return (type(self), (self.message,), dict(self.__dict__))


class InvalidArgumentError(Error, ValueError):
    """A name, a label, a number or an option breaks the rules. Fix the call."""


class ConflictError(Error, ValueError):
    """The same name already stands for something else; ``existing`` and ``requested`` name both sides."""


class NotFoundError(Error, LookupError):
    """Nothing of that identity is there."""


class LimitError(Error, RuntimeError):
    """The root's limit of series per family is reached."""


class GoneError(Error, RuntimeError):
    """The registry, client or metric was removed or closed before."""


class CancelledError(Error, TimeoutError):
    """A report was not finished in the time that it was given."""


class UnsupportedError(Error, NotImplementedError):
    """Something that the library of this process, of another version, does not serve."""


class UnavailableError(Error, ImportError):
    """No library was found, or it could not be loaded. ``str()`` is the report of the search, step by step."""


# By the code that the library gave; a code from a later version is a plain Error.
BY_CODE: Final[dict[str, type[Error]]] = {
    "INVALID_ARGUMENT": InvalidArgumentError,
    "CONFLICT": ConflictError,
    "NOT_FOUND": NotFoundError,
    "LIMIT": LimitError,
    "GONE": GoneError,
    "CANCELLED": CancelledError,
    "UNSUPPORTED": UnsupportedError,
    "UNAVAILABLE": UnavailableError,
}
