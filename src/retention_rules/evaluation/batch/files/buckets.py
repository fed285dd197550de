"""Tables parted by customer on disk, so that each part fits into memory.

A customer's bucket follows from a hash of its name. Buckets are ranges of hashes: whatever their
number, one after the other they go through all hashes in order.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pyarrow as pa

_OPTIONS = pa.ipc.IpcWriteOptions(compression="lz4")


@attrs.frozen
class Piece:
    """Some rows of a file.

    Attributes:
        path: The file, as errors name it.
        first: The number of the first row, counted from 0.
        table: The rows; all pieces have one schema.
        done: How much of all files has been read with it, from 0 to 1.
    """

    path: str
    first: int
    table: Any
    done: float = 0.0


class Buckets:
    """A table that is parted by a hash, each part a file of Arrow streams.

    Attributes:
        sizes: How many rows each bucket has.
    """

    def __init__(self, folder: Path, name: str, number: int) -> None:
        self.sizes = np.zeros(number, np.int64)
        self._folder, self._name = folder, name
        self._schema: Any = None

    def __len__(self) -> int:
        return len(self.sizes)

    def add(self, table: Any, hashed: Any) -> None:
        """Part some rows by their hashes; those of a bucket keep their order."""
        self._schema = table.schema
        of = self.of(hashed)
        parted = table.take(pa.array(np.argsort(of, kind="stable")))
        sizes = np.bincount(of, minlength=len(self))
        self.sizes += sizes
        first = 0
        for bucket in np.flatnonzero(sizes):
            size = int(sizes[bucket])
            # Opened anew each time: there may be more buckets than a process may open files.
            with (
                self._path(bucket).open("ab") as file,
                pa.ipc.new_stream(file, table.schema, options=_OPTIONS) as stream,
            ):
                stream.write_table(parted.slice(first, size))
            first += size

    def of(self, hashed: Any) -> Any:
        """The buckets of some hashes."""
        high = (hashed >> np.uint64(32)) * np.uint64(len(self))
        return (high >> np.uint64(32)).astype(np.int64)

    def read(self, bucket: int) -> Any:
        """The rows of a bucket, in the order in which they were added; None if none ever were."""
        if self._schema is None:
            return None
        if not self.sizes[bucket]:
            return self._schema.empty_table()
        tables = []
        with pa.OSFile(str(self._path(bucket))) as file:
            size = file.size()
            while file.tell() < size:
                tables.append(pa.ipc.open_stream(file).read_all())
        return pa.concat_tables(tables).combine_chunks()

    def drop(self, bucket: int) -> None:
        """Forget the rows of a bucket."""
        if self.sizes[bucket]:
            self._path(bucket).unlink()
            self.sizes[bucket] = 0

    def _path(self, bucket: int) -> Path:
        return self._folder / f"{self._name}-{bucket}.arrows"
