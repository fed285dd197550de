"""What is encoded comes back the same, and what nobody wrote is refused with its place."""

import json
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.interop import values

from retention_rules.conditions import Pattern, event, field, prior, touch
from retention_rules.errors import DecodingError
from retention_rules.events import Data, Event, Retraction
from retention_rules.findings import Findings
from retention_rules.rulebook import Rulebook
from retention_rules.rules import FollowUp, Prohibition, Window, days
from retention_rules.serialization import decode, dumps, encode, loads
from retention_rules.texts import Text
from retention_rules.windows import business_days, hours, never, step, until, working_hours

CALL = FollowUp(
    id="acme.call",
    title=Text(en="Call", zh="致电"),
    trigger=event("deal.closed").where(field("amount") >= 1000),
    fulfilled_by=touch("call", direction="outbound"),
    window=Window(opens=until("ends") - days(30), due=until("ends") - business_days(5)),
    correlate_on=("contract", ("id", "deal")),
    released_by=event("contract.renewed"),
)

ANYTHING = {
    "events": values.events,
    "retractions": values.retractions,
    "customers": values.customers,
    "calendars": values.calendars,
    "offsets": values.offsets,
    "points": values.points | values.earliest,
    "windows": values.windows,
    "conditions": values.conditions,
    "patterns": values.events_of,
    "rules": values.rules,
    "rulebooks": values.rulebooks,
    "findings": values.findings,
    "changes": values.changes,
    "notes": values.notes,
}


@pytest.mark.parametrize("name", ANYTHING)
@given(st.data())
def test_decoding_undoes_encoding(name, data):
    value = data.draw(ANYTHING[name])
    text = dumps(value)
    assert loads(text) == value
    assert dumps(loads(text)) == text


@given(st.lists(values.events | values.findings | values.customers, max_size=4))
def test_a_list_is_decoded_one_by_one(several):
    assert loads(dumps(several)) == several


@given(st.lists(values.findings, max_size=4), values.moments, st.lists(values.notes, max_size=2))
def test_findings_keep_their_instant_and_notes(several, as_of, notes):
    given = Findings(several, as_of=as_of, notes=notes)
    found = loads(dumps(given))
    assert (list(found), found.as_of, found.notes) == (list(given), as_of, given.notes)


def test_a_rule_reads_as_it_would_be_written():
    assert encode(CALL) == {
        "shape": "follow-up",
        "id": "acme.call",
        "title": {"en": "Call", "zh": "致电"},
        "when": {"event": "deal.closed", "where": {"field": "amount", ">=": 1000}},
        "then": {
            "event": "touch.made",
            "where": {
                "all": [
                    {"field": "direction", "==": "outbound"},
                    {"field": "channel", "in": ["call"]},
                ]
            },
        },
        "window": {
            "opens": {"until": "ends", "days": -30},
            "due": {"until": "ends", "business_days": -5},
        },
        "unless": "contract.renewed",
        "correlate_on": ["contract", ["id", "deal"]],
    }


def test_chinese_stays_readable():
    assert "致电" in dumps(CALL)


@pytest.mark.parametrize(
    ("value", "form"),
    [
        (days(3), {"days": 3}),
        (hours(48), {"hours": 48}),
        (working_hours(4), {"working_hours": 4}),
        (business_days(1).at("10:00"), {"business_days": 1, "at": "10:00"}),
        (business_days(0).closing(), {"business_days": 0, "closing": True}),
        (step("call") + days(2), {"step": "call", "days": 2}),
        (until("ends", default=days(2)), {"until": "ends", "default": {"days": 2}}),
        (never, "never"),
        (
            prior("deal.closed", same="case").max("amount") * 0.1 < field("amount"),
            {
                "prior": "deal.closed",
                "same": ["case"],
                "aggregate": "max",
                "of": "amount",
                "times": 0.1,
                "<": {"field": "amount"},
            },
        ),
    ],
)
def test_forms(value, form):
    assert encode(value) == form
    assert decode(form) == value


def test_what_json_cannot_hold_is_tagged():
    data = Data(
        on=date(2026, 3, 2),
        at=datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=ZoneInfo("Europe/Berlin")),
        price=Decimal("9.50"),
        nested={"@date": "not one"},
    )
    deal = Event("o-1", "deal.closed", customer="lin", occurred_at="2026-03-02", data=data)
    assert encode(deal)["data"] == {
        "on": {"@date": "2026-03-02"},
        "at": {"@time": "2026-10-25T02:30:00+01:00[Europe/Berlin]"},
        "price": {"@decimal": "9.50"},
        "nested": {"@map": {"@date": "not one"}},
    }
    assert loads(dumps(deal)) == deal


def test_one_and_one_point_zero_and_true_stay_apart():
    given = [1, 1.0, True, Decimal(1)]
    found = loads(dumps(Event("e", "k", customer="c", occurred_at="2026-03-02", data={"x": given})))
    assert [type(item) for item in found.data["x"]] == [int, float, bool, Decimal]


def test_a_target_of_the_same_source_is_an_id_alone():
    assert encode(Retraction("r", "lin", source="crm", retracts="o-1"))["retracts"] == "o-1"
    other = Retraction("r", "lin", source="crm", retracts=("shop", "o-1"))
    assert encode(other)["retracts"] == {"source": "shop", "id": "o-1"}


