"""Twelve follow-ups over millions of events, by this library and by hand in four others.

The events are columns, about 15 a customer, shuffled; five rules are correlated by case. Windows
are multiples of 24 hours and never expire, so that everybody can reckon them. Each candidate gives
the same table: rule, trigger, opens, due, status, and when it ended. Nothing of the library is used
but by `ours`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

import numpy as np

DAY = 86_400_000_000
START = 1_672_531_200_000_000  # 2023-01-01
SPAN = 730 * DAY
AS_OF = START + 700 * DAY
EXPIRY = 14
"""So many days late what is owed expires, where the agenda alone is asked for."""
NONE = -(2**63)
STATUSES = ("upcoming", "open", "fulfilled", "breached", "repaired", "lapsed", "released")
KINDS = (
    *("purchase", "delivery", "thank-card", "thank-call", "call", "visit", "email", "sms"),
    *("complaint-opened", "apology", "listened", "solution-offered", "compensation"),
    *("promise-made", "promise-kept", "complaint-followup", "gift", "referral"),
    *("customer-left", "opt-out", "browse", "review"),
)
CODE = {kind: code for code, kind in enumerate(KINDS)}
Table: TypeAlias = dict[str, Any]


class Rule(NamedTuple):
    """A follow-up: what triggers, pays and frees it, and its window in days."""

    name: str
    trigger: tuple[str, ...]
    pays: tuple[str, ...]
    early: int
    late: int
    frees: tuple[str, ...] = ("customer-left",)
    by_case: bool = False


_BOUGHT, _COMPLAINED = ("purchase",), ("complaint-opened",)
_GONE = ("customer-left", "opt-out")
RULES = (
    Rule("thank", _BOUGHT, ("thank-card", "thank-call"), 0, 2),
    Rule("next-day", ("purchase", "delivery"), ("call", "email", "sms"), 1, 2),
    Rule("day-3-call", _BOUGHT, ("call",), 3, 4, _GONE),
    Rule("day-7-visit", _BOUGHT, ("visit",), 7, 8),
    Rule("day-0-sms", _BOUGHT, ("sms",), 0, 1),
    Rule("day-10-call", _BOUGHT, ("call",), 10, 11, _GONE),
    Rule("day-20-call", _BOUGHT, ("call",), 20, 21, _GONE),
    Rule("apology", _COMPLAINED, ("apology",), 0, 1, (), True),
    Rule("listened", _COMPLAINED, ("listened",), 0, 1, (), True),
    Rule("solution", _COMPLAINED, ("solution-offered",), 0, 3, (), True),
    Rule("compensation", _COMPLAINED, ("compensation",), 0, 7, (), True),
    Rule("followup", _COMPLAINED, ("complaint-followup",), 0, 14, (), True),
)


def generate(size: int, seed: int = 7) -> Table:
    """Columns of events: customer, at, kind, and case, which is -1 where there is none."""
    draw = np.random.default_rng(seed)
    customers = max(size // 15, 1)
    parts: list[tuple[Any, Any, Any, Any]] = []

    def add(who: Any, at: Any, kind: Any, case: Any = None) -> None:
        kinds = np.full(len(who), CODE[kind], np.int8) if isinstance(kind, str) else kind
        parts.append((who, at, kinds, np.full(len(who), -1) if case is None else case))

    def some(number: int) -> Any:
        """Customers, a tenth of the events with a twentieth of them."""
        who = draw.integers(0, customers, number)
        busy = draw.random(number) < 0.1
        who[busy] = draw.integers(0, max(customers // 20, 1), busy.sum())
        return who

    def follow(who: Any, at: Any, kind: str, share: float, least: float, most: float,
               case: Any = None) -> None:  # fmt: skip
        mine = draw.random(len(who)) < share
        own = None
        if case is not None:
            own = case[mine].copy()
            own[draw.random(mine.sum()) < 0.05] = -1
        later = (draw.uniform(least, most, mine.sum()) * DAY).astype(np.int64)
        add(who[mine], at[mine] + later, kind, own)

    number = size // 4
    who = some(number)
    at = START + draw.integers(0, SPAN, number)
    add(who, at, "purchase")
    for kind, share, least, most in (
        ("delivery", 0.4, 0.5, 5),
        ("thank-card", 0.3, 0, 3),
        ("thank-call", 0.2, 0, 3),
        ("call", 0.25, 1, 5),
        ("call", 0.15, 8, 25),
        ("visit", 0.12, 6, 9),
        ("sms", 0.3, 0, 1.5),
    ):
        follow(who, at, kind, share, least, most)
    tied = draw.random(number) < 0.01
    add(who[tied], at[tied], "sms")
    add(who[tied], at[tied] + DAY, "call")
    add(who[tied], at[tied] + DAY, "email")
    number = size // 50
    who = some(number)
    at = START + draw.integers(0, SPAN, number)
    case = draw.permutation(number) + 10_000
    add(who, at, "complaint-opened", case)
    for kind, share, most in (
        ("apology", 0.8, 2),
        ("listened", 0.7, 2),
        ("solution-offered", 0.6, 5),
        ("compensation", 0.4, 10),
        ("complaint-followup", 0.4, 20),
    ):
        follow(who, at, kind, share, 0, most, case)
    for kind, share in (("customer-left", 0.06), ("opt-out", 0.08)):
        who = np.flatnonzero(draw.random(customers) < share)
        add(who, START + draw.integers(SPAN // 4, SPAN, len(who)), kind)
    left = size - sum(len(part[0]) for part in parts)
    noise = ("email", "browse", "browse", "review", "promise-made", "promise-kept", "gift",
             "referral", "sms", "call")  # fmt: skip
    kinds = np.array([CODE[kind] for kind in noise], np.int8)
    add(some(left), START + draw.integers(0, SPAN, left), kinds[draw.integers(0, 10, left)])
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    order = draw.permutation(size)
    names = draw.permutation(customers * 3)[:customers].astype(np.int64) + 1_000_000
    return {
        "row": np.arange(size),
        "customer": names[columns[0][order]],
        "at": columns[1][order],
        "kind": columns[2][order],
        "case": columns[3][order].astype(np.int64),
    }


# ---- this library ----------------------------------------------------------------------------


def book(expire: bool = False) -> Any:
    """The rules, as this library has them; they never expire, or `EXPIRY` after they are due."""
    from retention_rules import FollowUp, Rulebook, Window, due, hours, never
    from retention_rules.conditions import Alternative, Pattern

    def pattern(kinds: tuple[str, ...]) -> Pattern:
        return Pattern(Alternative(kind) for kind in kinds)

    return Rulebook(
        FollowUp(
            id=rule.name,
            trigger=pattern(rule.trigger),
            fulfilled_by=pattern(rule.pays),
            released_by=pattern(rule.frees) if rule.frees else None,
            window=Window(
                opens=hours(24 * rule.early),
                due=hours(24 * rule.late),
                expires=due + hours(24 * EXPIRY) if expire else never,
            ),
            correlate_on=("case",) if rule.by_case else (),
        )
        for rule in RULES
    )


def frame(events: Table) -> Any:
    """The events as an Arrow table."""
    import pyarrow as pa

    return pa.table(
        {
            "id": events["row"],
            "customer": events["customer"],
            "kind": pa.DictionaryArray.from_arrays(events["kind"].astype(np.int32), KINDS),
            "occurred_at": pa.array(events["at"], pa.timestamp("us", "UTC")),
            "case": pa.array(events["case"], mask=events["case"] < 0),
        }
    )


def as_of() -> str:
    """The instant that is asked about."""
    return str(np.datetime64(AS_OF, "us").item().isoformat()) + "Z"


def our_agenda(events: Table) -> Callable[[], Any]:
    """The batch evaluator asked for the agenda alone: by when to do what, and for whom.

    What is owed expires `EXPIRY` late, as nobody works through all that was ever missed.
    """
    from retention_rules.evaluation.batch import evaluate_frame

    rules, table = book(expire=True), frame(events)

    def run() -> Any:
        found = evaluate_frame(rules, table, as_of=as_of(), zone="UTC")
        return found.agenda("rule", "customer", "trigger", "due_at", "status")

    return run


def live(found: Table) -> int:
    """How many obligations of an answer are on the agenda, if they expire."""
    late = (found["status"] == 3) & (found["due"] + EXPIRY * DAY >= AS_OF)
    return int(((found["status"] == 1) | late).sum())


def ours(events: Table) -> Callable[[], Any]:
    """The batch evaluator, over an Arrow table."""
    from retention_rules.evaluation.batch import evaluate_frame

    rules, table = book(), frame(events)
    return lambda: our_answer(evaluate_frame(rules, table, as_of=as_of(), zone="UTC"))


def our_answer(found: Any) -> list[Table]:
    """Its answer as plain columns, in pieces (as that of Polars comes in chunks)."""
    number = {rule.name: place for place, rule in enumerate(RULES)}
    return [
        {
            "rule": np.array([number[rule] for rule in part.rules], np.int8).take(part.race),
            "trigger": part.trigger,
            "opens": part.opens,
            "due": part.due,
            "status": part.status,
            "ended": part.ended,
        }
        for part in found.parts
    ]


# ---- by hand ---------------------------------------------------------------------------------


def verdict(opens: Any, due: Any, paid: Any, freed: Any) -> tuple[Any, Any]:
    """Statuses and ends, from when each was paid and freed (`NONE` for never), in columns."""
    is_paid = (paid != NONE) & ((freed == NONE) | (freed >= paid))
    is_freed = ~is_paid & (freed != NONE)
    status = np.where(opens > AS_OF, 0, np.where(due >= AS_OF, 1, 3))
    status = np.where(is_freed, np.where(freed <= due, 6, 5), status)
    status = np.where(is_paid, np.where(paid <= due, 2, 4), status)
    return status, np.where(is_paid, paid, np.where(is_freed, freed, NONE))


def python(events: Table) -> Callable[[], Table]:
    """Plain Python: lists by customer and by case, and bisection."""
    columns = [events[name].tolist() for name in ("row", "customer", "at", "kind", "case")]

    def run() -> Table:
        by_key: dict[tuple[bool, int], list[tuple[int, int, int]]] = {}
        for row, customer, at, kind, case in zip(*columns, strict=True):
            if at <= AS_OF:
                by_key.setdefault((False, customer), []).append((at, kind, row))
                if case >= 0:
                    by_key.setdefault((True, case), []).append((at, kind, row))
        codes = [
            ([CODE[k] for k in rule.trigger], [CODE[k] for k in rule.pays],
             [CODE[k] for k in rule.frees])
            for rule in RULES
        ]  # fmt: skip
        found: list[tuple[int, ...]] = []
        for (is_case, _), theirs in by_key.items():
            times: dict[int, list[int]] = {}
            for at, kind, _row in sorted(theirs):
                times.setdefault(kind, []).append(at)
            for number, rule in enumerate(RULES):
                if rule.by_case is not is_case:
                    continue
                triggers, pays, frees = codes[number]
                for at, kind, row in theirs:
                    if kind not in triggers:
                        continue
                    opens, due = at + rule.early * DAY, at + rule.late * DAY
                    paid = _first(times, pays, opens)
                    freed = _first(times, frees, at)
                    found.append((number, row, opens, due, paid, freed))
        number, row, opens, due, paid, freed = (np.array(one) for one in zip(*found, strict=True))
        status, ended = verdict(opens, due, paid, freed)
        return {"rule": number, "trigger": row, "opens": opens, "due": due, "status": status,
                "ended": ended}  # fmt: skip

    return run


def _first(times: dict[int, list[int]], kinds: list[int], at: int) -> int:
    best = NONE
    for kind in kinds:
        some = times.get(kind, [])
        place = bisect_left(some, at)
        if place < len(some) and (best == NONE or some[place] < best):
            best = some[place]
    return best


def numpy(events: Table) -> Callable[[], Table]:
    """NumPy: everything sorted once by customer and by case, then segmented bisection."""

    def run() -> Table:
        seen = events["at"] <= AS_OF
        at, kind, row = (events[name][seen] for name in ("at", "kind", "row"))
        keys = {
            False: np.unique(events["customer"][seen], return_inverse=True)[1],
            True: events["case"][seen],
        }
        parts = []
        for number, rule in enumerate(RULES):
            key = keys[rule.by_case]
            mine = np.flatnonzero(np.isin(kind, [CODE[k] for k in rule.trigger]))
            if rule.by_case:
                mine = mine[key[mine] >= 0]
            opens, due = at[mine] + rule.early * DAY, at[mine] + rule.late * DAY
            paid = _next(key, at, kind, rule.pays, key[mine], opens)
            freed = _next(key, at, kind, rule.frees, key[mine], at[mine])
            status, ended = verdict(opens, due, paid, freed)
            parts.append((np.full(len(mine), number), row[mine], opens, due, status, ended))
        names = ("rule", "trigger", "opens", "due", "status", "ended")
        return {
            name: np.concatenate(column)
            for name, column in zip(names, zip(*parts, strict=True), strict=True)
        }

    return run


def _next(key: Any, at: Any, kind: Any, kinds: tuple[str, ...], mine: Any, since: Any) -> Any:
    """By key, the first instant of these kinds at or after another instant."""
    some = np.flatnonzero(np.isin(kind, [CODE[one] for one in kinds]) & (key >= 0))
    if not len(some):
        return np.full(len(mine), NONE, np.int64)
    order = some[np.lexsort((at[some], key[some]))]
    keys, times = key[order], at[order]
    low, high = np.searchsorted(keys, mine), np.searchsorted(keys, mine, "right")
    end = high.copy()
    while (open_ := low < high).any():
        middle = np.where(open_, (low + high) // 2, 0)
        less = open_ & (times[middle] < since)
        low, high = np.where(less, middle + 1, low), np.where(open_ & ~less, middle, high)
    return np.where(low < end, times[np.minimum(low, len(times) - 1)], NONE)


def polars(events: Table) -> Callable[[], Any]:
    """Polars: sorted once, releases joined once for all rules, then `join_asof` for each rule."""
    import polars as pl

    frame = pl.DataFrame(events).with_columns(
        pl.col("kind").cast(pl.Int32).replace_strict(dict(enumerate(KINDS)),
                                                     return_dtype=pl.Enum(KINDS))
    )  # fmt: skip
    col = pl.col

    def run() -> Any:
        seen = frame.lazy().filter(col("at") <= AS_OF).sort("at").collect().lazy()
        every = sorted({kind for rule in RULES for kind in rule.trigger})
        triggers = seen.filter(col("kind").is_in(every))
        for frees in {rule.frees for rule in RULES if rule.frees}:
            name = "+".join(frees)
            gone = seen.filter(col("kind").is_in(frees)).select("customer", **{name: "at"})
            triggers = triggers.join_asof(
                gone, left_on="at", right_on=name, by="customer", strategy="forward",
                check_sortedness=False,
            )  # fmt: skip
        triggers = triggers.collect().lazy()
        parts = []
        for number, rule in enumerate(RULES):
            key = "case" if rule.by_case else "customer"
            pays = seen.filter(col("kind").is_in(rule.pays) & (col(key) >= 0))
            mine = triggers.filter(col("kind").is_in(rule.trigger) & (col(key) >= 0)).select(
                key,
                trigger="row",
                opens=col("at") + rule.early * DAY,
                due=col("at") + rule.late * DAY,
                freed=col("+".join(rule.frees)) if rule.frees else pl.lit(None, pl.Int64),
                rule=pl.lit(number, pl.Int8),
            )
            found = mine.join_asof(
                pays.select(key, paid="at"), left_on="opens", right_on="paid", by=key,
                strategy="forward", check_sortedness=False,
            )  # fmt: skip
            is_paid = col("paid").is_not_null() & (
                col("freed").is_null() | (col("freed") >= col("paid"))
            )
            status = (
                pl.when(is_paid)
                .then(pl.when(col("paid") <= col("due")).then(2).otherwise(4))
                .when(col("freed").is_not_null())
                .then(pl.when(col("freed") <= col("due")).then(6).otherwise(5))
                .when(col("opens") > AS_OF)
                .then(0)
                .when(col("due") >= AS_OF)
                .then(1)
                .otherwise(3)
            )
            ended = pl.when(is_paid).then("paid").otherwise("freed").fill_null(NONE)
            parts.append(
                found.select(
                    "rule", "trigger", "opens", "due",
                    status=status.cast(pl.Int8), ended=ended,
                )
            )  # fmt: skip
        return pl.concat(parts).collect()

    return run


def duckdb(events: Table) -> Callable[[], Any]:
    """DuckDB: releases joined once for all rules, then an ASOF join for each."""
    import duckdb as db

    con = db.connect()
    con.execute("SET threads = 2; SET preserve_insertion_order = false")
    con.register("given", _arrow(events))
    con.execute("CREATE TABLE events AS SELECT * FROM given")

    def run() -> Any:
        con.execute(
            f"CREATE OR REPLACE TEMP VIEW seen AS SELECT * FROM events WHERE at_ <= {AS_OF}"
        )
        frees = sorted({rule.frees for rule in RULES if rule.frees})
        every = _codes(tuple(sorted({kind for rule in RULES for kind in rule.trigger})))
        joins = " ".join(
            f"ASOF LEFT JOIN (SELECT customer, at_ AS f{n} FROM seen WHERE kind IN {_codes(some)}) "
            f"j{n} ON t.customer = j{n}.customer AND t.at_ <= j{n}.f{n}"
            for n, some in enumerate(frees)
        )
        picked = ", ".join(f"f{n}" for n in range(len(frees)))
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE triggers AS SELECT t.*, {picked} FROM "
            f"(SELECT * FROM seen WHERE kind IN {every}) t {joins}"
        )
        for number, rule in enumerate(RULES):
            key = "case_" if rule.by_case else "customer"
            freed = f"f{frees.index(rule.frees)}" if rule.frees else "NULL::BIGINT"
            query = f"""
                SELECT {number}::TINYINT AS rule, trigger, opens, due, (CASE
                    WHEN paid IS NOT NULL AND (freed IS NULL OR freed >= paid)
                        THEN CASE WHEN paid <= due THEN 2 ELSE 4 END
                    WHEN freed IS NOT NULL THEN CASE WHEN freed <= due THEN 6 ELSE 5 END
                    WHEN {AS_OF} < opens THEN 0 WHEN {AS_OF} <= due THEN 1 ELSE 3
                    END)::TINYINT AS status,
                    coalesce(CASE WHEN freed IS NULL OR freed >= paid THEN paid END, freed,
                        -9223372036854775807::BIGINT - 1) AS ended
                FROM (SELECT t.row AS trigger, opens, due, freed, p.paid FROM (
                        SELECT *, at_ + {rule.early * DAY} AS opens, at_ + {rule.late * DAY} AS due,
                            {freed} AS freed
                        FROM triggers WHERE kind IN {_codes(rule.trigger)} AND {key} >= 0) t
                    ASOF LEFT JOIN (SELECT {key}, at_ AS paid FROM seen
                        WHERE kind IN {_codes(rule.pays)} AND {key} >= 0) p
                    ON t.{key} = p.{key} AND t.opens <= p.paid)"""
            head = "CREATE OR REPLACE TABLE owed AS" if not number else "INSERT INTO owed"
            con.execute(f"{head} {query}")
        return con

    return run


def _arrow(events: Table) -> Any:
    import pyarrow as pa

    return pa.table({{"at": "at_", "case": "case_"}.get(n, n): c for n, c in events.items()})


def _codes(kinds: tuple[str, ...]) -> str:
    return "(" + ", ".join(str(CODE[kind]) for kind in kinds) + ")"


# ---- the floor -------------------------------------------------------------------------------


def polars_sort(events: Table) -> Callable[[], Any]:
    """Polars merely sorts the same events by customer and time."""
    import polars as pl

    frame = pl.DataFrame(events)
    return lambda: frame.sort("customer", "at")


def duckdb_sort(events: Table) -> Callable[[], Any]:
    """DuckDB merely sorts them."""
    import duckdb as db

    con = db.connect()
    con.execute("SET threads = 2")
    con.register("given", _arrow(events))
    con.execute("CREATE TABLE events AS SELECT * FROM given")
    return lambda: con.execute("CREATE OR REPLACE TABLE s AS FROM events ORDER BY customer, at_")


# ---- the same answer -------------------------------------------------------------------------


def plain(found: Any) -> Table:
    """An answer as plain columns, whoever gave it."""
    if isinstance(found, dict):
        return found
    if isinstance(found, list):
        return {name: np.concatenate([part[name] for part in found]) for name in found[0]}
    if hasattr(found, "to_dict") and hasattr(found, "lazy"):
        return {name: found[name].to_numpy() for name in found.columns}
    return dict(found.execute("SELECT * FROM owed").fetchnumpy())


def digest(found: Table) -> tuple[int, tuple[int, ...], int]:
    """How many obligations, how many of each status, and a number that no order changes."""
    total = 0
    size = len(found["trigger"])
    for low in range(0, size, 1 << 20):
        part = {k: np.asarray(v[low : low + (1 << 20)]).astype(np.int64) for k, v in found.items()}
        mixed = _mixed(part["trigger"] * 16 + part["rule"])
        for name in ("status", "opens", "due", "ended"):
            mixed = _mixed(mixed + _mixed(part[name]))
        total = (total + int(mixed.sum(dtype=np.uint64))) & (2**64 - 1)
    counts = np.bincount(np.asarray(found["status"]), minlength=len(STATUSES))
    return size, tuple(int(one) for one in counts), total


def _mixed(numbers: Any) -> Any:
    """Bits well stirred."""
    found = numbers.astype(np.uint64)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        found = (found ^ (found >> np.uint64(shift))) * np.uint64(factor)
    return found ^ (found >> np.uint64(31))
