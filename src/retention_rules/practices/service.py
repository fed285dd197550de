"""Service: orders that go wrong, faults, and warranties."""

from __future__ import annotations

from retention_rules.conditions import event, field, prior, touch
from retention_rules.practices.parameters import (
    ORDER_NOTICE_BY,
    ORDER_NOTICE_LEAD,
    REWORK_BY,
    WARRANTY_BY,
)
from retention_rules.practices.touches import purpose
from retention_rules.practices.variants import Practice
from retention_rules.rules import FollowUp, Prohibition
from retention_rules.texts import Citation, Text
from retention_rules.windows import Window, earliest, point, until

NOTICE = touch().where(purpose("notice", "apology"))

PROACTIVE_NOTICE = Practice(
    FollowUp(
        id="order.proactive-notice",
        title=Text("Tell the customer of a problem with the order", "订单出了问题，主动告知客户"),
        advice=Text(
            "Do not wait for the last minute: say what is wrong, and what you do about it.",
            "不要拖到最后一刻：说明出了什么问题，打算怎么办。",
        ),
        citations=Citation("D2", "part 1, body", "积极主动 不要"),
        reading=Text(
            "After `order.problem` a touch to give notice, or to apologise (ours), that names the "
            "same `order`: within one working day, and at the latest the day before `promised_for` "
            "(both ours). A problem that turns up on that day or later leaves the deadline in "
            "doubt, since it would lie before the problem: tell at once. Touches without `order` "
            "belong to no order; a problem without it is noted, not judged. Released when the "
            "order is cancelled.",
            "`order.problem`之后须有一次写明同一`order`、为告知或道歉（后者我们所加）而作的接触："
            "一个工作日内，且至迟在`promised_for`的前一天（都是我们定的）。"
            "到了当天或更晚才发现的，期限早于问题本身，故存疑：请即刻告知。"
            "没有`order`的接触不属任何订单，没有`order`的问题只记一笔，不作判定。订单取消即免除。",
        ),
        strength="must",
        strategy="trust",
        trigger=event("order.problem"),
        fulfilled_by=NOTICE,
        window=Window(
            due=earliest(
                ORDER_NOTICE_BY.value,
                until("promised_for", default=point(ORDER_NOTICE_BY.value))
                - ORDER_NOTICE_LEAD.value,
            )
        ),
        correlate_on="order",
        released_by=event("order.cancelled"),
    )
)

ASKED_FIRST = Practice(
    Prohibition(
        id="order.proactive-notice.asked-first",
        title=Text("Do not let the customer ask before you have told", "不要等客户来问才说"),
        advice=Text(
            "A customer who has to ask has already been kept waiting.",
            "客户开口来问，就已经等久了。",
        ),
        instead=Text("Tell of the problem as soon as you know of it.", "一得知问题就告知客户。"),
        citations=Citation("D2", "part 1, body", "积极主动"),
        reading=Text(
            "An inquiry about an order with a known `order.problem`, before any notice of it, is "
            "wrong. The text asks us to tell of our own accord, and not at the last minute; that "
            "whoever lets the customer ask first has failed in it is ours, which is why it is no "
            "must. An inquiry that names no `order` while the customer has one with a problem "
            "belongs to none: it is noted, not judged.",
            "已知有`order.problem`的订单，尚未告知，客户先来询问，即为不当。"
            "原文说要主动告知，不要拖到最后；客户先来问就算没有做到，是我们的理解，"
            "故力度为应当，不为必须。"
            "客户有问题订单而询问没有写明`order`的，不属任何订单，只记一笔，不作判定。",
        ),
        strength="should",
        strategy="trust",
        forbids=event("inquiry.received").where(
            prior("order.problem").count() >= 1, prior("order.problem", same="order").count() >= 1
        ),
        unless_prior=NOTICE,
        correlate_on="order",
    )
)

OURS_FIRST = Practice(
    Prohibition(
        id="fault.ours-first",
        title=Text("Assume the fault is ours until shown otherwise", "先假定错在自己"),
        advice=Text(
            "Look at your own side first; and even where the customer erred, settle it so that "
            "they are satisfied.",
            "先从自己身上找原因；就算真是客户弄错，也要办到客户满意。",
        ),
        instead=Text("Investigate first, then record the cause.", "先查明，再记录原因。"),
        citations=(Citation("D2", "part 1, body", "应先假定"), Citation("D1", "§12")),
        reading=Text(
            "A `cause.recorded` that finds the customer `at_fault` is wrong without a "
            "`case.investigated` before it in the same `case`. Where it does not say whose fault "
            "it was, it is in doubt. A cause without `case` belongs to none: it is noted, not "
            "judged; an investigation without it clears none.",
            "`cause.recorded`把`at_fault`记为客户，而同一`case`此前没有`case.investigated`的，"
            "不当；没有写明错在哪方的存疑。过错记录没有`case`的不属任何一宗，只记一笔，不作判定；"
            "查明而没有`case`的不抵。",
        ),
        strength="should",
        strategy="trust",
        forbids=event("cause.recorded", at_fault="customer"),
        unless_prior=event("case.investigated"),
        correlate_on="case",
    )
)

