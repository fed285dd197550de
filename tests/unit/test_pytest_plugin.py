"""The plugin: timelines as tests, and nothing where there are none."""

import subprocess
import sys

import pytest

TIMELINES = """\
practice: thanks.handwritten
zone: Asia/Shanghai
story:
  - Mon 2026-03-02 15:00 deal.closed
timelines:
  - name: still open
    expect:
      - 2026-03-04 end: open
  - name: thought to be done
    expect:
      - 2026-03-05 00:00: fulfilled
"""


@pytest.fixture
def run(tmp_path):
    (tmp_path / "pytest.ini").write_text("[pytest]\n")

    def invoke(*arguments):
        command = [sys.executable, "-m", "pytest", "-p", "pytest_retention_rules", "-v"]
        return subprocess.run(
            [*command, "-p", "no:cacheprovider", *arguments],
            check=False,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
        )

    return invoke


@pytest.fixture
def ours(tmp_path):
    pytest.importorskip("ruamel.yaml")
    (tmp_path / "ours.timeline.yaml").write_text(TIMELINES)
    return tmp_path


def test_each_timeline_is_a_test_by_its_name(ours, run):
    shown = run().stdout
    assert "ours.timeline.yaml::still open PASSED" in shown
    assert "ours.timeline.yaml::thought to be done FAILED" in shown


def test_a_failure_is_told_in_words_without_a_traceback(ours, run):
    shown = run().stdout
    assert "status: expected fulfilled, is breached" in shown
    assert "thanks.handwritten for customer: breached since Wed 4 Mar 2026 24:00" in shown
    assert "Traceback (most" not in shown and ".py:" not in shown


def test_one_timeline_can_be_chosen_by_its_name(ours, run):
    done = run("-k", "still")
    assert done.returncode == 0 and "1 passed, 1 deselected" in done.stdout


def test_a_bad_file_is_told_by_line_and_column(ours, run):
    (ours / "ours.timeline.yaml").write_text("zoen: x\n")
    done = run()
    assert done.returncode == 2
    assert ":1:1: a file of timelines has no key `zoen`" in done.stdout
    assert "Traceback (most" not in done.stdout


def test_without_such_files_nothing_of_the_package_is_imported(tmp_path, run):
    (tmp_path / "test_x.py").write_text(
        "import sys\ndef test_x():\n    assert 'retention_rules' not in sys.modules\n"
    )
    (tmp_path / "other.yaml").write_text("a: 1\n")
    assert run().returncode == 0
