"""More events than fit into memory: parted by customer on disk, and answered part by part."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from retention_rules.calendars import Calendar, instant
from retention_rules.customers import Customer, Customers
from retention_rules.customers import customers as by_id
from retention_rules.errors import RetentionRulesError
from retention_rules.evaluation.arguments import completeness
from retention_rules.evaluation.batch import evaluate_frame
from retention_rules.evaluation.batch.answer import COLUMNS, checked, counted, schema_of
from retention_rules.evaluation.batch.columns import frames
from retention_rules.evaluation.batch.columns.events import Events
from retention_rules.evaluation.batch.columns.hashing import hashes
from retention_rules.evaluation.batch.columns.times import NONE
from retention_rules.evaluation.batch.files.buckets import Buckets, Piece
from retention_rules.evaluation.batch.files.crossing import Crossing
from retention_rules.evaluation.batch.files.order import in_order
from retention_rules.events import aware
from retention_rules.rulebook import Rulebook
from retention_rules.serialization import decode

Progress = Callable[[str, float], None]
"""Is told what is being done, ``reading`` or ``evaluating``, and how much of it is: 0 to 1."""
ALL = ("key", "nature", *COLUMNS, "reasons")
"""The columns of findings in a file."""
OBJECT = "retention_rules:customer"
"""The column of pieces that hold customers as JSON, rather than each fact in a column."""
_INSTANT = pa.timestamp("us", "UTC")
_EPOCH_DAY = date(1970, 1, 1).toordinal()


@attrs.frozen
class DatasetFindings:
    """What `evaluate_dataset` found; the findings themselves are in a file.

    Attributes:
        path: The Parquet file of the findings; None if none was asked for.
        as_of: The instant asked about.
        events: How many rows of events there were.
        by_status: How many findings there are, by rule and status.
        share: How the customers went, unit by unit, as in `FrameFindings`.
    """

    path: Path | None
    as_of: datetime
    events: int
    by_status: Mapping[tuple[str, str], int]
    share: tuple[Mapping[str, Any], ...]

    def __len__(self) -> int:
        return sum(self.by_status.values())

    def counts(self) -> Any:
        """How many findings there are by rule and status, as an Arrow table."""
        return counted(self.by_status)

    def frame(self, *columns: str) -> Any:
        """The findings, or some of their columns, as an Arrow table in memory."""
        if self.path is None:
            raise RetentionRulesError("no findings were written: give a path to write them to")
        return pq.read_table(self.path, columns=list(checked(columns)) if columns else None)


@attrs.frozen
class Question:
    """What is asked of a dataset, with the names of `evaluate_frame`."""

    rulebook: Rulebook
    as_of: datetime
    zone: str | None
    calendar: Calendar | None
    known_at: datetime | str | None
    complete: Mapping[str, datetime | str] | None
    history_from: date | None


def evaluate_pieces(
    asked: Question,
    pieces: Iterable[Piece],
    customers: Iterable[Customer] | Customers | Iterable[Piece] | Any,
    to: Path | None,
    *,
    buckets: int,
    columns: Sequence[str],
    scratch: Path | None,
    on_progress: Progress,
) -> DatasetFindings:
    """What is owed to whom, for events that come in pieces; see `evaluate_dataset`."""
    names = checked(tuple(columns)) if columns else ALL
    completeness(asked.complete)
    aware(asked.as_of)
    with (
        _writer(to, names, asked) as write,
        tempfile.TemporaryDirectory(prefix="retention-rules-", dir=scratch) as made,
    ):
        parted = _parted(asked, pieces, Path(made), buckets, on_progress)
        people = People(customers, Path(made), buckets)
        tally: dict[tuple[str, str], int] = {}
        share: dict[str, dict[str, Any]] = {}
        size, done = int(parted.sizes.sum()), 0
        for bucket in range(buckets):
            rows = int(parted.sizes[bucket])
            if not rows and (size or bucket):  # an empty dataset is answered once, too
                continue
            found = _answer(asked, parted, people, bucket)
            for key, count in found.by_status().items():
                tally[key] = tally.get(key, 0) + count
            _add(share, found.share)
            if to is not None:
                for table in in_order(found, names):
                    write(table)
            del found
            pa.default_memory_pool().release_unused()
            done += rows
            on_progress("evaluating", done / size if size else 1.0)
    return DatasetFindings(to, asked.as_of, size, tally, tuple(share.values()))


def _parted(
    asked: Question, pieces: Iterable[Piece], folder: Path, number: int, on_progress: Progress
) -> Buckets:
    """The events by customer, all checked."""
    cut = None if asked.known_at is None else instant(aware(asked.known_at))
    parted, crossing = Buckets(folder, "events", number), Crossing(folder, min(number, 256), cut)
    for piece in pieces:
        try:
            events = Events(piece.table, asked.zone)
        except RetentionRulesError as problem:
            raise placed_in(problem, piece) from None
        customer = hashes(piece.table.column("customer"))
        parted.add(_plain(events), customer)
        crossing.add(events, customer)
        on_progress("reading", piece.done)
    crossing.check(parted)
    return parted


def placed_in(problem: RetentionRulesError, piece: Piece) -> RetentionRulesError:
    """A problem of a piece, told with its file and the numbers that its rows have there."""
    refusal = getattr(problem, "refusal", None)
    told = str(problem) if refusal is None else refusal.of_piece(piece.first)
    return type(problem)(f"`{piece.path}`: {told}")


def _plain(events: Events) -> Any:
    """The rows with instants and days as such, however they were written."""
    table, columns = events.table, {}
    for name in table.column_names:
        column = table.column(name)
        if pa.types.is_dictionary(column.type):
            column = column.cast(column.type.value_type)
        columns[name] = column
    columns["occurred_at"] = _instants(events.at)
    day = np.full(events.size, NONE) if events.day is None else events.day
    days = np.where(day == NONE, 0, day - _EPOCH_DAY).astype(np.int32)
    columns["occurred_on"] = pa.array(days, mask=day == NONE).cast(pa.date32())
    if events.recorded is not None:
        columns["recorded_at"] = _instants(events.recorded)
    return pa.table(columns)


def _instants(values: Any) -> Any:
    return pa.array(values, mask=values == NONE).cast(_INSTANT)


def _answer(asked: Question, parted: Buckets, people: People, bucket: int) -> Any:
    """What is found for the customers of a bucket, whose rows are given up."""
    events = parted.read(bucket)
    if events is None:
        nothing: dict[str, Any] = {name: pa.array([], pa.string()) for name in frames.REQUIRED}
        events = pa.table(nothing)
    parted.drop(bucket)
    try:
        return evaluate_frame(
            asked.rulebook,
            events,
            as_of=asked.as_of,
            customers=people.of(bucket),
            zone=asked.zone,
            calendar=asked.calendar,
            known_at=asked.known_at,
            complete=asked.complete,
            history_from=asked.history_from,
        )
    except RetentionRulesError as problem:
        refusal = getattr(problem, "refusal", None)
        if refusal is None:
            raise
        raise type(problem)(f"the customers: {refusal.of_values()}") from None


class People:
    """Customers by bucket: objects, a frame, or pieces of one; or pieces of JSON."""

    def __init__(self, given: Any, folder: Path, number: int) -> None:
        self._parted: Buckets | None = None
        self._parts: list[Any] = []
        if isinstance(given, Iterator):
            self._parted = Buckets(folder, "customers", number)
            for piece in given:
                try:
                    frames.need(piece.table, ("id",), "customers")
                    frames.text(piece.table, "id")
                except RetentionRulesError as problem:
                    raise placed_in(problem, piece) from None
                self._parted.add(piece.table, hashes(piece.table.column("id")))
        elif hasattr(given, "columns") or hasattr(given, "column_names"):
            table = frames.table_of(given, "customers")
            frames.need(table, ("id",), "customers")
            self._parted = Buckets(folder, "customers", number)
            self._parted.add(table, hashes(frames.text(table, "id")))
        else:
            known = by_id(given)
            self._parts = [[] for _ in range(number)]
            of = Buckets(folder, "", number).of(hashes(pa.array(list(known), pa.string())))
            for bucket, one in zip(of.tolist(), known.values(), strict=True):
                self._parts[bucket].append(one)

    def of(self, bucket: int) -> Any:
        """The customers of a bucket, as `evaluate_frame` takes them."""
        if self._parted is None:
            return self._parts[bucket]
        table = self._parted.read(bucket)
        if table is None:
            return ()
        if OBJECT in table.column_names:
            return [decode(json.loads(one)) for one in table.column(OBJECT).to_pylist()]
        return table


def _add(share: dict[str, dict[str, Any]], more: Iterable[Mapping[str, Any]]) -> None:
    for one in more:
        mine = share.setdefault(one["rules"], {**one, "customers": 0, "kernel": 0, "pure": 0})
        for name in ("customers", "kernel", "pure"):
            mine[name] += one[name]


@contextmanager
def _writer(
    to: Path | None, columns: Sequence[str], asked: Question
) -> Iterator[Callable[[Any], None]]:
    """Writes tables to a Parquet file, which is there only once it is whole."""
    if to is None:
        yield lambda table: None
        return
    about = {
        "retention_rules.as_of": asked.as_of.isoformat(),
        "retention_rules.rulebook": asked.rulebook.digest,
    }
    part = to.with_name(f".{to.name}.part")
    try:
        schema = schema_of(columns).with_metadata(about)
        with pq.ParquetWriter(part, schema, compression="zstd") as writer:
            yield writer.write_table
        os.replace(part, to)
    finally:
        part.unlink(missing_ok=True)
