"""The benchmarks: `python -m bench`."""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import attrs

from bench import byhand, rete
from bench.timing import Candidate, Different, ratios, rounds, spread, table, timed
from bench.world import World, account, arrivals, customers, events, hourly, micro, world
from retention_rules import (
    Event,
    Finding,
    FollowUp,
    Monitor,
    Rulebook,
    Window,
    business_days,
    days,
    evaluate,
    event,
    touch,
    until,
)
from retention_rules.conditions import Pattern
from retention_rules.evaluation.mentions import closure
from retention_rules.practices import handbook
from retention_rules.rules import Shape
from retention_rules.serialization import encode
from retention_rules.windows import point

RETE = ".venv-rete/bin/python"
HEAD = ("", "events/s", "µs/event", "times as long")


def same(what: str, one: Iterable[Any], other: Iterable[Any]) -> int:
    """How many answers there are, which must be the same ones."""
    here, there = Counter(one), Counter(other)
    if here != there:
        extra, lacking = here - there, there - here
        sample = "\n".join(f"  {which!s}" for some in (extra, lacking) for which in list(some)[:3])
        number = extra.total() + lacking.total()
        raise Different(f"{what}: {number} stand on one side only, such as\n{sample}")
    return here.total()


def listed(book: Rulebook, given: World, happened: list[Event], known: list[Any]) -> list[Finding]:
    """What `evaluate` finds, as a list."""
    return list(evaluate(book, happened, as_of=given.as_of, customers=known))


def observed(book: Rulebook, happened: Iterable[Event], known: list[Any]) -> Monitor:
    """A monitor that saw the events one by one, each as it happened."""
    monitor = Monitor(book, customers=known)
    for one in happened:
        moment = one.occurred_at
        assert isinstance(moment, datetime)
        monitor.observe(one, now=moment)
    return monitor


def arrived(book: Rulebook, arriving: list[tuple[datetime, Event]], known: list[Any]) -> Monitor:
    """A monitor to which some of the events came late."""
    monitor = Monitor(book, customers=known)
    for moment, one in arriving:
        monitor.observe(one, now=moment)
    return monitor


def final(monitor: Monitor, given: World) -> list[Finding]:
    """What a monitor finds at the end."""
    monitor.advance(given.as_of)
    return list(monitor.findings())


def lines(took: dict[str, list[float]], size: int, base: str) -> list[list[str]]:
    """A line for each candidate."""
    return [
        [
            name,
            spread([size / one for one in seconds]),
            spread([one / size * 1e6 for one in seconds], ",.1f"),
            "1" if name == base else spread(ratios(seconds, took[base]), ".2f"),
        ]
        for name, seconds in took.items()
    ]


# ---- the benchmarks ----------------------------------------------------------------------------


def whole_handbook(size: int, times: int) -> None:
    """All practices: evaluating at once, and observing one by one."""
    book, given = handbook(), world(size)
    happened, known = events(given), customers(given)
    found = listed(book, given, happened, known)
    same("evaluate and Monitor", found, final(observed(book, happened, known), given))
    took = rounds(
        {
            "evaluate": timed(lambda: listed(book, given, happened, known)),
            "Monitor.observe": timed(lambda: observed(book, happened, known)),
        },
        times,
    )
    title = (
        f"Whole handbook: {len(book)} rules, {size:,} events, {len(given.zones):,} customers, "
        f"{len(found):,} findings, equal"
    )
    table(title, HEAD, lines(took, size, "evaluate"))
    print(f"  ({given.mix()})")


