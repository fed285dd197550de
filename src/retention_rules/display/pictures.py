"""Small pictures of what happened and what was owed: SVG, for a page of a CRM or of a handbook.

A picture is a strip of days. What happened stands on top, then the window of each finding as a bar,
and under it the verdicts at the instants asked about. Shapes and places say what colours say too,
text is text, and the colour of letters is that of the page around them, be it light or dark.

>>> from retention_rules import Event, evaluate
>>> from retention_rules.practices import handbook
>>> deal = Event("o-1", "deal.closed", customer="lin", occurred_at="2026-03-02T15:00+08:00")
>>> found = evaluate(handbook(), [deal], as_of="2026-03-03T09:00+08:00", zone="Asia/Shanghai")
>>> one = found.get("thanks.handwritten", customer="lin")
>>> svg = picture([deal], [Asked(found.as_of, (one,))], name="a deal", zone="Asia/Shanghai")
>>> svg.startswith("<svg") and "Tue 3 Mar 09:00: open" in svg
True
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from retention_rules.display._drawing import NOTHING, Asked, Drawing, verdict_words
from retention_rules.display._shapes import LEGEND
from retention_rules.events import Record
from retention_rules.texts import Language

if TYPE_CHECKING:
    from retention_rules.testing.timelines import Outcome, Timeline

__all__ = ["NOTHING", "Asked", "legend", "picture", "timeline_picture", "verdict_words"]


def timeline_picture(outcome: Outcome, practice: str, language: Language = "en") -> str:
    """A worked timeline, and what came of it for one practice."""
    asked = []
    for check in outcome.checks:
        what = check.expectation
        if what.practice == practice:
            found = tuple(one for one in what.about(check.findings) if one.status == what.status)
            nothing = what.status if what.status in NOTHING else "not owed"
            of = min(what.of or (), default="")
            about = what.part or of
            asked.append(Asked(what.as_of, found, nothing, what.known_at, about))  # type: ignore[arg-type]
    timeline = outcome.timeline
    return picture(
        timeline.records,
        asked,
        name=timeline.title(language),
        zone=_zone(timeline, asked),
        language=language,
    )


def _zone(timeline: Timeline, asked: Iterable[Asked]) -> str:
    found = (finding.zone for one in asked for finding in one.findings)
    return next(found, timeline.customer.zone or "UTC")


def picture(
    records: Iterable[Record],
    asked: Iterable[Asked],
    *,
    name: str,
    zone: str,
    language: Language = "en",
) -> str:
    """An SVG of what happened and what was owed.

    Args:
        records: What happened.
        asked: The instants asked about, each with its answer.
        name: What the picture shows; read out in its place.
        zone: Whose dates are on the axis.
        language: Of all words but `name`.
    """
    return Drawing(tuple(records), tuple(asked), zone, language).svg(name)


def legend(language: Language = "en") -> str:
    """The shapes of a picture, each with its meaning, as HTML."""
    items = (
        f'<span><svg viewBox="-9 -9 {size} 18" width="{size}" height="18" aria-hidden="true">'
        f"{shape}</svg> {text.in_(language)}</span>"
        for shape, size, text in LEGEND
    )
    return f'<p class="picture-legend">{" ".join(items)}</p>'