SELF_FOUND = Practice(
    FollowUp(
        id="fault.self-found",
        title=Text("Put right what only you have noticed", "自己发现的毛病自己返工"),
        advice=Text(
            "Do it over at your own cost, even if the customer would never have seen it.",
            "哪怕客户看不出来，也要返工，费用自己承担。",
        ),
        citations=Citation("D2", "part 3, integrity", "立即"),
        reading=Text(
            "The case of a craftsman, who has it done over at once and pays for the material. A "
            "`defect.found` by us is owed a `rework.done` of the same `defect` at our cost "
            "(`cost_borne_by`); 'at once' is when the work begins, seven days until it is done "
            "are ours. Who found it, or who pays, being missing leaves it in doubt.",
            "一位装修师傅的案例：一发现就叫工人重做，材料钱自己出。我方发现的`defect.found`，"
            "须有同一`defect`的`rework.done`，费用（`cost_borne_by`）由我方承担；"
            "“立即”指动手，七天内完工是我们定的。谁发现的、谁付费没有写明的存疑。",
        ),
        strength="example",
        strategy="trust",
        trigger=event("defect.found", found_by="us"),
        fulfilled_by=event("rework.done", cost_borne_by="us"),
        window=Window(due=REWORK_BY.value),
        correlate_on="defect",
    )
)

HELP_ANYWAY = Practice(
    Prohibition(
        id="fault.help-anyway",
        title=Text("Help even where it is not our fault", "不是我们的问题也尽力帮忙"),
        advice=Text(
            "Do what is in your power when the customer asks.",
            "客户开了口，力所能及的就帮一把。",
        ),
        instead=Text("Help as far as you can, then close the case.", "先尽力帮忙，再结案。"),
        citations=Citation("D2", "part 3, integrity"),
        reading=Text(
            "The same craftsman. A `case.closed` whose cause is not ours (`at_fault`) is wrong "
            "without some help before it in the same `case`: a touch to help, rework or "
            "compensation. A prohibition rather than a duty with a deadline, since the text sets "
            "none. Where the fault is not stated it is in doubt; a closing without `case` is "
            "noted, not judged.",
            "同一位师傅的案例。`case.closed`写明错不在我（`at_fault`），"
            "而同一`case`此前没有帮过忙（为帮忙而作的接触、返工或补偿），即为不当。原文没有期限，"
            "所以写成禁止，不写成限期的义务。没有写明错在哪方的存疑；没有`case`的结案只记一笔，"
            "不作判定。",
        ),
        strength="example",
        strategy="trust",
        forbids=event("case.closed").where(field("at_fault").in_("customer", "other")),
        unless_prior=touch().where(purpose("help"))
        | event("rework.done")
        | event("compensation.given"),
        correlate_on="case",
    )
)

_WARRANTED = field("claimed_on") <= prior("deal.closed", same="order").last("warranty_until")
"""The claim was made while the warranty of its order lasted."""

HONOURED = Practice(
    FollowUp(
        id="warranty.honoured",
        title=Text("Honour the warranty", "约定的保修要兑现"),
        advice=Text(
            "What was agreed beforehand holds afterwards.",
            "事先约好的，事后就要算数。",
        ),
        citations=Citation("D2", "part 3, integrity", "有约在先"),
        reading=Text(
            "A `warranty.claimed` on a day (`claimed_on`) within `warranty_until` of the latest "
            "deal of the same `order` is honoured within seven days (ours), tied by `claim`. "
            "Where one of these fields is missing it is in doubt; of an order that has no deal, "
            "nothing is owed. That it is not rejected is a rule of its own.",
            "`warranty.claimed`的申请日（`claimed_on`）在同一`order`最近一笔成交所记`warranty_until`之内的，"
            "七天内（我们定的）兑现，以`claim`相连。缺这些字段之一的存疑；订单没有成交记录的，"
            "不欠什么。不得拒绝另有一条规则。",
        ),
        strength="example",
        strategy="trust",
        trigger=event("warranty.claimed").where(_WARRANTED),
        fulfilled_by=event("warranty.honoured"),
        window=Window(due=WARRANTY_BY.value),
        correlate_on="claim",
    )
)

NOT_REJECTED = Practice(
    Prohibition(
        id="warranty.honoured.not-rejected",
        title=Text("Do not reject a claim within the warranty", "保修期内的申请不得拒绝"),
        advice=Text(
            "A warranty that is argued away costs more than the repair.",
            "推掉一次保修，失去的比修理费更多。",
        ),
        instead=Text("Honour it.", "照约兑现。"),
        citations=Citation("D2", "part 3, integrity", "有约在先"),
        reading=Text(
            "A `warranty.rejected` of a claim made (`claimed_on`) within `warranty_until` of the "
            "latest deal of the same `order` is wrong; where one of them is missing it is in "
            "doubt.",
            "`warranty.rejected`所涉申请日（`claimed_on`）在同一`order`最近一笔成交所记"
            "`warranty_until`之内的，不当；缺字段的存疑。",
        ),
        strength="example",
        strategy="trust",
        forbids=event("warranty.rejected").where(_WARRANTED),
    )
)

PRACTICES = (
    PROACTIVE_NOTICE,
    ASKED_FIRST,
    OURS_FIRST,
    SELF_FOUND,
    HELP_ANYWAY,
    HONOURED,
    NOT_REJECTED,
)
