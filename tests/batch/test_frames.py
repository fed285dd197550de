"""Frames in and out: what is taken, what comes back, and what is told of bad ones."""

import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal

import attrs
import pytest

from retention_rules import (
    ConflictingEvents,
    Customer,
    FollowUp,
    InvalidEvent,
    Rulebook,
    UnknownZone,
    Window,
    days,
    event,
    field,
    hours,
    prior,
    touch,
    until,
)
from retention_rules.evaluation.batch import evaluate_frame, what_if

pa = pytest.importorskip("pyarrow", reason="it comes with the extra `batch`")

CALL = FollowUp(
    id="acme.call",
    trigger=event("deal.closed"),
    fulfilled_by=touch("call"),
    window=Window(due=days(2)),
)
BOOK = Rulebook([CALL])
DEAL = datetime(2026, 3, 2, 7, tzinfo=UTC)
LATER = "2026-03-03T09:00+08:00"
SHANGHAI = "Asia/Shanghai"


def table(**columns):
    plain = {
        "id": ["d1", "d2", "t1"],
        "kind": ["deal.closed", "deal.closed", "touch.made"],
        "customer": ["lin", "wu", "lin"],
        "occurred_at": pa.array([DEAL, DEAL, DEAL.replace(hour=9)], pa.timestamp("us", "UTC")),
        "channel": [None, None, "call"],
    }
    return pa.table({name: column for name, column in {**plain, **columns}.items() if column})


def statuses(frame, **arguments):
    given = {"as_of": LATER, "zone": SHANGHAI, **arguments}
    found = evaluate_frame(BOOK, frame, **given).findings()
    return {one.key: one.status for one in found}


FOUND = {"acme.call/lin/d1": "fulfilled", "acme.call/wu/d2": "open"}


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_a_frame_comes_back_in_the_library_it_came_in(library):
    module = pytest.importorskip(library, reason="tried where it is installed")
    frame = table().to_pandas() if library == "pandas" else module.from_arrow(table())
    found = evaluate_frame(BOOK, frame, as_of=LATER, zone=SHANGHAI)
    assert isinstance(found.obligations(), module.DataFrame)
    assert list(found.obligations("key")["key"]) == list(FOUND)


@pytest.mark.parametrize("far", [1, 2**62])
def test_customers_may_be_whole_numbers_however_far_apart(far):
    found = statuses(table(customer=[-far, 7, -far]))
    assert found == {f"acme.call/{-far}/d1": "fulfilled", "acme.call/7/d2": "open"}


def test_a_name_that_is_empty_is_refused_only_where_a_row_has_it():
    names = pa.array(["lin", "wu", ""])
    unused = pa.DictionaryArray.from_arrays(pa.array([0, 1, 0], pa.int32()), names)
    assert statuses(table(customer=unused)) == FOUND
    used = pa.DictionaryArray.from_arrays(pa.array([0, 2, 0], pa.int32()), names)
    with pytest.raises(InvalidEvent, match=r"`customer` is empty \(row 1"):
        statuses(table(customer=used))


@pytest.mark.parametrize("policy", ["separate", "restart", "ignore"])
def test_what_is_owed_is_the_same_to_the_kernel_whatever_the_policy_of_the_rules_beside(policy):
    beside = attrs.evolve(CALL, id="acme.beside", on_retrigger=policy)
    events = table()
    found = evaluate_frame(Rulebook([CALL, beside]), events, as_of=LATER, zone=SHANGHAI)
    own = {one.key: one.status for one in found.findings() if one.rule == CALL.id}
    assert own == FOUND


def test_a_duckdb_relation_comes_back_as_one():
    duckdb = pytest.importorskip("duckdb", reason="tried where it is installed")
    events = table()
    found = evaluate_frame(BOOK, duckdb.from_arrow(events), as_of=LATER, zone=SHANGHAI)
    assert isinstance(found.agenda("rule", "customer"), duckdb.DuckDBPyRelation)
    assert found.agenda("rule", "customer").fetchall() == [("acme.call", "wu")]


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_instants_may_be_of_any_unit_and_zone(unit):
    at = table().column("occurred_at").cast(pa.timestamp(unit, "America/New_York"))
    assert statuses(table(occurred_at=at)) == FOUND


def test_times_without_a_zone_are_local_times_of_the_zone_for_all():
    naive = [datetime(2026, 3, 2, 15), datetime(2026, 3, 2, 15), datetime(2026, 3, 2, 17)]
    at = pa.array(naive, pa.timestamp("us"))
    found = evaluate_frame(BOOK, table(occurred_at=at), as_of=LATER, zone=SHANGHAI)
    assert found.findings()[0].opens_at == DEAL


