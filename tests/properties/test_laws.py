"""Every law, over drawn rulebooks and over the handbook."""

import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import attrs
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.properties.books import BOOKS, CONCLUDING, asked_of, sample

from retention_rules.calendars import Calendar
from retention_rules.errors import RetentionRulesError
from retention_rules.events import Event, Record
from retention_rules.rulebook import Rulebook
from retention_rules.serialization import decode, dumps, encode
from retention_rules.testing import STEADY, Evaluation, _scope, laws

HOUR = 3_600_000_000
LATER = st.sampled_from(
    [1, HOUR, 3 * HOUR, 12 * HOUR, 24 * HOUR, 48 * HOUR, 72 * HOUR, 240 * HOUR, 960 * HOUR]
)
NAMES = [f"{letter}{number}" for number in range(9) for letter in "zam"]
books = pytest.mark.parametrize("book", list(BOOKS))
and_concluding = pytest.mark.parametrize("book", [*BOOKS, CONCLUDING])
data = st.data()


@books
@given(data=data)
def test_01_pure(book, data):
    laws.pure(data.draw(asked_of(book)))


@pytest.mark.slow
@books
def test_01_pure_across_processes_and_hash_seeds(book, tmp_path):
    asked = [one for one in sample(asked_of(book), 40) if not isinstance(one.outcome(), str)]
    assert len(asked) > 20
    path = tmp_path / "asked.json"
    path.write_text(json.dumps([written(one) for one in asked]))
    answers = set()
    for number in ("0", "1", "4242"):
        process = subprocess.run(
            [sys.executable, "-c", CHILD, str(path)],
            env={**os.environ, "PYTHONHASHSEED": number, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        )
        answers.add(process.stdout)
    assert answers == {dumps([one.ask() for one in asked]) + "\n"}


CHILD = """
import json, sys
from retention_rules.serialization import dumps
from tests.properties.test_laws import read
with open(sys.argv[1]) as file:
    print(dumps([read(one).ask() for one in json.load(file)]))
"""


def written(asked: Evaluation) -> dict[str, object]:
    plain = {
        "rulebook": encode(asked.rulebook),
        "records": encode(list(asked.records)),
        "customers": encode(list(asked.customers)),
        "calendar": asked.calendar and encode(asked.calendar),
        "zone": asked.zone,
        "as_of": asked.as_of.isoformat(),
        "known_at": asked.known_at and asked.known_at.isoformat(),
        "complete": asked.complete
        and {source: until.isoformat() for source, until in asked.complete.items()},
        "history_from": asked.history_from and asked.history_from.isoformat(),
    }
    return {name: value for name, value in plain.items() if value is not None}


def read(plain: dict[str, object]) -> Evaluation:
    coded = ("rulebook", "records", "customers", "calendar")
    given = {name: decode(value) if name in coded else value for name, value in plain.items()}
    for name in ("as_of", "known_at"):
        if name in given:
            given[name] = datetime.fromisoformat(given[name])
    if "complete" in given:
        ends = given["complete"].items()
        given["complete"] = {source: datetime.fromisoformat(until) for source, until in ends}
    if "history_from" in given:
        given["history_from"] = date.fromisoformat(given["history_from"])
    return Evaluation(**given)


@books
@given(data=data)
def test_02_order(book, data):
    asked = data.draw(asked_of(book))
    laws.order(asked, data.draw(st.permutations(asked.records)))


@given(data=data)
def test_02_order_of_errors(data):
    """Records that contradict each other: the same error, whichever comes first."""
    asked = data.draw(asked_of("drawn"))
    events = [one for one in asked.records if isinstance(one, Event)]
    chosen = data.draw(st.lists(st.sampled_from(events), min_size=1, max_size=2))
    wrong = [attrs.evolve(one, data={**one.data, "wrong": at}) for at, one in enumerate(chosen)]
    asked = asked.but(records=(*asked.records, *wrong), known_at=None)
    assert isinstance(asked.outcome(), str)
    laws.order(asked, data.draw(st.permutations(asked.records)))


@books
@given(data=data)
def test_03_duplicates(book, data):
    asked = data.draw(asked_of(book))
    again = data.draw(st.lists(st.sampled_from(asked.records), max_size=3))
    laws.duplicates(asked, [recorded_later(one, data.draw(LATER)) for one in again])


def recorded_later(record: Record, by: int) -> Record:
    if record.recorded_at is None:
        return record if by == 1 else attrs.evolve(record, recorded_at="2026-03-01T09:00Z")
    return attrs.evolve(record, recorded_at=record.recorded_at + timedelta(microseconds=by))


@books
@given(data=data)
def test_04_irrelevant(book, data):
    asked = data.draw(asked_of(book))
    events = [one for one in asked.records if isinstance(one, Event)]
    noise = [
        attrs.evolve(one, id=f"{who}{at}", kind="weather.changed", corrects=None, customer=who)
        for at, one in enumerate(data.draw(st.lists(st.sampled_from(events), max_size=3)))
        for who in (one.customer, "stranger")
    ]
    laws.irrelevant(asked, noise)


@books
@given(data=data)
def test_05_prefix(book, data):
    laws.prefix(data.draw(asked_of(book)))


@and_concluding
@given(data=data)
def test_06_finality(book, data):
    asked = data.draw(asked_of(book))
    laws.finality(asked, asked.later(data.draw(LATER)))


@books
@given(data=data)
def test_07_independence(book, data):
    laws.independence(data.draw(asked_of(book)))


@st.composite
def arrivals(draw: st.DrawFn, asked: Evaluation) -> list[Record | datetime | None]:
    """The records in any order, with steps of the clock and restarts between them."""
    records: list[Record | datetime | None] = list(draw(st.permutations(asked.records)))
    moments = [one.occurred_at for one in records if isinstance(one, Event) and not one.dated]
    instants = sorted(
        one.astimezone(UTC)
        + timedelta(microseconds=draw(st.sampled_from([0, -1, 1, HOUR, 24 * HOUR, 72 * HOUR])))
        for one in draw(st.lists(st.sampled_from([asked.as_of, *moments]), min_size=1, max_size=4))
    )
    steps: list[Record | datetime | None] = [instants[0]]
    for left, instant in zip(range(len(instants) - 1, -1, -1), [*instants[1:], None], strict=True):
        taken = draw(st.integers(0, len(records))) if left else len(records)
        steps += records[:taken]
        records = records[taken:]
        if draw(st.integers(0, 2)) == 2:
            steps.insert(draw(st.integers(1, len(steps))), None)
        steps += [instant] if instant is not None else []
    return steps


@and_concluding
@given(data=data)
def test_08_chunks(book, data):
    asked = data.draw(asked_of(book))
    laws.chunks(asked, data.draw(arrivals(asked)))


@and_concluding
@given(data=data)
def test_09_next_change(book, data):
    laws.next_change(data.draw(asked_of(book)))


@books
@given(data=data)
def test_10_shift(book, data):
    rules = BOOKS[book]()
    if rules is not None:
        parts = [part for part in _scope.parts(rules) if _scope.timeless(part)]
        rules = Rulebook(rule for part in parts for rule in part)
    asked = data.draw(shiftable(rules))
    weeks = data.draw(st.sampled_from([1, -1, 5, 52]))
    assume(laws.shift(asked, weeks))


@st.composite
def shiftable(draw: st.DrawFn, rules: Rulebook | None) -> Evaluation:
    """Questions of which the law speaks: no rule and no calendar with a date of its own."""
    from retention_rules.testing import evaluations

    asked = draw(evaluations(rules, places=STEADY))
    if rules is None:
        parts = [part for part in _scope.parts(asked.rulebook) if _scope.timeless(part)]
        asked = asked.but(rulebook=Rulebook(rule for part in parts for rule in part))
    if asked.calendar is not None:
        asked = asked.but(calendar=Calendar(hours=asked.calendar.hours))
    return asked


@books
@given(data=data)
def test_11_correction(book, data):
    laws.correction(data.draw(asked_of(book)))


@books
@given(data=data)
def test_11_correction_of_one_record(book, data):
    asked = data.draw(asked_of(book, amendments=False))
    events = [one for one in asked.records if isinstance(one, Event)]
    target, model = data.draw(st.sampled_from(events)), data.draw(st.sampled_from(events))
    correct = target.corrected(
        "corrected",
        kind=model.kind,
        occurred_at=data.draw(st.sampled_from([model.occurred_at, asked.as_of])),
        data=model.data,
        source=data.draw(st.sampled_from(["", "crm"])),
    )
    laws.rewriting(asked, target, correct)


@books
@given(data=data)
def test_12_round_trip(book, data):
    laws.round_trip(data.draw(asked_of(book)))


@books
@given(data=data)
def test_15_union(book, data):
    laws.union(data.draw(asked_of(book)))


@books
@given(data=data)
def test_16_names(book, data):
    asked = data.draw(asked_of(book))
    laws.names(asked, data.draw(st.permutations(NAMES)))


@books
@given(data=data)
def test_17_a_recurring_duty_never_dies(book, data):
    laws.recurring_duty_never_dies(data.draw(asked_of(book)))


def test_a_law_says_which_finding_breaks_it():
    asked = next(one for one in sample(asked_of("drawn"), 50) if found_final(one))

    def forgetful(rulebook: Rulebook, records: list[Record], **given: object) -> list[object]:
        from retention_rules.evaluation import evaluate

        found = evaluate(rulebook, records, **given)
        return [one for one in found if not (one.final and given["as_of"] > asked.as_of)]

    with pytest.raises(AssertionError, match="what was final has changed: `"):
        laws.finality(asked, asked.later(1), forgetful)


def found_final(asked: Evaluation) -> bool:
    try:
        return any(one.final for one in asked.ask())
    except RetentionRulesError:
        return False
