"""The contract, read: `openapi.yaml` as a list of operations, and the check of what is sent against it.

The check is made by jsonschema-rs, which shares no code with the client.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple, Optional, cast
from urllib.parse import quote

import jsonschema_rs
import yaml

from firsthandapi._spec import spec_text
from firsthandapi.sandbox.replies import ApiError, Reply
from firsthandapi.sandbox.store import Document

_URI = "urn:openapi"
_PRICE = "price_per_file_cents"
_NUMBERS = {"integer": r"-?(0|[1-9][0-9]{0,17})", "number": r"-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,17})?"}
_METHODS = ("get", "post", "put", "patch", "delete")


class Parameter(NamedTuple):
    """A parameter of an operation: `place` is path, query or header; `schema` names its schema."""

    name: str
    place: str
    required: bool
    type: str
    default: Any
    schema: str


class Operation(NamedTuple):
    """An operation of the contract.

    Attributes:
        id: its operationId.
        method: in capitals.
        path: its template.
        public: it needs no key.
        scopes: what a key must have.
        parameters: path, query and header parameters.
        body: the name of the request body's schema, if it takes one.
        body_required: whether the body may be left out.
        answers: for each documented status (or `default`) the name of the answer's schema, None for an empty
            answer.
    """

    id: str
    method: str
    path: str
    public: bool
    scopes: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    body: Optional[str]
    body_required: bool
    answers: Mapping[str, Optional[str]]


class ContractError(Exception):
    """An answer of the sandbox itself breaks the contract: a fault of the sandbox, or of the contract."""


class Contract:
    """The operations of one OpenAPI document, and validators for what its schemas describe.

    Args:
        document: the parsed OpenAPI document.
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        self._registry = jsonschema_rs.Registry([(_URI, document)])
        self._validators: dict[str, Any] = {}
        self.operations: list[Operation] = [
            self._operation(path, method)
            for path, item in document["paths"].items()
            for method in _METHODS
            if method in item
        ]

    def arguments(self, operation: Operation, values: Mapping[str, Mapping[str, str]]) -> Document:
        """Turn an operation's parameters into values of their types, with defaults for those left out.

        Args:
            operation: the operation called.
            values: the texts given, by place and (for headers: lower-case) name.

        Returns:
            The values by name; None for an optional parameter without default.

        Raises:
            ApiError: 400, with one detail per wrong parameter.
        """
        arguments: Document = {}
        details: list[dict[str, str]] = []
        for parameter in operation.parameters:
            name = parameter.name.lower() if parameter.place == "header" else parameter.name
            text = values[parameter.place].get(name)
            if text is None:
                arguments[parameter.name] = parameter.default
                if parameter.required:
                    details.append({"field": parameter.name, "message": "is required"})
                continue
            value = _typed(text, parameter.type)
            arguments[parameter.name] = value
            details += [{**found, "field": parameter.name} for found in self._errors(parameter.schema, value)]
        _refuse(details)
        return arguments

    def check_body(self, operation: Operation, body: Any) -> None:
        """Raise the 400 for a request body that is not as the contract says, with one detail per fault."""
        details = self._errors(operation.body, body) if operation.body else []
        price = cast(Document, body).get(_PRICE) if isinstance(body, dict) else None
        only_price = isinstance(price, int) and {detail["field"] for detail in details} == {_PRICE}
        _refuse(details, "pricing_violation" if only_price else "validation_error")

    def check_reply(self, operation: Operation, reply: Reply) -> None:
        """Raise ContractError for an answer that is not as the contract says."""
        answers = operation.answers
        key = str(reply.status) if str(reply.status) in answers else "default"
        if key not in answers:
            raise ContractError(f"{operation.id} answered {reply.status}, which openapi.yaml does not document for it")
        schema = answers[key]
        if (schema is None) != (reply.body is None):
            raise ContractError(f"{operation.id} answered {reply.status} {'without' if schema else 'with'} a body")
        errors = self._errors(schema, reply.body) if schema else []
        if errors:
            found = "; ".join(f"{error['field'] or 'body'}: {error['message']}" for error in errors)
            raise ContractError(
                f"{operation.id} answered {reply.status} with what openapi.yaml does not allow: {found}"
            )

    def _errors(self, schema: str, value: Any) -> list[dict[str, str]]:
        validator = self._validators.get(schema)
        if validator is None:
            validator = jsonschema_rs.Draft202012Validator(
                {"$ref": _URI + quote(schema, safe="#/~")}, registry=self._registry, validate_formats=True
            )
            self._validators[schema] = validator
        return [_detail(error) for error in validator.iter_errors(value)]

    def _operation(self, path: str, method: str) -> Operation:
        place = f"#/paths/{_escaped(path)}/{method}"
        item = self._document["paths"][path]
        operation = item[method]
        at = [f"#/paths/{_escaped(path)}/parameters/{n}" for n in range(len(item.get("parameters", [])))]
        at += [f"{place}/parameters/{n}" for n in range(len(operation.get("parameters", [])))]
        security = operation.get("security", self._document.get("security", []))
        body = self._resolved(f"{place}/requestBody") if "requestBody" in operation else None
        answers = {status: self._schema_at(f"{place}/responses/{status}") for status in operation["responses"]}
        return Operation(
            id=operation["operationId"],
            method=method.upper(),
            path=path,
            public=not any(security),
            scopes=tuple(operation.get("x-scopes", ())),
            parameters=tuple(map(self._parameter, at)),
            body=self._schema_at(f"{place}/requestBody") if body else None,
            body_required=bool(body and body[1].get("required")),
            answers=answers,
        )

    def _parameter(self, place: str) -> Parameter:
        place, parameter = self._resolved(place)
        schema_place, schema = self._resolved(f"{place}/schema")
        required = bool(parameter.get("required"))
        return Parameter(
            parameter["name"], parameter["in"], required, _type_name(schema), schema.get("default"), schema_place
        )

    def _schema_at(self, place: str) -> Optional[str]:
        """The name of the JSON schema inside the request body or answer at `place`."""
        place, content = self._resolved(place)
        return f"{place}/content/application~1json/schema" if "application/json" in content.get("content", {}) else None

    def _resolved(self, place: str) -> tuple[str, Document]:
        """Follow references from `place`; return where they end and what is there."""
        found: Any = self._document
        for step in place[2:].split("/"):
            step = step.replace("~1", "/").replace("~0", "~")
            found = found[int(step) if _is_list(found) else step]
        here: Document = found
        return self._resolved(here["$ref"]) if "$ref" in here else (place, here)


