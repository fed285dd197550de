"""Every worked timeline, at each instant at which it expects something, on every evaluator."""

from pathlib import Path

import pytest
from tests.agreement.evaluators import asking, every

from retention_rules.testing.timelines import SUFFIX, read

pytest.importorskip("ruamel.yaml")

FILES = sorted((Path(__file__).parents[1] / "timelines").glob(f"*{SUFFIX}"))


@pytest.mark.slow
@pytest.mark.parametrize("evaluator", every(but=["evaluate"]))
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name.removesuffix(SUFFIX))
def test_worked_timelines(evaluator, file):
    asking(evaluator)
    for one in read(file):
        for check in one.run().checks:
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
