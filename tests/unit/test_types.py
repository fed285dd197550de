"""The core types: what they print, what they refuse, and what they take in more than one form."""

import copy
import pickle
import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from retention_rules import (
    Customer,
    DefinitionError,
    Event,
    FollowUp,
    InvalidEvent,
    Lifecycle,
    Move,
    Procedure,
    Recurring,
    Retraction,
    Rulebook,
    Stage,
    Step,
    Text,
    Timeout,
    Window,
    business_days,
    contact,
    customer,
    days,
    due,
    earliest,
    entered,
    event,
    field,
    hours,
    in_stage,
    left,
    minutes,
    months,
    never,
    prior,
    seconds,
    step,
    touch,
    trigger,
    until,
    working_hours,
    working_minutes,
    years,
)
from retention_rules import conditions as c
from retention_rules import windows as w
from retention_rules.customers import customers
from retention_rules.events import Data
from retention_rules.practices import handbook
from retention_rules.rulebook import rulebook

NAMES = {**vars(w), **vars(c), **{name: globals()[name] for name in ("step", "touch", "trigger")}}

OFFSETS = {
    "days(2)": days(2),
    "days(-30)": days(-30),
    "days(0)": days(0),
    "months(3)": months(3),
    "years(2)": years(2),
    "months(1) + days(-3)": months(1) + days(-3),
    "days(1).at('10:00')": days(1).at("10:00"),
    "(months(1) + days(3)).at('24:00')": (months(1) + days(3)).at("24:00"),
    "hours(48)": hours(48),
    "minutes(90)": minutes(90),
    "seconds(5)": seconds(5),
    "Elapsed(1)": w.Elapsed(1),
    "business_days(2)": business_days(2),
    "business_days(1).at('09:30:15')": business_days(1).at("09:30:15"),
    "business_days(0).closing()": business_days(0).closing(),
    "working_hours(4)": working_hours(4),
    "working_minutes(5)": working_minutes(5),
    "WorkingTime(1)": w.WorkingTime(1),
}
POINTS = {
    "trigger": trigger,
    "trigger + days(2)": trigger + days(2),
    "due + days(1)": due + days(1),
    "until('ends') - days(30)": until("ends") - days(30),
    "until('ends') - (months(1) + days(2))": until("ends") - (months(1) + days(2)),
    "until('ends') - days(1).at('10:00')": until("ends") - days(1).at("10:00"),
    "until('by', default=business_days(1))": until("by", default=business_days(1)),
    "step('a') + hours(1)": step("a") + hours(1),
    "earliest(days(3), until('ends'))": earliest(days(3), until("ends")),
    "never": never,
    "Window(opens=days(1), due=days(2), expires=due + days(3))": Window(
        opens=days(1), due=days(2), expires=due + days(3)
    ),
}
CONDITIONS = {
    "field('amount') >= 1000": field("amount") >= 1000,
    "customer('kind').in_('person', 'company')": customer("kind").in_("person", "company"),
    "~contact('role').is_known()": ~contact("role").is_known(),
    "in_stage('life', 'new') & (field('a') == 1)": in_stage("life", "new") & (field("a") == 1),
    "((field('a') == 1) | (field('b') == 2)) & ~(field('c') != 3)": (
        (field("a") == 1) | (field("b") == 2)
    )
    & ~(field("c") != 3),
    "prior('deal.closed', same=('case',), since=days(30)).max('amount') * 0.1 > 5": (
        prior("deal.closed", same="case", since=days(30)).max("amount") * 0.1 > 5
    ),
    "prior(touch('card')).count() == 0": prior(touch("card")).count() == 0,
    "event('deal.closed')": event("deal.closed"),
    "touch('card', 'letter')": touch("card", "letter"),
    "touch('call', direction='outbound')": touch("call", direction="outbound"),
    "touch().where(field('amount') > 1, field('b') < 2)": touch().where(
        field("amount") > 1, field("b") < 2
    ),
    "event('a', x=True) | event('b').where(field('kind') == 'c')": event("a", x=True)
    | event("b").where(field("kind") == "c"),
    "entered('life', 'new') | left('life', 'old')": entered("life", "new") | left("life", "old"),
}


@pytest.mark.parametrize("code", [*OFFSETS, *POINTS, *CONDITIONS])
def test_what_is_printed_is_short_and_can_be_written(code: str) -> None:
    given = {**OFFSETS, **POINTS, **CONDITIONS}[code]
    assert repr(given) == code
    again = eval(code, dict(NAMES))
    assert c.shape(again) == c.shape(given) if isinstance(given, c.Term) else again == given
    assert type(again) is type(given)


def test_the_handbook_prints_as_it_is_written() -> None:
    for rule in handbook(cadence="both"):
        for name in ("trigger", "fulfilled_by", "opened_by", "starts", "forbids", "context"):
            pattern = getattr(rule, name, None)
            if pattern is not None:
                assert eval(repr(pattern), dict(NAMES)) == pattern


# ---- lists, and single things -------------------------------------------------------------------


