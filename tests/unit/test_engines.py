"""Who decides: this library, or durable-rules if it is there."""

import subprocess
import sys

import pytest
from click.testing import CliRunner

from retention_rules import DefinitionError, MissingExtra, RetentionRulesError, Rulebook, evaluate
from retention_rules.cli.commands import app

NOW = "2026-03-05T09:00+08:00"


@pytest.fixture
def without(monkeypatch):
    """Whether or not it is installed: a module that is None cannot be imported."""
    monkeypatch.setitem(sys.modules, "durable_rules_engine", None)


def test_the_default_needs_no_durable_rules(without):
    assert list(evaluate(Rulebook(), [], as_of=NOW)) == []
    assert list(evaluate(Rulebook(), [], as_of=NOW, engine="python")) == []


def test_without_durable_rules_the_error_says_what_to_do(without):
    with pytest.raises(MissingExtra, match="pip install 'retention-rules") as caught:
        evaluate(Rulebook(), [], as_of=NOW, engine="rete")
    assert "the same findings" in str(caught.value)
    assert isinstance(caught.value, RetentionRulesError)


def test_the_command_line_says_so_in_one_line(without, tmp_path):
    events = tmp_path / "events.csv"
    events.write_text("id,kind,customer,occurred_at\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["agenda", str(events), "--engine", "rete"])
    assert result.exit_code == 2
    assert result.output.startswith("error: `engine='rete'` needs durable-rules")


def test_an_engine_that_is_not_there_is_refused():
    with pytest.raises(DefinitionError, match="did you mean `rete`"):
        evaluate(Rulebook(), [], as_of=NOW, engine="ret")  # type: ignore[arg-type]


def test_importing_the_library_imports_no_engine():
    code = """
import sys, retention_rules
print("retention_rules.evaluation.rete" in sys.modules, "durable_rules_engine" in sys.modules)
"""
    command = [sys.executable, "-c", code]
    process = subprocess.run(command, capture_output=True, text=True, check=True)
    assert process.stdout == "False False\n"
