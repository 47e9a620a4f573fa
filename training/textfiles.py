"""Text and csv files, line by line, with errors that name the file and the line."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from training.errors import DataError


def utf8_lines(path: Path) -> Iterator[str]:
    """Yield the lines of a text file, ends of lines kept, a byte order mark left out.

    Raises:
        DataError: when the file cannot be read or a line is no UTF-8.
    """
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                try:
                    yield line.decode("utf-8-sig" if number == 1 else "utf-8")
                except UnicodeDecodeError as error:
                    raise DataError(
                        f"{path}, line {number} is no UTF-8 text ({error.reason}). "
                        "Fetch the file again, or save it as UTF-8."
                    ) from error
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error}.") from error


def csv_rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the rows of a csv file whose first line names its columns.

    Args:
        path: the file.
        columns: what is wanted; the file may write them in other case and have others beside.

    Yields:
        The number of the line (1 is the first line of the file) and, by the names in ``columns``,
        the texts of the row without blanks around them.

    Raises:
        DataError: when the file cannot be read, lacks a column or a row ends too early.
    """
    reader = csv.DictReader(utf8_lines(path))
    try:
        known = {name.strip().lower(): name for name in reader.fieldnames or []}
        missing = [name for name in columns if name.lower() not in known]
        if missing:
            raise DataError(f"{path} lacks the columns {', '.join(missing)}. Is it the right file?")
        for row in reader:
            texts = {name: row[known[name.lower()]] for name in columns}
            short = [name for name, text in texts.items() if text is None]
            if short:
                raise DataError(
                    f"{path}, line {reader.line_num} ends before {', '.join(short)}: "
                    "the file is cut. Fetch it again."
                )
            yield reader.line_num, {name: text.strip() for name, text in texts.items()}
    except csv.Error as error:
        raise DataError(
            f"{path}, line {reader.line_num} is no csv: {error}. Fetch it again."
        ) from error
