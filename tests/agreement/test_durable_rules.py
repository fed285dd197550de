"""What the adapter promises of an engine that forgives little; each test in its own process."""

import subprocess
import textwrap

import pytest
from tests.agreement import worker

pytestmark = pytest.mark.rete


def run(code, *arguments, timeout=600):
    """What a program prints that runs where durable-rules is."""
    reason = worker.missing()
    if reason is not None:
        pytest.skip(reason)
    process = subprocess.run(
        [worker.PYTHON, "-c", textwrap.dedent(code), *map(str, arguments)],
        cwd=worker.ROOT,
        env=worker.environment(),
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    assert process.returncode == 0, f"ended with {process.returncode}: {process.stderr[-2000:]}"
    return process.stdout.strip()


PLAIN = """
import sys
from datetime import datetime, timedelta, timezone
from retention_rules import *
from retention_rules.rules import Period

def asked(engine, records, **given):
    call = FollowUp(id="acme.call", trigger=event("deal.closed"), fulfilled_by=touch("call"),
                    window=Window(due=days(2)), correlate_on="case")
    return evaluate(Rulebook([call]), records, zone="Asia/Shanghai", engine=engine,
                    **{"as_of": "2026-03-05T09:00+08:00", **given})

def deal(id, customer="lin", at="2026-03-02T15:00+08:00", **data):
    return Event(id, "deal.closed", customer=customer, occurred_at=at, data={"case": "c", **data})

def call(id, customer="lin", at="2026-03-03T15:00+08:00", **data):
    data = {"case": "c", "channel": "call", **data}
    return Event(id, "touch.made", customer=customer, occurred_at=at, data=data)
"""


# ---- joins and absence -------------------------------------------------------------------------


def test_the_engine_matches_as_plain_loops_do():
    assert run(RELATIONS, 0, 400) == "400 alike"


@pytest.mark.slow
def test_the_engine_matches_as_plain_loops_do_at_length():
    assert run(RELATIONS, 400, 12_000) == "11600 alike"


RELATIONS = """
import sys
from tests.agreement.relations import main
raise SystemExit(main(*map(int, sys.argv[1:])))
"""


def test_what_a_rule_concludes_can_match_in_the_same_stratum():
    assert (
        run(
            """
        from retention_rules.evaluation.rete.adapter import Memory, Rule, there

        def next_one(_, match):
            yield "number", {"n": match["a"]["n"] + 1}

        rules = (Rule(0, (there("a", "number", n=("<", 5)),), next_one),)
        with Memory(rules) as memory:
            memory.tell("number", n=1)
            memory.go(0)
            print([fact["n"] for fact in memory.of("number")])
        """
        )
        == "[1, 2, 3, 4, 5]"
    )


def test_absence_is_asked_when_all_facts_are_there():
    assert (
        run(
            """
        from retention_rules.evaluation.rete.adapter import Memory, Rule, nowhere, there

        seen = []

        def then(_, match):
            seen.append(match["a"]["n"])
            return ()

        rules = (Rule(0, (there("a", "one"), nowhere("other", n="a.n")), then),)
        with Memory(rules) as memory:
            for n in range(4):
                memory.tell("one", n=n)
            memory.tell("other", n=2)
            memory.go(0)
        print(sorted(seen))
        """
        )
        == "[0, 1, 3]"
    )


# ---- what it refuses ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("1.5", "no whole number"),
        ("True", "no whole number"),
        ("'1'", "no whole number"),
        ("2 ** 63", "no whole number"),
        ("None", "no whole number"),
    ],
)
def test_a_fact_holds_whole_numbers_of_64_bits_only(value, told):
    assert told in run(
        f"""
        from retention_rules.evaluation.rete.adapter import Broken, Memory
        with Memory(()) as memory:
            try:
                memory.tell("fact", n={value})
            except Broken as problem:
                print(problem)
        """
    )


def test_all_facts_of_a_kind_have_the_same_fields():
    assert "has the fields ['n'], not ['m']" in run(
        """
        from retention_rules.evaluation.rete.adapter import Broken, Memory
        with Memory(()) as memory:
            memory.tell("fact", n=1)
            try:
                memory.tell("fact", m=1)
            except Broken as problem:
                print(problem)
        """
    )


def test_what_must_be_absent_comes_last():
    assert "comes last" in run(
        """
        from retention_rules.evaluation.rete.adapter import Broken, Memory, Rule, nowhere, there
        rule = Rule(0, (nowhere("one"), there("a", "other")), lambda _, m: ())
        try:
            Memory((rule,)).__enter__()
        except Broken as problem:
            print(problem)
        """
    )


