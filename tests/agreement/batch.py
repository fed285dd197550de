"""The batch evaluator, asked as any other: from records to a frame, and back to findings."""

import json
from datetime import date

import attrs
import pytest

from retention_rules.evaluation.batch import evaluate_frame
from retention_rules.events import Event
from retention_rules.findings import moment
from retention_rules.rulebook import Rulebook
from retention_rules.rules import FollowUp
from retention_rules.serialization import encode

for name in ("narwhals", "numba", "pyarrow"):
    pytest.importorskip(name, reason=f"`{name}` is not installed: it comes with the extra `batch`")
pa = pytest.importorskip("pyarrow")
numba = pytest.importorskip("numba")
numba.set_num_threads(1)  # the pieces of work are the same, and small questions wait for no thread

REF = pa.struct([("source", pa.string()), ("id", pa.string())])


def frame_of(records, *, columns=True):
    """A frame of records; with `columns`, fields of one type are columns of their own."""
    rows = []
    alone = _plain_fields(records) if columns else {}
    for record in records:
        happened = isinstance(record, Event)
        at = record.at if happened else None
        data = dict(record.data) if happened else {}
        row = {
            "id": record.id,
            "source": record.source,
            "kind": record.kind if happened else None,
            "customer": record.customer,
            "occurred_at": None if at is None else record.occurred_at,
            "occurred_on": record.occurred_at if happened and at is None else None,
            "recorded_at": record.recorded_at,
            "corrects": _ref(record.corrects) if happened else None,
            "retracts": None if happened else _ref(record.retracts),
            **{name: data.pop(name, None) for name in alone},
        }
        if columns is False or data:
            told = encode(record).get("data", {})
            row["data"] = json.dumps({name: told[name] for name in data})
        else:
            row["data"] = None
        rows.append(row)
    instant = pa.timestamp("us", "UTC")
    schema = {
        "id": pa.string(),
        "source": pa.string(),
        "kind": pa.string(),
        "customer": pa.string(),
        "occurred_at": instant,
        "occurred_on": pa.date32(),
        "recorded_at": instant,
        "corrects": REF,
        "retracts": REF,
        "data": pa.string(),
        **alone,
    }
    return pa.Table.from_pylist(rows, pa.schema(schema.items()))


def _ref(target):
    return None if target is None else {"source": target[0], "id": target[1]}


def _plain_fields(records):
    types = {str: pa.string(), bool: pa.bool_(), int: pa.int64(), float: pa.float64()}
    found = {}
    for record in records:
        for name, value in record.data.items() if isinstance(record, Event) else ():
            found.setdefault(name, set()).add(type(value))
    reserved = {"id", "kind", "customer", "source", "data"}
    return {
        name: types[next(iter(kinds))]
        for name, kinds in found.items()
        if len(kinds) == 1 and next(iter(kinds)) in types and name not in reserved
    }


def batch(rulebook, records, **arguments):
    """Has the arguments of `evaluate`."""
    return evaluate_frame(rulebook, frame_of(records), **arguments).findings()


def simpler(asked):
    """The same question, made so that the kernel takes most of it."""
    rules = []
    for rule in asked.rulebook:
        if isinstance(rule, FollowUp):
            policy = "restart" if rule.on_retrigger == "queue" else rule.on_retrigger
            rule = attrs.evolve(rule, paused_by=None, on_retrigger=policy)
        rules.append(rule)
    records = [
        attrs.evolve(one, occurred_at=moment(asked.first(one), "UTC"))
        for one in asked.records
        if isinstance(one, Event) and one.corrects is None
    ]
    return asked.but(rulebook=Rulebook(rules), records=records, complete=None)


def by_days(asked, every=1):
    """The same question, with every so many events known by their day only."""
    refs = list(dict.fromkeys(one.ref for one in asked.records))  # some are handed over twice
    records = [
        attrs.evolve(one, occurred_at=_day(asked, one))
        if isinstance(one, Event) and refs.index(one.ref) % every == 0
        else one
        for one in asked.records
    ]
    return asked.but(records=records)


def _day(asked, one):
    return date.fromordinal(asked.table(one.customer).day(asked.first(one)))
