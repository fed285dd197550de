"""CloudEvents go in and out without loss."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.interop import values

from retention_rules.errors import InvalidEvent, RetentionRulesError
from retention_rules.events import Event, Retraction
from retention_rules.interop import from_cloudevent, to_cloudevent
from retention_rules.interop.cloudevents import UNNAMED
from retention_rules.serialization import parse

DEAL = Event(
    "o-1",
    "deal.closed",
    customer="lin",
    occurred_at="2026-03-02T15:00+08:00",
    recorded_at="2026-03-02T16:00+08:00",
    source="crm",
    data={"amount": 12_000},
)


def test_an_event_as_a_cloudevent():
    assert to_cloudevent(DEAL) == {
        "specversion": "1.0",
        "id": "o-1",
        "source": "crm",
        "type": "deal.closed",
        "subject": "lin",
        "time": "2026-03-02T15:00:00+08:00",
        "recordedat": "2026-03-02T16:00:00+08:00",
        "datacontenttype": "application/json",
        "data": {"amount": 12_000},
    }


def _at(record):
    """Instants instead of datetimes: a CloudEvent keeps the offset, not the name of a zone."""
    moment = record.recorded_at
    plain = (
        {"data": record.data, "at": record.at or record.occurred_at, "kind": record.kind}
        if isinstance(record, Event)
        else {}
    )
    recorded = moment and moment.astimezone(values.UTC)
    return plain | {"ref": record.ref, "to": record.amends, "by": record.customer, "in": recorded}


@given(values.events | values.retractions)
def test_what_goes_out_comes_back(record):
    assert _at(from_cloudevent(to_cloudevent(record))) == _at(record)


texts = st.text(min_size=1, max_size=5)
plain_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts,
    lambda inner: st.dictionaries(texts, inner, max_size=3),
    max_leaves=4,
)
foreign = st.fixed_dictionaries(
    {
        "specversion": st.just("1.0"),
        "id": texts,
        "source": st.sampled_from([UNNAMED, "/shop", "https://a.example/b%20c", "urn:x"]),
        "type": st.just("deal.closed"),
        "subject": texts,
        "datacontenttype": st.sampled_from(["application/json", "text/plain"]),
    },
    optional={
        "data": plain_json | st.dictionaries(texts, plain_json, max_size=3),
        "dataschema": texts,
        "traceparent": texts,
        "sampled": st.booleans(),
        "sequence": st.integers(-(2**31), 2**31 - 1),
        "sourcename": texts,
        "recordedat": st.sampled_from(["2026-03-02T16:00:00Z", "2026-03-02T16:00:00.500+08:00"]),
        "corrects": texts,
        "correctssource": texts,
    },
)
times = st.sampled_from(
    [
        {"time": "2026-03-02T15:00:00Z"},
        {"time": "2026-03-02T15:00:00+00:00"},
        {"time": "2026-03-02T15:00:00.123456789+08:00"},
        {"time": "2026-03-02t15:00:00z"},
        {"dated": "2026-03-02"},
    ]
)


@given(foreign, times)
def test_what_comes_in_goes_out_again(event, time):
    given = {**event, **time}
    if "corrects" not in given:
        given.pop("correctssource", None)
    if "correctssource" in given and given["correctssource"] == given["source"]:
        del given["correctssource"]
    if "data" not in given and given["datacontenttype"] == "application/json":
        del given["datacontenttype"]
    try:
        taken = from_cloudevent(given)
    except RetentionRulesError:
        return
    assert to_cloudevent(taken) == given


@pytest.mark.parametrize(
    "more",
    [
        {"data": "hello", "datacontenttype": "text/plain"},
        {"data_base64": "aGVsbG8=", "datacontenttype": "application/octet-stream"},
        {"data": [1, {"a": 2}], "datacontenttype": "application/json"},
        {"data": {"a": None, "b": {"c": None}}, "datacontenttype": "application/json"},
        {"data": None, "datacontenttype": "application/json"},
        {"data": {}, "datacontenttype": "application/json"},
        {"dataschema": "https://a.example/schema", "traceparent": "00-0af7-01", "partition": 3},
        {"time": "2026-03-02T15:00:00.123456789Z"},
    ],
)
def test_what_an_event_has_no_place_for_is_kept(more):
    given = {
        "specversion": "1.0",
        "id": "o-1",
        "source": "/shop",
        "type": "deal.closed",
        "subject": "lin",
        "time": "2026-03-02T15:00:00Z",
        **more,
    }
    assert to_cloudevent(from_cloudevent(given)) == given


def test_foreign_attributes_lie_in_the_data():
    taken = from_cloudevent({**to_cloudevent(DEAL), "traceparent": "00-0af7"})
    assert taken.data["cloudevents"]["traceparent"] == "00-0af7"
    assert taken.data["amount"] == 12_000


def test_a_changed_time_is_not_written_as_it_came():
    taken = from_cloudevent({**to_cloudevent(DEAL), "time": "2026-03-02T15:00:00.0+08:00"})
    later = taken.corrected("o-1b", occurred_at="2026-03-03T15:00+08:00")
    assert to_cloudevent(later)["time"] == "2026-03-03T15:00:00+08:00"


def test_no_source_and_odd_sources():
    plain = Event("o", "k", customer="c", occurred_at="2026-03-02")
    assert to_cloudevent(plain)["source"] == UNNAMED
    odd = to_cloudevent(Event("o", "k", customer="c", occurred_at="2026-03-02", source="门 1"))
    assert (odd["source"], odd["sourcename"]) == ("%E9%97%A8%201", "门 1")
    same = Event("o", "k", customer="c", occurred_at="2026-03-02", source=UNNAMED)
    assert from_cloudevent(to_cloudevent(same)) == same


def test_a_dated_event_has_no_time():
    out = to_cloudevent(Event("o", "k", customer="c", occurred_at="2026-03-02"))
    assert (out["dated"], "time" in out) == ("2026-03-02", False)


def test_a_retraction():
    out = to_cloudevent(Retraction("r", "lin", source="crm", retracts=("shop", "o-1")))
    assert (out["type"], out["retracts"], out["retractssource"]) == (
        "retention-rules.retraction",
        "o-1",
        "shop",
    )


GOOD = to_cloudevent(DEAL)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"specversion": "0.3"}, "only `1.0` is read"),
        ({"id": None}, "CloudEvent without `id`: `id` is `None`"),
        ({"subject": ""}, "`o-1`: `subject` is `''`, not text: it names the customer here"),
        ({"time": None}, "`time` is `None`"),
        ({"time": "2026-03-02T15:00:00"}, "naive"),
        ({"time": "2026-03-02"}, "give an instant, or `dated` instead"),
        ({"dated": "2026-03-02"}, "give the one that is known"),
        ({"recordedat": "yesterday"}, "at `recorded_at`: `'yesterday'` is no time"),
        ({"type": "stage.entered"}, "reserved"),
        ({"Trace-Parent": "x"}, "`Trace-Parent` is no attribute name"),
        ({"extension": {"a": 1}}, "the attribute `extension` is"),
        ({"data": {"cloudevents": 1}}, "that name is taken here"),
        ({"data": {"x": [None]}}, "holds a `NoneType`"),
        ({"corrects": 5}, "`corrects` is `5`"),
        ({"corrects": "a", "correctssource": 5}, "at `corrects.source`"),
    ],
)
def test_what_is_no_cloudevent_is_refused(changed, told):
    with pytest.raises(RetentionRulesError) as caught:
        from_cloudevent({**GOOD, **changed})
    assert told in str(caught.value)


@pytest.mark.parametrize("extras", ["text", {"Odd Name": 1}, {"id": "x"}])
def test_extras_that_can_be_no_attributes_are_refused(extras):
    event = Event("o", "k", customer="c", occurred_at="2026-03-02", data={"cloudevents": extras})
    with pytest.raises(InvalidEvent, match="is no extension"):
        to_cloudevent(event)


def test_data_that_came_as_no_object_takes_no_fields():
    taken = from_cloudevent({**GOOD, "data": "hello", "datacontenttype": "text/plain"})
    changed = taken.corrected("x", data={**taken.data, "amount": 1})
    with pytest.raises(InvalidEvent, match="cannot also hold `amount`"):
        to_cloudevent(changed)


@given(st.dictionaries(st.sampled_from([*GOOD, "dated", "retracts", "x"]), plain_json))
def test_any_object_is_read_or_refused_politely(changed):
    try:
        from_cloudevent({**GOOD, **changed})
    except RetentionRulesError:
        return


def test_it_is_json():
    assert parse('{"a": 1}') == {"a": 1}
