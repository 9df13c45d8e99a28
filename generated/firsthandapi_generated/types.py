# Generated from openapi.yaml by `make regenerate`. Do not edit.
"""What every generated model shares.

*Wire* is the JSON object as the service sent it. A `Model` made by `from_dict` keeps the wire and converts a
field when it is first read, so one surprising field never costs the whole answer, and a page costs what is looked at.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Callable, ClassVar, Literal, NamedTuple, Optional, TypeVar

from .errors import MissingFieldError, UnexpectedAnswerError

M = TypeVar("M", bound="Model")
Reader = Callable[[Any], Any]


class Unset:
    """The type of `UNSET`: a request leaves the field out, where None would send null."""

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "UNSET"

    def __reduce__(self) -> str:
        return "UNSET"


UNSET = Unset()


class Field(NamedTuple):
    """How one attribute is found on the wire and turned into its Python value."""

    name: str
    read: Optional[Reader] = None
    required: bool = True


def timestamp(value: str) -> datetime.datetime:
    """An ISO 8601 date and time."""
    from dateutil.parser import isoparse

    return isoparse(value)


def date(value: str) -> datetime.date:
    """An ISO 8601 date."""
    return timestamp(value).date()


def model(name: str) -> Reader:
    """The model of that name, imported when the first one is read."""

    def read(value: Any) -> Any:
        from . import models

        return getattr(models, name).from_dict(value)

    return read


def each(read: Reader) -> Reader:
    """A list whose items are all read alike."""
    return lambda values: [value if value is None else read(value) for value in values]


def plain(value: Any) -> Any:
    """The JSON form of a value: fresh dicts and lists, no models, dates as text."""
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()
    return value


class Model(Mapping[str, Any]):
    """A JSON object: typed attributes, and a read-only mapping of the wire form at the same time."""

    _fields: ClassVar[dict[str, Field]] = {}
    _wire: Mapping[str, Any]

    @classmethod
    def from_dict(cls: type[M], wire: Mapping[str, Any]) -> M:
        """Wrap a JSON object; nothing in it is looked at yet."""
        if not isinstance(wire, Mapping):
            raise UnexpectedAnswerError(cls.__name__, wire)
        self = cls.__new__(cls)
        self.__dict__["_wire"] = wire
        return self

    def to_dict(self) -> dict[str, Any]:
        """A copy of the wire form: exactly what came, or what would be sent."""
        copied: dict[str, Any] = plain(self._wire)
        return copied

    # Hidden from type checkers, which would otherwise accept every misspelt attribute.
    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            if name == "_wire":
                value = {
                    field.name: plain(self.__dict__[attribute])
                    for attribute, field in self._fields.items()
                    if self.__dict__.get(attribute, UNSET) is not UNSET
                }
            else:
                value = self._read(name)
            self.__dict__[name] = value
            return value

    def _read(self, attribute: str) -> Any:
        field = self._fields.get(attribute)
        if field is None:
            try:
                return self.__dict__["_wire"][attribute]
            except KeyError:
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {attribute!r}") from None
        value = self._wire.get(field.name, UNSET)
        if value is UNSET:
            if field.required:
                raise MissingFieldError(type(self).__name__, field.name)
            return None
        if value is None or field.read is None:
            return value
        try:
            return field.read(value)
        except (TypeError, ValueError, UnexpectedAnswerError):
            # The service sent another shape than it promised: what came is worth more than a crash.
            return value

    def __getitem__(self, key: str) -> Any:
        return self._wire[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._wire)

    def __len__(self) -> int:
        return len(self._wire)

    def __repr__(self) -> str:
        shown = ", ".join(f"{key}={value!r}" for key, value in self._wire.items() if value is not None)
        return f"{type(self).__name__}({shown})"


__all__ = ["UNSET", "Field", "Model", "Unset", "date", "each", "model", "plain", "timestamp"]
