"""Files larger than memory: the answer of one frame, whatever the files and the parts are."""

import csv
import json
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.agreement.batch import frame_of
from tests.properties.books import BOOKS, asked_of

from retention_rules import (
    ConflictingEvents,
    Customer,
    FollowUp,
    InvalidEvent,
    RetentionRulesError,
    Rulebook,
    UnknownTarget,
    UnknownZone,
    Window,
    customer,
    days,
    evaluate,
    event,
    field,
    touch,
    until,
)
from retention_rules.calendars import instant
from retention_rules.evaluation.batch import evaluate_frame
from retention_rules.interop import BadRows, read_customers, read_events
from retention_rules.interop.datasets import evaluate_dataset
from retention_rules.serialization import dumps

pa = pytest.importorskip("pyarrow", reason="it comes with the extra `batch`")
pq = pytest.importorskip("pyarrow.parquet", reason="it comes with the extra `batch`")
pytest.importorskip("numba", reason="it comes with the extra `batch`")
COLUMNS = pytest.importorskip("retention_rules.evaluation.batch.answer").COLUMNS

MOST = settings.default.max_examples
"""Files are slow on small questions: many of them are for before a release."""
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
EVERY = ("key", "nature", "rule", "customer", "status", "opens_at", "due_at", "ended_by", "reasons")


def many(number=60, customers=7):
    return pa.table(
        {
            "id": [f"e-{place}" for place in range(number)],
            "kind": ["deal.closed" if place % 3 else "touch.made" for place in range(number)],
            "customer": [f"c-{place * 5 % customers}" for place in range(number)],
            "occurred_at": pa.array(
                [DEAL + timedelta(hours=7 * place) for place in range(number)],
                pa.timestamp("us", "UTC"),
            ),
            "channel": [None if place % 3 else "call" for place in range(number)],
        }
    )


def written(folder, table, name="events.parquet", **options):
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, folder / name, **options)
    return folder / name


def asked(source, folder, **arguments):
    given = {"as_of": "2026-03-20T00:00Z", "zone": SHANGHAI, "columns": EVERY, **arguments}
    book = given.pop("rulebook", BOOK)
    return evaluate_dataset(book, source, folder / "findings.parquet", **given)


def rows(table):
    return sorted(map(str, table.to_pylist()))


def in_one_piece(table, **arguments):
    given = {"as_of": "2026-03-20T00:00Z", "zone": SHANGHAI, **arguments}
    return evaluate_frame(given.pop("rulebook", BOOK), table, **given).table(*EVERY)


# ---- the answer ------------------------------------------------------------------------------


def outcome(ask):
    try:
        return ask()
    except RetentionRulesError as problem:
        return type(problem).__name__


