# Generated from openapi.yaml by `make regenerate`. Do not edit.
"""What every generated model shares.

*Wire* is the JSON object as the service sent it. A `Model` made by `from_dict` keeps the wire and converts a
field when it is first read, so one surprising field never costs the whole answer, and a page costs what is looked at.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Callable, ClassVar, Literal, Optional, TypeVar

from .errors import MissingFieldError, UnexpectedAnswerError

M = TypeVar("M", bound="Model")
Reader = Callable[[Any], Any]

UNREADABLE = (TypeError, ValueError, LookupError, ArithmeticError, UnexpectedAnswerError)
"""What a reader raises where the service sent another shape than it promised."""

SECRETS = re.compile(r"(\bfh_(?:live|test)_|\bwhsec_|https?://[^\s'\"?#]+\?)[^\s'\"]+")
"""What a repr does not show: keys, webhook secrets, and the query of a link, which is its signature."""


class Unset:
    """The type of `UNSET`: a request leaves the field out, where None would send null."""

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "UNSET"

    def __reduce__(self) -> str:
        return "UNSET"


UNSET = Unset()


class Field:
    """How one attribute is found on the wire and turned into its Python value.

    It is the class's attribute of that name, which Python asks once: the value then stands in the object itself.
    """

    __slots__ = ("attribute", "name", "read", "required")

    def __init__(self, name: str, read: Optional[Reader] = None, required: bool = True) -> None:
        self.attribute = name
        self.name = name
        self.read = read
        self.required = required

    def __get__(self, instance: Optional[Model], owner: type[Model]) -> Any:
        if instance is None:
            return self
        wire = instance._wire
        value = wire.get(self.name)
        if value is None:
            if self.name not in wire:
                value = instance._read(self.attribute)
        elif self.read is not None:
            value = self.convert(value)
        instance.__dict__[self.attribute] = value
        return value

    def convert(self, value: Any) -> Any:
        """The Python value of what came on the wire."""
        if self.read is None:
            return value
        try:
            return self.read(value)
        except UNREADABLE:
            # What came is worth more than a crash.
            return value


def timestamp(value: str) -> datetime.datetime:
    """An ISO 8601 date and time."""
    try:
        # Forty times faster than dateutil, but before Python 3.11 it knows neither `Z` nor every ISO 8601 form.
        return datetime.datetime.fromisoformat(value[:-1] + "+00:00" if value[-1:] == "Z" else value)
    except ValueError:
        from dateutil.parser import isoparse

        return isoparse(value)


def date(value: str) -> datetime.date:
    """An ISO 8601 date."""
    return timestamp(value).date()


def model(name: str) -> Reader:
    """The model of that name, imported when the first one is read."""

    found: Optional[type[Model]] = None

    def read(value: Any) -> Any:
        nonlocal found
        if found is None:
            from . import models

            found = getattr(models, name)
        return found.from_dict(value)

    return read


def each(read: Reader) -> Reader:
    """A list whose items are all read alike; one that cannot be read stays as it came, and costs the others nothing."""

    def read_all(values: Any) -> Any:
        if not isinstance(values, (list, tuple)):
            return values
        try:
            return [value if value is None else read(value) for value in values]
        except UNREADABLE:
            return [one.convert(value) for value in values]

    one = Field("", lambda value: value if value is None else read(value))
    return read_all


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
        if type(wire) is not dict and not isinstance(wire, Mapping):  # asking the abstract class is slow
            raise UnexpectedAnswerError(cls.__name__, wire)
        self = object.__new__(cls)
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
        return value if value is None else field.convert(value)

    def __getitem__(self, key: str) -> Any:
        return self._wire[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._wire)

    def __len__(self) -> int:
        return len(self._wire)

    def __repr__(self) -> str:
        fields = ", ".join(f"{key}={value!r}" for key, value in self._wire.items() if value is not None)
        shown = SECRETS.sub(r"\1***", fields)
        return f"{type(self).__name__}({shown})"


def readable(cls: type[M]) -> type[M]:
    """Make the fields of a model its attributes; after attrs, which would take them for defaults."""
    for attribute, field in cls._fields.items():
        field.attribute = attribute
        setattr(cls, attribute, field)
    return cls


__all__ = ["UNSET", "Field", "Model", "Unset", "date", "each", "model", "plain", "readable", "timestamp"]
