"""The incident log against SQL: the real one, and small ones of our own that are full of ties."""

import random
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

pytest.importorskip("duckdb")
pytest.importorskip("pyarrow")

import pyarrow
from examples.uci_incidents import check
from examples.uci_incidents.expected import Expected
from examples.uci_incidents.log import LOG, events, read
from pyarrow import parquet

START = datetime(2016, 2, 29)
WAITING = "Awaiting User Info"
STATES = ("New", "Active", "Active", WAITING, WAITING, "Resolved", "Closed")
EDGE = datetime(2016, 2, 29, 4, tzinfo=UTC)
MINUTES = (0, 0, 0, 0, 1, 59, 60, 61, 239, 240, 1439, 1440, 1441, 7200, 8640, 10080, 14400)


def write_log(path: Path, rows: list[dict[str, str]]) -> None:
    defaults = {"caller_id": "7", "assigned_to": "?", "priority": "3"}
    parquet.write_table(pyarrow.Table.from_pylist([{**defaults, **row} for row in rows]), path)


def row(number: str, count: int, state: str, at: datetime, **more: str) -> dict[str, str]:
    text = f"{at.day}/{at.month}/{at.year} {at:%H:%M}"
    found = {"number": number, "sys_mod_count": str(count), "ident_state": state}
    return {**found, "sys_updated_at": text, "opened_at": text, **more}


def tangle(path: Path, seed: int) -> None:
    """A log of incidents whose updates often share a minute, or lie a whole window apart."""
    chance = random.Random(seed)
    rows = on_the_edge()
    for number in range(150):
        at = opened = START + timedelta(minutes=chance.randrange(3 * 1440))
        caller, priority = chance.choice("12345?"), chance.choice("1234")
        for count in range(chance.randrange(1, 9)):
            found = row(f"{number:07}", count, chance.choice(STATES), at, caller_id=caller)
            found["opened_at"] = row("", 0, "", opened)["opened_at"]
            found["assigned_to"] = chance.choice("???4")
            rows.append({**found, "priority": priority})
            at += timedelta(minutes=chance.choice(MINUTES))
    write_log(path, rows)


def on_the_edge() -> list[dict[str, str]]:
    """Incidents owed within 4 hours, in which something happens at the very end of that."""
    paths = {
        "closed": [("New", 0), ("Closed", 240)],
        "resolved": [("New", 0), ("Resolved", 240)],
        "waiting": [("New", 0), (WAITING, 240), ("Active", 300), ("Resolved", 301)],
        "waiting-again": [("New", 0), (WAITING, 60), ("Active", 90), (WAITING, 270)],
        "new": [("New", 0)],
    }
    return [
        {**row(name, count, state, START + timedelta(minutes=at)), "opened_at": "29/2/2016 00:00"}
        | {"priority": "1"}
        for name, path in paths.items()
        for count, (state, at) in enumerate(path)
    ]


@pytest.fixture(scope="module")
def tangled(tmp_path_factory):
    path = tmp_path_factory.mktemp("tangled") / "log.parquet"
    tangle(path, seed=498)
    return list(events(read(path))), Expected(path)


def instants(happened):
    chance = random.Random(1)
    for hours, late in ((0, 0), (1, 0), (1, 1), (24, 0), (120, 0), (120, 1), (240, 0)):
        at = chance.choice(happened).occurred_at
        yield at + timedelta(hours=hours, microseconds=late)
    yield EDGE
    yield check.END


@pytest.mark.slow
@pytest.mark.parametrize("as_of", [check.MIDDLE, check.END], ids=["middle", "end"])
def test_every_finding_of_the_log_is_the_one_of_the_sql(as_of, capsys):
    assert check.run([as_of]) == 0
    said = capsys.readouterr().out
    assert "141,712 updates" in said
    assert "24,918 incidents" in said


def test_the_sql_knows_nothing_of_the_library():
    code = (
        "import sys, examples.uci_incidents.expected; "
        "sys.exit(any(name.startswith('retention_rules') for name in sys.modules))"
    )
    root = LOG.parents[2]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0


def test_tangled_incidents_agree_too(tangled):
    happened, expected = tangled
    assert check.same_events(happened, expected)
    for as_of in instants(happened):
        outcome = check.compare(happened, expected, as_of)
        assert outcome.findings
        assert not outcome.mismatches


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("touched <= due)", "touched < due)"),
        ("touched <= freed)", "touched < freed)"),
        ("freed <= due)", "freed < due)"),
        ("seen.instant >= owed.opens", "seen.instant > owed.opens"),
        ("stops.began >= clock.due or", ""),
        ("stops.began >= clock.due or", "stops.began > clock.due or"),
        ("waits.ended <= races.known", "waits.ended < races.known"),
        ("and waits.began <= races.known", ""),
        ("bool_and(what = 'wait-began')", "bool_or(what = 'wait-began')"),
        ("$as_of > due then", "$as_of >= due then"),
        ("where instant <= $as_of", "where instant < $as_of"),
    ],
)
def test_a_slip_in_the_sql_would_be_seen(tangled, monkeypatch, right, wrong):
    happened, expected = tangled
    assert right in expected.query
    monkeypatch.setattr(expected, "query", expected.query.replace(right, wrong))
    outcomes = (check.compare(happened, expected, as_of) for as_of in instants(happened))
    assert any(outcome.mismatches for outcome in outcomes)


def told(tmp_path, *rows):
    path = tmp_path / "log.parquet"
    write_log(path, list(rows))
    return [(one.id.split(".", 1)[1], one.customer) for one in events(read(path))]


def test_a_wait_that_ends_and_begins_anew_in_one_minute_goes_on(tmp_path):
    later = START + timedelta(hours=1)
    states = [(WAITING, START), ("Active", later), (WAITING, later)]
    rows = [row("1", count, state, at) for count, (state, at) in enumerate(states)]
    closed = row("1", 3, "Closed", later + timedelta(minutes=1))
    assert [id for id, _ in told(tmp_path, *rows, closed)] == [
        "0.opened",
        "1.taken-up",
        "0.wait-began",
        "3.wait-ended",
        "3.closed",
    ]


def test_an_unknown_caller_is_nobody_elses_and_the_first_one_stays(tmp_path):
    rows = [
        row("1", 0, "New", START, caller_id="?"),
        row("2", 0, "New", START, caller_id="?"),
        row("3", 0, "New", START, caller_id="8"),
        row("3", 1, "Resolved", START, caller_id="9"),
    ]
    assert told(tmp_path, *rows) == [
        ("0.opened", "caller-of-1"),
        ("0.opened", "caller-of-2"),
        ("0.opened", "caller-8"),
        ("1.resolved", "caller-8"),
    ]


def test_an_incident_updated_before_it_was_opened_was_open_by_then(tmp_path):
    path = tmp_path / "log.parquet"
    late = row("1", 0, "New", START + timedelta(hours=2))["opened_at"]
    write_log(path, [{**row("1", 0, "Active", START), "opened_at": late}])
    (opened, taken_up) = events(read(path))
    assert opened.occurred_at == taken_up.occurred_at == START.replace(tzinfo=UTC)
