"""The format of worked timelines: what it means, and what it refuses."""

import pickle
from itertools import pairwise
from textwrap import dedent, indent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retention_rules.practices import handbook
from retention_rules.serialization import dumps
from retention_rules.testing.timelines import BadTimeline, parse, read

pytest.importorskip("ruamel.yaml")

DEAL = "- Mon 2026-03-02 15:00 deal.closed: {amount: 12000}\n"
CARD = "- 2026-03-03 10:12 touch.made: {channel: card, purpose: thanks, handwritten: yes}\n"


def text(story=DEAL, expect="- 2026-03-05 09:00: breached", top="", own=""):
    """A file of one timeline about the hand-written thanks."""
    parts = [
        "practice: thanks.handwritten\nzone: Asia/Shanghai\n",
        dedent(top),
        "timelines:\n  - name: one\n",
        indent(dedent(own), "    "),
        "    story:\n",
        indent(dedent(story), "      "),
        "    expect:\n",
        indent(dedent(expect), "      "),
        "\n",
    ]
    return "".join(parts)


def run(*args, **how):
    """The outcome of the one timeline."""
    (one,) = parse(text(*args, **how), path="x.timeline.yaml")
    return one.run()


def refused(*args, whole=None, **how):
    """The error, as line, column and problem."""
    with pytest.raises(BadTimeline) as caught:
        parse(text(*args, **how) if whole is None else whole, path="x.timeline.yaml")[0].run()
    return caught.value


# ---------------------------------------------------------------- what holds


def test_what_is_expected_and_so_passes():
    assert run(DEAL + CARD, "- 2026-03-05 09:00: fulfilled").passed


def test_a_passed_timeline_tells_its_name_only():
    assert run().told() == "one"


def test_a_timeline_may_have_a_chinese_name_too():
    (named,) = parse(text(own="zh: 无人致谢\n"))
    assert (named.title("en"), named.title("zh")) == (named.name, "无人致谢")


def test_a_timeline_without_a_chinese_name_goes_by_its_only_one():
    (named,) = parse(text())
    assert named.title("zh") == named.name


def test_the_long_form_says_the_same():
    assert run(expect="- {at: 2026-03-05 09:00, status: breached}").passed


def test_an_expectation_may_be_about_another_practice():
    assert run(expect="- 2026-03-05 09:00: {practice: thanks.ever, status: open}").passed


@pytest.mark.parametrize("weekday", ["Mon", "mon,", "Monday", "Mo", "周一", "星期一"])
def test_a_weekday_may_stand_before_the_day(weekday):
    assert run(DEAL.replace("Mon", weekday)).passed


@pytest.mark.parametrize(
    ("at", "status"),
    [
        ("2026-03-04 end", "open"),
        ("2026-03-04 23:59:59.999999", "open"),
        ("2026-03-05 start", "breached"),
        ("2026-03-05 00:00", "breached"),
        ("2026-03-05 0:00", "breached"),
        ("2026-03-04T16:00+00:00", "breached"),
        ("2026-03-04T15:59:59Z", "open"),
    ],
)
def test_an_instant_may_be_written_in_several_ways(at, status):
    assert run(expect=f"- {at}: {status}").passed


@pytest.mark.parametrize("due", ["2026-03-04", "2026-03-04 end", "2026-03-04 24:00"])
def test_a_day_that_is_due_is_due_at_its_end(due):
    assert run(expect=f"- 2026-03-03 09:00: {{status: open, due: {due}}}").passed


def test_a_day_on_which_it_opens_opens_at_its_start():
    expect = (
        "- 2026-03-03 09:00: {practice: cadence.1-3-7.day-3, status: upcoming, opens: 2026-03-04}"
    )
    assert run(expect=expect).passed


@pytest.mark.parametrize("written", ["yes", "true", "Yes", "是"])
def test_yes_may_be_written_in_several_ways(written):
    assert run(DEAL + CARD.replace("yes", written), "- 2026-03-05 09:00: fulfilled").passed


def test_quoted_yes_is_text_and_so_of_a_wrong_type():
    assert refused(DEAL + CARD.replace("yes", '"yes"')).problem == (
        "the field `handwritten` is `yes`: write yes or no"
    )


def test_findings_are_told_apart_by_the_name_of_their_trigger():
    story = DEAL.replace("closed:", "closed big:") + "- 2026-03-09 15:00 deal.closed\n"
    expect = """\
    - 2026-03-10 09:00: {of: big, status: lapsed}
    - 2026-03-10 09:00: {of: deal-2, status: open}
    - 2026-03-10 09:00: {of: 2026-03-09, status: open}
    """
    assert run(story, expect).passed


