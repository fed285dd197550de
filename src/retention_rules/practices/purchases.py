"""Purchases: what sort each of them is, and whether to bring a second product along."""

from __future__ import annotations

from retention_rules.conditions import Pattern, event, in_stage, prior
from retention_rules.practices.growth import CONTENT, DEAL
from retention_rules.practices.variants import Practice, joined
from retention_rules.premises import found, happened
from retention_rules.rules import Derivation, Lifecycle, Move, Stage
from retention_rules.texts import Citation, Text

MOOD = "growth.second-product.satisfaction"
VISIT = "cadence.1-3-7.day-7"

SATISFACTION = Practice(
    Lifecycle(
        id=MOOD,
        title=Text("What the customer said last", "客户最近一次的反馈"),
        advice=Text(
            "Whoever visits should know it beforehand.",
            "上门之前先看一看。",
        ),
        citations=Citation("D0", "1-3-7, seven", "如果"),
        reading=Text(
            "The text asks how things look, and does not say by what. We take the latest "
            "`feedback.received`; one that does not say whether the customer is `satisfied` leaves "
            "it in doubt until the next. A customer without feedback is in neither stage.",
            "原文说状况好不好，没有说看什么。我们以最近一次`feedback.received`为准；"
            "没有写明`satisfied`的存疑，到下一次为止。没有反馈的客户，两个阶段都不在。",
        ),
        strength="should",
        strategy="needs",
        stages=(
            Stage(
                name="content",
                title=Text("content", "满意"),
                advice=Text("Praise what has changed for the better.", "称赞用了以后的变化。"),
            ),
            Stage(
                name="discontent",
                title=Text("discontent", "不满意"),
                advice=Text("Find out why, and put it right.", "问清原因，设法补救。"),
            ),
        ),
        moves=(
            Move(on=CONTENT, to="content"),
            Move(on=event("feedback.received", satisfied=False), to="discontent"),
        ),
    )
)

SECOND_PRODUCT = Practice(
    Derivation(
        id="growth.second-product",
        title=Text("Offer the second product if things look good", "状况好，就推荐第二套产品"),
        advice=Text(
            "At the visit of day 7, and only where the first one has done well. Take it along.",
            "在第七天的拜访时提出，而且第一套要用得好。产品随身带上。",
        ),
        citations=Citation("D0", "1-3-7, seven", "如果 可以"),
        reading=Text(
            "A permission. Drawn while the visit of `cadence.1-3-7.day-7` is owed and the customer "
            "was satisfied at last (`growth.second-product.satisfaction`). Without feedback it is "
            "not drawn, and where that does not say, in doubt. The text has it or a request for a "
            "referral, which is `growth.referral`. Without 1-3-7 the handbook leaves it out.",
            "属许可。`cadence.1-3-7.day-7`的拜访待办，而客户最近一次反馈满意"
            "（`growth.second-product.satisfaction`），即由此推出。没有反馈的推不出；"
            "反馈没有写明的存疑。原文说的是推荐产品或请求转介绍，后者见`growth.referral`。"
            "不选一三七时，手册不收。",
        ),
        strength="should",
        strategy="needs",
        given=found(VISIT, "open", "breached"),
        where=in_stage(MOOD, "content"),
    )
)

PUT_RIGHT_FIRST = Practice(
    Derivation(
        id="growth.second-product.put-right-first",
        title=Text("No second product: put the first one right", "先不推荐，把第一套用好"),
        advice=Text(
            "Go, but to listen: what goes wrong, and what would help. Leave the second product "
            "at home.",
            "照样上门，但先听：哪里不好，怎样才好。第二套先不带。",
        ),
        citations=Citation("D0", "1-3-7, seven", "如果"),
        reading=Text(
            "The text says only what to do if things look good; the other half is ours. Drawn "
            "while the visit of `cadence.1-3-7.day-7` is owed and the customer was dissatisfied "
            "at last (`growth.second-product.satisfaction`).",
            "原文只说状况好时怎么做，另一半是我们所加。`cadence.1-3-7.day-7`的拜访待办，"
            "而客户最近一次反馈不满意（`growth.second-product.satisfaction`），即由此推出。",
        ),
        strength="should",
        strategy="trust",
        given=found(VISIT, "open", "breached"),
        where=in_stage(MOOD, "discontent"),
    )
)

_BEFORE = prior(DEAL, same="product").count()
_ENDED = prior("product.ended", same="product").count()
_REPLACED = (_BEFORE >= 1) & (_ENDED >= _BEFORE)
"""All that the customer bought of this product has ended."""


def _kind(name: str, title: Text, advice: Text, reading: Text, deals: Pattern) -> Practice:
    told = Text(
        "The source only names the three kinds and asks for nothing. Each deal is told by `deal`; "
        "one without it is left out. A `deal.cancelled` with the same `deal` takes it back (ours).",
        "原文只列出三种，并不要求什么。各笔以`deal`区分，没有的不计在内。"
        "同一`deal`的`deal.cancelled`即收回（我们定的）。",
    )
    return Practice(
        Derivation(
            id=f"growth.purchase-kind.{name}",
            title=title,
            advice=advice,
            citations=Citation("D0", "repeat sales"),
            reading=joined(reading, told),
            strength="example",
            strategy="needs",
            given=happened(deals),
            unless=happened(event("deal.cancelled")),
            correlate_on="deal",
        )
    )


FIRST = _kind(
    "first",
    Text("A first purchase", "新购"),
    Text("Everything is new to them: explain, reassure, be there.", "对方样样陌生：多讲、多陪。"),
    Text("The customer's first deal.", "该客户的第一笔成交。"),
    DEAL.where(prior(DEAL).count() == 0),
)

REPLACEMENT = _kind(
    "replacement",
    Text("A purchase to replace", "更新购买"),
    Text(
        "They know what wore out: show what is better now.", "旧的哪里不好，对方清楚：讲新的好处。"
    ),
    Text(
        "There were earlier deals of this `product`, and as many of them have ended by "
        "`product.ended`; without `product` it is in doubt.",
        "此前买过该`product`，而且都已由`product.ended`记为终了；没有`product`的存疑。",
    ),
    DEAL.where(prior(DEAL).count() >= 1, _REPLACED),
)

ADDITIONAL = _kind(
    "additional",
    Text("A purchase to have more", "增购"),
    Text("They are content with what they have: ask what else.", "对方用得满意：问问还需要什么。"),
    Text(
        "There were earlier deals, and it does not replace one; without `product` it is in doubt.",
        "此前有过成交，又不是替换旧的；没有`product`的存疑。",
    ),
    DEAL.where(prior(DEAL).count() >= 1, ~_REPLACED),
)

PRACTICES = (SECOND_PRODUCT, PUT_RIGHT_FIRST, SATISFACTION, FIRST, REPLACEMENT, ADDITIONAL)