def one(name: str) -> Step:
    return Step(name=name, fulfilled_by=event("step"), window=Window(due=days(1)))


def test_lists_and_single_things_are_taken() -> None:
    steps = Procedure(id="p", opened_by=event("opened"), steps=[one("a"), one("b")]).steps
    assert [step.name for step in steps] == ["a", "b"]
    single = Procedure(id="p", opened_by=event("opened"), steps=one("a"))  # type: ignore[arg-type]
    assert single.steps == (one("a"),)
    life = Lifecycle(
        id="l",
        stages=[Stage(name="a"), Stage(name="b")],
        moves=(move for move in [Move(on=event("x"), to="a")]),
        timeouts=[Timeout(source="a", after=days(1), to="b")],
    )
    assert len(life.stages) == 2
    assert isinstance(life.moves, tuple)


def test_same_on_names_one_field() -> None:
    call = {
        "id": "a",
        "trigger": event("x"),
        "fulfilled_by": event("y"),
        "window": Window(due=days(1)),
    }
    assert FollowUp(**call).same_on is None  # type: ignore[arg-type]
    assert FollowUp(**call, same_on="promise").same_on == "promise"  # type: ignore[arg-type]
    for wrong in ("", 5, ("a", "b")):
        with pytest.raises(DefinitionError, match="same_on"):
            FollowUp(**call, same_on=wrong)  # type: ignore[arg-type]
        with pytest.raises(DefinitionError, match="same_on"):
            Step(name="s", fulfilled_by=event("y"), window=Window(due=days(1)), same_on=wrong)  # type: ignore[arg-type]


def test_a_rule_or_several_make_a_rulebook() -> None:
    call = FollowUp(id="a", trigger=event("x"), fulfilled_by=event("y"), window=Window(due=days(1)))
    book = Rulebook([call])
    assert rulebook(book) is book
    assert rulebook(call) == rulebook([call]) == rulebook(iter([call])) == book


# ---- what is refused ----------------------------------------------------------------------------

WRONG = {
    "a number added to a point": (lambda: trigger + 3, "`3` moves no point"),  # type: ignore[operator]
    "a point taken from a point": (lambda: trigger - due, "`due` moves no point"),  # type: ignore[operator]
    "days and hours": (lambda: days(1) + hours(3), "`days(1)` and `hours(3)` do not add"),  # type: ignore[operator]
    "an offset and a number": (lambda: days(1) + 1, "`1` does not add"),  # type: ignore[operator]
    "an offset that is a point": (lambda: w.Point(w.Trigger(), due), "`due` moves no point"),  # type: ignore[arg-type]
    "a field without a name": (lambda: field(""), "`''` is no name"),
    "a field that is a number": (lambda: until(5), "`5` is no name"),  # type: ignore[arg-type]
    "a channel that is a number": (lambda: touch(5), "`5` is no channel"),  # type: ignore[arg-type]
    "history of a number": (lambda: prior(5), "`5` is no pattern"),  # type: ignore[arg-type]
    "one of nothing": (lambda: field("a").in_(), "give one or more"),
    "a share that is text": (lambda: prior("x").max("a") * "b", "give a finite number"),  # type: ignore[operator]
    "a share that is nothing": (lambda: None * prior("x").max("a"), "give a finite number"),  # type: ignore[operator]
    "a field for a condition": (lambda: field("a") & (field("b") == 2), "compare it"),  # type: ignore[operator]
    "a field for a truth": (lambda: bool(field("a")), "`field('a')` is no condition"),
    "a signalling nan": (lambda: field("a") == Decimal("sNaN"), "`nan` is equal to nothing"),
    "text that is a number": (lambda: Text(5), "give text"),  # type: ignore[arg-type]
    "a duty every minus three days": (lambda: again(days(-3)), "positive length"),
    "a duty every no hours": (lambda: again(hours(0)), "positive length"),
    "a duty every month less 31 days": (lambda: again(months(1) + days(-31)), "positive length"),
    "a window that closes early": (
        lambda: Window(opens=days(4), due=days(2)),
        "closes (`days(2)`) before it opens (`days(4)`)",
    ),
    "a change to what is not there": (
        lambda: handbook().adapt("thanks.ever", deu=days(2)),
        "did you mean `due`",
    ),
    "a rule that is not there": (lambda: handbook().select("thanks.evr"), "`thanks.ever`"),
    "text for a rulebook": (lambda: handbook() | "thanks", "`'thanks'` is no rule"),  # type: ignore[operator]
    "nothing for a rulebook": (lambda: Rulebook(None), "`None` is no rule"),  # type: ignore[arg-type]
    "steps that are text": (lambda: Procedure(id="p", opened_by=event("o"), steps="a"), "Step("),  # type: ignore[arg-type]
    "a list in a sentence": (lambda: Rulebook([1]), "FollowUp, Procedure"),  # type: ignore[list-item]
}


def again(every: w.Offset) -> Recurring:
    return Recurring(id="r", starts=event("a"), fulfilled_by=event("b"), every=every)


