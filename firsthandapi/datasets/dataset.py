"""`Dataset`: the files of a downloaded folder, to iterate over and to write in the forms that others load."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Literal, Optional, Union

from attrs import evolve, field, frozen

from .._log import logger
from ..download.report import DownloadReport
from ..errors import FirstHandArgumentError, FirstHandDatasetError
from . import context, examples
from .context import Context
from .examples import FIRST, MANIFEST, Example, Latest, Row
from .paths import FilePath, file_path
from .splits import By, Splitter, splitter
from .writing import Written

if TYPE_CHECKING:
    # Not there where the extras are not installed, and then of no type.
    import datasets as huggingface  # type: ignore[import-not-found,import-untyped,unused-ignore]
    import pandas  # type: ignore[import-not-found,import-untyped,unused-ignore]

    from .._sync.client import Client

Place = Union[str, PathLike[str]]

UNFINISHED = ".firsthandapi/journal.jsonl"
"""There while a download runs, and after one that was killed."""
SHARD = 500_000_000
"""Bytes that a shard holds at most, unless a single file is larger: what loaders are happy with."""


@frozen
class Dataset:
    """The approved files of one folder, or some of them. It never changes: `filter` and `split` return another one.

    >>> menus = Dataset.open(folder)
    >>> for row, path in menus:
    ...     print(path.suffix, row["ai_star_rating"])
    .jpg 4
    .png 5

    Rows are the service's JSON of a file, with `file_name` (its path in the folder) first and without links.
    """

    path: FilePath
    """The folder: a path, or a URL that reads like one."""
    _context: Context
    _keep: tuple[Callable[[Row], object], ...] = ()
    _splitter: Optional[Splitter] = None
    _only: Optional[str] = None
    _latest: Latest = field(factory=Latest, init=False, eq=False, repr=False)

    @classmethod
    def open(cls, folder: Union[Place, DownloadReport]) -> Dataset:
        """A folder that `client.files.download_all` or `sync` filled.

        At a URL nothing is copied: rows are read as they are asked for, and a file's bytes when its path is opened.

        Args:
            folder: Its path, its URL, such as `s3://bucket/menus`, or the report of the download.

        Raises:
            FirstHandDatasetError: There is no `metadata.jsonl` in it; the text says if a first download has not ended.
            FirstHandArgumentError: It is no path and no URL of a known kind.
            FirstHandConnectionError: A URL cannot be read.
            ImportError: fsspec, or the library for this kind of URL, is not installed.
        """
        if isinstance(folder, DownloadReport):
            folder = folder.location
        if not isinstance(folder, (str, PathLike)) or not str(folder):
            raise FirstHandArgumentError("folder", f"must be a path or a DownloadReport, not {folder!r}")
        path = file_path(folder, "folder")
        path = path.expanduser() if isinstance(path, Path) else path
        is_unfinished = _work_folder(path).joinpath(UNFINISHED).exists()
        if not (path / MANIFEST).is_file():
            todo = "the download has not ended: run it again, it goes on where it was" if is_unfinished else FIRST
            raise FirstHandDatasetError(f"{path} has no {MANIFEST}: {todo}")
        if is_unfinished:
            logger.warning("the download into %s has not ended: its manifest may lack files", path)
        return cls(path, context.read(path))

    def __iter__(self) -> Iterator[Example]:
        """Each example, in the order of the manifest, read from disk as they are asked for.

        Raises:
            FirstHandDatasetError: A line of the manifest is no row. That files are there is not checked here.
        """
        return self._latest.begin(self._read())

    def _read(self) -> Iterator[Example]:
        for row, path in examples.examples(self.path):
            row = self._context.complete(row)
            if all(keep(row) for keep in self._keep) and self.has(row):
                yield Example(row, path)

    def __len__(self) -> int:
        """How many examples there are; the manifest is read for it."""
        waiting = self._latest.waiting()
        return waiting.count() if waiting else sum(1 for _ in self._read())

    def __getitem__(self, split: str) -> Dataset:
        """One split of a data set that was split.

        Raises:
            KeyError: There is no such split.
        """
        if split not in self.splits:
            raise KeyError(split)
        return evolve(self, only=split)

    @property
    def splits(self) -> tuple[str, ...]:
        """Names of the splits; empty if there are none."""
        if self._splitter is None or self._only is not None:
            return ()
        return self._splitter.names

    def split_of(self, row: Row) -> Optional[str]:
        """The split that a row belongs to; None if the data set was not split."""
        return self._splitter.split(row) if self._splitter else None

    def has(self, row: Row) -> bool:
        """Whether a row is in this split; every row is, if this is none."""
        return self._only is None or self.split_of(row) == self._only

    @property
    def every_split(self) -> Dataset:
        """The data set that this is a split of; itself if it is none."""
        return evolve(self, only=None)

    @property
    def grouping(self) -> Optional[str]:
        """What the splits do not tear apart, such as `worker`; None if there are none."""
        if self._splitter is None:
            return None
        return "group" if callable(self._splitter.by) else self._splitter.by

    @property
    def is_whole(self) -> bool:
        """Whether these are all files of the folder."""
        return not self._keep and self._only is None

    def parts(self) -> Mapping[str, Dataset]:
        """Each split by name; the data set itself under `all` if it was not split."""
        return {name: self[name] for name in self.splits} or {"all": self}

    def filter(self, keep: Callable[[Row], object]) -> Dataset:
        """Only the examples that a function of their row says yes to.

        >>> best = menus.filter(lambda row: row["ai_star_rating"] == 5)
        >>> len(best)
        1

        Args:
            keep: Called with a row each time that the data set is read.
        """
        if not callable(keep):
            raise FirstHandArgumentError("keep", f"must be a function of a row, not {keep!r}")
        return evolve(self, keep=(*self._keep, keep))

    def split(
        self,
        train: float = 0.8,
        validation: float = 0.1,
        test: float = 0.1,
        *,
        by: By = "worker",
        seed: str = "",
    ) -> Dataset:
        """The same examples in splits that share no worker, and that nobody leaves when the set grows.

        Each worker goes to one split as a whole, by a hash of the worker's id. The shares are therefore those of many
        workers: with a handful of them, splits differ from their share and may be empty. A split can be split again.

        >>> parts = menus.split(train=0.5, validation=0, test=0.5, by="submission")
        >>> len(parts["train"]) + len(parts["test"]) == len(menus)
        True

        Args:
            train, validation, test: Shares from 0 to 1 that together make 1.
            by: What must not be torn apart. `worker` needs `fetch_context` first, since the service names workers
                with submissions only; `submission` keeps what was handed in together in one split, but not all of one
                worker; `region` and `device` test on places and models that were not trained on; files without one
                stay together. A function of a row may give any group.
            seed: Any text; another one gives other splits.

        Raises:
            FirstHandArgumentError: The shares do not make 1.
            FirstHandDatasetError: While it is read: nobody said who made a file.
        """
        if self._splitter is None or self._only is None:
            return evolve(self, splitter=splitter(train, validation, test, by, seed))
        # The hash that put them into this split says nothing new about them: another one divides them.
        found = splitter(train, validation, test, by, seed)
        seed = f"{self._splitter.seed}\0{self._only}\0{seed}"
        return evolve(self, keep=(*self._keep, self.has), splitter=evolve(found, seed=seed), only=None)

    def fetch_context(self, client: Client) -> Dataset:
        """Ask the service who made each file and what each job asked for, and keep that in the folder.

        The answers are kept in `.context.json`, so that `Dataset.open` knows them next time and only files that are new
        since are asked for. Rows then have a `worker_id`.

        Args:
            client: A client of the organisation that owns the jobs.

        Returns:
            The same examples, with what is known now.
        """
        return evolve(self, context=context.fetch(self._context, client, self, self.path))

    @property
    def jobs(self) -> Mapping[str, Row]:
        """Jobs by id, as far as `fetch_context` asked for them."""
        return self._context.jobs

    def write_imagefolder(
        self,
        folder: Place,
        *,
        metadata: Literal["parquet", "jsonl"] = "parquet",
        verify: bool = True,
        link: bool = False,
        overwrite: bool = False,
    ) -> Written:
        """Images in the layout of `datasets.load_dataset("imagefolder", data_dir=...)`, a folder for each split.

        Other media are left out and counted. The downloaded folder itself has this layout too, without splits.

        >>> menus.write_imagefolder(folder / "images", metadata="jsonl").counts
        {'all': 2}

        Args:
            folder: Where to; it is made.
            metadata: `parquet` declares the type of each column; it needs the extra `parquet`. With `jsonl` the loader
                guesses types from the first lines of each split, and refuses splits that differ, such as by a column
                that has only nulls in one of them.
            verify: Whether each file is compared with its SHA-256 on the way.
            link: Whether to make hard links instead of copies, on the same disk. To change one is then to change both.
            overwrite: Whether to replace the folder if there is something in it.

        Raises:
            FirstHandDatasetError: A file is missing, or is not what was downloaded; nothing is left behind.
            FirstHandArgumentError: There is something in the folder already.
        """
        from .folders import write

        return write(self, folder, "image", metadata, verify=verify, link=link, overwrite=overwrite)

    def write_audiofolder(
        self,
        folder: Place,
        *,
        metadata: Literal["parquet", "jsonl"] = "parquet",
        verify: bool = True,
        link: bool = False,
        overwrite: bool = False,
    ) -> Written:
        """Audio in the layout of `datasets.load_dataset("audiofolder", ...)`; else as `write_imagefolder`.

        >>> menus.write_audiofolder(folder / "audio", metadata="jsonl").left_out
        2
        """
        from .folders import write

        return write(self, folder, "audio", metadata, verify=verify, link=link, overwrite=overwrite)

    def write_videofolder(
        self,
        folder: Place,
        *,
        metadata: Literal["parquet", "jsonl"] = "parquet",
        verify: bool = True,
        link: bool = False,
        overwrite: bool = False,
    ) -> Written:
        """Video in the layout of `datasets.load_dataset("videofolder", ...)`; else as `write_imagefolder`.

        >>> menus.write_videofolder(folder / "video", metadata="jsonl").left_out
        2
        """
        from .folders import write

        return write(self, folder, "video", metadata, verify=verify, link=link, overwrite=overwrite)

    def write_webdataset(
        self, folder: Place, *, shard_size: int = SHARD, verify: bool = True, overwrite: bool = False
    ) -> Written:
        """Tar shards for `webdataset.WebDataset`: for each example the file and its row, `key.jpg` and `key.json`.

        Shards are called `train-000000.tar`, or `data-000000.tar` without splits. The same files give the same bytes.

        >>> menus.write_webdataset(folder / "shards").counts
        {'all': 2}

        Args:
            folder: Where to; it is made.
            shard_size: Bytes of a shard at most, unless one file is larger.
            verify: Whether each file is compared with its SHA-256 on the way.
            overwrite: Whether to replace the folder if there is something in it.

        Raises:
            FirstHandDatasetError: A file is missing, or is not what was downloaded; nothing is left behind.
            FirstHandArgumentError: There is something in the folder already.
        """
        from .webdataset import write

        return write(self, folder, shard_size, verify=verify, overwrite=overwrite)

    def write_parquet(
        self, folder: Place, *, shard_size: int = SHARD, verify: bool = True, overwrite: bool = False
    ) -> Written:
        """Parquet shards with the files in them, as Hugging Face keeps data sets. Needs the extra `parquet`.

        The columns `image`, `audio` and `video`, as far as there are such files, are structs of `bytes` and `path`; the
        others are those of `write_manifest`. `datasets.load_dataset` shows them as pictures and sounds. Row groups are
        small, so that a reader needs little memory.

        Args:
            folder: Where to; shards are called `train-00000.parquet`, or `data-00000.parquet` without splits.
            shard_size: Bytes of files in a shard at most, unless one file is larger.
            verify: Whether each file is compared with its SHA-256 on the way.
            overwrite: Whether to replace the folder if there is something in it.

        Raises:
            ImportError: pyarrow is not installed.
            FirstHandDatasetError: A file is missing, or is not what was downloaded; nothing is left behind.
            FirstHandArgumentError: There is something in the folder already.
        """
        from .parquet import write

        return write(self, folder, shard_size, verify=verify, overwrite=overwrite)

    def write_manifest(self, path: Place) -> Written:
        """The rows as one Parquet file, for Spark, Dask, DuckDB or polars. Needs the extra `parquet`.

        The files are not in it. Its columns are the documented fields of a file, with fixed types, the column `split`,
        and `json` with the whole row.

        Args:
            path: Where to, such as `menus.parquet`; a file there is replaced.

        Raises:
            ImportError: pyarrow is not installed.
        """
        from .parquet import write_manifest

        return write_manifest(self, path)

    def to_huggingface(self) -> Union[huggingface.Dataset, huggingface.DatasetDict]:  # pyright: ignore
        """A `datasets.Dataset`, or a `DatasetDict` if there are splits. Needs the extra `huggingface`.

        Columns are those of `write_parquet`, with files by their path: keep the folder.

        Raises:
            ImportError: datasets is not installed.
        """
        from .tables import to_huggingface

        return to_huggingface(self)

    def to_pandas(self) -> pandas.DataFrame:  # pyright: ignore
        """A pandas frame with the columns of `write_manifest` and the `path` of each file. Needs the extra `pandas`.

        Annotations are dicts, times are in UTC, and integers may be missing (`Int64`).

        Raises:
            ImportError: pandas is not installed.
        """
        from .tables import to_pandas

        return to_pandas(self)

    def write_coco(self, path: Place) -> Written:
        """Images and their labels as a COCO file. FirstHandAPI draws no boxes: each label is about the whole image.

        Each label is an annotation with `image_id`, `category_id` and `score`, and without `bbox`; so COCO's own tools
        find the images of a category, and training a detector on it fails at once instead of learning nothing.
        Other media are left out and counted. Of splits, write each alone: `menus["train"].write_coco("train.json")`.
        Ids of categories and images are the same in all of them; they change when the folder gets new labels or files.

        >>> menus.write_coco(folder / "coco.json").counts
        {'all': 2}

        Args:
            path: Where to; a file there is replaced. Its `file_name`s start at the data set's folder.
        """
        from .coco import write

        return write(self, path)

    def write_croissant(
        self, path: Optional[Place] = None, *, name: Optional[str] = None, license: Optional[str] = None
    ) -> Written:
        """Croissant 1.0 metadata (JSON-LD) about the folder, for search engines and `mlcroissant`.

        >>> menus.write_croissant().path.name
        'croissant.json'

        Args:
            path: Where to, in the data set's folder, since it names the files from there; default `croissant.json`.
            name: What the data set is called; default the name of the folder.
            license: The address of a licence's text, or an identifier such as `CC-BY-4.0`; default none.

        Raises:
            FirstHandArgumentError: The path is elsewhere, or these are not all files of the folder.
        """
        from .croissant import write

        return write(self, path, name, license)

    def write_card(
        self, path: Optional[Place] = None, *, title: Optional[str] = None, license: Optional[str] = None
    ) -> Written:
        """A data card: what was asked for, how much there is, scores, regions, dates, labels, and the manifest's hash.

        It is a `README.md` whose front matter Hugging Face reads. Call `fetch_context` first to have the jobs' text.

        >>> menus.write_card(title="Menu boards").path.name
        'README.md'

        Args:
            path: Where to; default `README.md` in the data set's folder.
            title: What the data set is called; default the name of the folder.
            license: An identifier such as `cc-by-4.0`. The service's terms decide which one is right, so none is
                written unless given.

        Raises:
            FirstHandArgumentError: There is a file that this did not write.
        """
        from .card import write

        return write(self, path, title, license)

    def write_gallery(
        self, path: Optional[Place] = None, *, title: Optional[str] = None, limit: int = 10_000
    ) -> Written:
        """One HTML file to look at the files: pictures, players, stars, annotations, histograms, filters.

        It needs no network and no server; the files themselves are loaded from beside it as they scroll into view.

        >>> menus.write_gallery().path.name
        'gallery.html'

        Args:
            path: Where to; default `gallery.html` in the data set's folder.
            title: The headline; default the name of the folder.
            limit: How many files it shows at most, the first ones. The page says if there are more.
        """
        from .gallery import write

        return write(self, path, title, limit)


def _work_folder(path: FilePath) -> Path:
    """Where a download into it has its journal."""
    if isinstance(path, Path):
        return path
    from ..download.remote import staging

    return staging(path.key)