# ---- exceptions, threads, memory ---------------------------------------------------------------


def test_an_exception_in_an_action_reaches_the_caller():
    assert run(
        """
        from retention_rules.evaluation.rete.adapter import Memory, Rule, there

        def fails(_, match):
            raise LookupError("in the action")

        try:
            with Memory((Rule(0, (there("a", "fact"),), fails),)) as memory:
                memory.tell("fact", n=1)
                memory.go(0)
        except LookupError as problem:
            print("caught", problem)
        # Another memory after it is none the worse.
        with Memory((Rule(0, (there("a", "fact"),), lambda _, m: [("next", {"n": 2})]),)) as memory:
            memory.tell("fact", n=1)
            memory.go(0)
            print(memory.of("next"))
        """
    ).splitlines() == ["caught in the action", "[{'n': 2}]"]


def test_an_interrupt_from_the_keyboard_ends_it():
    code = (
        PLAIN
        + """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # jobs in the background ignore it
print("ready", flush=True)
try:
    while True:
        asked("rete", [deal("o-1"), call("t-1")])
except KeyboardInterrupt:
    assert asked("rete", [deal("o-1")])[0].status == "breached"
    print("interrupted", flush=True)
"""
    )
    reason = worker.missing()
    if reason is not None:
        pytest.skip(reason)
    import signal
    import time

    for patience in (0.05, 0.11, 0.23):
        with subprocess.Popen(
            [worker.PYTHON, "-c", code],
            cwd=worker.ROOT,
            env=worker.environment(),
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout.readline() == "ready\n"
            time.sleep(patience)
            process.send_signal(signal.SIGINT)
            try:
                assert process.communicate(timeout=30)[0] == "interrupted\n"
            finally:
                process.kill()
        assert process.returncode == 0


def test_no_thread_is_left_behind():
    assert (
        run(
            PLAIN
            + """
import threading
asked("rete", [deal("o-1"), call("t-1")])
print(threading.enumerate() == [threading.main_thread()])
"""
        )
        == "True"
    )


@pytest.mark.slow
def test_memory_stays_flat_over_20_000_evaluations():
    grown = int(
        run(
            PLAIN
            + """
import resource
def size():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize()
records = [deal("o-1"), call("t-1"), deal("o-2"), call("t-2", case="d")]
for _ in range(2_000):
    asked("rete", records)
before = size()
for _ in range(20_000):
    asked("rete", records)
print(size() - before)
"""
        )
    )
    assert grown < 4_000_000, f"{grown} bytes more after 20,000 evaluations"


# ---- what it is given --------------------------------------------------------------------------


def test_chinese_ids_and_texts_are_the_same():
    assert run(
        PLAIN
        + """
records = [deal("单-１七", "林小姐", case="案子"), call("电话-①", "林小姐", case="案子"),
           deal("单-二", "林小姐", case="另一个")]
one, other = asked("python", records), asked("rete", records)
print(one == other, [each.status for each in other], other[1].ended_by == "电话-①")
print(other[0].explain("zh") == one[0].explain("zh"))
"""
    ).splitlines() == ["True ['breached', 'fulfilled'] True", "True"]


@pytest.mark.slow
def test_10_000_customers_with_uuids_are_the_same():
    assert (
        run(
            PLAIN
            + """
import uuid
names = [str(uuid.uuid5(uuid.NAMESPACE_URL, str(number))) for number in range(10_000)]
records = [make(f"{kind}-{name}", name, case=name) for number, name in enumerate(names)
           for kind, make in (("o", deal), ("t", call)) if kind == "o" or number % 3]
one, other = asked("python", records), asked("rete", records)
print(one == other, len(other))
"""
        )
        == "True 10000"
    )


def test_300_uuids_of_one_customer_are_the_same():
    assert (
        run(
            PLAIN
            + """
import uuid
ids = [str(uuid.uuid5(uuid.NAMESPACE_URL, str(number))) for number in range(300)]
records = [make(f"{kind}-{one}", case=one) for one in ids
           for kind, make in (("o", deal), ("t", call))]
one, other = asked("python", records), asked("rete", records)
print(one == other, len(other))
"""
        )
        == "True 300"
    )


@pytest.mark.parametrize("year", [1905, 1969, 2990])
def test_instants_long_ago_and_far_ahead_are_the_same(year):
    assert (
        run(
            PLAIN
            + f"""
year = {year}
records = [deal("o-1", at=f"{{year}}-12-31T23:59:59+08:00"), deal("o-2", at=f"{{year}}-12-30"),
           call("t-1", at=f"{{year}}-12-31T23:59:59.999999+08:00")]
given = dict(as_of=f"{{year + 1}}-01-09T00:00+08:00")
one, other = asked("python", records, **given), asked("rete", records, **given)
print(one == other, sorted(each.status for each in other))
"""
        )
        == "True ['fulfilled', 'fulfilled']"
    )


def test_a_deadline_centuries_ahead_asked_about_in_the_year_9000_is_the_same():
    assert run(
        PLAIN
        + """
late = FollowUp(id="acme.late", trigger=event("deal.closed"), fulfilled_by=touch("call"),
                window=Window(due=hours(3_418_740), expires=never), on_retrigger="queue")
records = [deal("o-1", at="2990-03-02T00:00+08:00"), deal("o-2", at="2990-03-02T15:00+08:00")]
for year in (2991, 9000):
    given = dict(as_of=f"{year}-03-05T09:00+08:00", zone="Asia/Shanghai")
    one, other = (
        evaluate(Rulebook([late]), records, engine=engine, **given) for engine in ("python", "rete")
    )
    print(one == other, [(each.status, each.due_at.year) for each in other])
"""
    ).splitlines() == [
        "True [('open', 3380), ('open', 3380)]",
        "True [('breached', 3380), ('breached', 3380)]",
    ]


# ---- how much it holds -------------------------------------------------------------------------


def test_a_step_that_counts_from_twenty_others_is_the_same():
    assert (
        run(
            PLAIN
            + """
from retention_rules.windows import step
steps = [Step(name=f"s{n}", fulfilled_by=event(f"k{n}"), window=Window(due=days(1)))
         for n in range(20)]
last = Window(due=earliest(*(step(one.name) + days(1) for one in steps)))
case = Procedure(id="p", opened_by=event("deal.closed"), ordered=False,
                 steps=[*steps, Step(name="last", fulfilled_by=event("k20"), window=last)])
records = [deal("o-1"), *(Event(f"e-{n}", f"k{n}", customer="lin", occurred_at="2026-03-03")
                          for n in range(21))]
given = dict(as_of="2026-03-09T09:00+08:00", zone="Asia/Shanghai")
one, other = (
    evaluate(Rulebook([case]), records, engine=engine, **given) for engine in ("python", "rete")
)
print(one == other, len(other), other.get("p/lin/o-1/last").status)
"""
        )
        == "True 21 fulfilled"
    )


def test_more_than_it_holds_is_an_error_of_ours():
    assert "gave up" in run(
        PLAIN
        + """
versions = [FollowUp(id="v", trigger=event("deal.closed"), fulfilled_by=touch("call"),
                     window=Window(due=days(1)), same_on="x", differs_on="y",
                     in_force=Period(f"{2000 + n}-01-01", f"{2001 + n}-01-01"))
            for n in range(100)]
try:
    evaluate(Rulebook(versions), [deal("o-1")], as_of="2026-03-09T09:00+08:00",
             zone="Asia/Shanghai", engine="rete")
except RetentionRulesError as problem:
    print(problem)
"""
    )


# ---- all that is settled -----------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("folder", ["tests/semantics", "tests/practices"])
def test_what_is_settled_by_example_holds_too(folder):
    reason = worker.missing()
    if reason is not None:
        pytest.skip(reason)
    process = subprocess.run(
        [worker.PYTHON, "-m", "tests.agreement.by_default", folder],
        cwd=worker.ROOT,
        env=worker.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 0, process.stdout[-4000:]


# ---- at the prompt -----------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["agenda", "check", "explain"])
def test_the_commands_say_the_same(command, tmp_path):
    reason = worker.missing()
    if reason is not None:
        pytest.skip(reason)
    events = tmp_path / "events.csv"
    events.write_text(
        "id,kind,customer,occurred_at,channel,purpose\n"
        "o-17,deal.closed,lin,2026-03-02T15:00+08:00,,\n"
        "m-90,touch.made,lin,2026-03-03T10:12+08:00,email,thanks\n",
        encoding="utf-8",
    )
    given = [command, str(events), "--zone", "Asia/Shanghai", "--as-of", "2026-03-05T09:00+08:00"]
    if command == "explain":
        given.append("thanks.handwritten/lin/o-17")
    said = [
        subprocess.run(
            [worker.PYTHON, "-m", "retention_rules", *given, "--engine", engine],
            env=worker.environment(),
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for engine in ("python", "rete")
    ]
    assert said[0].replace(" --engine python", "") == said[1].replace(" --engine rete", "")
    assert "thanks.handwritten" in said[1]