def test_a_story_shared_by_all_comes_first():
    top = "story:\n  - 2026-03-02 10:00 deal.closed\n"
    expect = "- 2026-03-03 00:00: {of: deal-2, status: open, due: 2026-03-04}"
    assert run(top=top, expect=expect).passed


def test_a_timeline_may_name_a_reading_of_its_own():
    own = "handbook: {variants: {thanks.after-deal: next-day}}\npractice: thanks.after-deal\n"
    assert run(own=own, expect="- 2026-03-03 09:00: {status: open, due: 2026-03-03}").passed


def test_a_timeline_may_have_no_cadence():
    own = "handbook: {cadence: none}\n"
    with pytest.raises(BadTimeline, match=r"has no practice `cadence.1-3-7.day-1`"):
        run(own=own, expect="- 2026-03-05 09:00: {practice: cadence.1-3-7.day-1, status: open}")


def test_a_rulebook_may_stand_in_a_file_beside_it(tmp_path):
    rules = handbook().adapt("thanks.handwritten", due=handbook()["thanks.ever"].window.due)
    (tmp_path / "ours.json").write_text(dumps(rules), encoding="utf-8")
    file = tmp_path / "x.timeline.yaml"
    file.write_text(text(top="rulebook: ours.json\n", expect="- 2026-03-05 09:00: open"))
    assert read(file)[0].run().passed


def test_a_rulebook_handed_over_serves_timelines_that_name_none():
    rules = handbook().adapt("thanks.handwritten", due=handbook()["thanks.ever"].window.due)
    given = text(expect="- 2026-03-05 09:00: open")
    assert parse(given, rulebook=rules)[0].run().passed


def test_holidays_of_the_calendar_count():
    own = """\
    practice: promise.kept
    calendar: {hours: {mon-fri: 09:00-18:00}, holidays: [2026-03-09]}
    """
    story = "- Fri 2026-03-06 10:00 promise.made: {promise: offer}\n"
    assert run(story, "- 2026-03-06 10:00: {status: open, due: 2026-03-10}", own=own).passed


def test_records_that_may_be_missing_leave_it_in_doubt():
    own = "complete: 2026-03-04 12:00\n"
    expect = "- 2026-03-05 09:00: {status: indeterminate, reason: incomplete, leaning: breached}"
    assert run(own=own, expect=expect).passed


def test_history_may_begin_late():
    own = "practice: thanks.email-for-add-on\nhistory_from: 2026-03-01\n"
    assert run(own=own, expect="- 2026-03-03 09:00: indeterminate").passed


def test_a_correction_changes_only_what_it_names():
    story = DEAL + CARD + "- 2026-03-04 08:00 correct touch-1: {at: 2026-03-05 08:00}\n"
    assert run(story, "- 2026-03-05 08:00: {status: repaired, by: touch-1}").passed


def test_a_correction_may_take_a_field_away():
    story = DEAL + CARD + "- 2026-03-04 08:00 correct touch-1: {handwritten: }\n"
    assert run(story, "- 2026-03-05 08:00: indeterminate").passed


def test_a_second_correction_goes_on_from_the_first():
    story = (
        DEAL
        + CARD
        + "- 2026-03-04 08:00 correct touch-1: {handwritten: no}\n"
        + "- 2026-03-04 09:00 correct touch-1: {channel: letter}\n"
    )
    assert run(story, "- 2026-03-05 08:00: breached").passed


def test_a_retraction_may_itself_be_retracted():
    story = (
        DEAL + "- 2026-03-03 08:00 retract deal-1\n" + "- 2026-03-03 09:00 retract amendment-1\n"
    )
    expect = """\
    - 2026-03-05 09:00: {status: not owed, known_at: 2026-03-03 08:30}
    - 2026-03-05 09:00: breached
    """
    assert run(story, expect).passed


def test_facts_of_the_customer_are_known():
    own = "customer: {id: tax-office, kind: government}\npractice: conduct.gift-to-government\n"
    outcome = run(
        "- 2026-03-02 touch.made: {channel: gift}\n", "- 2026-03-03 00:00: violated", own=own
    )
    assert outcome.passed and outcome.timeline.customer.id == "tax-office"


# ---------------------------------------------------------------- what fails


def test_a_failure_tells_what_was_expected_and_what_is_and_why():
    told = run(expect="- 2026-03-05 09:00: fulfilled").told().splitlines()
    assert told[:3] == [
        "one",
        "  2026-03-05 09:00 (line 8): thanks.handwritten",
        "    status: expected fulfilled, is breached",
    ]
    assert told[4].strip().startswith("thanks.handwritten for customer: breached since Wed 4 Mar")


def test_a_failure_is_told_in_chinese():
    assert "预期 fulfilled, 实际 breached" in run(expect="- 2026-03-05 09:00: fulfilled").told("zh")


