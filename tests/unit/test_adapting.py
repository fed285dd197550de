"""A rule that was changed keeps its citations, and says in what it no longer follows them."""

import pytest

from retention_rules import Customer, Event, evaluate
from retention_rules.conditions import event
from retention_rules.errors import DefinitionError
from retention_rules.practices import handbook
from retention_rules.rulebook import Rulebook, changed
from retention_rules.rules import FollowUp, Procedure
from retention_rules.serialization._rules import SHAPES
from retention_rules.windows import Window, days

CALL = FollowUp(id="a", trigger=event("x"), fulfilled_by=event("y"), window=Window(due=days(1)))
BOOK = handbook()


def test_an_adapted_rule_keeps_its_citations_and_is_marked():
    found = BOOK.adapt("thanks.handwritten", due=days(3))["thanks.handwritten"]
    assert found.citations == BOOK["thanks.handwritten"].citations
    assert found.adapted == ("due",)


def test_a_second_change_is_added_to_the_mark():
    found = BOOK.adapt("thanks.ever", due=days(3)).adapt("thanks.ever", title="Thanks", due=days(4))
    assert found["thanks.ever"].adapted == ("due", "title")


def test_a_change_to_the_same_value_leaves_no_mark():
    assert BOOK.adapt("thanks.ever", title=BOOK["thanks.ever"].title) == BOOK


def test_a_rule_that_cites_nothing_needs_no_mark():
    assert Rulebook(CALL).adapt("a", due=days(3))["a"].adapted == ()


def test_a_whole_window_is_marked_by_the_ends_that_differ():
    found = BOOK.adapt("thanks.ever", window=Window(due=days(14), target=days(1)))
    assert found["thanks.ever"].adapted == ("target",)


def test_one_step_of_a_procedure_is_adapted_by_its_name():
    found = BOOK.adapt("recovery.six-step", steps={"listen": {"due": days(3)}})
    before, after = BOOK["recovery.six-step"], found["recovery.six-step"]
    assert isinstance(before, Procedure)
    assert isinstance(after, Procedure)
    assert after.adapted == ("steps.listen.due",)
    differing = [
        now.name for then, now in zip(before.steps, after.steps, strict=True) if then != now
    ]
    assert differing == ["listen"]


def test_other_steps_are_marked_as_a_whole():
    first = BOOK["recovery.six-step"].steps[0]
    found = BOOK.adapt("recovery.six-step", steps=[first])
    assert found["recovery.six-step"].adapted == ("steps",)


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        ({"lisen": {}}, "has no step `lisen` to adapt: did you mean `listen`?"),
        ({"listen": {"deu": days(2)}}, "`recovery.six-step/listen` has no `deu` to adapt: did you"),
        ({"listen": days(2)}, "`days(2)` changes no step: write {'listen': {'due': days(2)}}"),
    ],
)
def test_a_wrong_change_of_a_step_is_refused(steps, told):
    with pytest.raises(DefinitionError) as caught:
        BOOK.adapt("recovery.six-step", steps=steps)
    assert told in str(caught.value)


def test_what_changed_is_named_as_in_a_file():
    after = BOOK.adapt("thanks.ever", trigger=event("x"), fulfilled_by=event("y"), released_by=None)
    assert after["thanks.ever"].adapted == ("when", "then", "unless")
    assert set(after["thanks.ever"].adapted) <= set(SHAPES["follow-up"].keys)


def test_rules_of_two_shapes_differ_in_shape():
    assert changed(CALL, BOOK["recovery.six-step"]) == ("shape",)


DEAL = Event("o-17", "deal.closed", customer="lin", occurred_at="2026-03-02T15:00+08:00")


@pytest.mark.parametrize(
    ("language", "told"),
    [("en", "(adapted in `due`; D0 "), ("zh", "（有改动：`due`；D0 ")],
)
def test_the_explanation_of_a_finding_tells_what_was_adapted(language, told):
    book = BOOK.adapt("thanks.handwritten", due=days(3))
    found = evaluate(book, [DEAL], as_of="2026-03-03T09:00+08:00", zone="Asia/Shanghai")
    assert told in found.get("thanks.handwritten", customer="lin").explain(language)


def test_the_explanation_of_a_violation_tells_what_was_adapted():
    book = BOOK.select("conduct.gift-to-government")
    book = book.adapt("conduct.gift-to-government", instead="A card")
    gift = Event(
        "g",
        "touch.made",
        customer="hall",
        occurred_at="2026-03-03T10:00+08:00",
        data={"channel": "gift"},
    )
    hall = Customer("hall", zone="Asia/Shanghai", facts={"kind": "government"})
    found = evaluate(book, [gift], as_of="2026-03-05T09:00+08:00", customers=[hall])
    (wrong,) = [one for one in found if one.status == "violated"]
    assert "adapted in `instead`; " in wrong.explain("en")
