"""The answer: tidy frames, built column by column when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from retention_rules.errors import InvalidEvent, near
from retention_rules.evaluation.batch.columns import frames
from retention_rules.evaluation.batch.columns.times import NONE
from retention_rules.evaluation.batch.kernels.acts import BREACHED, OPEN, VIOLATED
from retention_rules.evaluation.batch.shapes.owed import ALL_STATUSES, Owed
from retention_rules.evaluation.batch.tallies import tally
from retention_rules.findings import Finding, Findings, Tally, escaped

TEXTS = (
    "rule",
    "customer",
    "correlation",
    "status",
    "trigger",
    "part",
    "ended_by",
    "leaning",
    "reason",
    "zone",
)
TIMES = (
    "opens_at",
    "due_at",
    "expires_at",
    "target_at",
    "ended_at",
    "paused_since_at",
    "next_change_at",
)
COLUMNS = (
    "rule",
    "customer",
    "correlation",
    "trigger",
    "part",
    "status",
    "opens_at",
    "due_at",
    "expires_at",
    "target_at",
    "ended_at",
    "ended_by",
    "paused_since_at",
    "leaning",
    "reason",
    "next_change_at",
    "zone",
)
"""The columns that findings have; ``key`` and ``nature`` are made only when asked for."""
_CONCLUDED = ("rule", "customer", "correlation", "status", "opens_at", "trigger", "zone")
_INSTANT = pa.timestamp("us", "UTC")


class FrameFindings:
    """What `evaluate_frame` found. Nothing is built before it is asked for.

    Attributes:
        share: How the customers went, unit by unit; see `Share`.
    """

    def __init__(
        self,
        frame: Any,
        as_of: Any,
        owed: Sequence[Owed],
        apart: Sequence[Finding],
        share: Sequence[dict[str, Any]],
        about: Callable[[str | int], Findings],
    ) -> None:
        self._frame = frame
        self._owed = list(owed)
        self._apart = list(apart)
        self.as_of = as_of
        self.share = tuple(share)
        self._about = about

    @property
    def parts(self) -> tuple[Owed, ...]:
        """What the kernel found, as arrays; see `retention_rules.evaluation.batch.shapes.owed`."""
        return tuple(self._owed)

    def __len__(self) -> int:
        return sum(one.size for one in self._owed) + len(self._apart)

    def __repr__(self) -> str:
        return f"<{len(self)} findings as of {self.as_of}>"

    def obligations(self, *columns: str) -> Any:
        """The obligations as a frame of the library that the events came in.

        Args:
            columns: Which columns, ``key`` among them if you like; default: all but that.
        """
        return self._framed("obligation", columns)

    def violations(self, *columns: str) -> Any:
        """What should not have happened, likewise."""
        return self._framed("violation", columns)

    def stages(self, *columns: str) -> Any:
        """The stages that customers are or were in, likewise."""
        return self._framed("stage", columns)

    def conclusions(self, *columns: str) -> Any:
        """What holds, or may hold, likewise; `reasons` are keys and names, joined by spaces."""
        return self._framed("conclusion", columns or (*_CONCLUDED, "reasons"))

    def agenda(self, *columns: str) -> Any:
        """What is to be done: open, breached, and what must be clarified; by `due_at`."""
        owed = []
        for one in self._owed:
            live = (one.leaning == OPEN) | (one.leaning == BREACHED)
            live |= (one.leaning == VIOLATED) & (one.reason != 0)
            owed.append(one.where(live))
        apart = [one for one in self._apart if one.status in ("open", "breached") or one.to_clarify]
        chosen = checked(columns)
        names = chosen if "due_at" in chosen else (*chosen, "due_at")
        table = _table(owed, apart, names)
        order = pc.sort_indices(table, sort_keys=[("due_at", "ascending")])
        return frames.like(table.take(order).select(list(chosen)), self._frame)

    def counts(self) -> Any:
        """How many findings there are by rule and status, as a frame; builds no finding."""
        return frames.like(counted(self.by_status()), self._frame)

    def by_status(self) -> dict[tuple[str, str], int]:
        """How many findings there are, by rule and status."""
        found: dict[tuple[str, str], int] = {}
        for one in self._owed:
            ids = one.rules
            joint = one.race.astype(np.int64) * len(ALL_STATUSES) + one.status
            counts = np.bincount(joint, minlength=len(ids) * len(ALL_STATUSES))
            for place in np.flatnonzero(counts):
                key = ids[place // len(ALL_STATUSES)], ALL_STATUSES[place % len(ALL_STATUSES)]
                found[key] = found.get(key, 0) + int(counts[place])
        for finding in self._apart:
            key = finding.rule, finding.status
            found[key] = found.get(key, 0) + 1
        return found

    def table(self, *columns: str) -> Any:
        """Findings of every nature, as an Arrow table, in no order.

        Args:
            columns: Which columns, ``nature`` and ``key`` among them if you like.
        """
        return _table(self._owed, self._apart, checked(columns))

    @property
    def alone(self) -> tuple[Finding, ...]:
        """What the pure evaluator found; last in `table`."""
        return tuple(self._apart)

    def tally(self, columns: Sequence[str]) -> Iterator[Tally]:
        """Count the obligations by columns and status; builds no finding.

        It is what `retention_rules.measures.on_time` asks for, which takes these findings as they
        are.

        Args:
            columns: Among ``rule``, ``customer``, ``trigger`` and ``due_on``: the local date on
                which an obligation is due, None without one.

        Returns:
            Values of the columns, a status, and how many have them; the same may come again.
        """
        return tally(self._owed, self._apart, columns)

    def about(self, customer: str | int) -> Findings:
        """All findings of one customer, as from `evaluate`: each can be explained.

        Raises:
            InvalidEvent: the frame has no events of this customer.
        """
        return self._about(customer)

    def findings(self) -> Findings:
        """All findings as objects; for few of them."""
        found = [finding for one in self._owed for finding in _objects(one)]
        return Findings([*found, *self._apart], as_of=self.as_of)

    def _framed(self, nature: str, columns: tuple[str, ...]) -> Any:
        owed = [one for one in self._owed if one.nature == nature]
        apart = [one for one in self._apart if one.nature == nature]
        return frames.like(_table(owed, apart, checked(columns)), self._frame)


def counted(tally: Mapping[tuple[str, str], int]) -> Any:
    """How many findings there are by rule and status, as an Arrow table."""
    rows = [{"rule": r, "status": s, "count": n} for (r, s), n in sorted(tally.items())]
    schema = pa.schema([("rule", pa.string()), ("status", pa.string()), ("count", pa.int64())])
    return pa.Table.from_pylist(rows, schema)


def checked(columns: tuple[str, ...]) -> tuple[str, ...]:
    """The columns that are meant.

    Raises:
        InvalidEvent: findings have no such column.
    """
    for name in columns:
        if name not in ("key", "nature", "reasons", *COLUMNS):
            raise InvalidEvent(f"findings have no column `{name}`: {near(name, COLUMNS)}")
    return columns or COLUMNS


def schema_of(columns: Sequence[str]) -> Any:
    """The types of columns of findings."""
    return pa.schema([(name, _INSTANT if name in TIMES else pa.string()) for name in columns])


def _table(owed: list[Owed], apart: list[Finding], columns: Sequence[str]) -> Any:
    schema = schema_of(columns)
    tables = [
        pa.Table.from_arrays(
            [_plain(one.column(name), schema.field(name).type) for name in columns], schema=schema
        )
        for one in owed
        if one.size
    ]
    if apart or not tables:
        arrays = [
            pa.array([_SAID[name](one) for one in apart], pa.int64()).cast(_INSTANT)
            if name in TIMES
            else pa.array([_SAID[name](one) for one in apart], pa.string())
            for name in columns
        ]
        tables.append(pa.Table.from_arrays(arrays, schema=schema))
    return pa.concat_tables(tables)


def _plain(column: Any, kind: Any) -> Any:
    return column if column.type == kind else column.cast(kind)


def _path(one: Finding) -> str | None:
    return "/".join(escaped(value) for _, value in one.correlation) or None


def _reasons(one: Finding) -> str | None:
    return " ".join(one.reasons) or None


def _text(name: str) -> Callable[[Finding], Any]:
    return _path if name == "correlation" else attrgetter(name)


_SAID: dict[str, Callable[[Finding], Any]] = {
    **{name: _text(name) for name in ("key", "nature", *TEXTS)},
    **{name: attrgetter(name.removesuffix("_at")) for name in TIMES},
    "reasons": _reasons,
}


def _objects(owed: Owed) -> list[Finding]:
    text = {
        name: owed.column(name).to_pylist()
        for name in ("key", *(name for name in TEXTS if name != "correlation"))
    }
    times = {
        "opens": owed.opens,
        "due": owed.due,
        "expires": owed.expires,
        "target": owed.target,
        "ended": owed.ended,
        "next_change": owed.next_change,
    }
    found: list[Finding] = []
    for place in range(owed.size):
        values = () if owed.case is None else owed.values[owed.case[place]]
        said: dict[str, Any] = {name: column[place] for name, column in text.items()}
        for name, column in times.items():
            said[name] = None if column[place] == NONE else int(column[place])
        correlation = tuple(zip(owed.keys, values, strict=True))
        found.append(Finding(nature=owed.nature, correlation=correlation, **said))
    return found