def test_another_due_day_fails():
    told = run(expect="- 2026-03-03 09:00: {status: open, due: 2026-03-05}").told()
    assert "due: expected 2026-03-05 end, is 2026-03-04 end" in told


def test_a_finding_where_none_is_expected_fails():
    assert (
        "is: breached (thanks.handwritten/customer/deal-1)"
        in run(expect="- 2026-03-05 09:00: not owed").told()
    )


def test_no_finding_where_one_is_expected_fails():
    told = run("- 2026-03-02 15:00 inquiry.received\n").told()
    assert "is: nothing: its trigger may not have matched" in told


def test_two_findings_where_one_is_meant_fail():
    told = run(DEAL + "- 2026-03-03 15:00 deal.closed\n").told()
    assert "2 findings; tell them apart with `of` or `part`" in told
    assert "thanks.handwritten/customer/deal-2" in told


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("how", "line", "column", "problem"),
    [
        ({"top": "zoen: x\n"}, 3, 1, "a file of timelines has no key `zoen`: did you mean `zone`?"),
        ({"own": "nmae: x\n"}, 5, 5, "a timeline has no key `nmae`: did you mean `name`?"),
        (
            {"expect": "- 2026-03-05 09:00: {status: open, deu: 2026-03-04}"},
            8,
            42,
            "an expectation has no key `deu`: did you mean `due`?",
        ),
        (
            {"expect": "- 2026-03-05 09:00: fulfiled"},
            8,
            27,
            "`fulfiled` is no status: did you mean `fulfilled`?",
        ),
        (
            {"expect": "- 2026-03-05 09:00: violated"},
            8,
            27,
            "nothing of `thanks.handwritten` is ever `violated`: ",
        ),
        (
            {"expect": "- 2026-03-05: open"},
            8,
            9,
            "`2026-03-05` is a whole day: add a time such as 09:00, or `start` or `end`",
        ),
        (
            {"expect": "- 2026-03-05 09:00: {status: open, of: deal-2}"},
            8,
            46,
            "nothing in the story is named `deal-2`: did you mean `deal-1`?",
        ),
        (
            {"expect": "- 2026-03-05 09:00: {status: open, of: 2026-03-01}"},
            8,
            46,
            "nothing happens on `2026-03-01` in the story: write the day of an event",
        ),
        (
            {"expect": "- 2026-03-05 09:00: {status: not owed, due: 2026-03-04}"},
            8,
            51,
            "where nothing is expected there is no `due`: leave it out",
        ),
        ({"expect": "- 2026-03-05 09:00"}, 8, 9, "`2026-03-05 09:00` expects nothing: "),
        ({"expect": "[]"}, 8, 7, "nothing is expected: "),
        (
            {"expect": "- 2026-03-05 09:00: {practice: thanks.handwriten, status: open}"},
            8,
            38,
            "the rulebook has no practice `thanks.handwriten`: did you mean `thanks.handwritten`?",
        ),
        (
            {"story": "- Tue 2026-03-02 15:00 deal.closed\n"},
            6,
            9,
            "2026-03-02 is no `Tue`: write Mon, or another day",
        ),
        ({"story": "- 2026-02-30 deal.closed\n"}, 6, 9, "`2026-02-30` is no day that there is"),
        (
            {"story": "- 2026-03-02 24:00 deal.closed\n"},
            6,
            9,
            "`24:00` is no time of day: write 00:00 to 23:59, or `end` for the last instant",
        ),
        ({"story": "- 2.3.2026 deal.closed\n"}, 6, 9, "`2.3.2026 deal.closed` does not begin with"),
        (
            {"story": "- 2026-03-02 deal.close\n"},
            6,
            9,
            "neither a rule nor the handbook knows the kind `deal.close`: did you mean",
        ),
        (
            {"story": "- 2026-03-02\n"},
            6,
            9,
            "`2026-03-02` is no event: write a day or time, a kind",
        ),
        (
            {"story": "- 2026-03-02 touch.made: {chanel: card}\n"},
            6,
            33,
            "no rule reads the field `chanel`: did you mean `channel`?",
        ),
        (
            {"story": "- 2026-03-02 deal.closed: {amount: 12,000}\n"},
            6,
            45,
            "a comma parts two fields: write numbers without it",
        ),
        (
            {"story": "- 2026-03-02 deal.closed: {amount: much}\n"},
            6,
            42,
            "the field `amount` is `much`: write a number such as 1200.50, without separators",
        ),
        (
            {"story": "- 2026-03-02 deal.closed: {amount: }\n"},
            6,
            41,
            "there is no value: write one, or leave the key out",
        ),
        (
            {"story": "- 2026-03-02 deal.closed a\n- 2026-03-03 deal.closed a\n"},
            7,
            9,
            "`a` is the name of an event before: give this one another name",
        ),
        (
            {"story": "- 2026-03-02 15:00 deal.closed {amount: 1, owner: wu}\n"},
            6,
            55,
            "no YAML: mapping values are not allowed here; write `DATE KIND: {field: value}`",
        ),
        (
            {"story": DEAL + "- 2026-03-03 correct deal-1: {amount: 1}\n"},
            7,
            9,
            "when on that day was it typed in?",
        ),
        (
            {"story": "- 2026-03-03 09:00 retract deal-1\n"},
            6,
            9,
            "nothing in the story is named `deal-1`: there are none",
        ),
        ({"own": "zone: Asia/Beijing\n"}, 5, 11, "unknown time zone `Asia/Beijing`: did you mean"),
        ({"own": "handbook: {cadance: both}\n"}, 5, 16, "the handbook has no key `cadance`"),
        ({"own": "handbook: {cadence: 3-7}\n"}, 5, 15, "`3-7` is no cadence: choose one of"),
        ({"own": "handbook: {variants: both}\n"}, 5, 15, "this chooses nothing: write"),
        ({"own": "handbook: {also: 3}\n"}, 5, 15, "this chooses nothing: write"),
        ({"own": "calendar: {hours: 3}\n"}, 5, 15, "`3` are no hours by weekday"),
        ({"own": "customer: {contacts: wei}\n"}, 5, 15, "the contacts `'wei'` are no list"),
        ({"own": "rulebook: none.json\n"}, 5, 15, "`none.json`: no such file or directory"),
        ({"own": "customer: {knid: person}\n"}, 5, 16, "the customer has no key `knid`"),
        ({"own": "calendar: {hour: 1}\n"}, 5, 15, "unknown calendar field `hour`"),
    ],
)
def test_a_mistake_is_told_by_its_place(how, line, column, problem):
    found = refused(**how)
    assert (found.line, found.column) == (line, column), found
    assert found.problem.startswith(problem)


