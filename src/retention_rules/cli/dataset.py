"""Files of events that are larger than memory: counted, and written to a Parquet file."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from retention_rules.cli import options
from retention_rules.display import terminal
from retention_rules.interop.datasets import evaluate_dataset
from retention_rules.texts import Language, Text

LARGE = 100_000_000
"""From so many bytes on, text goes this way by itself."""
_EXTRA = ("narwhals", "numba", "numpy", "pyarrow")
_STEPS = {
    "reading": Text("Reading events", "读取事件"),
    "evaluating": Text("Evaluating", "评估"),
}


def meant(given: dict[str, Any], style: str, output: str | None) -> bool:
    """Whether events go this way: Parquet always, text if it is large or findings are written."""
    events: str = given["events"]
    if events == "-":
        if output is not None:
            raise click.UsageError("-o reads files: save standard input to one first")
        return False
    path = Path(events)
    if not path.is_file() or _is_parquet(path) or output is not None:
        return True
    if style != "table" or given["rejects"] or given["engine"] != "python":
        return False
    return path.stat().st_size >= LARGE and all(map(find_spec, _EXTRA))


def _is_parquet(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"PAR1"


def check(given: dict[str, Any], style: str, output: str | None) -> set[str]:
    """Count and write the findings, show how many there are, and return their statuses."""
    for option, bad in (
        ("--format", style != "table"),
        ("--rejects", given["rejects"] is not None),
        ("--engine", given["engine"] != "python"),
    ):
        if bad:
            raise click.UsageError(
                f"{option} is for CSV and JSON Lines without -o: findings of Parquet are counted, "
                "and written with -o"
            )
    book = options.the_rulebook(given["rulebook"], given["cadence"], given["reading"])
    put = options.question(given)
    language = options.chosen(given["lang"])
    begun = time.monotonic()
    with _progress(language) as told:
        found = evaluate_dataset(
            book,
            given["events"],
            output,
            customers=given["customers"] or (),
            on_progress=told,
            **put.arguments(),
        )
    seconds = time.monotonic() - begun
    screen = terminal.console()
    screen.print(terminal.dataset(found.by_status, found.share, found.events, seconds, language))
    if output is None:
        hint = Text("-o FILE.parquet writes the findings.", "用 -o FILE.parquet 写出结论。")
        screen.print(hint.in_(language), style="dim")
    else:
        screen.print(f"{Text('Written to', '已写入').in_(language)} {output}")
    return {status for _, status in found.by_status}


@contextmanager
def _progress(language: Language) -> Iterator[Callable[[str, float], None]]:
    """A bar on standard error, if that is a terminal."""
    screen = Console(stderr=True)
    if not screen.is_terminal:
        yield lambda step, done: None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=screen, transient=True) as bar:
        tasks: dict[str, Any] = {}

        def tell(step: str, done: float) -> None:
            if step not in tasks:
                tasks[step] = bar.add_task(_STEPS[step].in_(language), total=1.0)
            bar.update(tasks[step], completed=done)

        yield tell
