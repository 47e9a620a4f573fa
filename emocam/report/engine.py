"""What an engine must be able to do; the analysis itself is the same for all of them."""

from __future__ import annotations

import abc
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from emocam.errors import ReportError

Kind = Literal["csv", "jsonl", "parquet"]
Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Source:
    """Files that are read together: of one kind, with the same columns.

    Attributes:
        kind: how they are written.
        paths: at least one.
        columns: the names of their columns, in the order of the file.
        separator: of a CSV file.
        quote: what stands around texts in a CSV file; empty if nothing does.
    """

    kind: Kind
    paths: tuple[Path, ...]
    columns: tuple[str, ...]
    separator: str = ","
    quote: str = ""


class Engine(AbstractContextManager["Engine"], abc.ABC):
    """A place where Ibis's expressions are worked out."""

    name: str

    @abc.abstractmethod
    def read(self, source: Source) -> Any:
        """An Ibis table of the files' rows as they are, with the path of each in ``file``.

        Columns of CSV and JSON Lines are text. Nothing may have been read yet.
        """

    @abc.abstractmethod
    def stage(self, table: Any) -> Any:
        """The same table as a view with a name; nothing is worked out."""

    @abc.abstractmethod
    def collect(self, table: Any) -> Rows:
        """Work out an Ibis table.

        Raises:
            DamagedError: if a file cannot be read.
        """

    def __exit__(self, *_: object) -> None:
        self.close()

    @abc.abstractmethod
    def close(self) -> None:
        """Let go of memory, threads and temporary files."""


class DamagedError(ReportError):
    """A file that cannot be read where its rows are."""


def open_engine(name: str) -> Engine:
    """The engine ``duckdb`` or ``spark``.

    Raises:
        ReportError: if it cannot be had here.
    """
    if name == "spark":
        from emocam.report.spark import Spark

        return Spark()
    from emocam.report.duck import Duck

    return Duck()


def as_texts(paths: Sequence[Path]) -> list[str]:
    """Paths as every engine takes them: absolute, with nothing in them that stands for others."""
    return [str(path.absolute()) for path in paths]
