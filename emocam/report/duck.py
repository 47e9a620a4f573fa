"""DuckDB, in memory and within bounds: it fetches no extension and opens no connection."""

from __future__ import annotations

import contextlib
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import ibis

from emocam.report.engine import DamagedError, Engine, Rows, Source, as_texts

#: What it may hold in memory; the rest goes to a temporary folder, up to the second bound.
MEMORY, ON_DISK = "2GB", "20GB"


class Duck(Engine):
    """An engine within this process."""

    name = "duckdb"

    def __init__(self) -> None:
        self._stages = 0
        self._folder = tempfile.TemporaryDirectory(prefix="emocam-report-")
        self._connection = ibis.duckdb.connect(
            ":memory:",
            memory_limit=MEMORY,
            temp_directory=self._folder.name,
            max_temp_directory_size=ON_DISK,
            autoinstall_known_extensions=False,
            autoload_known_extensions=False,
        )

    def read(self, source: Source) -> Any:
        """See :meth:`Engine.read`."""
        # DuckDB takes * ? [ in a name as a pattern. In brackets each of them stands for itself.
        paths = ["".join(f"[{c}]" if c in "*?[" else c for c in p) for p in as_texts(source.paths)]
        texts = dict.fromkeys(source.columns, "VARCHAR")
        with _quietly(source.paths[0]):
            if source.kind == "parquet":
                table = self._connection.read_parquet(paths, filename=True)
            elif source.kind == "csv":
                table = self._connection.read_csv(
                    paths,
                    columns=texts,
                    header=True,
                    delim=source.separator,
                    quote=source.quote,
                    escape=source.quote,
                    auto_detect=False,
                    strict_mode=False,
                    null_padding=True,
                    ignore_errors=True,
                    filename=True,
                )
            else:
                table = self._connection.read_json(
                    paths,
                    columns=texts,
                    format="newline_delimited",
                    ignore_errors=True,
                    filename=True,
                )
        return table.rename(file="filename")

    def stage(self, table: Any) -> Any:
        """See :meth:`Engine.stage`."""
        self._stages += 1
        with _quietly():
            return self._connection.create_view(f"stage_{self._stages}", table)

    def collect(self, table: Any) -> Rows:
        """See :meth:`Engine.collect`."""
        with _quietly():
            rows: Rows = table.to_pyarrow().to_pylist()
        return rows

    def close(self) -> None:
        """See :meth:`Engine.close`."""
        self._connection.disconnect()
        self._folder.cleanup()


@contextlib.contextmanager
def _quietly(path: Path | None = None) -> Iterator[None]:
    """Turn DuckDB's errors into ours, and keep Ibis's use of its older names to ourselves."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "fetch_arrow_table", DeprecationWarning)
        try:
            yield
        except duckdb.Error as error:
            first = str(error).partition("\n")[0]
            raise DamagedError(f"{path}: {first}" if path else first) from None
