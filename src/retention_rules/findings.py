"""Findings: what is owed to whom, by when, whether it was done, and what must not be."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, TypeAlias
from zoneinfo import ZoneInfo

import attrs

from retention_rules.errors import NotExplainable, RetentionRulesError

if TYPE_CHECKING:
    from retention_rules.events import Ref

Status: TypeAlias = Literal[
    "upcoming",
    "open",
    "fulfilled",
    "breached",
    "repaired",
    "lapsed",
    "released",
    "violated",
    "current",
    "left",
    "holds",
    "indeterminate",
]
Nature: TypeAlias = Literal["obligation", "violation", "stage", "conclusion"]

Correlation: TypeAlias = tuple[tuple[str, str], ...]

FINAL: frozenset[str] = frozenset(
    {"fulfilled", "repaired", "lapsed", "released", "violated", "left"}
)
LIVE: frozenset[str] = frozenset({"open", "breached"})

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ESCAPES = {ord(letter): f"%{ord(letter):02X}" for letter in "%/:@+ \t\r\n"}
_separates = re.compile(r"[%/:@+ \t\r\n]").search

Tally: TypeAlias = tuple[tuple[Any, ...], str, int]
"""The values that a group shares, a status, and how many of the group have it."""


def escaped(part: str) -> str:
    """A part of a key, with the letters that separate parts percent-encoded."""
    return part.translate(_ESCAPES) if _separates(part) else part


def named(ref: Ref) -> str:
    """A record's identity as text: its id, after its source if it has one.

    >>> named(("crm", "o-17")), named(("", "o 17"))
    ('crm:o-17', 'o%2017')
    """
    source, id = ref
    return f"{escaped(source)}:{escaped(id)}" if source else escaped(id)


def moment(instant: int | None, zone: str) -> datetime | None:
    """The aware datetime of an instant in microseconds since 1970."""
    if instant is None:
        return None
    return (_EPOCH + timedelta(microseconds=instant)).astimezone(ZoneInfo(zone))


@attrs.frozen(kw_only=True)
class Finding:
    """One thing that evaluation found. No field depends on when you ask, but for its status.

    Instants are microseconds since 1970 in UTC; the properties ending in ``_at`` give them as
    datetimes in the customer's zone.

    Attributes:
        key: Stable: rule / customer / correlation values / root trigger / part.
        rule: The id of the rule.
        nature: ``obligation``, ``violation``, ``stage`` or ``conclusion``.
        customer: Whom it concerns.
        correlation: The values that tie its case, as pairs of field and text.
        status: See the glossary; final ones never change for the same knowledge.
        trigger: The event behind it, as its source and id; of a conclusion that behind the last
            of its reasons.
        zone: The zone in which its dates were reckoned.
        part: The step, contact, occurrence or stage, where it applies.
        opens: From when it can be done; for a violation when it happened, for a stage its entry,
            for a conclusion since when it holds.
        due: The last instant in time; None while its clock stands still.
        expires: The last instant at which it is still worth doing; None for never, or paused.
        target: An informative earlier goal.
        ended: When it was fulfilled, released or left.
        ended_by: The event that did that.
        paused_since: Since when its clock stands still.
        leaning: For ``indeterminate``: its status if nothing doubtful counts.
        reason: For ``indeterminate``: why.
        next_change: When it changes, or bears another finding, if nothing more happens.
        reasons: For a conclusion: the keys of the findings, and the names of the events, that it
            is drawn from.
    """

    key: str
    rule: str
    nature: Nature
    customer: str
    correlation: Correlation = ()
    status: Status
    trigger: str
    zone: str
    part: str | None = None
    opens: int | None = None
    due: int | None = None
    expires: int | None = None
    target: int | None = None
    ended: int | None = None
    ended_by: str | None = None
    paused_since: int | None = None
    leaning: Status | None = None
    reason: str | None = None
    next_change: int | None = None
    reasons: tuple[str, ...] = ()
    origin: Any = attrs.field(default=None, eq=False, repr=False)

    @property
    def opens_at(self) -> datetime | None:
        """`opens` in the customer's zone."""
        return moment(self.opens, self.zone)

    @property
    def due_at(self) -> datetime | None:
        """`due` in the customer's zone."""
        return moment(self.due, self.zone)

    @property
    def expires_at(self) -> datetime | None:
        """`expires` in the customer's zone."""
        return moment(self.expires, self.zone)

    @property
    def target_at(self) -> datetime | None:
        """`target` in the customer's zone."""
        return moment(self.target, self.zone)

    @property
    def paused_since_at(self) -> datetime | None:
        """`paused_since` in the customer's zone."""
        return moment(self.paused_since, self.zone)

    @property
    def next_change_at(self) -> datetime | None:
        """`next_change` in the customer's zone."""
        return moment(self.next_change, self.zone)

    @property
    def fulfilled_by(self) -> str | None:
        """The event that paid, in time or late."""
        return self.ended_by if self.status in ("fulfilled", "repaired") else None

    @property
    def fulfilled_at(self) -> datetime | None:
        """When it was paid, in time or late."""
        paid = self.status in ("fulfilled", "repaired")
        return moment(self.ended, self.zone) if paid else None

    @property
    def ended_at(self) -> datetime | None:
        """`ended` in the customer's zone."""
        return moment(self.ended, self.zone)

    @property
    def final(self) -> bool:
        """Whether it can never change for the same knowledge."""
        return self.status in FINAL

    @property
    def to_clarify(self) -> bool:
        """Whether it is unknown, but asks to be done unless something doubtful counts."""
        return self.status == "indeterminate" and (
            self.leaning in LIVE or self.nature != "obligation"
        )

    def title(self, language: str = "en") -> str:
        """What to do, in ``en`` or ``zh``."""
        return str(self._origin().title(self, language))

    def explain(self, language: str = "en") -> str:
        """Why: the trigger, how each point was reckoned, what paid, or the nearest miss."""
        from retention_rules.questions.explain import explain

        return explain(self.evidence(), language)

    def evidence(self) -> Any:
        """The facts behind it, as data: an `Evidence`; see `retention_rules.evaluation.evidence`.

        Raises:
            NotExplainable: the finding was decoded or built by hand.
        """
        return self._origin().evidence(self)

    def _origin(self) -> Any:
        if self.origin is None:
            raise NotExplainable(f"`{self.key}` was not found by `evaluate` here: evaluate again")
        return self.origin


