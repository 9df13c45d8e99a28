# Generated from openapi.yaml by `make regenerate`. Do not edit.
"""What can go wrong while an answer is read."""

from __future__ import annotations


class UnexpectedAnswerError(Exception):
    """The service answered with something that is not a JSON object where one was promised."""

    def __init__(self, model: str, seen: object) -> None:
        super().__init__(model, seen)
        self.model = model
        self.seen = seen

    def __str__(self) -> str:
        return f"expected a JSON object for {self.model}, got {type(self.seen).__name__}"


class MissingFieldError(AttributeError):
    """A field that the contract requires was not sent. Raised when it is read, not before."""

    def __init__(self, model: str, field: str) -> None:
        super().__init__(model, field)
        self.model = model
        self.field = field

    def __str__(self) -> str:
        return f"the service sent no {self.field!r} in this {self.model}, though the contract requires it"


__all__ = ["MissingFieldError", "UnexpectedAnswerError"]
