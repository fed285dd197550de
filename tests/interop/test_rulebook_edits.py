"""A value in a rulebook file is changed in place: everything else keeps every letter."""

import difflib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retention_rules.errors import DecodingError, DefinitionError
from retention_rules.interop import edit_rulebook, read_rulebook, write_rulebook
from retention_rules.practices import handbook
from retention_rules.rules import FollowUp
from retention_rules.windows import days, until

BOOK = handbook()
WHOLE = write_rulebook(BOOK)
FEW = BOOK.select("thanks.", "cadence.")
BASED = """\
# Our deadlines. Ask Petra before you change one.
base: handbook

adapt:
  # since the audit
  thanks.handwritten:
    title:   {zh: 手写致谢,   en: "Write by hand"}   # as we say
    due:
      days: 3    # was 2
  thanks.ever: {due: {days: 7}}  # shorter
without:
- thanks.email-for-add-on
"""


def lines(before, after):
    """The lines that differ, as a diff tells them."""
    return [
        line for line in difflib.ndiff(before.splitlines(), after.splitlines()) if line[0] in "+-"
    ]


def test_one_number_is_changed_and_its_comment_stays():
    after = edit_rulebook(BASED, "thanks.handwritten", {"due": {"days": 4}})
    assert lines(BASED, after) == ["-       days: 3    # was 2", "+       days: 4    # was 2"]


def test_a_mapping_of_lines_gives_way_to_another_unit():
    after = edit_rulebook(BASED, "thanks.handwritten", {"due": {"hours": 48}})
    assert read_rulebook(after)["thanks.handwritten"].window.due.offset.microseconds
    assert "    due: {hours: 48}" in after
    assert "# since the audit" in after


def test_what_was_not_adapted_yet_is_added():
    after = edit_rulebook(BASED, "thanks.ever", {"target": {"days": 2}})
    assert lines(BASED, after) == [
        "-   thanks.ever: {due: {days: 7}}  # shorter",
        "+   thanks.ever: {due: {days: 7}, target: {days: 2}}  # shorter",
    ]


def test_another_rule_is_added_under_adapt():
    after = edit_rulebook(BASED, "thanks.after-deal", {"due": {"days": 3}})
    assert lines(BASED, after) == ["+   thanks.after-deal:", "+     due: {days: 3}"]


def test_the_first_change_adds_adapt_itself():
    after = edit_rulebook("# ours\nbase: handbook", "thanks.ever", {"due": {"days": 3}})
    assert after == "# ours\nbase: handbook\nadapt:\n  thanks.ever:\n    due: {days: 3}"


@pytest.mark.parametrize("nothing", ["adapt:", "adapt:   # none yet", "adapt: {}", "adapt: ~"])
def test_an_empty_adapt_is_filled(nothing):
    after = edit_rulebook(f"base: handbook\n{nothing}\n", "thanks.ever", {"due": {"days": 3}})
    assert read_rulebook(after) == BOOK.adapt("thanks.ever", due=days(3))
    assert "#" not in nothing or "# none yet" in after


def test_windows_line_ends_stay():
    before = BASED.replace("\n", "\r\n")
    after = edit_rulebook(before, "thanks.after-deal", {"due": {"days": 3}})
    assert after.count("\n") == after.count("\r\n") == before.count("\n") + 2


def test_a_rule_written_out_is_changed_and_marked():
    after = edit_rulebook(WHOLE, "thanks.handwritten", {"due": {"days": 3}})
    assert read_rulebook(after) == BOOK.adapt("thanks.handwritten", due=days(3))
    assert lines(WHOLE, after) == [
        "-   window: {due: {days: 2}}",
        "+   window: {due: {days: 3}}",
        "+   adapted: [due]",
    ]


def test_a_second_change_is_added_to_the_mark():
    once = edit_rulebook(WHOLE, "thanks.handwritten", {"due": {"days": 3}})
    twice = edit_rulebook(once, "thanks.handwritten", {"title.en": "Write"})
    assert read_rulebook(twice)["thanks.handwritten"].adapted == ("due", "title")


