"""Mutations of events: which there are, what they carry, the headers of a delivery."""

from __future__ import annotations

from collections.abc import Iterator

from .contract import Contract, Operation
from .edit import Place, at, drop, put, rename
from .kind import Mutant, kind, whole, without
from .shapes import OBJECT


@kind("event removed", "breaking", "event-removed")
def event_removed(contract: Contract) -> Iterator[Mutant]:
    for event in contract.events:
        yield Mutant(event.place[:2], drop(contract.document, event.place[:2]), meetings=whole(event))


@kind("event removed, and from the list", "breaking", "event-removed")
def event_removed_twice(contract: Contract) -> Iterator[Mutant]:
    values: Place = ("components", "schemas", "WebhookEventType")
    for event in contract.events:
        names = without(at(contract.document, (*values, "enum")), event.path)
        new = put(drop(contract.document, event.place[:2]), (*values, "enum"), names)
        yield Mutant(event.place[:2], new, (values,), whole(event))


@kind("event renamed", "breaking", "event-renamed")
def event_renamed(contract: Contract) -> Iterator[Mutant]:
    for event in contract.events:
        name = event.path.replace(".", "_")
        new = rename(contract.document, event.place[:2], name)
        yield Mutant(event.place[:2], new, (("webhooks", name),), whole(event))


@kind("event added", "compatible", "event-added")
def event_added(contract: Contract) -> Iterator[Mutant]:
    for event in contract.events:
        place: Place = ("webhooks", f"{event.path}_again")
        node = {**event.node, "operationId": f"{event.name}_again"}
        yield Mutant(place, put(contract.document, place, {"post": node}))


@kind("event with another payload", "breaking", "schema-replaced")
def other_payload(contract: Contract) -> Iterator[Mutant]:
    for event in contract.events:
        place = (*event.place, "requestBody", "content", "application/json", "schema")
        old = contract.resolve(place)
        new = put(contract.document, place, OBJECT)
        yield Mutant(place, new, (old,), whole(event))


@kind("event without its envelope", "breaking", "schema-replaced")
def bare_payload(contract: Contract) -> Iterator[Mutant]:
    for event in contract.events:
        place = (*event.place, "requestBody", "content", "application/json", "schema")
        old = contract.resolve(place)
        data = at(contract.document, (*old, "properties", "data"))
        inner = contract.resolve((*old, "properties", "data"))
        new = put(contract.document, place, data)
        yield Mutant(place, new, (old, inner), whole(event))


@kind("event type told as a constant", "none")
def type_constant(contract: Contract) -> Iterator[Mutant]:
    """No event ever came with the name of another one."""
    for event in contract.events:
        place = (*event.place, "requestBody", "content", "application/json", "schema")
        constant = {"properties": {"type": {"const": event.path}}}
        new = put(contract.document, place, {"allOf": [at(contract.document, place), constant]})
        yield Mutant(place, new, meetings=whole(event))


@kind("event media type changed", "breaking", "event-body-media-type-removed")
def event_media_type(contract: Contract) -> Iterator[Mutant]:
    for event in contract.events:
        place = (*event.place, "requestBody", "content", "application/json")
        yield Mutant(place, rename(contract.document, place, "application/xml"), (place[:-1],), whole(event))


@kind("event in JSON by another name", "risky", "event-body-media-type-renamed")
def event_name(contract: Contract) -> Iterator[Mutant]:
    for event in contract.events:
        place = (*event.place, "requestBody", "content", "application/json")
        new = rename(contract.document, place, "application/cloudevents+json")
        yield Mutant(place, new, (place[:-1],), whole(event))


@kind("delivery header removed", "breaking", "event-header-removed")
def delivery_header_removed(contract: Contract) -> Iterator[Mutant]:
    for parameter in contract.received():
        new = drop(contract.document, parameter.listed)
        yield Mutant(parameter.listed, new, (parameter.place,), whole(*parameter.operations))


@kind("delivery header renamed", "breaking", "event-header-removed")
def delivery_header_renamed(contract: Contract) -> Iterator[Mutant]:
    """Also the signature's."""
    for place, events in delivered(contract).items():
        name = (*place, "name")
        new = put(contract.document, name, f"X-{at(contract.document, name)}")
        around = tuple(found.listed for found in contract.received() if found.place == place)
        yield Mutant(place, new, around, whole(*events))


def delivered(contract: Contract) -> dict[Place, list[Operation]]:
    """The headers of deliveries in `components`, each with the events that come with it."""
    found: dict[Place, list[Operation]] = {}
    for parameter in contract.received():
        found.setdefault(parameter.place, []).extend(parameter.operations)
    return found


def about_signature(contract: Contract) -> dict[Place, list[Operation]]:
    """Where it is said how deliveries are signed."""
    return {
        (*place, "description"): events
        for place, events in delivered(contract).items()
        if "Signature" in at(contract.document, (*place, "name"))
    }