def test_an_empty_rulebook_and_an_empty_pattern():
    assert loads(dumps(Rulebook())) == Rulebook()
    assert loads(dumps(Pattern(()))) == Pattern(())


def test_null_is_the_same_as_left_out():
    assert decode({**encode(CALL), "advice": None}) == CALL


RULE = {"shape": "follow-up", "id": "a", "when": "x", "then": "y", "window": {"due": {"days": 2}}}


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"wen": "x"}, "at `rules[0]`: unknown key `wen`: did you mean `when`?"),
        ({"window": {"due": {"dais": 2}}}, "at `rules[0].window.due`: unknown key `dais`"),
        ({"window": {"due": {"days": "2"}}}, "at `rules[0].window.due.days`: `'2'` is not a whole"),
        ({"window": {"due": {"days": 2.5}}}, "`2.5` is not a whole number"),
        ({"window": {"due": {"days": 1, "hours": 1}}}, "mixes elapsed, calendar and working time"),
        (
            {"window": {"opens": {"days": 3}, "due": {"days": 1}}},
            "at `rules[0].window`: the window closes",
        ),
        ({"when": {"event": "x", "where": {"field": "a"}}}, "at `rules[0].when.where`"),
        ({"when": {"event": "x", "where": {"field": "a", ">": 1, "<": 3}}}, "tests two things"),
        ({"when": {"event": "x", "where": {"field": "a", "==": [1]}}}, "nothing to compare with"),
        ({"when": 5}, "at `rules[0].when`: `5` is not a kind of event"),
        ({"strength": "shall"}, "at `rules[0]`: `strength='shall'`: choose one of"),
        ({"title": 5}, "at `rules[0].title`"),
        ({"in_force": {"start_on": "1 May"}}, "at `rules[0].in_force.start_on`: `'1 May'` is no"),
        ({"correlate_on": "case"}, "at `rules[0].correlate_on`: `'case'` is not a list"),
        ({"id": "a b"}, "at `rules[0]`: "),
        ({"shape": "folow-up"}, "at `rules[0].shape`: `'folow-up'` is no shape"),
        ({"shape": None}, "at `rules[0].shape`"),
        ({"paused_by": {"begin": "x", "end": "y", "at_most": {"days": 1}}}, "at `rules[0]"),
    ],
)
def test_a_mistake_in_a_rulebook_is_told_with_its_place(changed, told):
    with pytest.raises(DecodingError) as caught:
        decode({"rules": [{**RULE, **changed}]})
    assert told in str(caught.value)


def test_a_missing_key_is_named():
    with pytest.raises(DecodingError, match=r"at `rules\[0\]`: `window` is missing"):
        decode({"rules": [{key: RULE[key] for key in RULE if key != "window"}]})


def test_a_rule_id_given_twice_is_refused():
    with pytest.raises(DecodingError, match="two rules are named `a`"):
        decode({"rules": [RULE, {**RULE, "then": "z"}]})


def test_a_prohibition_has_no_window():
    wrong = {**encode(Prohibition(id="p", forbids=event("x"))), "window": {"due": {"days": 2}}}
    with pytest.raises(DecodingError, match="unknown key `window`"):
        decode(wrong)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"id": "a"\n "zone": 1}', "no JSON at line 2, column 2"),
        ('{"id": "a", "id": "b"}', "the key `id` stands twice"),
        ('{"id": "a", "facts": {"x": NaN}}', "`NaN` is no JSON"),
        ('{"id": "a", "facts": {"x": 1e999}}', "give a finite number"),
        ("[" * 200_000, "nested too deeply"),
        ("5", "describes nothing known"),
        ("{}", "describes nothing known"),
        ('{"id": 5}', "at `id`: `5` is not text"),
        ('{"id": "e", "kind": "k", "customer": "c", "occurred_at": "2026-03-02T15:00"}', "naive"),
        (
            '{"id": "e", "kind": "stage.x", "customer": "c", "occurred_at": "2026-03-02"}',
            "reserved",
        ),
        ('{"hours": {"mon": "25:00-26:00"}}', "no such time of day"),
        ('{"hours": "9-17"}', "are no hours by weekday"),
        ('{"nature": "obligation"}', "`key` is missing"),
    ],
)
def test_text_that_describes_nothing_is_refused(text, told):
    with pytest.raises(DecodingError) as caught:
        loads(text)
    assert told in str(caught.value)


def test_text_in_another_encoding_is_refused():
    with pytest.raises(DecodingError, match="UTF-8"):
        loads('{"id": "林"}'.encode("gbk"))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=3),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [
                        *RULE,
                        "rules",
                        "occurred_at",
                        "nature",
                        "hours",
                        "due",
                        "days",
                        "until",
                        "field",
                        "==",
                        "in",
                        "prior",
                        "all",
                        "not",
                        "event",
                        "one_of",
                        "retracts",
                        "before",
                        "@date",
                        "facts",
                    ]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_any_json_is_decoded_or_refused_politely(data):
    try:
        value = decode(data)
    except DecodingError:
        return
    assert decode(json.loads(dumps(value))) == value