def test_the_same_value_changes_nothing():
    assert edit_rulebook(WHOLE, "thanks.handwritten", {"due": {"days": 2}}) == WHOLE


@pytest.mark.parametrize("text", [WHOLE, "base: handbook\n"])
def test_a_step_is_changed_by_its_name(text):
    after = edit_rulebook(text, "recovery.six-step", {"steps.listen.due": {"days": 3}})
    expected = BOOK.adapt("recovery.six-step", steps={"listen": {"due": days(3)}})
    assert read_rulebook(after) == expected


def test_json_keeps_its_form():
    before = write_rulebook(BOOK, format="json")
    after = edit_rulebook(before, "thanks.handwritten", {"due": {"days": 3}})
    assert read_rulebook(after) == BOOK.adapt("thanks.handwritten", due=days(3))
    assert json.loads(after)
    assert len(lines(before, after)) <= 6


IDS = [rule.id for rule in FEW if isinstance(rule, FollowUp)]
FORMS = {
    "yaml": write_rulebook(FEW),
    "json": write_rulebook(FEW, format="json"),
    "based": BASED,
    "flow": '{base: handbook, "adapt": {}}\n',
}


@given(
    st.sampled_from(IDS),
    st.sampled_from([days(5), days(40), until("ends") + days(50)]),
    st.sampled_from(list(FORMS)),
)
def test_an_edit_is_the_same_as_adapting(id, due, form):
    text = FORMS[form]
    style = "json" if form == "json" else "yaml"
    book = read_rulebook(text, format=style)
    if not any(rule.id == id for rule in book):
        return
    value = (
        {"until": "ends", "days": 50} if due.__class__.__name__ == "Point" else {"days": due.days}
    )
    try:
        expected = book.adapt(id, due=due)
    except DefinitionError as problem:
        refused = str(problem)
    else:
        found = read_rulebook(edit_rulebook(text, id, {"due": value}, format=style), format=style)
        assert found == expected
        return
    with pytest.raises(DecodingError) as caught:
        edit_rulebook(text, id, {"due": value}, format=style)
    assert refused in str(caught.value)


@pytest.mark.parametrize(
    ("id", "changes", "told"),
    [
        ("thanks.evr", {"due": 1}, "there is no rule `thanks.evr`: did you mean `thanks.ever`?"),
        ("thanks.ever", {"due": {"dais": 3}}, "adapt.thanks.ever.due: unknown key `dais`"),
        ("thanks.ever", {"colour": "red"}, "adapt.thanks.ever: unknown key `colour`"),
        ("recovery.six-step", {"steps.lisen.due": {"days": 3}}, "has no step `lisen`"),
    ],
)
def test_a_change_that_means_nothing_is_refused_with_its_place(id, changes, told):
    with pytest.raises(DecodingError) as caught:
        edit_rulebook(BASED, id, changes)
    assert told in str(caught.value)
    assert str(caught.value).startswith("<text>:")


def test_a_step_that_is_not_written_out_is_refused():
    with pytest.raises(DecodingError, match="no step `lisen`: did you mean `listen`"):
        edit_rulebook(WHOLE, "recovery.six-step", {"steps.lisen.due": {"days": 3}})


def test_a_rule_in_two_versions_is_left_to_the_hand():
    text = (
        "rules:\n"
        "- {shape: follow-up, id: a, in_force: {end_on: '2026-01-01'}, when: x, then: y, "
        "window: {due: {days: 1}}}\n"
        "- {shape: follow-up, id: a, in_force: {start_on: '2026-01-01'}, when: x, then: y, "
        "window: {due: {days: 1}}}\n"
    )
    with pytest.raises(DecodingError, match=r"<text>:3:3: rules.1.: `a` has several versions"):
        edit_rulebook(text, "a", {"due": {"days": 3}})
