"""Every worked timeline, at each instant at which it expects something, on every evaluator.

Before a release, that is: an evaluator for which few questions are enough is otherwise asked about
the first few of a practice, at the last of these instants.
"""

from itertools import islice
from pathlib import Path

import pytest
from hypothesis import settings
from tests.agreement.evaluators import THOROUGH, asking, every

from retention_rules.testing.timelines import SUFFIX, read

pytest.importorskip("ruamel.yaml")

FEW = 4
FILES = sorted((Path(__file__).parents[1] / "timelines").glob(f"*{SUFFIX}"))


@pytest.mark.slow
@pytest.mark.parametrize("evaluator", every(but=["evaluate"]))
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name.removesuffix(SUFFIX))
def test_worked_timelines(evaluator, file):
    asking(evaluator)
    all_of_them = evaluator.few is None or settings.default.max_examples >= THOROUGH
    for one in islice(read(file), None if all_of_them else FEW):
        for check in one.run().checks[0 if all_of_them else -1 :]:
            expected = check.findings
            found = evaluator.ask(
                one.rulebook,
                one.records,
                as_of=check.expectation.as_of,
                customers=[one.customer],
                calendar=one.calendar,
                known_at=check.expectation.known_at,
                complete=None if one.complete is None else {"": one.complete},
            )
            assert list(found) == list(expected), f"{one.name}, line {check.expectation.line}"