def against_by_hand(size: int, times: int) -> None:
    """Eight practices, beside a plain loop."""
    book, given = handbook().select(*byhand.RULES), world(size)
    happened, known, as_of = events(given), customers(given), micro(given.as_of)
    answers = byhand.evaluate(given.rows, given.zones, as_of)
    for what, found in (
        ("evaluate", listed(book, given, happened, known)),
        ("Monitor", final(observed(book, happened, known), given)),
    ):
        ours = [(o.rule, o.customer, o.trigger, o.status, o.due, o.ended_by) for o in found]
        number = same(f"{what} and the loop by hand", ours, answers)
    took = rounds(
        {
            "by hand": timed(lambda: byhand.evaluate(given.rows, given.zones, as_of)),
            "evaluate": timed(lambda: listed(book, given, happened, known)),
            "Monitor.observe": timed(lambda: observed(book, happened, known)),
        },
        times,
    )
    title = f"The same {len(book)} rules by hand: {size:,} events, {number:,} answers, equal"
    table(title, HEAD, lines(took, size, "by hand"))


def deadlines() -> Rulebook:
    """The two rules that durable-rules is given."""
    return Rulebook(
        [
            FollowUp(
                id=rete.THANKED,
                trigger=event("deal.closed"),
                fulfilled_by=touch(purpose="thanks"),
                window=Window(due=days(2)),
            ),
            FollowUp(
                id=rete.PROMISE,
                trigger=event("promise.made"),
                fulfilled_by=event("promise.kept"),
                correlate_on="promise",
                window=Window(due=until("due", default=point(business_days(1)))),
            ),
        ]
    )


def against_rete(size: int, times: int, python: str) -> None:
    """Two deadline rules, beside durable-rules."""
    book, given = deadlines(), world(size)
    try:
        worker = rete.Worker(python, rete.two_rules(given))
    except rete.Missing:
        print(
            f"\ndurable-rules: skipped, `{python}` has none; make it with\n"
            "  python3.11 -m venv .venv-rete\n"
            "  .venv-rete/bin/pip install durable-rules\nor name another with --rete"
        )
        return
    happened, known = events(given), customers(given)
    missed = ("breached", "repaired", "lapsed")
    ours = [
        (one.rule, one.trigger, "missed" if one.status in missed else "kept")
        for one in listed(book, given, happened, known)
        if one.status != "open"
    ]
    candidates: dict[str, Candidate] = {
        "evaluate": timed(lambda: listed(book, given, happened, known)),
        "Monitor.observe": timed(lambda: observed(book, happened, known)),
        "durable-rules": worker.seconds,
    }
    try:
        number = same("evaluate and durable-rules", ours, map(tuple, worker.answers()))
        took = rounds(candidates, times)
    except RuntimeError as problem:
        print(f"\ndurable-rules: broke off, {problem}")
        return
    finally:
        worker.close()
    title = f"Two deadline rules on durable-rules: {size:,} events, {number:,} answers, equal"
    table(title, HEAD, lines(took, size, "evaluate"))