@kind("text on the signature edited", "risky", "webhook-signature-text-changed")
def signature_edited(contract: Contract) -> Iterator[Mutant]:
    for place, events in about_signature(contract).items():
        for text in ("Said in other words.", f"{at(contract.document, place)} Keep the secret safe."):
            yield Mutant(place, put(contract.document, place, text), meetings=whole(*events))
    for event in contract.events:
        place = (*event.place, "description")
        text = f"{at(contract.document, place)} Its signature is new after each attempt."
        yield Mutant(place, put(contract.document, place, text), meetings=whole(event))


@kind("signature algorithm changed in words", "breaking", "webhook-signature-text-changed")
def algorithm_changed(contract: Contract) -> Iterator[Mutant]:
    for place, events in about_signature(contract).items():
        text = at(contract.document, place)
        for new in (
            text.replace("SHA256", "SHA512"),
            text.replace("v1=", "v2="),
            f"{text} The value is base64.",
            f"{text} It is made with Ed25519.",
        ):
            if new != text:
                yield Mutant(place, put(contract.document, place, new), meetings=whole(*events))


@kind("delivery header always comes", "compatible", "event-header-became-required")
def delivery_header_required(contract: Contract) -> Iterator[Mutant]:
    for place, events in delivered(contract).items():
        old = put(contract.document, (*place, "required"), False)
        new = put(contract.document, (*place, "required"), True)
        yield Mutant(place, new, meetings=whole(*events), old=old)


@kind("delivery header may be missing", "breaking", "event-header-became-optional")
def delivery_header_optional(contract: Contract) -> Iterator[Mutant]:
    for place, events in delivered(contract).items():
        old = put(contract.document, (*place, "required"), True)
        new = put(contract.document, (*place, "required"), False)
        yield Mutant(place, new, meetings=whole(*events), old=old)


@kind("event sent with another method", "breaking", "event-method-changed")
def event_method(contract: Contract) -> Iterator[Mutant]:
    for event in contract.events:
        yield Mutant(
            event.place,
            rename(contract.document, event.place, "put"),
            ((*event.place[:2], "put"),),
            whole(event),
        )


@kind("event without a body", "breaking", "event-body-removed")
def event_bare(contract: Contract) -> Iterator[Mutant]:
    for event in contract.events:
        place = (*event.place, "requestBody")
        yield Mutant(place, drop(contract.document, place), meetings=whole(event))


@kind("event gets a body", "compatible", "event-body-added")
def event_filled(contract: Contract) -> Iterator[Mutant]:
    for event in contract.events:
        place = (*event.place, "requestBody")
        yield Mutant(place, contract.document, meetings=whole(event), old=drop(contract.document, place))


@kind("receiver may not answer so any more", "risky", "event-answer-removed")
def receiver_answer_removed(contract: Contract) -> Iterator[Mutant]:
    """Any success, then one; one, then another; a failure that was no failure, then none."""
    for event in contract.events:
        place = (*event.place, "responses")
        for before, now in (("2XX", "200"), ("200", "204"), ("410", "200")):
            old = put(contract.document, place, answers_of("200", before))
            yield Mutant(place, put(contract.document, place, answers_of(now)), meetings=whole(event), old=old)


@kind("receiver may answer otherwise, too", "compatible", "event-answer-added")
def receiver_answer_added(contract: Contract) -> Iterator[Mutant]:
    for event in contract.events:
        place = (*event.place, "responses", "410")
        yield Mutant(place, put(contract.document, place, {"description": "Stop."}), meetings=whole(event))


def answers_of(*statuses: str) -> dict[str, object]:
    """What a receiver may answer."""
    return {status: {"description": "Taken."} for status in statuses}


@kind("delivery comes with other credentials", "risky", "event-security-changed")
def event_security(contract: Contract) -> Iterator[Mutant]:
    """Some where there were none, others, none where there were some."""
    for event in contract.events:
        place = (*event.place, "security")
        scheme = contract.document["components"]["securitySchemes"]["bearerAuth"]
        known = put(contract.document, ("components", "securitySchemes", "other"), scheme)
        for before, now in (([], [{"bearerAuth": []}]), ([{"bearerAuth": []}], [{"other": []}]), ([{"other": []}], [])):
            old, new = (put(known, place, credentials) for credentials in (before, now))
            yield Mutant(place, new, meetings=whole(event), old=old)


@kind("delivery says that it comes without credentials", "none")
def event_security_said(contract: Contract) -> Iterator[Mutant]:
    for event in contract.events:
        place = (*event.place, "security")
        old, new = (put(contract.document, place, credentials) for credentials in ([], [{}]))
        yield Mutant(place, new, meetings=whole(event), old=old)


@kind("delivery header added", "compatible", "event-header-added")
def delivery_header_added(contract: Contract) -> Iterator[Mutant]:
    """Required, but of the service: whoever receives it may ignore it."""
    header = {"name": "X-Mood", "in": "header", "required": True, "schema": {"type": "string"}}
    for operation in contract.events:
        place = (*operation.place, "parameters")
        listed = [*operation.node["parameters"], header]
        yield Mutant((*place, len(listed) - 1), put(contract.document, place, listed), (place,))
