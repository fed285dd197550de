"""`python -m bench batch --memory`: how time and memory grow with events, and how skew costs.

Each measurement is made in a process of its own, which reads its events from a file: so its peak
is that of the evaluation, and not of inventing the data.
"""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from math import prod
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from bench import columns
from bench.timing import Different, spread, table

AIM = 150
"""So many bytes per event, beside the output, are aimed at."""
COLUMNS = (
    *("race", "customer", "place", "leaning", "opens", "due", "expires", "target"),
    *("reason", "ended_place", "change", "when", "case"),
)
"""The arrays that findings are."""
BUSY = 200_000
"""The events of the one busy customer."""
LIMIT = 8
"""So many GB are aimed at for the large dataset."""
_KB, _GB = 1 << 10, 1 << 30
_FILE = 1_000_000
_SHARED = 5  # so many files of the large dataset tell of the same customers


def main(sizes: tuple[int, int], handbook: int, times: int) -> None:
    """Print how time and memory grow from one size to another, and what a busy customer costs.

    Args:
        sizes: For the twelve rules.
        handbook: How many events are asked about with the whole handbook.
        times: How often time is measured.
    """
    few, many = sizes
    with tempfile.TemporaryDirectory() as folder:
        found = {}
        for size in sizes:
            path = Path(folder, f"{size}.arrow")
            _child("write", size, str(path), 0)
            found[size] = _child("frame", str(path), times)
            path.unlink()
        _show_growth(few, many, found)
        size = _child("world", folder, handbook)
        _show_handbook(size, _child("handbook", folder))
        plain, busy = Path(folder, "plain.arrow"), Path(folder, "busy.arrow")
        _child("write", few, str(plain), 0)
        _child("write", few, str(busy), BUSY)
        _show_busy(few, _child("pair", str(plain), str(busy), times))


def _show_growth(few: int, many: int, found: dict[int, dict[str, Any]]) -> None:
    lines = []
    for size, one in found.items():
        extra, output = one["peak"] / size, one["output"] / size
        lines.append(
            [
                f"{size:,} events",
                spread(one["wall"], ".3f"),
                spread(one["cpu"], ".3f"),
                f"{one['table'] / size:.0f}",
                f"{extra:.0f}",
                f"{output:.0f}",
                f"{extra - output:.0f}",
            ]
        )
    head = ("", "wall s", "CPU s", "events, B", "peak beyond, B", "output, B", "without it, B")
    table("evaluate_frame, 12 rules; bytes are per event", head, lines)
    ratio = median(found[many]["wall"]) / median(found[few]["wall"])
    cpu = median(found[many]["cpu"]) / median(found[few]["cpu"])
    print(f"  {many // few} times the events: {ratio:.1f} times the wall time, {cpu:.1f} the CPU")
    over = found[many]["peak"] / many - found[many]["output"] / many
    print(f"  aim: {AIM} bytes per event beside the output; {over / AIM:.2f} of it")


def _show_handbook(size: int, one: dict[str, Any]) -> None:
    extra, output = one["peak"] / size, one["output"] / size
    cells = [f"{one['cpu'] / size * 1e6:.0f}", f"{one['table'] / size:.0f}", f"{extra:.0f}"]
    table(
        f"evaluate_frame, whole handbook, {size:,} events; the kernel took {one['kernel']:.1%} of "
        f"rules and customers, {one['alone']:,} of {one['findings']:,} findings are objects",
        ("", "CPU µs", "events, B", "peak beyond, B", "output as arrays, B", "without it, B"),
        [["per event", *cells, f"{output:.0f}", f"{extra - output:.0f}"]],
    )


def _show_busy(size: int, took: dict[str, list[float]]) -> None:
    mean = [one / size for one in took["plain"]]
    own = [(b - a) / BUSY for a, b in zip(took["plain"], took["busy"], strict=True)]
    lines = [
        [f"{size:,} events, about 15 a customer", spread([1e9 * one for one in mean])],
        [f"{BUSY:,} more events, of one customer", spread([1e9 * one for one in own])],
    ]
    table("One busy customer: CPU time, the rest taken away", ("", "ns per event"), lines)
    ratios = [a / b for a, b in zip(own, mean, strict=True)]
    print(f"  an event of that customer costs {spread(ratios, '.2f')} times the mean")


