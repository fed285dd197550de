"""Files of events and customers: what is read, and what is refused on which line."""

import io
import json
import sys
import time
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.interop import values

from retention_rules.errors import InvalidEvent, UnknownZone
from retention_rules.events import Event, Retraction
from retention_rules.interop import BadRows, read_customers, read_events, to_cloudevent
from retention_rules.serialization import dumps

HEADER = "id,kind,customer,occurred_at,amount,channel\n"
GOOD = "o-1,deal.closed,lin,2026-03-02T15:00+08:00,12000,\n"


@pytest.fixture
def file(tmp_path):
    def write(content, name="events.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def refused(path, **options):
    with pytest.raises(InvalidEvent) as caught:
        read_events(path, **options)
    return str(caught.value)


# ---------------------------------------------------------------------- CSV


def test_a_row_is_an_event(file):
    assert read_events(file(HEADER + GOOD)) == [
        Event(
            "o-1",
            "deal.closed",
            customer="lin",
            occurred_at="2026-03-02T15:00+08:00",
            data={"amount": 12_000},
        )
    ]


def test_a_date_alone_is_a_dated_event(file):
    (event,) = read_events(file(HEADER + "o-1,deal.closed,lin,2026-03-02,,\n"))
    assert event.occurred_at == date(2026, 3, 2)


def test_documented_fields_are_typed_and_others_are_text(file):
    header = "id,kind,customer,occurred_at,amount,handwritten,lasts_until,due,hobby\n"
    row = "1,x,lin,2026-03-02,9.50,true,2027-01-01,2026-03-05T10:00+08:00,007\n"
    (event,) = read_events(file(header + row))
    assert dict(event.data) == {
        "amount": Decimal("9.50"),
        "handwritten": True,
        "lasts_until": date(2027, 1, 1),
        "due": datetime.fromisoformat("2026-03-05T10:00+08:00"),
        "hobby": "007",
    }


def test_an_empty_cell_is_an_absent_field(file):
    (event,) = read_events(file(HEADER + GOOD))
    assert "channel" not in event.data


def test_amendments_name_records_of_the_same_source(file):
    text = (
        "id,kind,customer,occurred_at,source,corrects,retracts,recorded_at\n"
        "1,x,lin,2026-03-02,crm,,,\n"
        "2,x,lin,2026-03-03,crm,1,,2026-03-04T10:00Z\n"
        "3,,lin,,crm,,2,\n"
    )
    _, correction, retraction = read_events(file(text), whole=True)
    assert correction.corrects == ("crm", "1")
    assert retraction == Retraction("3", "lin", source="crm", retracts="2")


@pytest.mark.parametrize("separator", [";", "\t"])
def test_other_separators_are_recognised(file, separator):
    assert len(read_events(file((HEADER + GOOD).replace(",", separator)))) == 1


def test_a_byte_order_mark_and_windows_line_ends_are_fine(file):
    content = b"\xef\xbb\xbf" + (HEADER + GOOD).replace("\n", "\r\n").encode()
    assert read_events(file(content))[0].id == "o-1"


def test_blank_lines_and_a_header_alone_are_fine(file):
    assert read_events(file(HEADER)) == []
    assert len(read_events(file("\n" + HEADER + "\n,,,,,\n" + GOOD + "\n"))) == 1


def test_a_quoted_cell_may_run_over_lines(file):
    rows = 'a,x,lin,2026-03-02,,"one\ntwo, three"\nb,x,lin,nonsense,,\n'
    assert "line 4: " in refused(file(HEADER + rows))


# -------------------------------------------------------------------- zones


def test_a_naive_time_is_an_error_with_its_line(file):
    told = refused(file(HEADER + GOOD + "o-2,deal.closed,lin,2026-03-02T15:00,,\n"))
    assert "line 3: the time `2026-03-02T15:00` is naive: add an offset" in told


def test_a_naive_time_is_read_in_the_zone_given(file):
    path = file(HEADER + "o-1,x,lin,2026-03-02 15:00,,\n")
    assert read_events(path, zone="Asia/Shanghai")[0].occurred_at == datetime.fromisoformat(
        "2026-03-02T15:00+08:00"
    )


@pytest.mark.parametrize(
    ("wall", "meant"),
    [
        ("2026-03-29T02:30", "2026-03-29T03:30+02:00"),  # a gap: forward by its length
        ("2026-10-25T02:30", "2026-10-25T02:30+02:00"),  # a fold: the first
    ],
)
def test_wall_times_that_are_skipped_or_come_twice(file, wall, meant):
    path = file(HEADER + f"o-1,x,lin,{wall},,\n")
    found = read_events(path, zone="Europe/Berlin")[0].occurred_at
    assert found.isoformat(timespec="minutes") == meant


def test_a_time_with_an_offset_keeps_it(file):
    found = read_events(file(HEADER + GOOD), zone="Europe/Berlin")[0].occurred_at
    assert found.isoformat() == "2026-03-02T15:00:00+08:00"


def test_an_unknown_zone_is_refused(file):
    with pytest.raises(UnknownZone, match="Mars/Base"):
        read_events(file(HEADER + GOOD), zone="Mars/Base")


# ----------------------------------------------------------------- bad rows

BAD_ROWS = [
    ("o-2,x,lin,soon,,\n", "at `occurred_at`: `'soon'` is no time"),
    ("o-2,x,lin,2026-02-30,,\n", "is no time"),
    ("o-2,,lin,2026-03-02,,\n", "`kind` is empty"),
    (",x,lin,2026-03-02,,\n", "`id` is empty"),
    ("o-2,stage.x,lin,2026-03-02,,\n", "reserved"),
    ("o-2,x,lin,2026-03-02,12.000,50,\n", "7 cells, but the header has 6"),
    ("o-2,x,lin,2026-03-02\n", "4 cells, but the header has 6"),
    ('o-2,x,lin,2026-03-02,"12,000",\n', "`amount` is `12,000`: write a number such as 1200.50"),
    ("o-2,x,lin,2026-03-02,¥900,\n", "`amount` is `¥900`"),
    ('o-2,x,lin,2026-03-02,,"call\n', "a quote is never closed"),
    ('o-2,x,lin,2026-03-02,,"call"s\n', "expected after"),
    ("o-1,deal.closed,lin,2026-03-02T15:00+08:00,9,\n", "`o-1` stands on line 2 with different"),
]


@pytest.mark.parametrize(("row", "reason"), BAD_ROWS)
def test_a_bad_row_is_told_with_line_and_reason(file, row, reason):
    told = refused(file(HEADER + GOOD + row))
    assert "line 3: " in told
    assert reason in told


@pytest.mark.parametrize(("row", "reason"), BAD_ROWS)
def test_bad_rows_are_collected_and_the_others_read(file, row, reason):
    rejects = []
    assert len(read_events(file(HEADER + GOOD + row), rejects=rejects)) == 1
    assert [(one.line, one.text) for one in rejects] == [(3, row)]
    assert reason in rejects[0].reason


def test_all_bad_rows_are_told_at_once_up_to_a_few(file):
    with pytest.raises(BadRows) as caught:
        read_events(file(HEADER + "x,x,x,never,,\n" * 9))
    assert [one.line for one in caught.value.rejects] == list(range(2, 11))
    assert str(caught.value).endswith("; and 4 more")


def test_a_retry_is_no_conflict(file):
    header = HEADER.replace("channel", "recorded_at")
    rows = "o-1,x,lin,2026-03-02,,\no-1,x,lin,2026-03-02,,2026-03-05T10:00Z\n"
    assert len(read_events(file(header + rows))) == 2


def test_a_correction_of_nothing_is_a_bad_row_of_a_whole_file(file):
    text = (
        "id,kind,customer,occurred_at,corrects\n"
        "o-2,deal.closed,lin,2026-03-02,o-1\n"
        "o-3,deal.closed,lin,2026-03-02,o-2\n"
    )
    assert len(read_events(file(text))) == 2
    rejects = []
    assert read_events(file(text), whole=True, rejects=rejects) == []
    assert [(one.line, one.reason) for one in rejects] == [
        (2, "it amends `o-1`, which is not in the file"),
        (3, "it amends `o-2`, which is not in the file"),
    ]


def test_a_retraction_has_no_content(file):
    text = "id,kind,customer,occurred_at,retracts,amount\nr,,lin,,o-1,9\n"
    assert "a retraction has no `amount`" in refused(file(text))


# -------------------------------------------------------------- whole files


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty"),
        (b"\n \n", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        ("id,kind,customer,when\n", "lacks the column `occurred_at`"),
        ("Id,kind,customer,occurred_at\n", "lacks the column `id`: rename `Id`?"),
        ("id,kind,customer,occurred_at,id\n", "has two columns named `id`"),
        ("id,kind,customer,occurred_at,\n", "has no name for column 5"),
        ((HEADER + GOOD).replace("\n", "\r"), "carriage returns alone"),
        ((HEADER + GOOD).encode("utf-16"), "is UTF-16: save it as text in UTF-8"),
        ((HEADER + GOOD).encode("utf-16-le"), "UTF-16 or no text at all"),
        (HEADER + "o,x,林美华,2026-03-02,,\n", None),
        ((HEADER + "o,x,林美华,2026-03-02,,\n").encode("gbk"), "it looks like GBK"),
        (
            (HEADER + "o,x,Müller,2026-03-02,,\n").encode("latin-1"),
            "is not UTF-8: byte 6 of line 2",
        ),
        (b"PK\x03\x04...", "is a zip or Excel file"),
        ('[{"id": "o-1"}]', "is a JSON list"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(file, content, told):
    if told is None:
        assert read_events(file(content))
    else:
        assert told in refused(file(content))


def test_another_encoding_is_told_by_the_name_of_the_right_one(file):
    for encoding in ("utf-16", "gbk", "utf-32"):
        assert "UTF-8" in refused(file((HEADER + "o,x,林美华,2026-03-02,,\n").encode(encoding)))


@pytest.mark.parametrize(
    "start",
    [HEADER + GOOD, "", dumps(Event("a", "b", customer="c", occurred_at="2026-03-02")) + "\n"],
)
def test_a_line_of_100_mb_is_refused_quickly(file, start):
    path = file(start.encode() + b"x" * 100_000_000)
    before = time.perf_counter()
    assert "longer than 1,000,000 bytes" in refused(path)
    assert time.perf_counter() - before < 5


def test_what_follows_a_line_that_is_too_long_is_read(file):
    rejects = []
    path = file(HEADER + "x" * 3_000_000 + "\n" + GOOD)
    assert [event.id for event in read_events(path, rejects=rejects)] == ["o-1"]
    assert [one.line for one in rejects] == [2]


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_events(tmp_path / "none.csv")


def test_a_dash_is_standard_input(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO((HEADER + GOOD).encode())))
    assert read_events("-")[0].id == "o-1"


# --------------------------------------------------------------- JSON Lines


@given(st.lists(values.events | values.retractions, max_size=4, unique_by=lambda one: one.ref))
def test_records_written_line_by_line_are_read_again(tmp_path_factory, records):
    path = tmp_path_factory.getbasetemp() / "records.jsonl"
    path.write_text("\n".join(dumps(one) for one in records) or "{", encoding="utf-8")
    if records:
        assert read_events(path) == records


def test_plain_records_and_cloudevents_may_be_mixed(file):
    deal = Event("o-1", "deal.closed", customer="lin", occurred_at="2026-03-02", source="crm")
    other = Event("o-2", "x", customer="lin", occurred_at="2026-03-02T15:00Z", source="shop")
    text = dumps(deal) + "\n\n" + json.dumps(to_cloudevent(other)) + "\n"
    assert read_events(file(text, "events.jsonl")) == [deal, other]


def test_a_naive_time_in_json_is_read_in_the_zone_given(file):
    path = file('{"id":"o","kind":"x","customer":"c","occurred_at":"2026-03-02T15:00"}', "e.jsonl")
    assert "line 1: the time `2026-03-02T15:00` is naive" in refused(path)
    assert read_events(path, zone="Asia/Shanghai")[0].occurred_at.hour == 15


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"id": "o-1", "kind": }', "no JSON at column 23: expecting value"),
        ('{"id": "o-1"} x', "column 15: extra data"),
        ("[1]", "not an object"),
        ('{"id": "o-1"}', "`occurred_at` is missing"),
        ('{"id": "o-1", "occurred_at": "2026-03-02", "kind": "x", "costumer": "c"}', "`costumer`"),
        ('{"specversion": "1.0", "id": "o"}', "CloudEvent `o`: `source` is `None`"),
        ('{"id": "o", "kind": "x", "customer": "c", "occurred_at": 5}', "at `occurred_at`: `5` is"),
    ],
)
def test_a_bad_line_of_json_is_told(file, line, reason):
    good = dumps(Event("a", "b", customer="c", occurred_at="2026-03-02"))
    told = refused(file(f"{good}\n{line}\n", "events.jsonl"))
    assert "line 2: " in told
    assert reason in told


