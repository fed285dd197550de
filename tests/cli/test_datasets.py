"""`check` of Parquet and of large files: what it shows and writes, and what it refuses."""

import subprocess
import sys

import pytest
from click.testing import CliRunner

from retention_rules.cli import dataset
from retention_rules.cli.commands import app

EVENTS = """\
id,kind,customer,occurred_at
o-17,deal.closed,lin,2026-03-02T15:00+08:00
o-18,deal.closed,bo,2026-03-05T08:00+08:00
"""
GIVEN = ("--zone", "Asia/Shanghai", "--as-of", "2026-03-05T09:00+08:00")


@pytest.fixture
def pq():
    for name in ("narwhals", "numba"):
        pytest.importorskip(name, reason=f"`{name}` is not installed: it comes with `batch`")
    return pytest.importorskip("pyarrow.parquet", reason="it comes with the extra `batch`")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RETENTION_RULES_TRACEBACK", "1")
    (tmp_path / "events.csv").write_text(EVENTS, encoding="utf-8")
    (tmp_path / "parts").mkdir()
    return tmp_path


@pytest.fixture
def parquet(folder, pq):
    import pyarrow.csv

    table = pyarrow.csv.read_csv("events.csv")
    pq.write_table(table, "events.parquet")
    pq.write_table(table.slice(0, 1), "parts/a.parquet")
    pq.write_table(table.slice(1), "parts/b.parquet")
    return folder


def run(*arguments, code=0):
    result = CliRunner().invoke(app, ["check", *arguments, *GIVEN])
    assert result.exit_code == code, result.output
    return result


def keys(pq, path):
    return set(pq.read_table(path).column("key").to_pylist())


def test_parquet_is_counted_by_rule_and_status(parquet):
    shown = run("events.parquet").stdout
    assert "findings from 2 rows and 2 customers" in shown
    assert "thanks.handwritten" in shown
    assert "1 breached" in shown
    assert "The kernel took" in shown
    assert "-o FILE.parquet" in shown


def test_findings_are_written_as_check_lists_them(parquet, pq):
    listed = run("events.csv", "--format", "csv").stdout.splitlines()[1:]
    run("events.parquet", "-o", "findings.parquet")
    assert keys(pq, "findings.parquet") == {line.partition(",")[0] for line in listed}


def test_text_of_any_size_is_written_too(parquet, pq):
    run("events.parquet", "-o", "one.parquet")
    shown = run("events.csv", "-o", "other.parquet").stdout
    assert "Written to other.parquet" in shown
    assert keys(pq, "one.parquet") == keys(pq, "other.parquet")


def test_a_directory_and_a_pattern_may_be_given(parquet, pq):
    run("events.parquet", "-o", "whole.parquet")
    for source in ("parts", "parts/*.parquet"):
        run(source, "-o", "findings.parquet")
        assert keys(pq, "findings.parquet") == keys(pq, "whole.parquet")


def test_customers_may_be_parquet_beside_parquet(parquet, pq):
    import pyarrow as pa

    known = pa.table({"id": ["lin", "bo"], "zone": ["Asia/Shanghai", "Europe/Berlin"]})
    pq.write_table(known, "customers.parquet")
    run("events.parquet", "--customers", "customers.parquet", "-o", "findings.parquet")
    zones = pq.read_table("findings.parquet", columns=["customer", "zone"]).to_pylist()
    assert {(one["customer"], one["zone"]) for one in zones} == {
        ("lin", "Asia/Shanghai"),
        ("bo", "Europe/Berlin"),
    }


def test_large_text_goes_this_way_by_itself(parquet, monkeypatch):
    assert "The kernel took" not in run("events.csv").stdout
    monkeypatch.setattr(dataset, "LARGE", 10)
    assert "The kernel took" in run("events.csv").stdout


def test_formats_for_machines_list_large_text_as_ever(parquet, monkeypatch):
    monkeypatch.setattr(dataset, "LARGE", 10)
    assert run("events.csv", "--format", "csv").stdout.startswith("key,rule,")


def test_words_are_chinese_if_asked_for(parquet):
    assert "内核处理了" in run("events.parquet", "--lang", "zh").stdout


def test_it_fails_on_a_status_as_ever(parquet):
    run("events.parquet", "--fail-on", "breached", code=1)
    run("events.parquet", "--fail-on", "violated", code=0)


def test_no_bar_is_shown_where_nobody_looks(parquet):
    assert run("events.parquet").stderr == ""


def test_a_bar_is_shown_on_a_terminal(parquet, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "Evaluating" in run("events.parquet").stderr


@pytest.mark.parametrize(
    "option", [("--format", "json"), ("--rejects", "bad.jsonl"), ("--engine", "rete")]
)
def test_options_for_text_are_refused_with_parquet(parquet, option):
    said = run("events.parquet", *option, code=2).stderr
    assert f"{option[0]} is for CSV and JSON Lines without -o" in said


def test_standard_input_cannot_be_written_this_way(folder):
    assert "save standard input" in run("-", "-o", "findings.parquet", code=2).stderr


def test_a_bad_row_is_one_line_with_file_column_and_row(parquet, pq):
    import pyarrow as pa

    table = pq.read_table("events.parquet")
    bad = table.set_column(2, "customer", pa.array(["lin", None]))
    pq.write_table(bad, "bad.parquet")
    said = run("bad.parquet", code=2).stderr
    assert said == (
        "error: `bad.parquet`: the column `customer` has nulls (row 1: `None`): "
        "give every row one\n"
    )


def test_other_commands_say_who_reads_parquet(parquet):
    result = CliRunner().invoke(app, ["agenda", "events.parquet", *GIVEN])
    assert result.exit_code == 2
    assert "the command `check`" in result.stderr


def _without_the_extra(*arguments):
    code = (
        "import sys; sys.modules['numba'] = None\n"
        "from retention_rules.cli import main\n"
        f"main({['check', *arguments, *GIVEN]!r})\n"
    )
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


def test_without_the_extra_parquet_is_one_clear_error(parquet):
    said = _without_the_extra("events.parquet")
    assert said.returncode == 2
    assert said.stderr == (
        "error: `numba` is not installed: pip install 'retention-rules[batch]'\n"
    )


def test_without_the_extra_large_text_is_read_by_the_pure_evaluator(folder, monkeypatch):
    monkeypatch.setattr(dataset, "LARGE", 10)
    monkeypatch.setattr(dataset, "find_spec", lambda name: None)
    shown = run("events.csv").stdout
    assert "breached" in shown
    assert "The kernel took" not in shown