def large(size: int) -> None:
    """Print what a dataset larger than memory takes.

    Raises:
        Different: its answer is not that of `evaluate_frame`.
    """
    files = max(1, size // _FILE)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "events")
        source.mkdir()
        for number in range(files):
            _child("part", str(source / f"part-{number:04}.parquet"), number)
        weight = sum(path.stat().st_size for path in source.iterdir())
        one = _child("dataset", str(source), str(Path(folder, "findings.parquet")))
        tally: dict[str, int] = {}
        for number in range(0, files, _SHARED):
            some = [str(source / f"part-{n:04}.parquet") for n in range(number, files)][:_SHARED]
            for key, count in _child("counted", *some).items():
                tally[key] = tally.get(key, 0) + count
    if tally != one["tally"]:
        raise Different(f"evaluate_dataset: {one['tally']}\nevaluate_frame: {tally}")
    rows = files * _FILE
    table(
        f"evaluate_dataset, 12 rules: {rows:,} events in {files} Parquet files ({weight / _GB:.2f} "
        f"GB), {sum(tally.values()):,} findings, counts equal to evaluate_frame's",
        ("", "wall s", "CPU s"),
        [
            ["reading and parting", f"{one['reading']:.0f}", f"{one['reading_cpu']:.0f}"],
            ["evaluating and writing", f"{one['rest']:.0f}", f"{one['rest_cpu']:.0f}"],
        ],
    )
    print(
        f"  peak {one['peak'] / _GB:.2f} GB of RSS in all ({one['peak'] / rows:.0f} bytes per "
        f"event; before: {one['before'] / _GB:.2f} GB), aim {LIMIT} GB; findings "
        f"{one['written'] / _GB:.2f} GB"
    )


# ---- in a process of its own -------------------------------------------------------------------


def _child(work: str, *given: Any) -> Any:
    code = "import sys; from bench import memory; memory.run(*sys.argv[1:])"
    command = [sys.executable, "-c", code, work, json.dumps(given)]
    said = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    return json.loads(said)


def run(work: str, given: str) -> None:
    """Do one piece of work, and print what it came to as JSON."""
    print(json.dumps(WORKS[work](*json.loads(given))))


def _write(size: int, path: str, busy: int) -> None:
    import pyarrow as pa

    events = columns.generate(size)
    if busy:
        more = columns.generate(busy, seed=8)
        more["customer"][:] = 1
        more["case"][more["case"] >= 0] += 10 * size
        more["row"] += size
        events = {name: np.concatenate([events[name], more[name]]) for name in events}
    found = columns.frame(events)
    with pa.OSFile(path, "wb") as file, pa.ipc.new_file(file, found.schema) as writer:
        writer.write_table(found)


def _world(folder: str, size: int) -> int:
    """The CRM of `world`, several times over under other names."""
    import pyarrow as pa

    from bench import whole
    from bench.world import world

    found = whole.frames(world(whole.BASE), max(1, size // whole.BASE))
    for name, one in zip(("events", "customers"), found, strict=True):
        path = str(Path(folder, f"{name}.arrow"))
        with pa.OSFile(path, "wb") as file, pa.ipc.new_file(file, one.schema) as writer:
            writer.write_table(one)
    return int(found[0].num_rows)


def _handbook(folder: str) -> dict[str, Any]:
    from bench.world import AS_OF
    from retention_rules.evaluation.batch import evaluate_frame
    from retention_rules.practices import handbook

    events, people = (_read(str(Path(folder, f"{name}.arrow"))) for name in ("events", "customers"))
    book = handbook()
    evaluate_frame(book, events.slice(0, 2_000), as_of=AS_OF, customers=people)
    before, used = _restart(), time.process_time()
    found = evaluate_frame(book, events, as_of=AS_OF, customers=people)
    cpu = time.process_time() - used
    customers = sum(one["customers"] for one in found.share)
    return {
        "cpu": cpu,
        "peak": _peak() - before,
        "output": weight(found.parts),
        "table": events.nbytes,
        "kernel": sum(one["kernel"] for one in found.share) / customers,
        "alone": len(found.alone),
        "findings": len(found),
    }


def _read(path: str) -> Any:
    import pyarrow as pa

    with pa.OSFile(path) as file:
        return pa.ipc.open_file(file).read_all()


def _ask(events: Any) -> Any:
    from retention_rules.evaluation.batch import evaluate_frame

    return evaluate_frame(columns.book(), events, as_of=columns.as_of(), zone="UTC")


def _frame(path: str, times: int) -> dict[str, Any]:
    _ask(columns.frame(columns.generate(10_000)))  # all is compiled and imported
    events = _read(path)
    gc.collect()
    before = _restart()
    found = _ask(events)
    peak = _peak() - before
    output = weight(found.parts)
    wall, cpu = [], []
    for _ in range(times):
        found = None
        gc.collect()
        begun, used = time.perf_counter(), time.process_time()
        found = _ask(events)
        cpu.append(time.process_time() - used)
        wall.append(time.perf_counter() - begun)
    return {"peak": peak, "output": output, "wall": wall, "cpu": cpu, "table": events.nbytes}


def weight(parts: Sequence[Any]) -> int:
    """The bytes that the columns of findings hold.

    What many share counts once: a buffer that several arrays look at, and a value that a broadcast
    array repeats.
    """
    owners: dict[int, Any] = {}
    for part in parts:
        for name in COLUMNS:
            one = getattr(part, name)
            if one is not None:
                while isinstance(one.base, np.ndarray):
                    one = one.base
                owners[one.__array_interface__["data"][0]] = one
    return sum(_held(one) for one in owners.values())


def _held(array: Any) -> int:
    """The bytes of an array, a dimension that is only repeated not counted."""
    steps = zip(array.shape, array.strides, strict=True)
    return int(array.itemsize * prod(size for size, stride in steps if stride or not size))


def _pair(plain: str, busy: str, times: int) -> dict[str, list[float]]:
    frames = {"plain": _read(plain), "busy": _read(busy)}
    _ask(frames["busy"])
    took: dict[str, list[float]] = {name: [] for name in frames}
    for _ in range(times):
        for name, events in frames.items():
            gc.collect()
            used = time.process_time()
            found = _ask(events)
            took[name].append(time.process_time() - used)
            del found
    return took


def _part(path: str, number: int) -> None:
    """A file of the large dataset: its customers stand in some other files, too."""
    import pyarrow.parquet as pq

    events = columns.generate(_FILE, seed=100 + number)
    events["row"] += number * _FILE
    events["customer"] += number // _SHARED * 10 * _FILE
    events["case"][events["case"] >= 0] += number * _FILE
    pq.write_table(columns.frame(events), path)


def _dataset(source: str, to: str) -> dict[str, Any]:
    from retention_rules.interop.datasets import evaluate_dataset

    _ask(columns.frame(columns.generate(10_000)))
    before = _restart()
    begun = [time.perf_counter(), time.process_time()]
    read = list(begun)

    def told(step: str, done: float) -> None:
        if step == "reading":
            read[:] = time.perf_counter(), time.process_time()

    found = evaluate_dataset(
        columns.book(), source, to, as_of=columns.as_of(), zone="UTC", on_progress=told
    )
    ended = time.perf_counter(), time.process_time()
    return {
        "peak": _peak(),
        "before": before,
        "reading": read[0] - begun[0],
        "reading_cpu": read[1] - begun[1],
        "rest": ended[0] - read[0],
        "rest_cpu": ended[1] - read[1],
        "tally": {" ".join(key): count for key, count in found.by_status.items()},
        "written": Path(to).stat().st_size,
    }


def _counted(*paths: str) -> dict[str, int]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    events = pa.concat_tables([pq.read_table(path) for path in paths])
    return {" ".join(key): count for key, count in _ask(events).by_status().items()}


WORKS: dict[str, Callable[..., Any]] = {
    "write": _write,
    "frame": _frame,
    "world": _world,
    "handbook": _handbook,
    "pair": _pair,
    "part": _part,
    "dataset": _dataset,
    "counted": _counted,
}


def _restart() -> int:
    """Forget the peak so far (Linux), and say how many bytes are resident now."""
    import pyarrow as pa

    gc.collect()
    pa.default_memory_pool().release_unused()
    Path("/proc/self/clear_refs").write_text("5")
    return _status("VmRSS")


def _peak() -> int:
    return _status("VmHWM")


def _status(name: str) -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * _KB
    raise OSError(f"this system does not tell {name}")
