"""What calls return: typed attributes, and at the same time a read-only mapping of the JSON that came.

Most are the generated models as they are. `Job` and `File` add the everyday words of the service's five-minute guide
beside the documented ones: `job.quantity` is `job.files_needed`, `file.score` is `file.ai_star_rating`.
A field or enum value that is newer than this package is there too, as it came.

What a call returns can be imported from `firsthandapi`; what is only a part of that, such as `Keyframe`, from
`firsthandapi_generated.models`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Optional, cast

from firsthandapi_generated.models.file import File as _File
from firsthandapi_generated.models.file_list import FileList as _FileList
from firsthandapi_generated.models.job import Job as _Job
from firsthandapi_generated.models.job_event import JobEvent as _JobEvent
from firsthandapi_generated.models.job_list import JobList as _JobList
from firsthandapi_generated.types import Field, Model, each, readable

from ._vocabulary import EXTENSIONS


class _TwoWords(Model):
    """A model some of whose fields go by two names; whichever the service sent, both can be read."""

    _other_words: ClassVar[dict[str, str]] = {}

    def _read(self, attribute: str) -> Any:
        return super()._read(self._sent(attribute))

    def __getitem__(self, key: str) -> Any:
        return super().__getitem__(self._sent(key))

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self._sent(key) in self._wire

    def _sent(self, word: str) -> str:
        other = self._other_words.get(word)
        if other is None or word in self._wire:
            return word
        # Where neither was sent, the documented word is the one that is missing.
        return other if other in self._wire or word not in self._fields else word


def _both_ways(words: dict[str, str]) -> dict[str, str]:
    return {**words, **{documented: everyday for everyday, documented in words.items()}}


def _text(value: object) -> str:
    # What is worked out here must not fail where the service sends another shape than it promised.
    return value if isinstance(value, str) else ""


class Job(_TwoWords, _Job):
    """A job: what was asked for, and how far it is.

    >>> job = Job.from_dict({"id": "job_1", "status": "active", "files_needed": 50})
    >>> job.status, job.quantity, job["files_needed"]
    ('active', 50, 50)
    """

    _other_words = _both_ways({"quantity": "files_needed", "reward_per_file": "price_per_file_cents"})

    if TYPE_CHECKING:
        quantity: int
        """How many approved files are asked for; the documented word is `files_needed`."""
        reward_per_file: int
        """Credits for each approved file (1 credit is 1 cent); the documented word is `price_per_file_cents`."""

    @property
    def content_type(self) -> Optional[str]:
        """`image`, `audio` or `video`, from the first accepted format."""
        return _text(self._wire.get("content_type")) or next(
            (mime.partition("/")[0] for mime in self._mime_types()), None
        )

    @property
    def file_formats(self) -> list[str]:
        """The accepted formats in short: `jpeg` for `image/jpeg`."""
        return [mime.partition("/")[2] for mime in self._mime_types()]

    def _mime_types(self) -> list[str]:
        sent = self._wire.get("accepted_formats")
        formats = cast("list[object]", sent) if isinstance(sent, list) else []
        return [mime for mime in map(_text, formats) if mime]

    @classmethod
    def adopt(cls, job: _Job) -> Job:
        """The same job with everyday words added; nothing is copied."""
        return cls.from_dict(job._wire)


class File(_TwoWords, _File):
    """An approved file: where to fetch it, what it is, and its annotations.

    >>> file = File.from_dict({"file_id": "file_1", "content_type": "image/jpeg", "score": 4})
    >>> file.id, file.ai_star_rating, file.format, file.status
    ('file_1', 4, 'jpeg', 'approved')
    """

    _other_words = _both_ways({"file_id": "id", "score": "ai_star_rating"})

    if TYPE_CHECKING:
        file_id: str
        """The same as `id`."""
        score: int
        """Stars, 1 to 5; the documented word is `ai_star_rating`."""

    @property
    def format(self) -> str:
        """The format in short, such as `jpeg`."""
        return _text(self._wire.get("format")) or _text(self._wire.get("content_type")).partition("/")[2]

    @property
    def status(self) -> str:
        """`approved`: the service lists no other files."""
        return _text(self._wire.get("status")) or "approved"

    @property
    def extension(self) -> str:
        """Extension for a file name, without the dot; `bin` where the type is unknown."""
        kind = _text(self._wire.get("content_type"))
        return EXTENSIONS.get(kind) or EXTENSIONS.get(f"{kind}/{self.format}", "bin")

    @classmethod
    def adopt(cls, file: _File) -> File:
        """The same file with everyday words added; nothing is copied."""
        return cls.from_dict(file._wire)


@readable
class JobList(_JobList):
    """A page of jobs.

    >>> JobList.from_dict({"data": [{"id": "job_1", "files_needed": 50}]}).data[0].quantity
    50
    """

    if TYPE_CHECKING:
        data: list[Job]  # type: ignore[assignment] # pyright: ignore[reportIncompatibleVariableOverride] # frozen

    _fields: ClassVar[dict[str, Field]] = {**_JobList._fields, "data": Field("data", each(Job.from_dict))}

    @classmethod
    def adopt(cls, page: _JobList) -> JobList:
        """The same page with everyday words added to its jobs; nothing is copied."""
        return cls.from_dict(page._wire)


@readable
class FileList(_FileList):
    """A page of approved files.

    >>> FileList.from_dict({"data": [{"id": "file_1", "ai_star_rating": 4}]}).data[0].score
    4
    """

    if TYPE_CHECKING:
        data: list[File]  # type: ignore[assignment] # pyright: ignore[reportIncompatibleVariableOverride] # frozen

    _fields: ClassVar[dict[str, Field]] = {**_FileList._fields, "data": Field("data", each(File.from_dict))}

    @classmethod
    def adopt(cls, page: _FileList) -> FileList:
        """The same page with everyday words added to its files; nothing is copied."""
        return cls.from_dict(page._wire)


@readable
class JobEvent(_JobEvent):
    """The body of the events `job.completed`, `job.cancelled` and `job.flagged`.

    >>> JobEvent.from_dict({"type": "job.completed", "data": {"id": "job_1", "files_needed": 50}}).data.quantity
    50
    """

    if TYPE_CHECKING:
        data: Job

    _fields: ClassVar[dict[str, Field]] = {**_JobEvent._fields, "data": Field("data", Job.from_dict)}
