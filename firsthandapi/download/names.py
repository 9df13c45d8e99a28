"""File names that are safe on every system, whatever the service sends.

A *template* such as `{job_id}/{file_id}.{ext}` says how files are called; a slash in it makes folders. What fills its
fields comes from the service and is made harmless: letters, digits, `-` and `_` only.
"""

from __future__ import annotations

import hashlib
import re
from string import Formatter
from typing import TYPE_CHECKING, Any

from ..errors import FirstHandArgumentError

if TYPE_CHECKING:
    from ..models import File

UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
LONGEST = 120
DEFAULT = "{file_id}.{ext}"
FIELDS = {
    "file_id": "id",
    "job_id": "job_id",
    "submission_id": "submission_id",
    "stars": "ai_star_rating",
    "region": "worker_region",
    "date": "created_at",
    "ext": "content_type",
}
"""Fields of a template, and where on the file they come from."""


def file_name(file_id: str, extension: str) -> str:
    """A name from an id: letters, digits, `-` and `_` only, never hidden, reserved, too long or a path.

    An id that has to be changed for that gets a mark made from the whole of it, so that two ids never share a name.

    >>> file_name("file_01J5KA", "jpg")
    'file_01J5KA.jpg'
    >>> file_name("../../etc/passwd", "jpg")
    'etc_passwd-3754d6cb.jpg'
    """
    return f"{_safe(file_id)}.{extension}"


def checked_template(template: object) -> str:
    """The template, or a clear error where it could name the same file twice, or one outside the folder.

    >>> checked_template("{date}/{file_id}.{ext}")
    '{date}/{file_id}.{ext}'
    """
    if not isinstance(template, str):
        raise FirstHandArgumentError("name", f"must be a template such as {DEFAULT!r}, not {template!r}")
    try:
        parts = [(literal, field, spec, turn) for literal, field, spec, turn in Formatter().parse(template)]
    except ValueError as error:
        raise FirstHandArgumentError("name", f"{template!r} is no template: {error}") from None
    for literal, field, spec, turn in parts:
        if re.search(r"[^A-Za-z0-9 ._/=+-]", literal):
            raise FirstHandArgumentError("name", f"{literal!r} has characters that not every system allows in a name")
        if field is not None and (field not in FIELDS or spec or turn):
            raise FirstHandArgumentError("name", f"{{{field}}} is none of its fields: {', '.join(FIELDS)}")
    if "file_id" not in [field for _, field, _, _ in parts] or not template.endswith(".{ext}"):
        raise FirstHandArgumentError("name", f"{template!r} must contain {{file_id}} and end with .{{ext}}")
    for step in template.split("/"):
        if not step or step.startswith((".", " ", "-")) or step.endswith((".", " ")) or RESERVED.match(step):
            raise FirstHandArgumentError(
                "name", f"{template!r} would lead out of the folder, or to a name that is none"
            )
    if template.lower().startswith("metadata.jsonl/"):
        raise FirstHandArgumentError("name", "metadata.jsonl is the name of the manifest")
    return template


def named(template: str, file: File) -> str:
    """The name of a file by a checked template, with `/` between folders.

    >>> from firsthandapi import File
    >>> named("{region}/{file_id}.{ext}", File.from_dict({"id": "f1", "content_type": "image/png"}))
    'none/f1.png'
    """
    if template == DEFAULT:
        return file_name(file.id, file.extension)
    values: dict[str, str] = {"file_id": _safe(file.id), "ext": file.extension}
    for field, source in FIELDS.items():
        if field not in values:
            sent: Any = file.get(source)
            values[field] = _safe(str(sent)[:10] if field == "date" else str(sent)) if sent is not None else "none"
    return template.format(**values)


def marked(name: str, file_id: str) -> str:
    """Another name, for a file whose own is taken on a system that ignores case.

    >>> marked("A.jpg", "A")
    'A-559aead0.jpg'
    """
    stem, dot, extension = name.rpartition(".")
    return f"{stem}-{_mark(file_id)}{dot}{extension}"


def _safe(text: str) -> str:
    name = UNSAFE.sub("_", text).strip("_-")[:LONGEST]
    if not name or name != text or RESERVED.match(name):
        name = f"{name.lstrip('_-') or 'file'}-{_mark(text)}"
        if RESERVED.match(name):
            name = f"_{name}"
    return name


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
