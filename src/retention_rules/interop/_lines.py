"""Lines of a UTF-8 file, however long or wrongly encoded the file turns out to be."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

LIMIT = 1_000_000
"""The most bytes that a line may have."""

MAGIC = {
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
    b"PK\x03\x04": "a zip or Excel file",
    b"\xd0\xcf\x11\xe0": "an old Excel file",
    b"\x1f\x8b": "compressed with gzip",
    b"SQLite": "a database",
    b"PAR1": "a Parquet file, which `evaluate_dataset` and the command `check` read",
}


class Unreadable(Exception):
    """Why a file as a whole cannot be read; the text continues its name."""


class Lines:
    """Numbered lines of text; those that are too long are skipped and remembered.

    Attributes:
        too_long: Number and reason of each skipped line.
        json: Whether the first line that is not blank begins like a JSON object.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._number = 0
        self._ahead: tuple[int, str] | None = None
        self.too_long: list[tuple[int, str]] = []
        found = self._read()
        while found and not found[1].strip():
            found = self._read()
        if found is None and not self.too_long:
            raise Unreadable("is empty: at least a header, or one record, is needed")
        self._ahead = found
        first = found[1].lstrip() if found else ""
        if first.startswith("["):
            raise Unreadable("is a JSON list: write one object a line, without the brackets")
        self.json = first.startswith("{")

    def __iter__(self) -> Iterator[tuple[int, str]]:
        return self

    def __next__(self) -> tuple[int, str]:
        found, self._ahead = self._ahead or self._read(), None
        if found is None:
            raise StopIteration
        return found

    def _read(self) -> tuple[int, str] | None:
        while raw := self._file.readline(LIMIT + 1):
            self._number += 1
            if len(raw) <= LIMIT or raw.endswith(b"\n"):
                return self._number, self._decoded(raw)
            self._skip(raw)
        return None

    def _decoded(self, raw: bytes) -> str:
        if self._number == 1:
            raw = raw.removeprefix(b"\xef\xbb\xbf")
            for magic, what in MAGIC.items():
                if raw.startswith(magic):
                    raise Unreadable(f"is {what}: save it as text in UTF-8")
        if b"\0" in raw:
            raise Unreadable(
                f"holds a zero byte on line {self._number}, so it is UTF-16 or no text at all: "
                "save it as UTF-8"
            )
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError as problem:
            raise Unreadable(
                f"is not UTF-8: byte {problem.start + 1} of line {self._number} is "
                f"0x{raw[problem.start]:02X}; save it as UTF-8 ({guess(raw)})"
            ) from None

    def _skip(self, raw: bytes) -> None:
        while raw and not raw.endswith(b"\n"):
            raw = self._file.readline(LIMIT)
        self.too_long.append((self._number, f"the line is longer than {LIMIT:,} bytes"))


def guess(raw: bytes) -> str:
    try:
        text = raw.decode("gb18030")
    except UnicodeDecodeError:
        return "it looks like Latin-1 or Windows-1252"
    han = sum("\u4e00" <= letter <= "\u9fff" for letter in text)
    return "it looks like GBK" if han > 1 else "it may be GBK, Latin-1 or Windows-1252"


@contextmanager
def opened(path: str | Path) -> Iterator[Lines]:
    """The lines of a file; ``-`` is standard input."""
    if str(path) == "-":
        yield Lines(sys.stdin.buffer)
        return
    with Path(path).open("rb") as file:
        yield Lines(file)