def sized(number: int) -> Rulebook:
    """So many rules, all of which some event touches: of the handbook, and then of it again."""
    book = handbook()
    if number < len(byhand.RULES):
        return Rulebook(book.select(*byhand.RULES).rules[:number])
    kept: list[Shape] = []
    for rule in book:
        needed = closure(book, [rule.id])  # a rule comes with what it refers to, or not at all
        more = [one for one in book if one.id in needed and one not in kept]
        kept += more if len(kept) + len(more) <= number else []
    few = [one for one in book if isinstance(one, FollowUp) and not one.window.steps()]
    again = [
        attrs.evolve(one, id=f"again.{turn}.{one.id}")
        for turn in range(1 + number // len(few))
        for one in few
    ]
    return Rulebook([*kept, *again[: number - len(kept)]] if len(kept) == len(book) else kept)


def whole_rulebook(size: int, times: int, python: str) -> None:
    """All that a rulebook says, decided by durable-rules instead of by this library."""
    found = []
    for number in (5, 60, 200):
        book = sized(number)
        workers = {}
        try:
            for engine in ("python", "rete"):
                given = {"what": "rulebook", "rulebook": encode(book), "size": size}
                given["engine"] = engine
                workers[engine] = rete.Worker(python, given)
            answers = [map(json.dumps, worker.answers()) for worker in workers.values()]
            answered = same(f"{number} rules on both engines", *answers)
            took = rounds({name: worker.seconds for name, worker in workers.items()}, times)
        except rete.Missing:
            return  # it was said for the two rules already
        except RuntimeError as problem:
            print(f"\ndurable-rules: broke off, {problem}")
            return
        finally:
            for worker in workers.values():
                worker.close()
        customers_ = len(world(size).zones)
        each = {name: [one / customers_ * 1e3 for one in some] for name, some in took.items()}
        found.append(
            [
                f"{number} rules, {answered:,} findings",
                *(spread(each[name], ",.2f") for name in ("python", "rete")),
                spread(ratios(took["rete"], took["python"]), ".1f"),
            ]
        )
    title = (
        f"A whole rulebook on durable-rules: {size:,} events, {customers_:,} customers; "
        "findings equal in all fields"
    )
    table(title, ("", "python, ms/customer", "rete, ms/customer", "times as long"), found)


def harder_data(size: int, times: int) -> None:
    """What doubt, days without a time, and late records cost."""
    book = handbook()
    plain, vague = world(size), world(size, unstated=0.1)
    known, happened, others = customers(plain), events(plain), customers(vague)
    doubtful, dated = events(vague), events(plain, dated=0.1)
    arriving = arrivals(happened, 0.02, plain.as_of)
    same(
        "evaluate and a Monitor with late records",
        listed(book, plain, happened, known),
        final(arrived(book, arriving, known), plain),
    )
    took = rounds(
        {
            "evaluate": timed(lambda: listed(book, plain, happened, known)),
            "10 % of touches without purpose": timed(lambda: listed(book, vague, doubtful, others)),
            "10 % of events with a day only": timed(lambda: listed(book, plain, dated, known)),
            "Monitor.observe": timed(lambda: observed(book, happened, known)),
            "2 % of records up to 48 h late": timed(lambda: arrived(book, arriving, known)),
        },
        times,
    )
    found = lines(took, size, "evaluate")
    late = list(took)[-1]
    found[-1][-1] = spread(ratios(took[late], took["Monitor.observe"]), ".2f") + " of observe"
    table(f"Harder data: whole handbook, {size:,} events", HEAD, found)


def more_rules(size: int, times: int) -> None:
    """What rules cost that no event touches, and rules that events do touch."""
    book, given = handbook(), world(size)
    happened, known = events(given), customers(given)
    found = listed(book, given, happened, known)
    few = Rulebook(one for one in book if isinstance(one, FollowUp) and not one.window.steps())
    wide = []
    for serial in range(13):
        for one in few:
            apart = {"trigger": _apart(one.trigger), "fulfilled_by": _apart(one.fulfilled_by)}
            if one.released_by is not None:
                apart["released_by"] = _apart(one.released_by)
            wide.append(attrs.evolve(one, id=f"other.{serial}.{one.id}", **apart))
    many = Rulebook([*book, *wide])
    same("the handbook, and with rules beside it", found, listed(many, given, happened, known))
    touched = Rulebook([*book, *(attrs.evolve(one, id=f"again.{one.id}") for one in few)])
    again = listed(touched, given, happened, known)
    took = rounds(
        {
            f"{len(book)} rules": timed(lambda: listed(book, given, happened, known)),
            f"{len(many)} rules, {len(wide)} untouched": timed(
                lambda: listed(many, given, happened, known)
            ),
            f"{len(touched)} rules, {len(few)} touched twice": timed(
                lambda: listed(touched, given, happened, known)
            ),
        },
        times,
    )
    title = f"More rules: {size:,} events, {len(found):,} findings (twice touched: {len(again):,})"
    table(title, HEAD, lines(took, size, f"{len(book)} rules"))


def _apart(pattern: Pattern) -> Pattern:
    """The same pattern over kinds that never occur."""
    return Pattern(attrs.evolve(one, kind=f"other.{one.kind}") for one in pattern.alternatives)


def growth(sizes: Sequence[int], make: Callable[[int], World], title: str, times: int) -> None:
    """The cost of an event as there are more of them, beside the first size in the same rounds."""
    first = _per_event(make(sizes[0]))
    found = []
    for size in sizes:
        few = times if size <= 200_000 else 1
        again = {f"{name}, first": candidate for name, candidate in first.items()}
        took = rounds({**again, **_per_event(make(size))}, few)
        line = [f"{size:,} events"]
        for name in first:
            ours = [one / size for one in took[name]]
            base = [one / sizes[0] for one in took[f"{name}, first"]]
            line += [f"{median(ours) * 1e6:,.1f}", spread(ratios(ours, base), ".2f")]
        found.append(line)
    beside = f"× {sizes[0]:,}"
    table(
        f"{title}: whole handbook",
        ("", "evaluate µs/event", beside, "observe µs/event", beside),
        found,
    )


def _per_event(given: World) -> dict[str, Candidate]:
    book, happened, known = handbook(), events(given), customers(given)
    return {
        "evaluate": timed(partial(listed, book, given, happened, known)),
        "observe": timed(partial(observed, book, happened, known)),
    }


def late(sizes: Sequence[int], times: int) -> None:
    """Records that come at or after their time, to one busy customer who starts anew with each."""
    book = handbook()
    found = []
    for size in sizes:
        given = account(size)
        tied = hourly(given)
        happened, known = events(given), customers(given)
        candidates = {}
        for told, arriving in (
            (given, [(one.occurred_at, one) for one in happened]),
            (tied, [(one.occurred_at, one) for one in events(tied)]),
            (given, arrivals(happened, 0.02, given.as_of)),
        ):
            same(
                "evaluate and a Monitor of one customer",
                listed(book, told, [one for _, one in arriving], known),
                final(arrived(book, arriving, known), told),
            )
            work = partial(arrived, book, arriving, known)
            candidates[f"{len(candidates)}"] = timed(work)
        took = rounds(candidates, times).values()
        found.append([f"{size:,} events", *(f"{median(some) / size * 1e6:,.1f}" for some in took)])
    head = ("observe, µs/event", "in order", "by the hour, with ties", "2 % up to 48 h late")
    table("One customer, events not in order: whole handbook", head, found)


START_UP = """
import time
def now(): return time.process_time()
a = now(); import attrs, dateutil.relativedelta, dateutil.rrule, zoneinfo, json
b = now(); import retention_rules as r
c = now(); from retention_rules.practices import handbook; book = handbook()
d = now()
deal = r.Event("o", "deal.closed", customer="lin", occurred_at="2026-03-02T15:00+08:00")
e = now(); list(r.evaluate(book, [deal], as_of=deal.occurred_at, zone="Asia/Shanghai"))
f = now(); list(r.evaluate(book, [deal], as_of=deal.occurred_at, zone="Asia/Shanghai"))
g = now()
print(b - a, c - b, d - c, f - e, g - f)
"""
STEPS = (
    "what it depends on: attrs, dateutil, json, zoneinfo",
    "import retention_rules, those already there",
    "handbook()",
    "evaluate one event for the first time",
    "the same again",
)


def start_up(times: int) -> None:
    """What a fresh process pays before its first answer."""
    command = [sys.executable, "-c", START_UP]
    with tempfile.TemporaryDirectory() as folder:
        # Compiled once, as after an installation, even where no byte code may be written.
        env = {**os.environ, "PYTHONPYCACHEPREFIX": folder}
        env.pop("PYTHONDONTWRITEBYTECODE", None)
        run = partial(subprocess.run, command, env=env, check=True, capture_output=True, text=True)
        run()
        outputs = [run().stdout for _ in range(times)]
    runs = [[float(text) * 1e3 for text in output.split()] for output in outputs]
    found = [
        [step, f"{min(steps):,.1f}", f"{max(steps):,.1f}"]
        for step, steps in zip(STEPS, zip(*runs, strict=True), strict=True)
    ]
    table(f"Start: CPU time in ms, {times} fresh processes", ("", "least", "greatest"), found)


def in_columns(options: argparse.Namespace, times: int) -> None:
    """Twelve rules over columns, beside other libraries, and the handbook beside `evaluate`."""
    try:
        from bench import batch, chart, memory, whole
    except ModuleNotFoundError as problem:
        print(f"\nbatch: skipped, `{problem.name}` is not installed: pip install -e '.[batch]'")
        return
    full = options.full
    size = options.handbook or (1_000_000 if full else 100_000)
    if options.memory or options.large:
        if options.memory:
            memory.main((1_000_000, 10_000_000), options.handbook or 1_000_000, times)
        if options.large:
            memory.large(options.large)
        return
    sizes = (1_000_000, 10_000_000) if full else (100_000, 1_000_000)
    sizes = (options.events,) if options.events else sizes
    panels = [
        batch.main(one, times, options.rete if one == sizes[-1] else None)
        for one in sizes  # durable-rules takes as long for an event at any size
    ]
    panels.append(whole.main(size, times))
    if options.chart:
        options.chart.write_text(chart.svg(panels[-2:]), encoding="utf-8")
    if full:
        batch.memories(10_000_000)


BENCHMARKS = (
    "start",
    "handbook",
    "by-hand",
    "rete",
    "harder",
    "rules",
    "scaling",
    "account",
    "late",
    "batch",
)


def main(given: Sequence[str] | None = None) -> int:
    """Run the benchmarks that are asked for; 1 if answers differ."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("only", nargs="*", metavar="BENCHMARK", help=", ".join(BENCHMARKS))
    parser.add_argument("--full", action="store_true", help="up to 1M events; takes long")
    parser.add_argument("--events", type=int, help="how many, where two things are compared")
    parser.add_argument("--rounds", type=int, help="how often each is measured")
    parser.add_argument(
        "--memory", action="store_true", help="batch: growth from 1M to 10M events, and skew"
    )
    parser.add_argument(
        "--large", type=int, default=0, metavar="EVENTS", help="batch: a dataset of so many events"
    )
    parser.add_argument(
        "--handbook", type=int, metavar="EVENTS", help="batch: so many for the whole handbook"
    )
    parser.add_argument(
        "--chart", type=Path, metavar="FILE", help="batch: write a chart of it all, as SVG"
    )
    parser.add_argument("--rete", default=RETE, help="a Python that has durable-rules")
    options = parser.parse_args(given)
    if unknown := [name for name in options.only if name not in BENCHMARKS]:
        parser.error(f"no benchmark `{unknown[0]}`: choose among {', '.join(BENCHMARKS)}")
    full = options.full
    size = options.events or (100_000 if full else 10_000)
    times = options.rounds or (7 if full else 5)
    grown = (10_000, 100_000, 1_000_000) if full else (5_000, 25_000)
    busy = (25_000, 50_000, 100_000, 200_000) if full else (5_000, 20_000)
    some = (500, 1_000, 2_000) if full else (250, 500, 1_000)
    every = {
        "start": lambda: start_up(2 * times),
        "handbook": lambda: whole_handbook(size, times),
        "by-hand": lambda: against_by_hand(size, times),
        "rete": lambda: (
            against_rete(size, times, options.rete),
            whole_rulebook(size // 20, times, options.rete),
        ),
        "harder": lambda: harder_data(size // 2, times),
        "rules": lambda: more_rules(size // 2, times),
        "scaling": lambda: growth(grown, world, "More customers", 2),
        "account": lambda: growth(busy, account, "One customer, events in order", 2),
        "late": lambda: late(some, 2),
        "batch": lambda: in_columns(options, times),
    }
    begun = time.monotonic()
    machine = f"{platform.machine()} {platform.system()}"
    print(f"Python {platform.python_version()}, {machine}; CPU time of this process.")
    print("Median (least to greatest) of interleaved rounds; ratios are taken round by round.")
    try:
        for name in options.only or BENCHMARKS:
            every[name]()
    except Different as problem:
        print(f"\nThe answers differ. {problem}")
        return 1
    print(f"\n{time.monotonic() - begun:.0f} s in all")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