# ---------------------------------------------------------------- customers


def test_customers_in_csv(file):
    path = file("id,zone,kind,vip,history_from\nlin,Asia/Shanghai,person,yes,2025-01-01\nbo,,,,\n")
    lin, bo = read_customers(path)
    assert (lin.zone, dict(lin.facts)) == ("Asia/Shanghai", {"kind": "person", "vip": "yes"})
    assert lin.history_from == date(2025, 1, 1)
    assert (bo.zone, dict(bo.facts), bo.contacts) == (None, {}, None)


def test_customers_in_json_lines_may_have_contacts_and_facts(file):
    path = file(
        '{"id": "lin", "zone": "Asia/Shanghai", "kind": "person", "contacts": [{"id": "li"}]}\n'
        '{"id": "bo", "facts": {"kind": "company"}}\n',
        "customers.jsonl",
    )
    lin, bo = read_customers(path)
    assert (lin.facts["kind"], lin.contacts[0]["id"], bo.facts["kind"]) == (
        "person",
        "li",
        "company",
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("id,zone\nlin,Mars/Base\n", "line 2: unknown time zone `Mars/Base`"),
        ("id,zone\nlin,\nlin,UTC\n", "line 3: `lin` stands on line 2 with different content"),
        ("name\nlin\n", "lacks the column `id`"),
        ("id,history_from\nlin,March\n", "line 2: at `history_from`: `'March'` is no date"),
        ('{"zone": "UTC"}\n', "line 1: `id` is missing"),
        ('{"id": "lin", "facts": {}, "kind": "person"}\n', "`kind` beside `facts`"),
        ('{"id": "lin", "zone": "Mars/Base"}\n', "line 1: unknown time zone"),
        ('{"id": "lin", "contacts": [{"name": "Li"}]}\n', "has no `id`"),
    ],
)
def test_bad_customers(file, text, told):
    with pytest.raises(InvalidEvent) as caught:
        read_customers(file(text))
    assert told in str(caught.value)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_politely(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "bytes"
    for start in (b"", HEADER.encode(), b"{"):
        path.write_bytes(start + content)
        try:
            read_events(path)
        except InvalidEvent:
            continue