@lru_cache(maxsize=1)
def contract() -> Contract:
    """The contract of this installation."""
    # libyaml parses the document ten times as fast, where PyYAML was built with it.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    document = yaml.load(spec_text(), Loader=loader)  # noqa: S506 # both are safe loaders
    # By way of JSON, because YAML reads unquoted dates and statuses as something else than text.
    return Contract(json.loads(json.dumps(document, default=str)))


def _typed(text: str, type: str) -> Any:
    if type == "boolean":
        return {"true": True, "false": False}.get(text, text)
    if type in ("integer", "number") and re.fullmatch(_NUMBERS[type], text):
        return json.loads(text)
    return text


def _type_name(schema: Document) -> str:
    """The type that a parameter's text is read as; of several, the first that is not null."""
    types = schema.get("type", "string")
    return types if isinstance(types, str) else next((name for name in types if name != "null"), "string")


def _detail(error: jsonschema_rs.ValidationError) -> dict[str, str]:
    missing = getattr(error.kind, "property", None)
    path = [str(step) for step in error.instance_path] + ([str(missing)] if missing else [])
    return {"field": ".".join(path), "message": "is required" if missing else error.message}


def _refuse(details: list[dict[str, str]], type: str = "validation_error") -> None:
    if details:
        summary = "; ".join(": ".join(filter(None, (detail["field"], detail["message"]))) for detail in details)
        raise ApiError(400, type, summary, details=details)


def _is_list(value: object) -> bool:
    return isinstance(value, list)


def _escaped(path: str) -> str:
    return path.replace("~", "~0").replace("/", "~1")
