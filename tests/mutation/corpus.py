"""A corpus: questions with the answers of the oracle, kept so that they can be put to mutants.

Nothing of the library is imported before a function is called: a mutant may have to come first.
"""

import pickle
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROUND = 25
FOCUSED = {"max_rules": 1, "one_customer": True}
KINDS = {
    # kind: how many of a hundred questions of the corpus are put to it, as three sorts
    "agreement": {"drawn": 8, "focused": 8, "handbook": 4},
    "chunks": {"drawn": 2, "focused": 2, "handbook": 1},
    "horizon": {"drawn": 2, "focused": 2, "handbook": 1},
}


def _asked(sort: str) -> Any:
    from tests.properties.books import asked_of

    return asked_of("drawn", **FOCUSED) if sort == "focused" else asked_of(sort)


# ---- building it ---------------------------------------------------------------------------------


def build(path: Path, size: int) -> dict[str, int]:
    """Draw a corpus and keep what the evaluator gets right; how many of each kind, and how many not.

    Args:
        path: Where to write it.
        size: How many questions are put to `evaluate`; further ones are put to monitors.
    """
    makers = {"agreement": _agreements, "chunks": _chunks, "horizon": _horizons}
    lots: list[list[Any]] = []
    counts = dict.fromkeys([*KINDS, "dropped"], 0)
    for kind, sorts in KINDS.items():
        for sort, share in sorts.items():
            number = -(-size * share // 20 // ROUND) * ROUND
            found = []
            for item in makers[kind](sort, number) if number else ():
                counts["dropped" if item is None else kind] += 1
                found += [] if item is None else [item]
            lots.append(found)
    rounds = []
    parts = max(1, size // 50)
    for number in range(parts):
        mixed = [item for lot in lots for item in lot[number::parts]]
        rounds.append(pickle.dumps(mixed))
    path.write_bytes(pickle.dumps(rounds))
    return counts


def _agreements(sort: str, number: int) -> Iterator[Any]:
    from tests.oracle import denote
    from tests.properties.books import sample

    for asked in sample(_asked(sort), number):
        expected = asked.outcome(denote)
        yield ("agreement", asked, expected) if _agrees(asked, expected) else None


def _chunks(sort: str, number: int) -> Iterator[Any]:
    from hypothesis import strategies as st
    from tests.oracle import denote
    from tests.properties.books import sample
    from tests.properties.test_laws import arrivals

    from retention_rules.testing import laws

    def with_arrivals(asked: Any) -> Any:
        return st.tuples(st.just(asked), arrivals(asked))

    for asked, steps in sample(_asked(sort).flatmap(with_arrivals), number):
        answers: dict[Any, Any] = {}

        def ask(*args: Any, answers: Any = answers, **how: Any) -> Any:
            answers[_question(*args, **how)] = found = denote(*args, **how)
            return found

        try:
            laws.chunks(asked, steps, evaluate=ask)
        except AssertionError:
            yield None
        else:
            yield "chunks", asked, steps, answers


def _horizons(sort: str, number: int) -> Iterator[Any]:
    """The draws of a property in tests/properties/test_horizon.py."""
    from hypothesis import strategies as st
    from tests.properties.books import sample
    from tests.properties.test_horizon import HORIZONS  # type: ignore[attr-defined]

    del HORIZONS
    yield from sample(st.nothing(), number)


# ---- putting it to an evaluator ------------------------------------------------------------------


def first_difference(path: Path) -> str | None:
    """The kind of the first question to which the evaluator does not give the answer kept here."""
    checks: dict[str, Callable[..., None]] = {
        "agreement": _agree,
        "chunks": _in_chunks,
        "horizon": _bounded,
    }
    for part in pickle.loads(path.read_bytes()):
        for kind, *given in pickle.loads(part):
            try:
                checks[kind](*given)
            except Exception:  # whatever a mutant may run into
                return kind
    return None
