"""Croissant 1.0: JSON-LD that tells search engines and loaders what is in the folder.

The manifest and the media are its *distribution*. The *record set* `files` has a record for each line of the manifest;
`images` joins the pictures to it.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from os import PathLike
from typing import TYPE_CHECKING, Any, Optional, Union

from ..errors import FirstHandArgumentError
from .columns import COLUMNS, INTEGER, MOMENT, NUMBER, TEXT, Kind, fit
from .examples import MANIFEST, examples
from .paths import lies_in, new_file
from .tables import manifest_sha256
from .writing import Written, json_bytes, whole_file

if TYPE_CHECKING:
    from .dataset import Dataset

PREFIXED = (
    "citeAs", "column", "equivalentProperty", "extract", "field", "fileObject", "fileProperty", "fileSet", "format",
    "includes", "isLiveDataset", "jsonPath", "key", "md5", "parentField", "path", "recordSet", "references", "regex",
    "repeated", "replace", "samplingRate", "separator", "source", "subField", "transform",
)  # fmt: skip
CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "dct": "http://purl.org/dc/terms/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "sc": "https://schema.org/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    **{name: f"cr:{name}" for name in PREFIXED},
}
"""The context that the standard prescribes."""
TYPES = {TEXT: "sc:Text", INTEGER: "sc:Integer", NUMBER: "sc:Float", MOMENT: "sc:DateTime"}


def write(
    dataset: Dataset, path: Union[str, PathLike[str], None], name: Optional[str], license: Optional[str]
) -> Written:
    """See `Dataset.write_croissant`."""
    target = dataset.path / "croissant.json" if path is None else new_file(path)
    if not lies_in(target, dataset.path):
        raise FirstHandArgumentError("path", f"must be in {dataset.path}: it names the files from there")
    if not dataset.is_whole:
        raise FirstHandArgumentError("path", "Croissant describes the folder: write it of all files, unfiltered")
    count, newest = 0, None
    patterns: dict[str, set[tuple[str, str]]] = {}
    keys: set[str] = set()
    is_flat = True
    # Of the manifest itself: the data set may know more of a row than stands there.
    for example in examples(dataset.path):
        count += 1
        keys.update(example.row)
        is_flat = is_flat and "/" not in example.row["file_name"]
        kind = str(example.row.get("content_type"))
        patterns.setdefault(example.medium, set()).add((kind, example.path.suffix))
        created: Optional[datetime.datetime] = fit(MOMENT, example.row.get("created_at"))
        newest = max(filter(None, (newest, created)), default=None)
    document: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "name": name or dataset.path.resolve().name,
        "description": f"{count} files captured by people through FirstHandAPI, scored and annotated by AI.",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "url": "https://firsthandapi.com",
        "distribution": [_manifest(dataset), *_media(patterns, is_flat=is_flat)],
        "recordSet": [_files(keys), *([_images()] if is_flat and "image" in patterns else [])],
    }
    if license is not None:
        document["license"] = license
    if newest is not None:
        document["datePublished"] = newest.date().isoformat()
    with whole_file(target) as stream:
        stream.write(json_bytes(document))
    return Written(str(target), {"all": count})


def _manifest(dataset: Dataset) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": "manifest",
        "name": "manifest",
        "contentUrl": MANIFEST,
        "encodingFormat": "application/jsonlines",
        "sha256": manifest_sha256(dataset),
    }


def _media(patterns: Mapping[str, set[tuple[str, str]]], *, is_flat: bool) -> Iterator[dict[str, Any]]:
    for medium, found in sorted(patterns.items()):
        yield {
            "@type": "cr:FileSet",
            "@id": f"{medium}-files",
            "name": f"{medium}-files",
            "encodingFormat": sorted({kind for kind, _ in found}),
            "includes": sorted({f"*{suffix}" if is_flat else f"**/*{suffix}" for _, suffix in found}),
        }


def _files(keys: set[str]) -> dict[str, Any]:
    fields = [field for name, kind in COLUMNS.items() if name in keys for field in _fields(name, kind)]
    return {
        "@type": "cr:RecordSet",
        "@id": "files",
        "name": "files",
        "key": {"@id": "files/file_name"},
        "field": fields,
    }


def _fields(name: str, kind: Kind) -> Iterator[dict[str, Any]]:
    """A field for each simple value; lists of structs have no form in it and stay in the manifest."""
    if isinstance(kind, str):
        yield _field(f"files/{name}", TYPES[kind], {"fileObject": {"@id": "manifest"}, "extract": {"column": name}})
    elif isinstance(kind, Mapping):
        for part, inner in kind.items():
            if isinstance(inner, str):
                source = {
                    "fileObject": {"@id": "manifest"},
                    "extract": {"column": name},
                    "transform": {"jsonPath": f"$.{part}"},
                }
                yield _field(f"files/{name}.{part}", TYPES[inner], source)


def _images() -> dict[str, Any]:
    files = {"fileSet": {"@id": "image-files"}}
    return {
        "@type": "cr:RecordSet",
        "@id": "images",
        "name": "images",
        "key": {"@id": "images/file_name"},
        "field": [
            {
                **_field("images/file_name", "sc:Text", {**files, "extract": {"fileProperty": "filename"}}),
                "references": {"field": {"@id": "files/file_name"}},
            },
            _field("images/image", "sc:ImageObject", {**files, "extract": {"fileProperty": "content"}}),
            _field("images/stars", "sc:Integer", {"field": {"@id": "files/ai_star_rating"}}),
        ],
    }


def _field(name: str, kind: str, source: dict[str, Any]) -> dict[str, Any]:
    return {"@type": "cr:Field", "@id": name, "name": name, "dataType": kind, "source": source}
