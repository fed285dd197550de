"""Seeds one fault at a time into the functions of the evaluator, and lists what no test notices.

    python tests/mutation/run.py                           two faults in each function
    python tests/mutation/run.py --all --only races:*      every fault in the functions of races.py
    python tests/mutation/run.py --only verdicts:judge     two faults in one function
    python tests/mutation/run.py --first -n 4              up to four, until one is noticed

A mutant is asked a corpus of drawn questions, whose answers the oracle gave, by way of `evaluate`,
of monitors that hear of things late and in any order, and of monitors with a horizon; what comes
through goes on to the worked examples. The sources are copied first, so that they can be worked on
meanwhile. It fails if some function has no fault that was noticed.
"""

import argparse
import fnmatch
import hashlib
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:1] = [str(ROOT), str(ROOT / "src")]

from tests.mutation.mutants import (  # noqa: E402
    Mutant,
    chosen,
    install,
    modules,
    named,
)

COPIED = ("src", "tests", "docs", "examples", "conftest.py", "pyproject.toml")
READ_BY_CORPUS = ("src", "tests/oracle", "tests/properties", "tests/mutation", "tests/semantics")
SECONDS, MORE_SECONDS, BYTES = 30, 150, 3 << 30
"""Of processor time for the corpus, and for the examples; of memory."""
EXAMPLES = ("tests/semantics",)
FURTHER = {
    "calendars": ("tests/unit/test_working_time_cases.py", "tests/unit/test_calendars.py"),
    "happenings": ("tests/unit/test_explain.py",),
    "knowledge": (),
}
OTHERWISE = ("tests/properties/test_horizon.py", "tests/unit/test_bad_input.py")
"""What is tried after the worked examples."""


@dataclass
class Tally:
    """What became of the mutants of one function."""

    tried: int = 0
    by: Counter[str] = field(default_factory=Counter)
    survivors: list[Mutant] = field(default_factory=list)