@pytest.mark.parametrize("book", list(BOOKS))
@settings(max_examples=MOST // 10 if MOST >= 2000 else min(MOST, 15))
@given(data=st.data())
def test_it_gives_what_one_frame_gives(book, data, tmp_path_factory):
    question = data.draw(asked_of(book))
    table = frame_of(question.records)
    arguments = question.arguments()
    whole = outcome(
        lambda: rows(evaluate_frame(question.rulebook, table, **arguments).table(*EVERY))
    )
    folder = tmp_path_factory.mktemp("dataset")
    cut = data.draw(st.integers(0, table.num_rows))
    for name, part in (("a", table.slice(0, cut)), ("b", table.slice(cut))):
        written(folder / "events", part, f"{name}.parquet", row_group_size=2)
    size = data.draw(st.integers(1, 4))
    arguments |= {"rulebook": question.rulebook, "rows_at_once": size, "zone": question.zone}
    found = outcome(lambda: rows(asked(folder / "events", folder, **arguments).frame()))
    assert found == whole


def test_the_order_does_not_turn_on_the_size_of_parts(tmp_path):
    source = written(tmp_path, many())
    orders = [
        asked(source, tmp_path, rows_at_once=size).frame().to_pylist() for size in (1, 9, 1000)
    ]
    assert orders[0] == orders[1] == orders[2]


def test_the_order_does_not_turn_on_the_order_of_events(tmp_path):
    table = many()
    backwards = table.take(pa.array(range(table.num_rows - 1, -1, -1)))
    one = asked(written(tmp_path, table), tmp_path).frame()
    other = asked(written(tmp_path, backwards), tmp_path).frame()
    assert one.to_pylist() == other.to_pylist()


def test_findings_of_a_customer_stand_together_by_rule_and_time(tmp_path):
    again = FollowUp(
        id="acme.again", trigger=CALL.trigger, fulfilled_by=CALL.fulfilled_by, window=CALL.window
    )
    more = Rulebook([CALL, again])
    found = asked(written(tmp_path, many()), tmp_path, rulebook=more).frame().to_pylist()
    told = [(one["customer"], one["rule"], one["opens_at"]) for one in found]
    blocks = [told[place][0] for place in range(len(told)) if told[place][0] != told[place - 1][0]]
    assert len(blocks) == len(set(blocks)) == 7
    assert all(one[0] != two[0] or one[1:] <= two[1:] for one, two in pairwise(told))


def test_counts_and_shares_are_those_of_one_frame(tmp_path):
    found = asked(written(tmp_path, many()), tmp_path, rows_at_once=5)
    whole = evaluate_frame(BOOK, many(), as_of="2026-03-20T00:00Z", zone=SHANGHAI)
    assert found.counts().to_pylist() == whole.counts().to_pylist()
    assert found.share == whole.share
    assert (len(found), found.events) == (len(whole), 60)


def test_findings_may_be_counted_and_not_written(tmp_path):
    found = evaluate_dataset(BOOK, written(tmp_path, many()), None, as_of=LATER, zone=SHANGHAI)
    assert sum(found.by_status.values()) == len(found) > 0
    with pytest.raises(RetentionRulesError, match="no findings were written"):
        found.frame()


def test_no_events_have_no_findings(tmp_path):
    found = asked(written(tmp_path, many().slice(0, 0)), tmp_path)
    assert (len(found), found.frame().num_rows) == (0, 0)


def test_the_file_says_what_was_asked(tmp_path):
    asked(written(tmp_path, many()), tmp_path)
    about = pq.read_schema(tmp_path / "findings.parquet").metadata
    assert about[b"retention_rules.rulebook"].decode() == BOOK.digest
    assert about[b"retention_rules.as_of"] == b"2026-03-20T00:00:00+00:00"


def test_all_columns_are_written_by_default(tmp_path):
    found = asked(written(tmp_path, many()), tmp_path, columns=())
    assert {"key", "nature", "reasons", *COLUMNS} == set(found.frame().column_names)
    assert found.frame("key").column_names == ["key"]


def test_progress_ends_at_the_whole(tmp_path):
    told = []
    asked(written(tmp_path, many()), tmp_path, on_progress=lambda *one: told.append(one))
    assert ("reading", 1.0) in told
    assert told[-1] == ("evaluating", 1.0)


def test_nothing_is_left_behind_when_it_fails(tmp_path):
    (tmp_path / "scratch").mkdir()
    source = written(tmp_path, many())
    with pytest.raises(UnknownZone):
        asked(source, tmp_path, zone=None, scratch=tmp_path / "scratch")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["events.parquet", "scratch"]
    assert not list((tmp_path / "scratch").iterdir())


# ---- files -----------------------------------------------------------------------------------


def test_a_pattern_and_a_list_of_files_may_be_given(tmp_path):
    table = many()
    paths = [written(tmp_path, table.slice(start, 20), f"{start}.parquet") for start in (0, 20, 40)]
    for source in (str(tmp_path / "?*.parquet"), paths):
        folder = tmp_path / "out"
        folder.mkdir(exist_ok=True)
        assert rows(asked(source, folder).frame()) == rows(in_one_piece(table))


def test_files_may_have_different_columns_and_widths(tmp_path):
    rule = Rulebook(
        [
            FollowUp(
                id="acme.call",
                trigger=event("deal.closed").where(field("amount") >= 10),
                fulfilled_by=touch("call"),
                window=Window(due=days(2)),
            )
        ]
    )
    one = many().append_column("amount", pa.array([12] * 60, pa.int32())).slice(0, 30)
    two = many().append_column("amount", pa.array([9.5] * 60)).drop_columns("channel").slice(30)
    for name, part in (("a", one), ("b", two)):
        written(tmp_path / "events", part, f"{name}.parquet")
    whole = pa.concat_tables([one, two], promote_options="permissive")
    found = asked(tmp_path / "events", tmp_path, rulebook=rule).frame()
    assert rows(found) == rows(in_one_piece(whole, rulebook=rule))
    assert found.num_rows


def test_columns_whose_types_do_not_fit_are_told_with_their_files(tmp_path):
    written(tmp_path / "e", many().append_column("amount", pa.array([1] * 60)), "a.parquet")
    written(tmp_path / "e", many().append_column("amount", pa.array(["x"] * 60)), "b.parquet")
    with pytest.raises(InvalidEvent, match=r"`amount` holds `int64` in `.*a\.parquet` and"):
        asked(tmp_path / "e", tmp_path)


def test_names_of_directories_are_columns(tmp_path):
    written(tmp_path / "events" / "channel=call", many().drop_columns("channel"))
    every = many().drop_columns("channel").append_column("channel", pa.array(["call"] * 60))
    found = asked(tmp_path / "events", tmp_path).frame()
    assert rows(found) == rows(in_one_piece(every))


def test_a_column_that_is_also_the_name_of_a_directory_is_refused(tmp_path):
    written(tmp_path / "events" / "channel=call", many())
    with pytest.raises(InvalidEvent, match="has the column `channel`, and so has"):
        asked(tmp_path / "events", tmp_path)


def test_hidden_files_of_a_directory_are_passed_over(tmp_path):
    written(tmp_path / "events", many())
    (tmp_path / "events" / "_SUCCESS").write_text("")
    assert asked(tmp_path / "events", tmp_path).events == 60


def test_files_of_several_formats_are_refused(tmp_path):
    written(tmp_path / "events", many())
    (tmp_path / "events" / "more.csv").write_text("id,kind,customer,occurred_at\n")
    with pytest.raises(InvalidEvent, match="files of one format"):
        asked(tmp_path / "events", tmp_path)


def test_a_pattern_that_fits_nothing_is_refused(tmp_path):
    with pytest.raises(InvalidEvent, match="no file fits"):
        asked(str(tmp_path / "*.parquet"), tmp_path)


def test_events_are_not_overwritten_by_findings(tmp_path):
    source = written(tmp_path, many(), "findings.parquet")
    with pytest.raises(InvalidEvent, match="holds events"):
        asked(source, tmp_path)


# ---- text ------------------------------------------------------------------------------------

PROMISE = FollowUp(
    id="acme.big",
    trigger=event("deal.closed").where(field("amount") > 900),
    fulfilled_by=touch("call").where(field("purpose") == "thanks"),
    window=Window(due=days(2)),
)
CSV = """\
id,kind,customer,occurred_at,amount,purpose,handwritten,due,data
o-1,deal.closed,lin,2026-03-02T15:00+08:00,900.50,,,,
o-2,deal.closed, wu ,2026-03-02 16:00,1200,,,2026-03-09,"a, b"

o-3,deal.closed,wu,2026-03-02,12000000000000000000000,,,2026-03-09T10:00,
t-1,touch.made,lin,2026-03-03T09:00:00.5Z,, thanks,yes,,
t-2,touch.made,lin,2026-03-03T10:00,,thanks,no,,x
"""


def test_csv_is_read_as_read_events_reads_it(tmp_path):
    path = tmp_path / "events.csv"
    path.write_text(CSV, encoding="utf-8")
    book = Rulebook([CALL, PROMISE])
    records = read_events(path, zone=SHANGHAI)
    expected = evaluate(book, records, as_of="2026-03-20T00:00Z", zone=SHANGHAI)
    found = asked(path, tmp_path, rulebook=book, rows_at_once=2).frame().to_pylist()
    told = {one["key"]: (one["status"], one["ended_by"]) for one in found}
    assert told == {one.key: (one.status, one.ended_by) for one in expected}
    assert len(told) > 3


_CELLS = {
    "kind": ["deal.closed", "touch.made", " deal.closed", "promise.made", ""],
    "customer": ["lin", "wu ", "bo"],
    "occurred_at": [
        "2026-03-02T15:00+08:00",
        "2026-03-02 16:00",
        "2026-03-02",
        "2026-03-04T09:00Z",
    ],
    "recorded_at": ["", "2026-03-05T15:00+08:00", "2026-03-05 09:00"],
    "amount": ["", "900.50", "1200", "12000000000000000000000", " 7 "],
    "purpose": ["", "thanks", " thanks", 'a, "b"\nc'],
    "channel": ["call", "call ", ""],
    "handwritten": ["", "yes", "No", "1"],
    "due": ["", "2026-03-09", "2026-03-09T10:00"],
    "data": ["", "x"],
    "occurred_on": ["", "  "],
}
_BAD = {"amount": "1,5", "handwritten": "maybe", "due": "soon", "occurred_at": "x", "kind": ""}


@settings(max_examples=MOST // 2 if MOST >= 2000 else min(MOST, 40))
@given(data=st.data())
def test_whatever_csv_holds_is_read_as_read_events_reads_it(data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("csv")
    some = data.draw(st.sets(st.sampled_from(list(_CELLS)[3:])))
    names = ["id", *(name for name in _CELLS if name in some or name in list(_CELLS)[:3])]
    lines = [
        [f"e-{place}", *(data.draw(st.sampled_from(_CELLS[name])) for name in names[1:])]
        for place in range(data.draw(st.integers(0, 8)))
    ]
    if lines and data.draw(st.integers(0, 4)) == 0:
        name = data.draw(st.sampled_from(sorted(_BAD.keys() & names)))
        data.draw(st.sampled_from(lines))[names.index(name)] = _BAD[name]
    path = folder / "events.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([names, *lines])
    promised = FollowUp(
        id="acme.due",
        trigger=event("deal.closed"),
        fulfilled_by=touch("call").where(field("handwritten") == True),  # noqa: E712
        window=Window(due=until("due")),
    )
    given_ = {"as_of": "2026-03-08T00:00Z", "zone": SHANGHAI, "known_at": "2026-03-05T02:00Z"}
    book = Rulebook([CALL, PROMISE, promised])

    def expected():
        found = evaluate(book, read_events(path, zone=SHANGHAI), **given_)
        return sorted((one.key, one.status, one.due, one.reason) for one in found)

    def found():
        columns = ("key", "status", "due_at", "reason")
        size = data.draw(st.integers(1, 40))
        answer = asked(path, folder, rulebook=book, columns=columns, rows_at_once=size, **given_)
        return sorted(
            (one["key"], one["status"], one["due_at"], one["reason"])
            for one in answer.frame().to_pylist()
        )

    def timed(found):
        if isinstance(found, str):
            return "an error"
        return [(key, status, _instant(due), reason) for key, status, due, reason in found]

    assert timed(outcome(found)) == timed(outcome(expected))


def _instant(due):
    return instant(due) if isinstance(due, datetime) else due


def test_csv_may_be_separated_by_semicolons_and_begin_with_a_mark(tmp_path):
    text = "\ufeffid;kind;customer;occurred_at\r\no-1;deal.closed;lin;2026-03-02T15:00Z\r\n"
    (tmp_path / "events.csv").write_bytes(text.encode())
    assert asked(tmp_path / "events.csv", tmp_path).events == 1


def test_csv_files_may_have_different_columns(tmp_path):
    (tmp_path / "e").mkdir()
    head = "id,kind,customer,occurred_at"
    (tmp_path / "e" / "a.csv").write_text(f"{head}\no-1,deal.closed,lin,2026-03-02T15:00Z\n")
    row = "t-1,touch.made,lin,2026-03-02T16:00Z,call"
    (tmp_path / "e" / "b.csv").write_text(f"{head},channel\n{row}\n")
    assert asked(tmp_path / "e", tmp_path).by_status == {("acme.call", "fulfilled"): 1}


def test_json_lines_are_read_as_read_events_reads_them(tmp_path):
    path = tmp_path / "events.csv"
    path.write_text(CSV, encoding="utf-8")
    records = read_events(path, zone=SHANGHAI)
    lines = tmp_path / "events.jsonl"
    lines.write_text("".join(f"{dumps(one)}\n" for one in records), encoding="utf-8")
    book = Rulebook([CALL, PROMISE])
    one = asked(path, tmp_path, rulebook=book).frame()
    assert asked(lines, tmp_path, rulebook=book).frame().to_pylist() == one.to_pylist()


def test_retractions_and_corrections_may_stand_in_csv(tmp_path):
    path = tmp_path / "events.csv"
    path.write_text(
        "id,kind,customer,occurred_at,corrects,retracts\n"
        "o-1,deal.closed,lin,2026-03-02T15:00Z,,\n"
        "o-2,deal.closed,lin,2026-03-02T16:00Z,,\n"
        "x-1,,lin,,,o-1\n"
        "x-2,deal.closed,lin,2026-03-04T16:00Z,o-2,\n"
    )
    found = asked(path, tmp_path).frame().to_pylist()
    assert [(one["key"], one["opens_at"].day) for one in found] == [("acme.call/lin/o-2", 4)]


# ---- customers -------------------------------------------------------------------------------

PEOPLE = Rulebook(
    [
        FollowUp(
            id="acme.call",
            trigger=event("deal.closed").where(customer("size") > 3),
            fulfilled_by=touch("call"),
            window=Window(due=days(2)),
        )
    ]
)


def test_customers_may_be_a_file_of_any_format(tmp_path):
    known = [
        Customer(f"c-{place}", zone=("Asia/Shanghai", "UTC")[place % 2], facts={"size": place})
        for place in range(7)
    ]
    frame = pa.table(
        {
            "id": [one.id for one in known],
            "zone": [one.zone for one in known],
            "size": [one.facts["size"] for one in known],
        }
    )
    lines = tmp_path / "customers.jsonl"
    lines.write_text("".join(f"{dumps(one)}\n" for one in known), encoding="utf-8")
    assert read_customers(lines) == known
    pq.write_table(frame, tmp_path / "customers.parquet")
    source = written(tmp_path, many())
    expected = rows(in_one_piece(many(), rulebook=PEOPLE, customers=known, zone=None))
    for given_ in (known, frame, lines, tmp_path / "customers.parquet"):
        arguments = {"rulebook": PEOPLE, "customers": given_, "zone": None, "rows_at_once": 9}
        assert rows(asked(source, tmp_path, **arguments).frame()) == expected
    assert expected


def test_customers_of_csv_are_read_as_read_customers_reads_them(tmp_path):
    path = tmp_path / "customers.csv"
    path.write_text("id,zone,kind\nc-1,Asia/Shanghai,person\nc-2,UTC,company\n")
    rule = PEOPLE.rules[0]
    book = Rulebook(
        [
            FollowUp(
                id=rule.id,
                trigger=event("deal.closed").where(customer("kind") == "company"),
                fulfilled_by=rule.fulfilled_by,
                window=rule.window,
            )
        ]
    )
    found = asked(written(tmp_path, many()), tmp_path, rulebook=book, customers=path).frame()
    told = {(one["customer"], one["status"] == "indeterminate") for one in found.to_pylist()}
    assert ("c-2", False) in told
    assert ("c-1", False) not in told


def test_bad_customers_are_told_with_their_line(tmp_path):
    path = tmp_path / "customers.csv"
    path.write_text("id,zone\nc-1,Asia/Shanghai\nc-2,Nowhere/Atall\n")
    with pytest.raises(BadRows, match="line 3"):
        asked(written(tmp_path, many()), tmp_path, customers=path)


def test_a_customer_twice_is_told_by_name(tmp_path):
    frame = pa.table({"id": ["c-1", "c-2", "c-1"], "zone": ["UTC", "UTC", SHANGHAI]})
    with pytest.raises(InvalidEvent, match=r"names a customer twice \(`'c-1'`\)"):
        asked(written(tmp_path, many()), tmp_path, customers=frame)


# ---- bad rows --------------------------------------------------------------------------------


def refused(source, folder, error=InvalidEvent, **arguments):
    with pytest.raises(error) as told:
        asked(source, folder, **arguments)
    assert not (folder / "findings.parquet").exists()
    return str(told.value)


def test_a_null_customer_is_told_with_its_file_and_row(tmp_path):
    bad = many().set_column(2, "customer", pa.array(["lin"] * 41 + [None] * 2 + ["lin"] * 17))
    written(tmp_path / "events", many(), "a.parquet")
    path = written(tmp_path / "events", bad, "b.parquet", row_group_size=20)
    said = refused(tmp_path / "events", tmp_path)
    assert said == (
        f"`{path}`: the column `customer` has nulls (row 41: `None`, row 42: `None`): "
        "give every row one"
    )


def test_a_row_far_into_a_file_is_told_by_its_number_there(tmp_path, monkeypatch):
    from retention_rules.interop.datasets import _parquet

    monkeypatch.setattr(_parquet, "_ROWS", 8)
    at = [DEAL] * 41 + [datetime(1800, 1, 1, tzinfo=UTC)] + [DEAL] * 18
    bad = many().set_column(3, "occurred_at", pa.array(at, pa.timestamp("us", "UTC")))
    said = refused(written(tmp_path, bad), tmp_path, RetentionRulesError)
    assert "the column `occurred_at` is outside the years that can be placed (row 41: " in said


def test_a_missing_column_is_told_with_its_file(tmp_path):
    path = written(tmp_path, many().drop_columns("customer"))
    said = refused(path, tmp_path)
    assert said.startswith(f"`{path}`: the events lack the column `customer`")


def test_a_bad_cell_of_csv_is_told_with_its_file_column_and_row(tmp_path):
    path = tmp_path / "events.csv"
    path.write_text(CSV.replace("900.50", "much"), encoding="utf-8")
    said = refused(path, tmp_path)
    assert said.startswith(f"`{path}`: the column `amount` cannot be read (row 0: `'much'`)")


def test_blank_rows_of_csv_count_where_rows_are_numbered(tmp_path):
    path = tmp_path / "events.csv"
    head = "id,kind,customer,occurred_at\n"
    path.write_text(f"{head}o-1,deal.closed,lin,2026-03-02T15:00Z\n,,,\no-2,deal.closed,lin,soon\n")
    assert "`occurred_at` cannot be read (row 2: `'soon'`)" in refused(path, tmp_path)


def test_a_naive_time_in_csv_is_told_if_no_zone_is_given(tmp_path):
    path = tmp_path / "events.csv"
    path.write_text("id,kind,customer,occurred_at\no-1,deal.closed,lin,2026-03-02 15:00\n")
    assert "naive" in refused(path, tmp_path, zone=None)


def test_a_row_of_csv_with_too_few_cells_is_told(tmp_path):
    path = tmp_path / "events.csv"
    path.write_text("id,kind,customer,occurred_at\no-1,deal.closed,lin\n")
    said = refused(path, tmp_path)
    assert said.startswith(f"`{path}` cannot be read: ")
    assert "Expected 4 columns, got 3" in said


def test_text_that_is_not_utf8_is_told(tmp_path):
    path = tmp_path / "events.csv"
    text = "id,kind,customer,occurred_at\no-1,deal.closed,林,2026-03-02T15:00Z\n"
    path.write_bytes(text.encode("gbk"))
    assert "save it as UTF-8" in refused(path, tmp_path)


def test_bad_json_lines_are_told_with_their_lines(tmp_path):
    path = tmp_path / "events.jsonl"
    good = json.dumps(
        {"id": "a", "kind": "deal.closed", "customer": "lin", "occurred_at": "2026-03-02T15:00Z"}
    )
    path.write_text(f'{good}\n{{"id": "b"}}\n')
    assert "line 2" in refused(path, tmp_path, BadRows)


# ---- what ties customers to each other -------------------------------------------------------


def test_an_id_that_two_customers_share_is_refused_whatever_the_parts(tmp_path):
    bad = many().set_column(0, "id", pa.array(["e-1", *(f"e-{n}" for n in range(1, 60))]))
    said = refused(written(tmp_path, bad), tmp_path, ConflictingEvents, rows_at_once=1)
    assert "two records are `e-1`" in said


def test_the_same_row_twice_counts_once(tmp_path):
    source = written(tmp_path, pa.concat_tables([many(), many()]))
    assert rows(asked(source, tmp_path, rows_at_once=3).frame()) == rows(in_one_piece(many()))


def test_ids_of_different_sources_may_be_shared(tmp_path):
    table = many(2, 2).set_column(0, "id", pa.array(["x", "x"]))
    table = table.append_column("source", pa.array(["crm", "shop"]))
    assert asked(written(tmp_path, table), tmp_path, rows_at_once=1).events == 2


def amending(target):
    table = many(6, 2).append_column("retracts", pa.array([None] * 5 + [target]))
    return table.set_column(1, "kind", pa.array(["deal.closed"] * 5 + [None]))


def test_an_amendment_of_another_customers_record_is_refused_whatever_the_parts(tmp_path):
    source = written(tmp_path, amending("e-2"))
    said = refused(source, tmp_path, InvalidEvent, rows_at_once=1)
    assert "amends `e-2` of another customer" in said


def test_an_amendment_of_what_is_nowhere_is_refused(tmp_path):
    refused(written(tmp_path, amending("e-99")), tmp_path, UnknownTarget, rows_at_once=1)


def test_dates_without_a_time_are_kept_as_such(tmp_path):
    table = many(2, 2).set_column(3, "occurred_at", pa.array([None, DEAL]))
    table = table.append_column("occurred_on", pa.array([date(2026, 3, 2), None]))
    found = asked(written(tmp_path, table), tmp_path, rows_at_once=1)
    assert rows(found.frame()) == rows(in_one_piece(table))