@pytest.mark.parametrize("name", WRONG)
def test_what_means_nothing_is_refused(name: str) -> None:
    make, told = WRONG[name]
    with pytest.raises(DefinitionError) as caught:
        make()
    assert told in str(caught.value)
    assert not str(caught.value)[0].isupper()


def happened(**given: object) -> Event:
    fields: dict[str, object] = {"customer": "lin", "occurred_at": "2026-03-02T15:00+08:00"}
    return Event("o-1", "deal.closed", **{**fields, **given})  # type: ignore[arg-type]


def deep() -> dict[str, object]:
    inner: dict[str, object] = {}
    for _ in range(100_000):
        inner = {"a": inner}
    return inner


def endless() -> list[object]:
    inner: list[object] = []
    inner.append(inner)
    return inner


BAD = {
    "nan": (lambda: happened(data={"amount": Decimal("NaN")}), "finite"),
    "infinity": (lambda: happened(data={"amount": Decimal("-Infinity")}), "finite"),
    "deep data": (lambda: happened(data=deep()), "nested"),
    "endless data": (lambda: happened(data={"a": endless()}), "nested"),
    "data that is a list": (lambda: happened(data=[1, 2]), "no mapping"),
    "data that is text": (lambda: happened(data="x"), "no mapping"),
    "a source that is a number": (lambda: happened(source=3), "`3` is not text"),
    "no source": (lambda: happened(source=None), "`None` is not text"),
    "three names": (lambda: happened(corrects=("a", "b", "c")), "names no record"),
    "an empty name": (lambda: happened(corrects=("a", "")), "names no record"),
    "a number for a target": (lambda: happened(corrects=5), "`5` names no record"),
    "no target": (lambda: Retraction("r", "lin", retracts=None), "`None` names no record"),  # type: ignore[arg-type]
    "a basic date": (lambda: happened(occurred_at="20260302"), "write 2026-03-02"),
    "a month": (lambda: happened(occurred_at="2026-03"), "write 2026-03-02"),
    "no time": (lambda: happened(occurred_at="soon"), "`soon` is no time"),
    "facts that are a list": (lambda: Customer("lin", facts=[1]), "no mapping"),  # type: ignore[arg-type]
    "contacts that are text": (lambda: Customer("lin", contacts=["Wei"]), "no mapping"),  # type: ignore[list-item]
    "a contact twice": (lambda: Customer("lin", contacts=[{"id": "w"}, {"id": "w"}]), "`w`"),
    "a nameless customer": (lambda: Customer(""), "not a name"),
    "a zone that is a number": (lambda: Customer("lin", zone=8), "`8` is no name"),  # type: ignore[arg-type]
    "history from a number": (lambda: Customer("lin", history_from=5), "`5` is no date"),  # type: ignore[arg-type]
    "history from an instant": (
        lambda: Customer("lin", history_from=datetime(2026, 1, 1, tzinfo=UTC)),
        "is no date",
    ),
    "customers that are names": (lambda: customers(["lin"]), "`'lin'` is no customer"),  # type: ignore[list-item]
    "one customer": (lambda: customers(Customer("lin")), "[Customer('lin')]"),  # type: ignore[arg-type]
    "another key": (lambda: customers({"li": Customer("lin")}), "`'li'`"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_have_happened_is_refused(name: str) -> None:
    make, told = BAD[name]
    with pytest.raises(InvalidEvent) as caught:
        make()
    assert told in str(caught.value)
    assert not str(caught.value)[0].isupper()


# ---- records ------------------------------------------------------------------------------------


def test_the_end_of_a_day_may_be_written_as_24_00() -> None:
    assert (
        happened(occurred_at="2026-03-31T24:00+08:00").at
        == happened(occurred_at="2026-04-01T00:00+08:00").at
    )
    with pytest.raises(InvalidEvent):
        happened(occurred_at="2026-03-31T24:01+08:00")


def test_a_target_goes_with_the_source_of_what_names_it() -> None:
    assert happened(source="crm", corrects="o-0").corrects == ("crm", "o-0")
    assert happened(source="crm", corrects=["erp", "o-0"]).corrects == ("erp", "o-0")
    assert Retraction("r", "lin", retracts="o-0", source="crm").retracts == ("crm", "o-0")
    assert happened(source="crm").corrected("x").corrects == ("crm", "o-1")


def test_data_nested_in_data_is_data() -> None:
    data = Data(a={"b": [{"c": 1}]}, d=None)
    assert data == Data(a=Data(b=(Data(c=1),)))
    assert hash(data) == hash(Data(a={"b": ({"c": 1},)}))


def test_copies_of_data_are_equal_and_hash_alike_in_another_process() -> None:
    data = Data(amount=Decimal("1.50"), on=date(2026, 3, 2), name="林")
    hash(data)
    assert copy.deepcopy(data) == data
    code = (
        "import pickle, sys; from retention_rules.events import Data; "
        "from decimal import Decimal; from datetime import date; "
        f"data = pickle.loads({pickle.dumps(data)!r}); "
        "sys.exit(data not in {Data(amount=Decimal('1.50'), on=date(2026, 3, 2), name='林')})"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
