"""What the suite would notice: faults seeded by the mutation command, and naive readings."""

import functools
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from itertools import chain, product
from pathlib import Path
from typing import Any

import attrs
import pytest
from tests.mutation.naive import READINGS
from tests.oracle import denote
from tests.properties.books import asked_of, sample
from tests.properties.test_laws import NAMES, recorded_later
from tests.semantics.conftest import at_once
from tests.semantics.story import ZONE, instant

from retention_rules import Event, FollowUp, Rulebook, Window, days
from retention_rules.errors import RetentionRulesError
from retention_rules.testing import Evaluation, laws

pytestmark = pytest.mark.slow
RUN = Path(__file__).parents[1] / "mutation" / "run.py"
HOUR = 3_600_000_000


# ---- the command -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("mutation")


def seeded(cache: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(RUN), f"--cache={cache}", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)


def test_faults_in_a_handful_of_functions_are_noticed(cache):
    places = ("verdicts:judge", "*:merged")
    only = [f"--only={place}" for place in places]
    run = seeded(cache, "--size=50", "-j1", *only)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "2 functions, 4 faults, " in run.stdout
    assert "NOTHING" not in run.stdout


def test_a_function_of_which_no_fault_is_noticed_is_an_error(cache):
    run = seeded(cache, "--size=0", "--no-examples", "--only=verdicts:judge")
    assert run.returncode == 1, run.stdout + run.stderr
    assert "no fault in `verdicts:judge` was noticed" in run.stdout
    assert "2 survivors" in run.stdout


def test_what_is_tried_is_the_same_each_time(cache):
    first, second = (seeded(cache, "--list").stdout for _ in range(2))
    assert first == second
    lines = first.splitlines()
    assert len(lines) > 400
    assert all(line.split(":")[0].isidentifier() for line in lines)


# ---- naive readings ----------------------------------------------------------------------------


def law_06(asked: Evaluation) -> None:
    """What is final at the beginning of some event stays so."""
    for at in sorted({asked.first(one) for one in asked.records if isinstance(one, Event)}):
        laws.finality(asked.at(at), asked.at(at + 400 * 24 * HOUR))


def law_13(asked: Evaluation) -> None:
    laws.agreement(asked, [denote, None])


def law_13_in_queues(asked: Evaluation) -> None:
    """With every follow-up paid in a queue."""
    queued = {"on_retrigger": "queue", "window": Window(due=days(2))}
    rules = [
        attrs.evolve(rule, **queued) if isinstance(rule, FollowUp) else rule
        for rule in asked.rulebook
    ]
    law_13(asked.but(rulebook=Rulebook(rules)))


def law_03(asked: Evaluation) -> None:
    laws.duplicates(asked, [recorded_later(one, HOUR) for one in asked.records])


def law_16(asked: Evaluation) -> None:
    chance = random.Random(repr(asked.as_of))
    for _ in range(5):
        laws.names(asked, chance.sample(NAMES, len(NAMES)))


NOTICED: dict[str, list[str | Callable[[Evaluation], object]]] = {
    "A": [
        "test_edge_cases.test_order_placed_and_order_cancelled_the_same_second_is_released",
        law_13,
        law_16,
    ],
    "B": [
        "test_edge_cases.test_of_two_visits_at_one_instant_the_second_pays_the_first_and_one_"
        "stays_live",
        law_13,
        laws.recurring_duty_never_dies,
    ],
    "C": ["test_pauses.test_a_pause_after_payment_changes_nothing", law_13, law_06],
    "D": ["test_edge_cases.test_a_retry_with_another_recorded_at_is_one_event", law_13, law_03],
    "E": [
        "test_prohibitions.test_a_dated_event_is_undecided_until_its_day_is_over",
        law_13,
        law_06,
    ],
    "F": [
        "test_edge_cases.test_as_of_due_and_not_done_is_open_and_changes_a_microsecond_later",
        law_13,
        laws.next_change,
    ],
    "G": [
        "test_edge_cases.test_a_deal_neither_pays_nor_frees_what_its_stage_entry_triggers",
        law_13,
    ],
    "H": [
        "test_unknowns.test_a_doubtful_payment_keeps_it_open_and_then_indeterminate",
        law_13,
    ],
    "J": ["test_lifecycles.test_a_timeout_wins_its_instant"],
    "K": ["test_unknowns.test_a_late_touch_does"],
    "L": ["test_edge_cases.test_a_dated_touch_counts_at_noon_of_its_day", law_13],
    "M": [law_13_in_queues],
    "N": ["test_knowledge.test_a_correction_carries_the_full_new_content_and_keeps_the_key"],
}
"""By naive reading, what must fall under it: worked examples, and laws over drawn questions."""


@functools.cache
def questions(run: int) -> list[Evaluation]:
    """Drawn questions, run after run: what a reading gets wrong may be rare."""
    focused = asked_of("drawn", max_rules=1, one_customer=True)
    return [*sample(focused, 200, run), *sample(asked_of("drawn"), 100, run)]


def told(rules: object, *records: object, as_of: str, zone: str = ZONE, **how: Any) -> object:
    """What the fixture `ask` of the worked examples gives, asked at once."""
    if complete := how.get("complete"):
        how["complete"] = {name: instant(text, zone) for name, text in complete.items()}
    return at_once(rules, *records, as_of=instant(as_of, zone), zone=zone, **how)


def fails(example: Callable[[], object]) -> bool:
    try:
        example()
    except (AssertionError, RetentionRulesError):
        return True
    return False


def raises(law: Callable[[Evaluation], object], asked: Evaluation) -> bool:
    try:
        law(asked)
    except AssertionError:
        return True
    except RetentionRulesError:  # a question with an error for an answer
        pass
    return False


def worked(name: str) -> Iterator[Callable[[], object]]:
    """A worked example, once for each set of its parameters."""
    module, function = name.split(".")
    test = getattr(import_module(f"tests.semantics.{module}"), function)
    ways: list[list[dict[str, Any]]] = []
    for mark in getattr(test, "pytestmark", ()):
        if mark.name == "parametrize":
            names = mark.args[0]
            names = names.replace(",", " ").split() if isinstance(names, str) else names
            rows = [getattr(row, "values", row) for row in mark.args[1]]
            rows = [row if len(names) > 1 else [row] for row in rows]
            ways.append([dict(zip(names, row, strict=True)) for row in rows])
    for chosen in product(*ways):
        given = {name: value for way in chosen for name, value in way.items()}
        yield lambda given=given: test(told, **given)


@pytest.mark.parametrize(
    ("letter", "name"),
    [(letter, what) for letter in NOTICED for what in NOTICED[letter] if isinstance(what, str)],
)
def test_a_worked_example_falls_under_a_naive_reading(letter, name, monkeypatch):
    for example in worked(name):
        example()
    READINGS[letter](monkeypatch.setattr)
    assert any(fails(example) for example in worked(name))


@pytest.mark.parametrize(
    ("letter", "law"),
    [(letter, what) for letter in NOTICED for what in NOTICED[letter] if callable(what)],
)
def test_a_law_falls_under_a_naive_reading(letter, law, monkeypatch):
    for asked in chain.from_iterable(questions(run) for run in range(20)):
        with monkeypatch.context() as patched:
            READINGS[letter](patched.setattr)
            fallen = raises(law, asked)
        if fallen and not raises(law, asked):
            return
    pytest.fail("no question makes a difference")


def test_all_naive_readings_are_tried():
    assert sorted(NOTICED) == sorted(READINGS)
