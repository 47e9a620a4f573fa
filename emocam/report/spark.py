"""Apache Spark, for logs that outgrow one machine. It is an extra: ``pip install emocam[spark]``.

Where it runs is Spark's own business (``SPARK_HOME``, ``spark-defaults.conf``, ``SPARK_REMOTE``);
with none of that it runs on this machine. Python and its Java talk through a local socket, which is
why it is never chosen by itself.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import warnings
from collections.abc import Iterator
from typing import Any

from emocam.errors import ReportError
from emocam.report.engine import DamagedError, Engine, Rows, Source, as_texts

_DUCKDB = "or leave --engine out: DuckDB needs neither"


class Spark(Engine):
    """An engine in a Java machine beside this process, or in a cluster.

    Raises:
        ReportError: if PySpark or Java is missing, or Spark does not start.
    """

    name = "spark"

    def __init__(self) -> None:
        try:
            import ibis
            from pyspark.sql import SparkSession
        except ImportError:
            raise ReportError(
                "PySpark is not installed", f"Install it with: pip install emocam[spark]; {_DUCKDB}"
            ) from None
        if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
            raise ReportError(
                "Spark needs Java, and there is no program java",
                f"Install it (Debian: apt install default-jre-headless); {_DUCKDB}",
            )
        # Ibis needs UTC; the rest keeps Spark from showing itself to others.
        settings = {
            "spark.ui.enabled": "false",
            "spark.ui.showConsoleProgress": "false",
            "spark.log.level": "OFF",
            "spark.sql.session.timeZone": "UTC",
            "spark.sql.ansi.enabled": "false",
        }
        if "SPARK_HOME" not in os.environ and "SPARK_REMOTE" not in os.environ:
            settings |= {
                "spark.master": "local[*]",
                "spark.driver.host": "127.0.0.1",
                "spark.driver.bindAddress": "127.0.0.1",
                "spark.sql.shuffle.partitions": "8",
            }
        try:
            with _quietly():
                self._session = SparkSession.builder.config(map=settings).getOrCreate()
                self._connection = ibis.pyspark.connect(self._session)
        except Exception as error:
            raise ReportError(
                f"Spark does not start: {_first(error)}", f"See Spark's own log, {_DUCKDB}"
            ) from None
        self._names = 0

    def read(self, source: Source) -> Any:
        """See :meth:`Engine.read`."""
        from pyspark.sql import functions, types

        reader = self._session.read
        # Spark takes * ? [ { \ in a path as a pattern.
        paths = [
            "".join("\\" + c if c in "*?[]{}\\" else c for c in p) for p in as_texts(source.paths)
        ]
        texts = types.StructType([types.StructField(c, types.StringType()) for c in source.columns])
        with _quietly():
            if source.kind == "parquet":
                frame = reader.parquet(*paths)
            elif source.kind == "csv":
                frame = reader.schema(texts).csv(
                    paths,
                    header=True,
                    sep=source.separator,
                    quote=source.quote,
                    escape=source.quote or "\0",
                )
            else:
                frame = reader.schema(texts).json(paths)
            frame = frame.withColumn("file", functions.url_decode(functions.input_file_name()))
            frame.createOrReplaceTempView(name := self._name())
            return self._connection.table(name)

    def stage(self, table: Any) -> Any:
        """See :meth:`Engine.stage`."""
        with _quietly():
            self._connection.create_view(name := self._name(), table)
            return self._connection.table(name)

    def collect(self, table: Any) -> Rows:
        """See :meth:`Engine.collect`."""
        with _quietly():
            rows: Rows = table.to_pyarrow().to_pylist()
        return rows

    def _name(self) -> str:
        self._names += 1
        return f"emocam_{self._names}"

    def close(self) -> None:
        """See :meth:`Engine.close`."""
        self._session.stop()


@contextlib.contextmanager
def _quietly() -> Iterator[None]:
    """Turn Spark's errors into ours, and keep its remarks on pandas to ourselves."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        except (PySparkException, Py4JError) as error:
            raise DamagedError(_first(error)) from None


def _first(error: BaseException) -> str:
    """The first line of what an error says; of Java's, of the one that was its cause."""
    text = str(error)
    if (java := getattr(error, "java_exception", None)) is not None:
        while (cause := java.getCause()) is not None:
            java = cause
        text = str(java.toString())
    return text.strip().partition("\n")[0][:300]