@pytest.mark.parametrize(
    ("whole", "problem"),
    [
        ("", "the file is empty"),
        ("zone: [", "no YAML: "),
        ("- a\n", "expected a file of timelines, not this list"),
        ("zone: Asia/Shanghai\n", "there is no `timelines:`"),
        ("timelines:\n  - name: a\n", "a timeline without `expect`"),
        (
            "timelines:\n  - name: a\n    expect:\n      - 2026-03-02 09:00: open\n",
            "in which zone?",
        ),
        ("a: &a [*a]\n", "this stands within itself"),
        ("zone: x\nzone: y\n", "the key `zone` stands here twice"),
    ],
)
def test_a_file_that_is_none_is_refused(whole, problem):
    assert problem in refused(whole=whole).problem


def test_a_few_lines_of_aliases_do_not_make_endless_values():
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    for before, name in pairwise("abcdefghi"):
        lines.append(f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]")
    assert "more than 100,000 values" in refused(whole="\n".join(lines)).problem


def test_an_error_names_file_line_and_column():
    assert str(refused(top="zoen: x\n")).startswith("x.timeline.yaml:3:1: ")


def test_an_error_survives_another_process():
    found = refused(top="zoen: x\n")
    assert str(pickle.loads(pickle.dumps(found))) == str(found)


def test_two_timelines_have_two_names():
    twice = text().replace(
        "timelines:\n", "timelines:\n  - {name: one, expect: [{2026-03-02 09:00: not owed}]}\n"
    )
    assert refused(whole=twice).problem == "two timelines are named `one`: rename one"


# ---------------------------------------------------------------- whatever is written

WHOLE = text(
    DEAL + CARD + "- 2026-03-04 08:00 correct touch-1: {handwritten: no}\n",
    "- 2026-03-05 09:00: {of: 2026-03-02, status: breached, due: 2026-03-04, by: none}",
    own="customer: {kind: person}\nhandbook: {cadence: both}\ncomplete: 2026-03-09 end\n",
)


@given(
    st.lists(
        st.tuples(
            st.integers(0, len(WHOLE)),
            st.integers(0, 8),
            st.sampled_from(
                [
                    "",
                    " ",
                    "\n",
                    "- ",
                    ": ",
                    "{",
                    "}",
                    "[",
                    "&a ",
                    "*a",
                    "!x ",
                    "'",
                    "2026-13-40",
                    "24:00",
                    "\t",
                    "~",
                    "日",
                ]
            ),
        ),
        min_size=1,
        max_size=3,
    )
)
def test_whatever_is_written_either_means_something_or_is_refused(edits):
    written = WHOLE
    for at, length, put in edits:
        written = written[:at] + put + written[at + length :]
    try:
        for one in parse(written):
            one.run().told()
    except BadTimeline as problem:
        told = str(problem)
    else:
        told = ""
    assert told == "" or told.startswith("<text>:")
