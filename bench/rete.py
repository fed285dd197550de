"""Two deadline rules on durable-rules, in a process and a Python of their own.

durable-rules compiles C, does not build on newer Pythons, and may crash; hence the process. Inside
it every customer gets a host that is thrown away after use. The engine knows no calendar: due
instants are reckoned here and handed over as whole numbers, and only facts that the rules read are
asserted.

Beside that, `evaluate(..., engine="rete")` decides a whole rulebook there, with all its words, and
`pairs` asks it the twelve follow-ups of `columns`.

`python -m bench.rete given.json` is the other end of `Worker`: a line in, a round, a line out.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from bench.byhand import local, midnight, promised
from bench.timing import Cost
from bench.world import Row, World, micro

Outcome: TypeAlias = tuple[str, str, str]
"""Rule, trigger, and `kept` or `missed`; what is still open is not listed."""
THANKED, PROMISE = "bench.thanked", "bench.promise"
SID = "0"
ROOT = Path(__file__).resolve().parent.parent


def outcomes(rows: Iterable[Row], zones: Mapping[str, str], as_of: int) -> list[Outcome]:
    """What was kept and what was missed, customer by customer."""
    by_customer: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        if row.at <= as_of and (fact := _fact(row, zones[row.customer])):
            by_customer.setdefault(row.customer, []).append(fact)
    found: set[Outcome] = set()
    for facts in by_customer.values():
        ask([*facts, {"id": "$go", "go": 1, "sid": SID}], _rules(as_of, found))
    return sorted(found)


def _fact(row: Row, zone: str) -> dict[str, Any] | None:
    # Joining on `id` reads freed memory in the engine: `key` is a copy to join on and to read.
    fact = {"id": row.id, "key": row.id, "sid": SID, "kind": row.kind, "at": row.at}
    if row.kind == "deal.closed":
        fact["due"] = midnight(zone, local(ZoneInfo(zone), row.at).toordinal() + 3) - 1
    elif row.kind == "promise.made":
        fact["due"] = promised(zone, row.at, row.data.get("due"))[0]
        fact["promise"] = row.data["promise"]
    elif row.kind == "promise.kept":
        fact["promise"] = row.data["promise"]
    elif row.kind != "touch.made" or row.data.get("purpose") != "thanks":
        return None
    return fact


def _paying(kind: str, *joins: dict[str, Any]) -> dict[str, Any]:
    joins = ({"$gte": {"at": {"a": "at"}}}, {"$lte": {"at": {"a": "due"}}}, *joins)
    # When the last join is the false one the engine reads past its program: repeat the first.
    return {"$and": [{"kind": kind}, *joins, joins[0]]}


def _rules(as_of: int, found: set[Outcome]) -> dict[str, Any]:
    def note(rule: str, outcome: str) -> Callable[[Any], None]:
        return lambda c: found.add((rule, c._m["a"]["key"], outcome))

    same = {"promise": {"a": "promise"}}
    rules: dict[str, Any] = {}
    for rule, trigger, paying in (
        (THANKED, "deal.closed", lambda: _paying("touch.made")),
        (PROMISE, "promise.made", lambda: _paying("promise.kept", same)),
    ):
        # Gated by a fact that comes last, so that `$not` never looks at a half-loaded memory.
        kept = [{"g": {"go": 1}}, {"a": {"kind": trigger}}, {"b": paying()}]
        late = {"$and": [{"kind": trigger}, {"$lt": {"due": as_of}}]}
        missed = [{"g": {"go": 1}}, {"a": late}, {"b$not": paying()}]
        rules[f"{rule}.kept"] = {"all": kept, "run": note(rule, "kept")}
        rules[f"{rule}.missed"] = {"all": missed, "run": note(rule, "missed")}
    return rules


def ask(facts: Iterable[Mapping[str, Any]], rules: Mapping[str, Any]) -> None:
    """Tell facts to a host that is thrown away, for the rules to act on."""
    import durable_rules_engine as native
    from durable import engine

    class Host(engine.Host):  # type: ignore[misc]
        def _run(self) -> None:
            """Start no timer threads."""

    warm = {"all": [{"m": {"kind": "$warm"}}], "run": lambda c: None}
    host = Host({"r": {"$warm": warm, **rules}})
    ruleset = host.get_ruleset("r")

    def tell(fact: Mapping[str, Any]) -> None:
        with contextlib.suppress(engine.MessageNotHandledException):
            host.assert_fact("r", fact)

    try:
        tell({"id": "$warm", "kind": "$warm", "sid": SID})  # or deleting the state frees junk
        for fact in facts:
            tell(fact)
        if "exception" in (state := ruleset.get_state(SID)):
            raise RuntimeError(state["exception"])
    finally:
        ruleset.delete_state(SID)
        native.delete_ruleset(ruleset._handle)


def _two_rules(given: Any) -> Callable[[], list[Any]]:
    rows = [Row(*row) for row in given["rows"]]
    return lambda: outcomes(rows, given["zones"], given["as_of"])


def _twelve(given: Any) -> Callable[[], list[Any]]:
    from bench import pairs

    return lambda: pairs.owed(given["rules"], given["rows"], given["as_of"])


def _whole(given: Any) -> Callable[[], list[Any]]:
    from bench.world import customers, events, world
    from retention_rules import evaluate
    from retention_rules.serialization import decode, encode

    made = world(given["size"])
    book, happened, known = decode(given["rulebook"]), events(made), customers(made)

    def work() -> list[Any]:
        found = evaluate(book, happened, as_of=made.as_of, customers=known, engine=given["engine"])
        return [*found]

    def written() -> list[Any]:
        return [encode(one) for one in work()]

    work.written = written  # type: ignore[attr-defined]
    return work


def main(path: str) -> None:
    """Answer each line with a round: CPU seconds, and the outcomes if asked for."""
    given = json.loads(Path(path).read_text(encoding="utf-8"))
    work = {"rulebook": _whole, "follow-ups": _twelve}.get(given["what"], _two_rules)(given)
    for line in sys.stdin:
        if line.strip() == "answers":
            answer: dict[str, Any] = {"outcomes": getattr(work, "written", work)()}
        else:
            gc.collect()
            begun, start = time.perf_counter(), time.process_time()
            work()
            cpu = time.process_time() - start
            answer = {"seconds": cpu, "wall": time.perf_counter() - begun}
        print(json.dumps(answer), flush=True)


# ---- this end --------------------------------------------------------------------------------


class Worker:
    """A process in another Python, over what it is given.

    Raises:
        Missing: that Python, or durable-rules in it, is not there.
        RuntimeError: the process ended before it answered.
    """

    def __init__(self, python: str, given: Mapping[str, Any]) -> None:
        check = [python, "-c", "import durable.engine"]
        try:
            subprocess.run(check, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError) as problem:
            raise Missing(python) from problem
        self._folder = tempfile.TemporaryDirectory()
        path = Path(self._folder.name) / "given.json"
        path.write_text(json.dumps(given), encoding="utf-8")
        self._process = subprocess.Popen(
            [python, "-W", "ignore", "-m", "bench.rete", str(path)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")])},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def answers(self) -> list[Any]:
        """What it finds."""
        return list(self._round("answers")["outcomes"])

    def seconds(self) -> float:
        """The CPU time of one more round."""
        return self.cost().cpu

    def cost(self) -> Cost:
        """Both times of one more round."""
        told = self._round("again")
        return Cost(float(told["wall"]), float(told["seconds"]))

    def _round(self, line: str) -> dict[str, Any]:
        ends = self._process
        assert ends.stdin is not None
        assert ends.stdout is not None
        try:
            ends.stdin.write(line + "\n")
            ends.stdin.flush()
            for text in ends.stdout:
                if text.startswith("{"):
                    return dict(json.loads(text))
        except BrokenPipeError:
            pass
        raise RuntimeError(f"durable-rules ended with code {ends.wait()}")

    def close(self) -> None:
        """End the process that was started here."""
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()  # type: ignore[union-attr]
        self._folder.cleanup()


def two_rules(world: World) -> dict[str, Any]:
    """What a worker is given for the two deadline rules."""
    return {
        "what": "deadlines",
        "rows": world.rows,
        "zones": world.zones,
        "as_of": micro(world.as_of),
    }


class Missing(Exception):
    """There is no durable-rules."""


if __name__ == "__main__":
    main(sys.argv[1])
