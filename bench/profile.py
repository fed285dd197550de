"""Where the time goes: `python -m bench.profile evaluate`, or `observe`, `account`, `by-hand`.

cProfile makes every call dearer, so that its figures exaggerate what is small and often called:
look for the order of functions here, and measure with `python -m bench`.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from bench import byhand
from bench.run import listed, observed
from bench.world import account, customers, events, world
from retention_rules.practices import handbook


def work(what: str, size: int) -> Callable[[], Any]:
    """What to profile, with everything that it needs already built."""
    given = account(size) if what == "account" else world(size)
    happened, known, book = events(given), customers(given), handbook()
    if what == "by-hand":
        book = book.select(*byhand.RULES)
    if what in ("observe", "account"):
        return partial(observed, book, happened, known)
    return partial(listed, book, given, happened, known)


def main() -> None:
    """Profile one kind of work and print its dearest functions."""
    parser = argparse.ArgumentParser(prog="python -m bench.profile", description=__doc__)
    parser.add_argument("what", choices=("evaluate", "observe", "account", "by-hand"))
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument("--top", type=int, default=30, help="how many functions to print")
    parser.add_argument("--sort", default="tottime", help="tottime, cumtime or ncalls")
    parser.add_argument("--callers", help="who calls the functions that match this, instead")
    parser.add_argument("--save", type=Path, help="write the profile here, for snakeviz and such")
    options = parser.parse_args()
    run = work(options.what, options.events)
    run()  # the first time fills day tables and caches
    profile = cProfile.Profile()
    profile.runcall(run)
    stats = pstats.Stats(profile)
    stats.strip_dirs().sort_stats(options.sort)
    if options.save:
        stats.dump_stats(options.save)
    if options.callers:
        stats.print_callers(options.callers)
    else:
        stats.print_stats(options.top)


if __name__ == "__main__":
    main()
