"""The list of practices: every row that was read out of the documents, by theme and in order.

A row is one practice and bears its id, unless `SEVERAL` names the practices that it stands for.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import attrs

from retention_rules.texts import Text


@attrs.frozen
class Theme:
    """What some practices are about.

    Attributes:
        title: What it is called.
        rows: Its rows, in the order of the list.
    """

    title: Text
    rows: tuple[str, ...]


THEMES: Mapping[str, Theme] = MappingProxyType(
    {
        "thanks": Theme(
            Text("Thanks", "致谢"),
            (
                "thanks.ever",
                "thanks.after-deal",
                "thanks.handwritten",
                "thanks.email-for-add-on",
                "thanks.in-person",
                "thanks.next-morning-call",
                "thanks.executive-call",
                "thanks.same-day-message",
                "thanks.for-help",
                "thanks.project-letter",
                "thanks.letter-template",
                "thanks.gift-for-large-deal",
                "thanks.souvenir",
                "thanks.promised-call",
            ),
        ),
        "cadences": Theme(
            Text("Cadences", "回访节奏"),
            (
                "cadence.1-3-7.day-1",
                "cadence.1-3-7.day-3",
                "cadence.1-3-7.day-7",
                "cadence.1-3-7",
                "cadence.1-3-7.contact-and-visit",
                "cadence.1-3-7.again",
                "cadence.0-3-10-20",
                "cadence.papers-sent",
                "cadence.from-delivery",
                "cadence.after-go-live-visit",
                "cadence.go-live-celebration",
                "cadence.regular-visit",
                "cadence.drop-in",
                "cadence.remote-between-visits",
                "cadence.frequency",
                "cadence.in-year-service",
                "cadence.never-silent",
                "cadence.not-postponed",
                "visit.definite-time",
                "visit.punctual",
                "visit.checklist",
            ),
        ),
        "occasions": Theme(
            Text("Occasions and remembered preferences", "节庆、大事与客户喜好"),
            (
                "occasion.holidays",
                "occasion.special-day",
                "occasion.milestones",
                "occasion.support-event",
                "occasion.hardship",
                "occasion.arrival",
                "occasion.new-customer-card",
                "preference.remembered",
                "preference.no-reasking",
                "care.beyond-expectation",
            ),
        ),
        "relationship": Theme(
            Text("Relationship", "客户关系"),
            (
                "coverage.other-contacts",
                "coverage.signals",
                "coverage.after-signing",
                "coverage.present-in-trouble",
                "coverage.track-reaction",
                "coverage.rival-waiting",
                "coverage.inform-sponsor",
                "coverage.executive",
                "coverage.company-visits",
                "coverage.contract-end",
                "coverage.backup",
                "strategy.tags",
                "strategy.tactics",
                "strategy.self-check",
            ),
        ),
        "complaints": Theme(
            Text("Complaints", "投诉、承诺与服务"),
            (
                "recovery.six-step",
                "recovery.six-point",
                "recovery.conduct",
                "recovery.first-response",
                "recovery.executive-complaint",
                "recovery.who-steps-in",
                "promise.kept",
                "promise.from-sale",
                "request.handled",
                "order.proactive-notice",
                "fault.ours-first",
                "fault.self-found",
                "fault.help-anyway",
                "warranty.honoured",
                "service.levels-set",
                "service.levels",
                "service.more-than-repair",
                "delivery.promised-day",
                "delivery.conduct",
                "feedback.solicited",
                "review.staff-meeting",
            ),
        ),
        "stages": Theme(
            Text("Stages after a purchase", "购买之后的阶段"),
            (
                "stage.before-purchase",
                "stage.reassure",
                "stage.inform",
                "stage.keep-in-touch",
                "stage.attract-again",
            ),
        ),
        "conduct": Theme(
            Text("Conduct", "言行"),
            (
                "conduct.no-closed-question",
                "conduct.gift-to-government",
                "conduct.neutral-greeting",
                "conduct.no-blame",
                "conduct.no-empty-flattery",
                "conduct.deliverable-promises",
                "conduct.confidential",
                "conduct.excessive-demand",
                "conduct.useful-gift",
                "conduct.no-gift-to-win-work",
                "conduct.reachable",
            ),
        ),
        "growth": Theme(
            Text("Growth", "再销售与转介绍"),
            (
                "growth.second-product",
                "growth.referral",
                "growth.circle",
                "growth.repurchase",
                "growth.purchase-kind",
            ),
        ),
        "measures": Theme(
            Text("Measures and benchmarks", "衡量与参照数字"),
            (
                "measure.churn-reasons",
                "measure.leaky-funnel",
                "measure.value",
                "measure.loyal-vs-new",
                "measure.loss-per-customer",
                "measure.penetration",
                "measure.word-of-mouth",
                "measure.wom-cost",
                "measure.user-word",
                "measure.small-orders",
                "measure.win-rate",
                "measure.sales-effort",
                "measure.on-time",
                "measure.satisfaction-in-evaluation",
            ),
        ),
    }
)
"""The themes, in the order of the list."""

SEVERAL: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "cadence.1-3-7": tuple(f"cadence.1-3-7.day-{day}" for day in (1, 3, 7)),
        "cadence.0-3-10-20": tuple(f"cadence.0-3-10-20.day-{day}" for day in (0, 3, 10, 20)),
        "cadence.not-postponed": (
            "cadence.not-postponed.twice",
            "cadence.not-postponed.overdue",
        ),
        "coverage.rival-waiting": ("coverage.rival-waiting", "coverage.rival-waiting.reaction"),
        "coverage.backup": ("coverage.backup.promises", "coverage.backup.cases"),
        "recovery.who-steps-in": tuple(
            f"recovery.who-steps-in.{what}"
            for what in (
                "service",
                "next-sale",
                "sales",
                "sales-touch",
                "leadership",
                "leadership-touch",
            )
        ),
        "promise.kept": (
            "promise.kept",
            "promise.kept.broken-again",
            "promise.kept.manager-calls",
        ),
        "growth.second-product": (
            "growth.second-product.satisfaction",
            "growth.second-product",
            "growth.second-product.put-right-first",
        ),
        "growth.purchase-kind": tuple(
            f"growth.purchase-kind.{kind}" for kind in ("first", "replacement", "additional")
        ),
        "coverage.after-signing": tuple(
            f"coverage.after-signing.{who}" for who in ("opponents", "seniors", "supporters")
        ),
        "recovery.conduct": tuple(
            f"recovery.conduct.{what}"
            for what in (
                "own-words",
                "customer-is-right",
                "let-them-talk",
                "answer",
                "thanks",
                "facts-first",
                "say-what-can-be-done",
                "in-time",
                "customer-first",
            )
        ),
        "order.proactive-notice": (
            "order.proactive-notice",
            "order.proactive-notice.asked-first",
        ),
        "warranty.honoured": ("warranty.honoured", "warranty.honoured.not-rejected"),
        "service.levels": ("service.levels.visitors", "service.levels.calls"),
        "stage.before-purchase": ("stages.post-purchase",),
    }
)
"""The ids of the practices that a row stands for, where they differ from its own.

The row `cadence.1-3-7` is about the readings of the days of three practices that have rows of
their own; the stage before a purchase is one of those of `stages.post-purchase`. Of the nine
points of `recovery.conduct` the fifth and the eighth are `conduct.no-blame` and
`conduct.excessive-demand`; own words are what another row, `recovery.six-step`, finds better.
"""

ROWS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {row: SEVERAL.get(row, (row,)) for theme in THEMES.values() for row in theme.rows}
)
"""The ids of the practices of every row."""

IDS: tuple[str, ...] = tuple(dict.fromkeys(id for ids in ROWS.values() for id in ids))
"""The ids of all practices, in the order of the list."""