def test_a_time_that_the_clocks_skip_moves_forward_by_the_gap():
    at = pa.array([datetime(2026, 3, 29, 2, 30)] * 3, pa.timestamp("us"))
    found = evaluate_frame(
        BOOK, table(occurred_at=at), as_of="2026-04-01T00:00Z", zone="Europe/Berlin"
    )
    assert found.findings()[0].opens_at == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_times_may_be_iso_text_and_days():
    at = ["2026-03-02T15:00+08:00", "2026-03-02", "2026-03-02T17:00:00+08:00"]
    found = evaluate_frame(BOOK, table(occurred_at=at), as_of=LATER, zone=SHANGHAI)
    assert {one.key: one.status for one in found.findings()} == FOUND
    assert found.findings()[1].opens_at == datetime(2026, 3, 1, 16, tzinfo=UTC)


def test_days_may_stand_in_a_column_of_their_own():
    at = pa.array([DEAL, None, DEAL.replace(hour=9)], pa.timestamp("us", "UTC"))
    on = pa.array([None, date(2026, 3, 2), None], pa.date32())
    assert statuses(table(occurred_at=at, occurred_on=on)) == FOUND


def test_ids_and_customers_may_be_whole_numbers():
    found = statuses(table(id=pa.array([1, 2, 3]), customer=pa.array([7, 8, 7])))
    assert found == {"acme.call/7/1": "fulfilled", "acme.call/8/2": "open"}


def test_ids_are_part_of_keys_with_their_letters_escaped():
    found = evaluate_frame(
        BOOK, table(id=["d 1", "d/2", "t1"], source=["crm"] * 3), as_of=LATER, zone=SHANGHAI
    )
    names = found.obligations("key", "trigger").column("trigger").to_pylist()
    assert names == ["crm:d%201", "crm:d%2F2"]


def test_zones_may_differ_by_customer():
    known = pa.table({"id": ["lin", "wu"], "zone": ["Asia/Shanghai", "America/New_York"]})
    customers = [Customer("lin", zone="Asia/Shanghai"), Customer("wu", zone="America/New_York")]
    for given in (known, customers):
        found = evaluate_frame(BOOK, table(), as_of=LATER, customers=given)
        zones = found.obligations("customer", "zone").to_pydict()
        assert zones == {"customer": ["lin", "wu"], "zone": ["Asia/Shanghai", "America/New_York"]}


def test_fields_may_stand_in_json():
    frame = table(channel=None, data=[None, None, '{"channel": "call"}'])
    assert statuses(frame) == FOUND


def test_a_date_in_the_data_is_the_due_date():
    rule = FollowUp(
        id="acme.promise",
        trigger=event("deal.closed"),
        fulfilled_by=touch("call"),
        window=Window(due=until("due")),
    )
    frame = table(due=pa.array([date(2026, 3, 4), None, None], pa.date32()))
    found = evaluate_frame(Rulebook([rule]), frame, as_of=LATER, zone=SHANGHAI)
    told = found.obligations("status", "leaning", "reason").to_pylist()
    assert told == [
        {"status": "fulfilled", "leaning": None, "reason": None},
        {"status": "indeterminate", "leaning": "open", "reason": "missing-date"},
    ]


def test_counts_and_the_agenda_need_no_table_of_all_findings():
    found = evaluate_frame(BOOK, table(), as_of="2026-03-09T00:00Z", zone=SHANGHAI)
    assert found.counts().to_pylist() == [
        {"rule": "acme.call", "status": "fulfilled", "count": 1},
        {"rule": "acme.call", "status": "lapsed", "count": 1},
    ]
    assert found.agenda("customer").to_pylist() == []


def test_it_says_how_many_customers_went_which_way():
    corrected = table(
        kind=["deal.closed"] * 3, customer=["lin", "wu", "wu"], corrects=[None, None, "d2"]
    )
    found = evaluate_frame(BOOK, corrected, as_of=LATER, zone=SHANGHAI)
    (share,) = found.share
    assert (share["customers"], share["kernel"], share["pure"]) == (2, 1, 1)


def test_an_empty_frame_has_no_findings():
    assert statuses(table().slice(0, 0)) == {}


def test_several_rulebooks_and_instants_are_asked_of_one_frame():
    sooner = BOOK.adapt("acme.call", due=days(0))
    times = ["2026-03-02T16:00Z", "2026-03-03T16:00Z"]
    found = what_if(table(), {"now": BOOK, "sooner": sooner}, as_of=times, zone=SHANGHAI)
    told = {
        (name, at.day): found[name, at].obligations("status").column("status").to_pylist()
        for name, at in found
    }
    assert told == {
        ("now", 2): ["fulfilled", "open"],
        ("now", 3): ["fulfilled", "open"],
        ("sooner", 2): ["fulfilled", "breached"],
        ("sooner", 3): ["fulfilled", "lapsed"],
    }


# ---- bad frames ------------------------------------------------------------------------------


def refused(frame, error=InvalidEvent, **arguments):
    with pytest.raises(error) as told:
        statuses(frame, **arguments)
    return str(told.value)


def test_a_missing_column_is_named():
    assert refused(table(customer=None)).startswith("the events lack the column `customer`")


def test_a_null_id_is_told_with_its_row():
    said = refused(table(id=["d1", None, "t1"]))
    assert said == "the column `id` has nulls (row 1: `None`): give every row one"