def main() -> int:
    started = time.monotonic()
    options = _options()
    if options.examples is not None:
        return _examples(named(options.examples), options.answer)
    if not options.copied:
        return _from_a_copy(options)
    if options.build:
        _build(options)
        return 0
    wanted: list[Mutant] = []
    for module in modules(ROOT):
        number = None if options.all else options.number
        for mutants in chosen(ROOT, module, number).values():
            wanted += [one for one in mutants if _asked_for(one, options.only)]
    if options.list:
        for mutant in wanted:
            print(mutant.id, mutant.told)
        return 0
    if options.first:
        seen: Counter[str] = Counter()
        turns = []
        for one in wanted:
            turns.append((seen[one.place], one))
            seen[one.place] += 1
        wanted = [one for _, one in sorted(turns, key=lambda turn: turn[0])]
    corpus = _corpus(options)
    known = _Known(options)
    original = Mutant("+".join(sorted({mutant.module for mutant in wanted})), "", 0)
    (_, verdict), *_ = _tried([original], corpus, options, known)
    if verdict is not None:
        print(f"the suite is red without any fault, by {verdict}: nothing to be learned")
        return 2
    tallies: dict[str, Tally] = {}
    for mutant in wanted:
        tallies.setdefault(mutant.place, Tally())
    for number, (tried, verdict) in enumerate(_tried(wanted, corpus, options, known)):
        if number % 50 == 0:
            print(f"{number} of {len(wanted)}", file=sys.stderr, flush=True)
        tally = tallies[tried.place]
        tally.tried += 1
        if verdict is None:
            tally.survivors.append(tried)
            print(f"survives: {tried.id} {tried.told}", flush=True)
        else:
            tally.by[verdict] += 1
    code = _report(tallies)
    print(f"{time.monotonic() - started:.0f} seconds")
    return code


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("-n", "--number", type=int, default=2, help="faults in each function")
    parser.add_argument("--all", action="store_true", help="every fault that can be seeded")
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="MODULE:FUNCTION",
        help="only these functions; may be repeated, and hold wildcards",
    )
    parser.add_argument(
        "--first", action="store_true", help="no more faults in a function once one is noticed"
    )
    parser.add_argument("--size", type=int, default=600, help="questions put to `evaluate`")
    parser.add_argument("-j", "--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument(
        "--cache",
        type=Path,
        default=Path(tempfile.gettempdir()) / "retention-rules-mutation",
        help="where copies of the sources and corpora are kept",
    )
    parser.add_argument(
        "--no-examples", action="store_true", help="do not go on to the worked examples"
    )
    parser.add_argument("--list", action="store_true", help="only list the faults")
    for own in ("--copied", "--build"):
        parser.add_argument(own, action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--examples", help=argparse.SUPPRESS)
    parser.add_argument("--answer", type=int, help=argparse.SUPPRESS)
    return parser.parse_args()


def _asked_for(mutant: Mutant, only: list[str]) -> bool:
    return not only or any(fnmatch.fnmatchcase(mutant.place, pattern) for pattern in only)


# ---- the copy and the corpus ---------------------------------------------------------------------


def _from_a_copy(options: argparse.Namespace) -> int:
    """Run this command again on a copy of the sources, which nobody works on."""
    copy: Path = options.cache / _digest(COPIED) / "tree"
    if not copy.exists():
        partly = Path(tempfile.mkdtemp(dir=_made(options.cache)))
        for name in COPIED:
            here, there = ROOT / name, partly / "tree" / name
            if here.is_dir():
                left_out = shutil.ignore_patterns("__pycache__", "_build", ".*")
                shutil.copytree(here, there, ignore=left_out)
            else:
                _made(there.parent)
                shutil.copy(here, there)
        _made(copy.parent)
        try:
            (partly / "tree").rename(copy)
        except OSError:
            if not copy.exists():  # if it does, another run made it meanwhile
                raise
        shutil.rmtree(partly)
    script = str(copy / Path(__file__).resolve().relative_to(ROOT))
    os.chdir(copy)
    os.execv(sys.executable, [sys.executable, "-B", script, "--copied", *sys.argv[1:]])


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _digest(names: Iterable[str]) -> str:
    """A fingerprint of files and folders."""
    found = hashlib.sha256(sys.version.encode())
    for name in names:
        top = ROOT / name
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if path.is_file() and "__pycache__" not in path.parts:
                found.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return found.hexdigest()[:16]


def _path(options: argparse.Namespace) -> Path:
    cache: Path = options.cache.resolve()
    return cache / f"corpus-{_digest(READ_BY_CORPUS)}-{options.size}.pickle"


def _corpus(options: argparse.Namespace) -> Path:
    """The path of the corpus, drawn now unless it was before."""
    path = _path(options)
    if not path.exists():
        # In another process: this one, from which mutants are forked, must not know the library.
        how = ["--cache", str(options.cache.resolve()), "--size", str(options.size)]
        subprocess.run([sys.executable, "-B", __file__, "--copied", "--build", *how], check=True)
    return path


def _build(options: argparse.Namespace) -> None:
    from tests.mutation import corpus

    path = _path(options)
    partly = path.with_name(f"{path.name}.{os.getpid()}")
    print("corpus:", json.dumps(corpus.build(partly, options.size)), flush=True)
    partly.rename(path)


# ---- trying mutants ------------------------------------------------------------------------------


class _Known:
    """What became of mutants of these very sources in runs before, so that one can be resumed."""

    def __init__(self, options: argparse.Namespace) -> None:
        kept = f"verdicts-{options.size}{'-corpus' * options.no_examples}.jsonl"
        self.path = ROOT.parent / kept
        lines = self.path.read_text().splitlines() if self.path.exists() else []
        self.verdicts: dict[str, str | None] = dict(json.loads(line) for line in lines)

    def add(self, mutant: Mutant, verdict: str | None) -> None:
        if mutant.function:
            with self.path.open("a") as file:
                print(json.dumps([mutant.id, verdict]), file=file)


def _tried(
    mutants: Iterable[Mutant], corpus: Path, options: argparse.Namespace, known: _Known
) -> Iterator[tuple[Mutant, str | None]]:
    """Each mutant (without a function: the original) with what noticed it, if anything did."""
    import hypothesis.strategies  # noqa: F401  (so that not each child has to import it)
    import pytest  # noqa: F401

    ahead: list[Mutant] = []
    noticed: set[str] = set()
    for mutant in mutants:
        if mutant.id in known.verdicts:
            noticed |= {mutant.place} if known.verdicts[mutant.id] else set()
            yield mutant, known.verdicts[mutant.id]
        else:
            ahead.insert(0, mutant)
    running: dict[int, tuple[Mutant, int]] = {}
    while ahead or running:
        while ahead and len(running) < options.jobs:
            mutant = ahead.pop()
            if options.first and mutant.place in noticed:
                continue
            mine, its = os.pipe()
            pid = os.fork()
            if pid == 0:
                _try(mutant, corpus, its, options.no_examples)
            os.close(its)
            running[pid] = (mutant, mine)
        if not running:
            break
        pid, status = os.wait()
        mutant, mine = running.pop(pid)
        with os.fdopen(mine) as answer:
            told = answer.read().split()
        verdict = told[-1] if told else None
        if verdict is None and os.WIFSIGNALED(status):
            verdict = "hang" if os.WTERMSIG(status) == signal.SIGXCPU else "crash"
        elif verdict is None and status:
            raise RuntimeError(f"{mutant}: the worked examples could not be run")
        known.add(mutant, verdict)
        noticed |= {mutant.place} if verdict else set()
        yield mutant, verdict


def _try(mutant: Mutant, corpus: Path, answer: int, no_examples: bool) -> None:
    """In a child: import the mutant, ask it, and say what noticed it; never returns."""
    code = 0
    try:
        _bounded(SECONDS)
        quiet = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(quiet, stream)
        if mutant.function:
            install(ROOT, mutant)
        verdict = _asked(corpus)
        if verdict is not None:
            os.write(answer, verdict.encode())
        elif not no_examples:
            os.set_inheritable(answer, True)
            _bounded(SECONDS + MORE_SECONDS)
            mine = ["--copied", f"--examples={mutant.id}", f"--answer={answer}"]
            os.execv(sys.executable, [sys.executable, "-B", __file__, *mine])
    except BaseException:
        code = 1
        os.write(answer, b"error")
    finally:
        os._exit(code)


def _bounded(seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    most = BYTES if hard == resource.RLIM_INFINITY else min(BYTES, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))


def _asked(corpus: Path) -> str | None:
    from tests.mutation.corpus import first_difference

    try:
        import retention_rules.testing

        assert Path(retention_rules.testing.__file__).is_relative_to(ROOT)
    except Exception:
        return "import"
    return first_difference(corpus)


class _FirstFailure:
    def __init__(self) -> None:
        self.name: str | None = None

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.failed and self.name is None:
            self.name = report.nodeid


def _examples(mutant: Mutant, answer: int) -> int:
    """In a child: run the worked examples on a mutant."""
    import pytest

    if mutant.function:
        install(ROOT, mutant)
    os.environ["RETENTION_RULES_PROFILE"] = "quick"
    paths = list(EXAMPLES)
    for module in mutant.module.split("+"):
        paths += FURTHER.get(module, OTHERWISE)
    paths = list(dict.fromkeys(paths))
    first = _FirstFailure()
    code = pytest.main(["-x", "-q", "-p", "no:cacheprovider", *paths], plugins=[first])
    if code != pytest.ExitCode.OK:
        told = "examples" if first.name is None or "semantics" in first.name else "unit"
        os.write(answer, told.encode())
    return 0


# ---- what is said of it --------------------------------------------------------------------------


def _report(tallies: dict[str, Tally]) -> int:
    width = max([len(place) for place in tallies], default=0)
    print(f"\n{'function':{width}}  tried  caught  by")
    unnoticed = []
    for place, tally in tallies.items():
        caught = tally.by.total()
        by = ", ".join(f"{what} {number}" for what, number in sorted(tally.by.items()))
        if not caught:
            by = "NOTHING"
            unnoticed.append(place)
        print(f"{place:{width}}  {tally.tried:5}  {caught:6}  {by}")
    survivors = [one for tally in tallies.values() for one in tally.survivors]
    print(f"\n{len(survivors)} survivors")
    for one in survivors:
        print(f"  {one.id}  {one.told}")
    tried = sum(tally.tried for tally in tallies.values())
    by = sum((tally.by for tally in tallies.values()), Counter[str]())
    print(
        f"\n{len(tallies)} functions, {tried} faults, {by.total()} noticed: "
        + ", ".join(f"{what} {number}" for what, number in by.most_common())
    )
    for place in unnoticed:
        print(f"no fault in `{place}` was noticed")
    return 1 if unnoticed or not tried else 0


if __name__ == "__main__":
    sys.exit(main())
