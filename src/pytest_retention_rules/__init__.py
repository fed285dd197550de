"""For pytest: each timeline in a file ``NAME.timeline.yaml`` is a test.

This stands beside `retention_rules` and imports nothing of it until there is such a file, so that
it costs nothing where there is none.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from retention_rules.testing.timelines import Timeline

SUFFIX = ".timeline.yaml"


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Take files of timelines."""
    if not file_path.name.endswith(SUFFIX):
        return None
    collector: pytest.Collector = TimelineFile.from_parent(parent, path=file_path)
    return collector


class Failed(Exception):
    """What a timeline expects is not so; the text says what is."""


class TimelineFile(pytest.File):
    """A file of timelines."""

    def collect(self) -> Iterator[pytest.Item]:
        """One test for each timeline."""
        from retention_rules.errors import RetentionRulesError
        from retention_rules.testing.timelines import read

        try:
            found = read(self.path)
        except RetentionRulesError as problem:
            raise self.CollectError(str(problem)) from None
        for one in found:
            yield TimelineItem.from_parent(self, name=one.name, timeline=one)


class TimelineItem(pytest.Item):
    """One timeline."""

    def __init__(self, *, timeline: Timeline, **how: Any) -> None:
        super().__init__(**how)
        self.timeline = timeline

    def runtest(self) -> None:
        """Evaluate it, and tell what fails."""
        from retention_rules.errors import RetentionRulesError

        try:
            outcome = self.timeline.run()
        except RetentionRulesError as problem:
            raise Failed(str(problem)) from None
        if not outcome.passed:
            raise Failed(outcome.told())

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What was expected, what is so, and why; no traceback."""
        if isinstance(excinfo.value, Failed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where it stands."""
        return self.path, self.timeline.line - 1, self.name
