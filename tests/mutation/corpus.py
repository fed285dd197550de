"""A corpus: questions with the answers of the oracle, kept so that they can be put to mutants.

Nothing of the library is imported before a function is called: a mutant may have to come first.
"""

import pickle
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

RUN = 25
"""How many examples the strategies are asked for at once."""
SORTS = {"drawn": 2, "focused": 2, "handbook": 1}
"""The shares of the sorts of questions: drawn rules, one drawn rule and one customer, handbook."""
KINDS = {"agreement": 1.0, "chunks": 0.25, "horizon": 0.125}
"""How many questions of each kind there are, as a share of the size of the corpus."""
SOON = 0.2
"""Seconds in which a question must be answered: there are hundreds, for each mutant."""


def _asked(sort: str) -> Any:
    from tests.properties.books import asked_of

    focused = {"max_rules": 1, "one_customer": True}
    return asked_of("drawn", **focused) if sort == "focused" else asked_of(sort)


# ---- building it ---------------------------------------------------------------------------------


def build(path: Path, size: int) -> dict[str, int]:
    """Draw a corpus and write it; how many questions of each kind, and how many were dropped.

    Those are dropped on which the evaluator is wrong without any fault seeded, or slow.
    """
    makers = {"agreement": _agreements, "chunks": _chunks, "horizon": _horizons}
    counts = dict.fromkeys([*KINDS, "dropped"], 0)
    lots: list[list[Any]] = []
    for kind, part in KINDS.items():
        for sort, share in SORTS.items():
            number = -(-int(size * part * share) // sum(SORTS.values()) // RUN) * RUN
            made = list(makers[kind](sort, number))
            lots.append([item for item in made if item is not None])
            counts[kind] += len(lots[-1])
            counts["dropped"] += len(made) - len(lots[-1])
    # In rounds with something of everything, since most mutants are found at once.
    rounds = max(1, size // 50)
    quick = [lot for lot in lots if lot and lot[0][0] != "horizon"]
    slow = [lot for lot in lots if lot not in quick]
    mixed = [[item for lot in quick for item in lot[at::rounds]] for at in range(rounds)]
    mixed += [[item for lot in slow for item in lot[at::rounds]] for at in range(rounds)]
    path.write_bytes(pickle.dumps([pickle.dumps(items) for items in mixed]))
    for one in differences:
        print(f"dropped: {one}\n")
    return counts


def _agreements(sort: str, number: int) -> Iterator[Any]:
    from tests.oracle import denote
    from tests.properties.books import sample

    for asked in sample(_asked(sort), number):
        item = ("agreement", asked, asked.outcome(denote))
        yield item if _kept(item) else None


def _chunks(sort: str, number: int) -> Iterator[Any]:
    from hypothesis import strategies as st
    from tests.oracle import denote
    from tests.properties.books import sample
    from tests.properties.test_laws import arrivals

    def with_arrivals(asked: Any) -> Any:
        return st.tuples(st.just(asked), arrivals(asked))

    for asked, steps in sample(_asked(sort).flatmap(with_arrivals), number):
        answers: dict[Any, Any] = {}

        def ask(*args: Any, answers: dict[Any, Any] = answers, **how: Any) -> Any:
            found = answers[_question(*args, **how)] = denote(*args, **how)
            return found

        item = ("chunks", asked, steps, answers)
        yield item if _holds(*item, ask) and _kept(item) else None


def _horizons(sort: str, number: int) -> Iterator[Any]:
    """What a property of the horizon draws, so that it can be tried again without Hypothesis."""
    from hypothesis import HealthCheck, Phase, given, seed, settings
    from hypothesis import strategies as st

    found: list[Any] = []

    @settings(
        max_examples=RUN,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def take(data: Any) -> None:
        drawn = Drawn(data, [_asked(sort)])
        item = ("horizon", drawn.again())
        found.append(item if _holds("horizon", drawn) and _kept(item) else None)

    for run in range(number // RUN):
        seed(run)(take)()
    yield from found[:number]


class Drawn:
    """Stands in for `data` in a property: it notes what is drawn, and gives the same again."""

    def __init__(self, data: Any = None, instead: Any = (), values: Any = ()) -> None:
        self.data = data
        self.instead = list(instead)
        self.values = list(values)
        self.at = 0

    def draw(self, strategy: Any) -> Any:
        if self.data is not None:
            strategy = self.instead.pop(0) if self.instead else strategy
            self.values.append(self.data.draw(strategy))
        self.at += 1
        return self.values[self.at - 1]

    def again(self) -> "Drawn":
        """What gives the same values, also those that are still to be noted."""
        other = Drawn()
        other.values = self.values
        return other


# ---- putting it to an evaluator ------------------------------------------------------------------


def first_difference(path: Path) -> str | None:
    """The kind of the first question to which the evaluator does not give the answer kept here."""
    for items in pickle.loads(path.read_bytes()):
        for item in pickle.loads(items):
            if not _holds(*item):
                return str(item[0])
    return None


def _kept(item: tuple[Any, ...]) -> bool:
    """Whether a question is answered rightly, and soon."""
    started = time.process_time()
    return _holds(*item) and time.process_time() - started < SOON


def _holds(kind: str, *given: Any) -> bool:
    checks: dict[str, Callable[..., None]] = {
        "agreement": _agree,
        "chunks": _come,
        "horizon": _let_go,
    }
    try:
        checks[kind](*given)
    except Exception as difference:  # whatever a mutant may run into
        differences.append(f"{kind}: {difference}")
        return False
    return True


differences: list[str] = []
"""What was found to differ, in words."""


def _agree(asked: Any, expected: Any) -> None:
    from retention_rules.testing._compare import same

    same(expected, asked.outcome(), "the oracle and a mutant")


def _come(asked: Any, steps: Any, answers: dict[Any, Any], ask: Any = None) -> None:
    from tests.oracle import denote

    from retention_rules.testing import laws

    def kept(*args: Any, **how: Any) -> Any:
        question = _question(*args, **how)
        return answers[question] if question in answers else denote(*args, **how)

    laws.chunks(asked, steps, evaluate=ask or kept)


def _question(rulebook: Any, records: Any, **how: Any) -> Any:
    """What tells apart the questions that are asked about one rulebook."""
    return how["as_of"].isoformat(), "complete" in how, tuple(record.ref for record in records)


def _let_go(drawn: Drawn) -> None:
    from tests.properties import test_horizon

    from retention_rules.evaluation import timeline

    timeline.WORTHWHILE, before = 1, timeline.WORTHWHILE
    try:
        law = test_horizon.test_what_is_not_over_is_the_same_under_any_horizon
        law.hypothesis.inner_test("drawn", drawn.again() if drawn.data is None else drawn)
    finally:
        timeline.WORTHWHILE = before