def test_a_null_time_is_told_with_its_row():
    at = pa.array([DEAL, None, DEAL], pa.timestamp("us", "UTC"))
    assert "`occurred_at` has nulls (row 1" in refused(table(occurred_at=at))


def test_a_time_of_a_wrong_type_is_told():
    said = refused(table(occurred_at=[1.5, 2.5, 3.5]))
    assert said.startswith("the column `occurred_at` holds `double`")


def test_a_naive_time_is_told_if_no_zone_is_given_for_all():
    at = pa.array([DEAL.replace(tzinfo=None)] * 3, pa.timestamp("us"))
    said = refused(table(occurred_at=at), zone=None)
    assert "`occurred_at` holds times without a zone (row 0: `datetime.datetime(2026" in said


def test_text_that_is_no_time_is_told_with_its_rows():
    said = refused(table(occurred_at=["2026-03-02T15:00Z", "soon", "2026-03-02T15:00Z"]))
    assert "`occurred_at` cannot be read (row 1: `'soon'`)" in said


def test_some_times_with_a_zone_and_some_without_are_told():
    said = refused(table(occurred_at=["2026-03-02T15:00Z", "2026-03-02T15:00", "2026-03-02"]))
    assert "row 1" in said and "naive" in said


def test_an_endless_number_is_told_with_its_row():
    said = refused(table(amount=[1.0, float("inf"), 2.0]))
    assert said == (
        "the column `amount` is not finite (row 1: `inf`): give a finite number, or null"
    )


def test_a_reserved_kind_is_refused():
    assert "is reserved" in refused(table(kind=["stage.entered:x:y", "a", "b"]))


def test_two_rows_of_one_id_that_differ_are_refused():
    assert "two records are `d1`" in refused(table(id=["d1", "d1", "t1"]), ConflictingEvents)


def test_a_row_that_comes_twice_counts_once():
    twice = pa.concat_tables([table(), table()])
    assert statuses(twice) == FOUND


def test_a_customer_without_a_zone_is_named():
    assert "`lin` has no zone" in refused(table(), UnknownZone, zone=None)


def test_what_is_no_frame_is_refused():
    assert "are no frame" in refused([1, 2, 3])


def test_an_unknown_column_of_findings_is_told():
    found = evaluate_frame(BOOK, table(), as_of=LATER, zone=SHANGHAI)
    with pytest.raises(InvalidEvent, match="did you mean `due_at`"):
        found.obligations("due")


def test_without_the_extra_the_message_names_it():
    code = (
        "import sys; sys.modules['numba'] = None\n"
        "from retention_rules import Rulebook\n"
        "from retention_rules.evaluation.batch import evaluate_frame\n"
        "try: evaluate_frame(Rulebook(), None, as_of='2026-03-02T00:00Z')\n"
        "except Exception as problem: print(type(problem).__name__, problem)\n"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.startswith("MissingExtra `numba` is not installed: pip install")


def test_windows_in_hours_are_placed_too():
    rule = FollowUp(
        id="acme.reply",
        trigger=event("deal.closed"),
        fulfilled_by=touch("call"),
        window=Window(due=hours(1)),
    )
    found = evaluate_frame(Rulebook([rule]), table(), as_of=LATER, zone=SHANGHAI)
    assert [one.status for one in found.findings()] == ["repaired", "breached"]


def test_a_share_of_the_greatest_may_be_a_decimal():
    rule = FollowUp(
        id="acme.small",
        trigger=event("deal.closed").where(
            field("amount") <= prior("deal.closed").max("amount") * Decimal("0.1")
        ),
        fulfilled_by=touch("call"),
        window=Window(due=days(2)),
    )
    at = pa.array([DEAL, DEAL.replace(hour=8), DEAL.replace(hour=9)], pa.timestamp("us", "UTC"))
    frame = table(
        kind=["deal.closed"] * 3, customer=["lin"] * 3, occurred_at=at, amount=[100, 10, 11]
    )
    found = evaluate_frame(Rulebook([rule]), frame, as_of=LATER, zone=SHANGHAI)
    assert [one.trigger for one in found.findings()] == ["d2"]


def test_a_customer_whose_events_are_all_retracted_needs_no_zone():
    frame = table(
        id=["d1", "r1"],
        kind=["deal.closed", None],
        customer=["lin", "lin"],
        occurred_at=pa.array([DEAL, None], pa.timestamp("us", "UTC")),
        retracts=[None, "d1"],
        channel=None,
    )
    assert statuses(frame, zone=None) == {}


@pytest.mark.parametrize("zone", [None, SHANGHAI])
def test_times_with_a_zone_and_without_one_in_a_column_are_refused(zone):
    pandas = pytest.importorskip("pandas", reason="it comes with the extra `batch`")
    columns = {**table().to_pydict(), "occurred_at": [DEAL, DEAL.replace(tzinfo=None), None]}
    frame = pandas.DataFrame({name: pandas.Series(v, dtype=object) for name, v in columns.items()})
    with pytest.raises(InvalidEvent, match=r"`occurred_at` holds times with a zone and .*row 1"):
        statuses(frame, zone=zone)
