"""Runs the examples in the documentation as tests, and adds `--no-skips`.

Every `python` block of README.md and docs/, and every `>>>` there or in a docstring, is an example.
The blocks of one page share their names, in the order of the page. A block that must not run is
marked `text`; a page whose libraries may be missing says so with `% skip: start if(...)`.
"""

from collections.abc import Iterable
from doctest import ELLIPSIS, NORMALIZE_WHITESPACE

import pytest
from sybil import Document, Region, Sybil
from sybil.evaluators.doctest import DocTestEvaluator
from sybil.parsers.abstract.doctest import DocTestStringParser
from sybil.parsers.myst import (
    ClearNamespaceParser,
    CodeBlockParser,
    DocTestDirectiveParser,
    PythonCodeBlockParser,
    SkipParser,
)
from sybil.parsers.rest import DocTestParser

OPTION_FLAGS = ELLIPSIS | NORMALIZE_WHITESPACE


class ConsoleBlockParser:
    """The `>>>` examples in a block marked `pycon`."""

    def __init__(self, optionflags: int = 0) -> None:
        self.evaluator = DocTestEvaluator(optionflags)
        self.blocks = CodeBlockParser("pycon", self.evaluator)
        self.examples = DocTestStringParser(self.evaluator)

    def __call__(self, document: Document) -> Iterable[Region]:
        for block in self.blocks(document):
            source = block.parsed
            for example in self.examples(source, document.path):
                example.adjust(block, source)
                yield example


pages = Sybil(
    name="page",
    parsers=[
        PythonCodeBlockParser(doctest_optionflags=OPTION_FLAGS),
        ConsoleBlockParser(OPTION_FLAGS),
        DocTestDirectiveParser(OPTION_FLAGS),
        ClearNamespaceParser(),
        SkipParser(),
    ],
    patterns=["README.md", "docs/*.md"],
    excludes=["docs/_build/*", "docs/_build/**/*"],
)
docstrings = Sybil(
    name="docstring",
    parsers=[DocTestParser(OPTION_FLAGS)],
    patterns=["src/*/*.py", "src/*/*/*.py", "src/*/*/*/*.py"],
)

pytest_collect_file = (pages + docstrings).pytest()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--no-skips",
        action="store_true",
        help="fail the run if any test was skipped",
    )


def _skipped(config: pytest.Config) -> int:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or not config.getoption("--no-skips"):
        return 0
    return len(reporter.stats.get("skipped", ()))


def pytest_sessionfinish(session: pytest.Session) -> None:
    if session.exitstatus == pytest.ExitCode.OK and _skipped(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    if count := _skipped(config):
        terminalreporter.write_line(
            f"error: {count} skipped, and --no-skips allows none", red=True, bold=True
        )


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object | None:
    """With `-n`, spread tests one by one but keep the examples of a page on one worker."""
    if config.getvalue("dist") != "load":
        return None
    from xdist.scheduler import LoadScopeScheduling

    class PageScheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            path, _, name = nodeid.partition("::")
            return path if name.startswith("sybil:") else nodeid

    return PageScheduling(config, log)
