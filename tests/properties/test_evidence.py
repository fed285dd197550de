"""Law 14: the cited events alone, with what amends them, give the same finding again."""

from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.properties.books import BOOKS, CONCLUDING, asked_of

from retention_rules import (
    Calendar,
    Customer,
    Event,
    Finding,
    FollowUp,
    Rulebook,
    Window,
    days,
    evaluate,
    touch,
)
from retention_rules.events import Record
from retention_rules.findings import named
from retention_rules.practices import handbook

FEW = 12
"""How many findings of a drawn evaluation are replayed."""


def cited(records: Sequence[Record], names: Iterable[str]) -> list[Record]:
    """The records of these names, and those that amend them, and so on."""
    wanted = set(names)
    while True:
        amending = {
            named(one.ref)
            for one in records
            if one.amends is not None and named(one.amends) in wanted
        }
        if amending <= wanted:
            return [one for one in records if named(one.ref) in wanted]
        wanted |= amending


def holds(finding: Finding, records: Sequence[Record], rulebook, **arguments: object) -> None:
    evidence = finding.evidence()
    assert evidence.sufficient, finding.key
    some = cited(records, evidence.cited)
    again = {one.key: one for one in evaluate(rulebook, some, **arguments)}
    assert again.get(finding.key) == finding, (finding, evidence.cited)
    for language in ("en", "zh"):
        assert finding.explain(language) == finding.explain(language)


# ---- small streams under the handbook ------------------------------------------------------------


def happened(id: str, kind: str, at: str, /, **data: object) -> Event:
    when = f"2026-{at.replace(' ', 'T')}+08:00" if " " in at else f"2026-{at}"
    return Event(id, kind, customer="lin", occurred_at=when, data=data)


DEAL = happened("d1", "deal.closed", "03-02 15:00", amount=12_000, owner="wang")
MORE = happened("d2", "deal.closed", "03-20 15:00", amount=900, owner="wang")
CARD = happened(
    "c",
    "touch.made",
    "03-03 10:00",
    channel="card",
    purpose="thanks",
    handwritten=True,
    actor="wang",
)
EMAIL = happened("e", "touch.made", "03-03 10:12", channel="email", purpose="thanks")
VAGUE = happened("v", "touch.made", "03-05 10:00", channel="call")
DATED = happened("x", "touch.made", "03-09", channel="visit", purpose="care")
GIFT = happened("g", "touch.made", "03-10 10:00", channel="gift")
GONE = happened("k", "customer.changed", "03-08 10:00", kind="government")
CASE = [
    happened("c-9", "complaint.received", "03-02 10:00", case="K-7"),
    happened("s", "step.recorded", "03-03 10:00", step="solution", case="K-7"),
    happened("z", "case.closed", "03-05 10:00", case="K-7"),
]
PROMISE = [
    happened("p", "promise.made", "03-02 10:00", promise="P", due="2026-03-06"),
    happened("pk", "promise.kept", "03-07 10:00", promise="P"),
]
STREAMS: dict[str, list[Record]] = {
    "a deal": [DEAL],
    "a deal and thanks": [DEAL, CARD],
    "a deal and an e-mail": [DEAL, EMAIL, VAGUE],
    "two deals": [DEAL, CARD, MORE],
    "a dated visit": [DEAL, DATED],
    "a gift to what becomes an office": [GONE, GIFT],
    "a complaint": CASE,
    "a complaint beside a deal": [DEAL, *CASE, VAGUE],
    "a promise": PROMISE,
    "a correction": [DEAL, DEAL.corrected("d1b", occurred_at="2026-03-01T10:00+08:00"), EMAIL],
    "a retraction": [DEAL, CARD, CARD.retracted("r")],
}


@pytest.mark.parametrize("as_of", ["03-03 12:00", "03-05 09:00", "03-12 09:00", "04-30 09:00"])
@pytest.mark.parametrize("name", STREAMS)
def test_14_what_is_cited_suffices(name: str, as_of: str) -> None:
    records = STREAMS[name]
    arguments: dict[str, object] = {
        "as_of": f"2026-{as_of.replace(' ', 'T')}+08:00",
        "calendar": Calendar(zone="Asia/Shanghai", holidays={"2026-03-04": "Founders' Day"}),
        "customers": [Customer("lin")],
    }
    rules = handbook()
    for finding in evaluate(rules, records, **arguments):  # type: ignore[arg-type]
        holds(finding, records, rules, **arguments)


def test_14_what_does_not_matter_is_not_cited() -> None:
    rules = handbook()
    found = evaluate(
        rules, [DEAL, EMAIL, *CASE], as_of="2026-03-05T09:00+08:00", zone="Asia/Shanghai"
    )
    assert found.get("thanks.handwritten", customer="lin").evidence().cited == ("d1",)


def test_14_what_is_in_doubt_twice_over_is_told_once() -> None:
    call = touch("call")
    rules = FollowUp(id="f", trigger=call, fulfilled_by=call, window=Window(due=days(1)))
    (finding,) = evaluate(
        Rulebook(rules),
        [happened("m", "touch.made", "03-02 15:00", amount=10)],
        as_of="2026-03-02T15:00+08:00",
        zone="Asia/Shanghai",
    )
    assert len(finding.evidence().doubtful) == 1


# ---- drawn evaluations --------------------------------------------------------------------------


@pytest.mark.parametrize("book", [*BOOKS, CONCLUDING])
@given(data=st.data())
def test_14_explanation(book: str, data: st.DataObject) -> None:
    asked = data.draw(asked_of(book))
    found = asked.outcome()
    for finding in [] if isinstance(found, str) else found[:FEW]:
        holds(finding, asked.records, asked.rulebook, **asked.arguments())