@attrs.frozen
class Change:
    """One finding before and after: what a CRM upserts. None means that there is none."""

    key: str
    before: Finding | None
    after: Finding | None


@attrs.frozen
class Note:
    """Something about the data that no verdict depends on, but that someone should look at."""

    kind: str
    text: str
    events: tuple[str, ...] = ()


class Findings(Sequence[Finding]):
    """What evaluation returns: findings sorted by key, and notes beside them."""

    def __init__(
        self,
        findings: Iterable[Finding] | Callable[[], list[Finding]],
        *,
        as_of: datetime | None = None,
        notes: Sequence[Note] = (),
    ) -> None:
        self._given = findings
        self._sorted: list[Finding] | None = None
        self._by_key: dict[str, Finding] = {}
        self.as_of = as_of
        self.notes = tuple(notes)

    def _all(self) -> list[Finding]:
        if self._sorted is None:
            found = self._given() if callable(self._given) else self._given
            self._sorted = sorted(found, key=lambda one: one.key)
            self._by_key = {one.key: one for one in self._sorted}
        return self._sorted

    def __getitem__(self, index: Any) -> Any:
        return self._all()[index]

    def __len__(self) -> int:
        return len(self._all())

    def __iter__(self) -> Iterator[Finding]:
        return iter(self._all())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Findings):
            return NotImplemented
        return self._all() == other._all()

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<{len(self)} findings as of {self.as_of}>"

    def agenda(self) -> list[Finding]:
        """What to do: open, breached, and what must be clarified; most urgent first."""
        wanted = (one for one in self._all() if one.status in LIVE or one.to_clarify)
        return sorted(wanted, key=lambda one: (one.due is None, one.due or 0, one.key))

    def select(
        self, rule: str | None = None, *, customer: str | None = None, status: str | None = None
    ) -> list[Finding]:
        """The findings of a rule, customer and status, each if given."""
        return [
            one
            for one in self._all()
            if (rule is None or one.rule == rule)
            and (customer is None or one.customer == customer)
            and (status is None or one.status == status)
        ]

    def get(self, key: str, *, customer: str | None = None) -> Finding:
        """The finding with this key; or, with `customer`, the only one of the rule `key`.

        Raises:
            RetentionRulesError: there is none, or more than one.
        """
        if customer is None:
            self._all()
            found = [self._by_key[key]] if key in self._by_key else []
        else:
            found = self.select(key, customer=customer)
        if len(found) == 1:
            return found[0]
        about = f"`{key}`" + (f" for `{customer}`" if customer else "")
        if found:
            raise RetentionRulesError(
                f"{about} has {len(found)} findings: ask for one of "
                + ", ".join(f"`{one.key}`" for one in found[:5])
            )
        near = [one.key for one in self._all() if one.rule == key.split("/")[0]][:3]
        hint = ", ".join(f"`{one}`" for one in near) or "its trigger may not have matched"
        raise RetentionRulesError(f"no finding {about}: {hint}")

    @property
    def next_change_at(self) -> datetime | None:
        """When the set of findings changes if nothing more happens; None for never."""
        upcoming = [one for one in self._all() if one.next_change is not None]
        first = min(upcoming, key=lambda one: one.next_change or 0, default=None)
        return None if first is None else first.next_change_at


def tally(findings: Iterable[Finding], columns: Sequence[str]) -> Iterator[Tally]:
    """Count obligations by columns and status; a group may come more than once.

    Args:
        findings: Any; what is no obligation does not count.
        columns: Among ``rule``, ``customer``, ``trigger`` and ``due_on``: the local date on which
            an obligation is due, None without one.

    >>> from retention_rules import Event, evaluate
    >>> from retention_rules.practices import handbook
    >>> deal = Event("o-1", "deal.closed", customer="lin", occurred_at="2026-03-02T15:00+08:00")
    >>> found = evaluate(handbook(), [deal], as_of="2026-03-04T09:00+08:00", zone="Asia/Shanghai")
    >>> [row for row in tally(found, ["rule", "due_on"]) if "same-day" in row[0][0]]
    [(('thanks.same-day-message', datetime.date(2026, 3, 2)), 'lapsed', 1)]
    """
    for one in findings:
        if one.nature == "obligation":
            due_on = None if one.due_at is None else one.due_at.date()
            values = (due_on if name == "due_on" else getattr(one, name) for name in columns)
            yield tuple(values), one.status, 1
