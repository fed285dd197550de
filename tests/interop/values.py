"""Small strategies of this folder: every shape, condition, point, record and finding."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import get_args
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from retention_rules import conditions as c
from retention_rules import rules as r
from retention_rules import windows as w
from retention_rules.calendars import Calendar
from retention_rules.customers import Customer
from retention_rules.errors import RetentionRulesError
from retention_rules.events import Data, Event, Retraction
from retention_rules.findings import Change, Finding, Note, Status
from retention_rules.premises import Found, Happened
from retention_rules.rulebook import Rulebook
from retention_rules.texts import Citation, Text

ZONES = ["Asia/Shanghai", "Europe/Berlin", "America/St_Johns", "UTC", "Pacific/Apia"]
words = st.text(min_size=1, max_size=6)
names = st.from_regex(r"[a-z][a-z0-9.-]{0,7}", fullmatch=True)
fields = st.sampled_from(["amount", "channel", "case", "@date", "@map", "kind", "金额"])
zones = st.sampled_from([ZoneInfo(name) for name in ZONES]) | st.builds(
    lambda minutes: timezone(timedelta(minutes=minutes)), st.integers(-900, 900)
)
# A few instants around the changes of the clocks, so that gaps and folds are hit.
walls = st.sampled_from(
    [
        datetime(2026, 3, 29, 2, 30),
        datetime(2026, 10, 25, 2, 30),
        datetime(2011, 12, 30, 12),
        datetime(2026, 3, 2, 15, 0, 0, 1),
    ]
) | st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1))
moments = st.builds(
    lambda wall, zone, fold: wall.replace(tzinfo=zone, fold=fold),
    walls,
    zones,
    st.integers(0, 1),
)
dates = st.dates(date(1950, 1, 1), date(2100, 1, 1))
scalars = (
    words
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.decimals(allow_nan=False, allow_infinity=False)
    | dates
    | moments
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(fields | words, inner, max_size=3),
    max_leaves=4,
)
data = st.dictionaries(fields | words, values, max_size=4).map(Data)
recorded = st.none() | moments
sources = st.sampled_from(["", "crm", "a b", "门店"])
targets = st.none() | words | st.tuples(sources, words)
events = st.builds(
    Event,
    words,
    words.filter(lambda kind: not kind.startswith("stage.")),
    customer=words,
    occurred_at=dates | moments,
    data=data,
    recorded_at=recorded,
    source=sources,
    corrects=targets,
)
retractions = st.builds(
    Retraction,
    words,
    words,
    source=sources,
    retracts=targets.filter(lambda target: target is not None),
    recorded_at=recorded,
)
customers = st.builds(
    Customer,
    words,
    zone=st.none() | st.sampled_from(ZONES),
    facts=data,
    contacts=st.none()
    | st.lists(
        st.builds(lambda id, more: Data({**more, "id": id}), words, data),
        unique_by=lambda one: one["id"],
    ),
    history_from=st.none() | dates,
)
calendars = st.builds(
    Calendar,
    zone=st.none() | st.sampled_from(ZONES),
    hours=st.just({"mon-fri": "09:00-12:00 13:00-24:00", "sun": "10:00-14:00:30"}),
    holidays=st.dictionaries(dates, st.text(max_size=5), max_size=3),
    exceptions=st.dictionaries(dates, st.sampled_from(["", "09:00-12:00"]), max_size=3),
    name=st.text(max_size=5),
)

# ------------------------------------------------------------------ windows

amounts = st.integers(-3, 3) | st.integers(-400 * 12, 400 * 12)
clocks = st.none() | st.sampled_from([0, w.clock("10:00"), w.clock("24:00"), w.clock("09:30:15")])
elapsed = st.builds(w.Elapsed, amounts.map(lambda n: n * w.HOUR) | st.integers(-(10**9), 10**9))
calendar_days = st.builds(w.CalendarDays, amounts, amounts, clocks)
offsets = (
    elapsed
    | calendar_days
    | st.builds(w.BusinessDays, amounts, clocks, st.booleans())
    | st.builds(w.WorkingTime, st.integers(-(10**12), 10**12))
)
simple_anchors = st.just(w.Trigger()) | st.builds(w.StepEnd, names) | st.builds(w.Field, words)
simple_points = st.builds(w.Point, simple_anchors, st.none() | offsets)
points = simple_points | st.builds(
    w.Point,
    st.builds(w.Field, words, simple_points),
    st.none() | offsets,
)
earliest = st.builds(w.Earliest, st.lists(points, min_size=2, max_size=3))
ends = points | earliest


def allowed(build, *strategies, **fields):
    """What `build` accepts; the library refuses some combinations."""

    @st.composite
    def attempt(draw):
        args = [draw(one) for one in strategies]
        kwargs = {name: draw(one) for name, one in fields.items()}
        try:
            return build(*args, **kwargs)
        except RetentionRulesError:
            return None

    return attempt().filter(lambda value: value is not None)


windows = allowed(
    w.Window,
    due=ends,
    opens=st.none() | ends,
    expires=st.none() | st.just(w.never) | ends | st.builds(w.Point, st.just(w.Due()), offsets),
    target=st.none() | ends,
)

# --------------------------------------------------------------- conditions

constants = scalars | st.sampled_from([float("inf"), float("-inf")])
plain_terms = st.builds(c.EventField, words) | st.builds(c.CustomerField, words)


def patterns(conditions):
    one = st.builds(c.Alternative, names, st.none() | conditions)
    return st.builds(c.Pattern, st.lists(one, min_size=1, max_size=2))


def terms(conditions):
    earlier = st.builds(
        c.Prior,
        patterns(conditions),
        st.lists(words, max_size=2),
        st.none() | elapsed | calendar_days,
    )
    factors = st.sampled_from([1, 2, 1.0, 0.1, Decimal("0.10")])
    aggregate = st.sampled_from(["max", "min", "sum", "last", "count"])
    history = st.builds(c.History, earlier, aggregate, st.none() | words, factors)
    return plain_terms | st.builds(c.ContactField, words) | history


operators = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])
leaf_conditions = (
    st.builds(c.Comparison, plain_terms, operators, constants)
    | st.builds(c.Comparison, plain_terms, operators, plain_terms)
    | st.builds(c.In, plain_terms, st.lists(constants, max_size=3).map(tuple))
    | st.builds(c.Known, plain_terms)
    | st.builds(c.InStage, names, names)
)
conditions = st.recursive(
    leaf_conditions,
    lambda inner: (
        st.builds(c.Not, inner)
        | st.builds(c.AllOf, st.lists(inner, max_size=2))
        | st.builds(c.AnyOf, st.lists(inner, max_size=2))
        | st.builds(c.Comparison, terms(inner), operators, constants | plain_terms)
        | st.builds(c.Known, terms(inner))
    ),
    max_leaves=3,
)
events_of = patterns(conditions)

# -------------------------------------------------------------------- rules

texts = st.builds(Text, st.text(max_size=4), st.text(max_size=4))
keys = st.lists(words | st.tuples(words, words), max_size=2)
about = {
    "id": names,
    "title": texts,
    "advice": texts,
    "checklist": st.lists(
        st.builds(r.Item, names, texts), max_size=2, unique_by=lambda item: item.id
    ),
    "citations": st.lists(st.builds(Citation, words, words, st.text(max_size=3)), max_size=2),
    "reading": texts,
    "adapted": st.lists(words, max_size=2),
    "strength": st.sampled_from(["must", "should", "example"]),
    "strategy": st.text(max_size=4),
    "in_force": allowed(r.Period, st.none() | dates, st.none() | dates),
}
pauses = allowed(
    r.Pause,
    begin=events_of,
    end=events_of,
    paired_on=st.lists(words, max_size=2),
    at_most=st.none() | elapsed,
)
follow_ups = allowed(
    r.FollowUp,
    **about,
    trigger=events_of,
    fulfilled_by=events_of,
    window=windows,
    released_by=st.none() | events_of,
    correlate_on=keys,
    differs_on=st.none() | words,
    same_on=st.none() | words,
    on_retrigger=st.sampled_from(["separate", "ignore", "restart", "queue"]),
    paused_by=st.none() | pauses,
    for_each=st.none() | st.builds(r.Contacts, st.none() | conditions),
    unless_forbidden=st.none() | names,
)
steps = allowed(
    r.Step,
    name=names,
    fulfilled_by=events_of,
    window=st.builds(w.Window, due=offsets),
    title=texts,
    advice=texts,
    released_by=st.none() | events_of,
    same_on=st.none() | words,
    each=st.none() | events_of,
    optional=st.booleans(),
    survives_closing=st.booleans(),
)
procedures = allowed(
    r.Procedure,
    **about,
    opened_by=events_of,
    steps=st.lists(steps, min_size=1, max_size=2, unique_by=lambda step: step.name),
    closed_by=st.none() | events_of,
    correlate_on=keys,
    ordered=st.booleans(),
    paused_by=st.none() | pauses,
)
recurring = allowed(
    r.Recurring,
    **about,
    starts=events_of,
    fulfilled_by=events_of,
    stops=st.none() | events_of,
    every=st.none() | calendar_days,
    on=st.none()
    | st.builds(r.RRule, st.sampled_from(["FREQ=MONTHLY", "FREQ=YEARLY;BYMONTH=5"]))
    | st.builds(r.Holidays, st.lists(words, max_size=2)),
    opens=st.none() | calendar_days,
    due=st.just(w.CalendarDays()) | calendar_days,
    expires=calendar_days,
    correlate_on=keys,
)
lifecycles = allowed(
    r.Lifecycle,
    **about,
    stages=st.just([r.Stage(name="one"), r.Stage(name="two", title="Zwei")]),
    moves=st.lists(
        st.builds(
            r.Move,
            on=events_of,
            to=st.sampled_from(["one", "two"]),
            source=st.sampled_from([None, "one", "two"]),
        ),
        max_size=2,
    ),
    timeouts=st.lists(
        st.builds(
            r.Timeout,
            source=st.just("one"),
            after=st.builds(w.Point, st.just(w.Trigger()), st.just(w.days(3))),
            to=st.just("two"),
        ),
        max_size=1,
    ),
)
prohibitions = allowed(
    r.Prohibition,
    **about,
    forbids=events_of,
    context=st.none() | conditions,
    unless_prior=st.none() | events_of,
    correlate_on=keys,
    instead=texts,
)
counted = {
    "at_least": st.integers(1, 3),
    "distinct": st.none() | words,
    "customer_wide": st.booleans(),
}
premises = st.builds(
    Found,
    rule=names,
    statuses=st.lists(st.sampled_from(["missed", "open", "holds"]), min_size=1, unique=True),
    part=st.none() | words,
    **counted,
) | st.builds(Happened, pattern=events_of, **counted)
derivations = allowed(
    r.Derivation,
    **{name: one for name, one in about.items() if name != "in_force"},
    given=st.lists(premises, min_size=1, max_size=2),
    unless=st.lists(premises, max_size=2),
    where=st.none() | st.builds(c.Known, st.builds(c.CustomerField, words)),
    correlate_on=st.lists(words, max_size=2),
)
rules = follow_ups | procedures | recurring | lifecycles | prohibitions | derivations
rulebooks = st.lists(rules, max_size=3, unique_by=lambda rule: rule.id).map(Rulebook)

# ----------------------------------------------------------------- findings

instants = st.none() | st.integers(0, 4_000_000_000_000_000)
statuses = st.sampled_from(get_args(Status))
findings = st.builds(
    Finding,
    key=words,
    rule=names,
    nature=st.sampled_from(["obligation", "violation", "stage", "conclusion"]),
    customer=words,
    correlation=st.lists(st.tuples(words, words), max_size=2).map(tuple),
    status=statuses,
    trigger=words,
    zone=st.sampled_from(ZONES),
    part=st.none() | words,
    opens=instants,
    due=instants,
    expires=instants,
    target=instants,
    ended=instants,
    ended_by=st.none() | words,
    paused_since=instants,
    leaning=st.none() | statuses,
    reason=st.none() | words,
    next_change=instants,
    reasons=st.lists(words, max_size=2).map(tuple),
)
changes = st.builds(Change, words, st.none() | findings, st.none() | findings)
notes = st.builds(Note, words, words, st.lists(words, max_size=2).map(tuple))
utc_moments = moments.map(lambda moment: moment.astimezone(UTC))
