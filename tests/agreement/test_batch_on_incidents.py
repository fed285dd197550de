"""The batch evaluator and `evaluate` on a whole service desk's log, at its middle and its end."""

import pytest

pytest.importorskip("duckdb")

from examples.uci_incidents.check import END, MIDDLE
from examples.uci_incidents.log import events, read
from examples.uci_incidents.rules import RULEBOOK
from tests.agreement.batch import batch

from retention_rules import evaluate


@pytest.mark.slow
@pytest.mark.parametrize("as_of", [MIDDLE, END], ids=["middle", "end"])
def test_all_findings_of_the_log_are_equal(as_of):
    happened = list(events(read()))
    found = list(batch(RULEBOOK, happened, as_of=as_of, zone="UTC"))
    assert found == list(evaluate(RULEBOOK, happened, as_of=as_of, zone="UTC"))
