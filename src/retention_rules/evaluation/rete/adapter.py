"""The only way to durable-rules: a memory of facts, rules over it, and what they conclude.

The engine is fast at joins and unforgiving otherwise, so nothing reaches it but what is safe:

- Its C module is called directly. The Python around it starts timers that read the wall clock,
  swallows exceptions, and forgets an action that took ten seconds.
- A fact has a kind and whole numbers within 64 bits, and every fact of a kind has the same fields:
  other types compare wrongly, and a fact without a field that is joined spoils all later joins.
- Joins never touch `id` or `sid`, look for the fields first, and repeat their first comparison at
  the end, since the engine reads past its program when the last comparison of several fails.
- Every rule waits for a signal of its stratum, which comes when all facts are there: rules fire at
  each fact, so that absence in a half-loaded memory would be wrong. What must be absent comes last.
- A fact that matches one condition of a rule matches no other one of it, nor makes one fail that
  asks for absence: `nowhere` means no *other* one. Rules here are written so.
- A fact that too many conditions ask for overflows a stack: few rules share a memory.
- What a rule concludes is handed over when the engine has come to rest, not while it runs.
- A memory is thrown away after use: state first, then rules, and a rule has fired before.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from types import TracebackType
from typing import Any, Self, TypeAlias

import attrs

from retention_rules.errors import MissingExtra, RetentionRulesError

Fields: TypeAlias = Mapping[str, int]
Fact: TypeAlias = tuple[str, dict[str, int]]
"""Kind, and fields."""
Match: TypeAlias = Mapping[str, Fields]
"""What a rule matched, by the names that its conditions gave."""

Test: TypeAlias = int | str | tuple[str, int | str] | list[tuple[str, int | str]]
"""A comparison of a field; see `there`."""

FOREVER = 2**62
"""An instant after all others; its negative is one before all others."""
SID = "0"
_LIMIT = 2**63
_MOST_CONDITIONS, _MOST_PARTS = 16, 32
_HANDLED = (0, 1)  # 1: no rule asks for it, or not yet


class Broken(RetentionRulesError):
    """The engine cannot hold what it is told, or did what it must not."""


@attrs.frozen
class Cond:
    """A fact that must be there, or (`absent`) must not.

    Attributes:
        name: What later conditions call it.
        kind: Its kind.
        parts: Comparisons of its fields with numbers, or with fields of earlier facts.
    """

    name: str
    kind: str
    parts: tuple[tuple[str, str, int | tuple[str, str]], ...]
    absent: bool = False

    def joined(self) -> list[str]:
        """Its fields that are compared with those of other facts."""
        return [field for field, _, other in self.parts if isinstance(other, tuple)]


def there(name: str, kind: str, /, **tests: Test) -> Cond:
    """A fact that must be there.

    A test is what a field must equal, or a pair of comparison (``<``, ``<=``, ``>``, ``>=``,
    ``!=``) and that, or a list of pairs; text such as ``o.due`` is a field of the fact that an
    earlier condition named.
    """
    return Cond(name, kind, tuple(part for one in tests.items() for part in _parts(*one)))


def nowhere(kind: str, /, **tests: Test) -> Cond:
    """A fact that must not be there; such conditions come last."""
    return attrs.evolve(there("", kind, **tests), absent=True)


def _parts(field: str, test: Test) -> Iterator[tuple[str, str, int | tuple[str, str]]]:
    pairs = test if isinstance(test, list) else [test if isinstance(test, tuple) else ("==", test)]
    for sign, other in pairs:
        if isinstance(other, str):
            name, _, its = other.partition(".")
            yield field, sign, (name, its)
        else:
            yield field, sign, other


@attrs.frozen
class Rule:
    """If all conditions hold in a stratum, what follows.

    Attributes:
        stratum: The signal it waits for.
        conditions: What must be there, and then what must not.
        then: From the subject of the memory, and what matched, to what follows.
        turn: The field, such as ``o.turn``, that must equal the number of the signal.
    """

    stratum: int
    conditions: tuple[Cond, ...]
    then: Callable[[Any, Match], Iterable[Fact]]
    turn: str | None = None


_SIGNS = {"<": "$lt", "<=": "$lte", ">": "$gt", ">=": "$gte", "!=": "$neq"}


def _written(cond: Cond, turn: str | None) -> dict[str, Any]:
    """A condition as the engine reads it."""
    guards: list[Any] = [{"kind": cond.kind}]
    joins: list[Any] = [] if turn is None else [{turn: {"go": "turn"}}]
    fields = cond.joined() + ([] if turn is None else [turn])
    guards += [{"$ex": {field: 1}} for field in dict.fromkeys(fields)]
    for field, sign, other in cond.parts:
        if isinstance(other, tuple):
            value: Any = {other[0]: other[1]}
            joins.append({field: value} if sign == "==" else {_SIGNS[sign]: {field: value}})
        else:
            guards.append({field: other} if sign == "==" else {_SIGNS[sign]: {field: other}})
    parts = [*guards, *joins, *joins[:1]]
    if len(parts) > _MOST_PARTS:
        raise Broken(f"`{cond.kind}` is compared in {len(parts)} parts, the engine takes 32")
    name = f"{cond.name}$not" if cond.absent else cond.name
    return {name: {"$and": parts} if len(parts) > 1 else parts[0]}


@lru_cache(maxsize=256)
def _definition(rules: tuple[Rule, ...]) -> str:
    found: dict[str, Any] = {"warm": {"all": [{"warm": {"kind": "warm"}}]}}
    for number, rule in enumerate(rules):
        conditions = [{"go": {"$and": [{"kind": "go"}, {"stratum": rule.stratum}]}}]
        absent = False
        for place, cond in enumerate(rule.conditions):
            absent = absent or cond.absent
            if absent and not cond.absent:
                raise Broken(f"rule {number}: what must be absent comes last")
            name, _, field = (rule.turn or "").partition(".")
            turn = field if cond.name == name and not cond.absent else None
            named = attrs.evolve(cond, name=f"n{place}") if cond.absent else cond
            conditions.append(_written(named, turn))
        if len(conditions) > _MOST_CONDITIONS:
            raise Broken(
                f"a rule asks for {len(conditions)} things at once and durable-rules takes 16: "
                "leave out `engine`, which gives the same findings"
            )
        found[f"r{number}"] = {"all": conditions}
    return json.dumps(found)


def native() -> Any:
    """The C module of durable-rules.

    Raises:
        MissingExtra: it is not installed.
    """
    try:
        import durable_rules_engine
    except ImportError:
        raise MissingExtra(
            "`engine='rete'` needs durable-rules: pip install 'retention-rules[rete]', which takes "
            "Python 3.11 or 3.12 and a C compiler; without `engine` the same findings come"
        ) from None
    return durable_rules_engine


class Memory:
    """Facts and rules for one evaluation: a context that cleans up after itself.

    `subject` is what the actions of the rules look into beside the facts that matched.
    """

    def __init__(self, rules: tuple[Rule, ...], subject: Any = None) -> None:
        self._rules = rules
        self._subject = subject
        self._schema: dict[str, frozenset[str]] = {}
        self._seen: set[tuple[Any, ...]] = set()
        self._waiting: deque[Fact] = deque()
        self._count = 0
        self.facts: dict[str, list[dict[str, int]]] = {}
        """All facts by kind, in the order in which they came."""

    def __enter__(self) -> Self:
        self._native = native()
        self._handle = self._call("create_ruleset", "r", _definition(self._rules))
        try:
            self._assert({"kind": "warm"})
        except BaseException:
            self._native.delete_ruleset(self._handle)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # In this order: else each memory leaves a hundred times its size behind.
        self._native.delete_state(self._handle, SID)
        self._native.delete_ruleset(self._handle)

    def tell(self, kind: str, /, **fields: int) -> bool:
        """Hand over a fact; one that is known already is no news."""
        known = (kind, *sorted(fields.items()))
        if known in self._seen:
            return False
        for field, value in fields.items():
            if type(value) is not int or not -_LIMIT < value < _LIMIT:
                raise Broken(f"`{field}` of `{kind}` is `{value!r}`, no whole number of 64 bits")
        schema = self._schema.setdefault(kind, frozenset(fields))
        if schema != fields.keys():
            raise Broken(f"`{kind}` has the fields {sorted(schema)}, not {sorted(fields)}")
        self._seen.add(known)
        self.facts.setdefault(kind, []).append(fields)
        self._assert({"kind": kind, **fields})
        return True

    def go(self, stratum: int, turn: int = 0) -> bool:
        """Give a stratum its signal, and let all follow; whether anything did."""
        before = self._count
        self._assert({"kind": "go", "stratum": stratum, "turn": turn})
        while self._waiting:
            kind, fields = self._waiting.popleft()
            self.tell(kind, **fields)
        return self._count > before + 1

    def of(self, kind: str) -> list[dict[str, int]]:
        """The facts of a kind."""
        return self.facts.get(kind, [])

    def _call(self, name: str, *given: Any) -> Any:
        try:
            return getattr(self._native, name)(*given)
        except self._native.error as problem:
            raise Broken(
                f"durable-rules gave up in `{name}` (`{problem}`): leave out `engine`, which gives "
                "the same findings"
            ) from None

    def _assert(self, fact: dict[str, Any]) -> None:
        self._count += 1
        # Identity is a hash of 32 bits: short numbers in sequence do not collide.
        fact["id"] = str(self._count)
        fact["sid"] = SID
        code, state = self._call("assert_fact", self._handle, json.dumps(fact))
        if code not in _HANDLED:
            raise Broken(f"the engine took `{fact}` for another fact: code {code}")
        if code == 0:
            self._act(state)

    def _act(self, state: int) -> None:
        """Take what the engine matched, one after the other."""
        started = self._call("start_action_for_state", self._handle, state)
        matched = None if started is None else started[1]
        while matched is not None:
            for name, facts in json.loads(matched).items():
                if name != "warm":
                    self._waiting += self._rules[int(name[1:])].then(self._subject, facts)
            matched = self._call("complete_and_start_action", self._handle, state)
