"""Service: deliveries, levels that can be measured, and asking what customers think."""

from __future__ import annotations

from retention_rules.conditions import event, field, touch
from retention_rules.practices.parameters import (
    FEEDBACK_EVERY,
    FEEDBACK_FROM,
    GREETED_BY,
    ONLY_REPAIRED,
    ONLY_REPAIRED_FROM,
    RING_SECONDS,
    RINGS,
)
from retention_rules.practices.touches import PERSONAL, purpose
from retention_rules.practices.variants import Guidance, Practice
from retention_rules.rules import FollowUp, Prohibition, Recurring
from retention_rules.texts import Citation, Text
from retention_rules.windows import Window, never, until

_PROMISED = event("order.placed") | event("order.rescheduled")

PROMISED_DAY = Practice(
    FollowUp(
        id="delivery.promised-day",
        title=Text("Deliver on the promised day", "按约定的日子送到"),
        advice=Text(
            "Promise the earliest day that you can keep, and keep it.",
            "许一个做得到的最早日子，然后做到。",
        ),
        citations=Citation("D3", "part 1, why the best service", "承诺"),
        reading=Text(
            "In the case one maker promised the same day and the other the next, one of the things "
            "that the buyer came to value; that the promise binds is `promise.kept`. An order with "
            "`promised_for` is delivered by then, tied by `order`; an `order.rescheduled` with a "
            "new one starts anew, and if the old day has passed, that stays missed. An order "
            "without `promised_for` is taken to have no promise (ours).",
            "案例里一家承诺当天送到，一家次日，买主看重的服务就有这一样；承诺须守，"
            "见`promise.kept`。写有`promised_for`的订单以此为限送到，以`order`相连；"
            "`order.rescheduled`另定日期即重新起算，原定日期已过的仍算失约。没有`promised_for`的，"
            "视为没有承诺（我们定的）。",
        ),
        strength="must",
        strategy="trust",
        trigger=_PROMISED.where(field("promised_for").is_known()),
        fulfilled_by=event("order.delivered"),
        window=Window(due=until("promised_for")),
        correlate_on="order",
        on_retrigger="restart",
        released_by=event("order.cancelled"),
    )
)

CONDUCT = Practice(
    Prohibition(
        id="delivery.conduct",
        title=Text("Deliver with care", "送货要规矩"),
        advice=Text(
            "Clean and disinfect the product inside and out, put on shoe covers before going in, "
            "work through, take no refreshment.",
            "里外擦净消毒，进门先穿鞋套，中途不歇，水也不喝。",
        ),
        instead=Text("Do all four, and let the customer confirm it.", "四样都做到，并请客户确认。"),
        citations=Citation("D3", "part 1, why the best service"),
        reading=Text(
            "One maker's delivery as a buyer tells it. An `order.delivered` where one of the four "
            "failed (`cleaned`, `shoe_covers`, `rested`, `refreshed`) is wrong; if none failed "
            "but one is not reported, it is in doubt. They come from the customer's answer or the "
            "delivery report.",
            "这是一位买主讲的一次送货。`order.delivered`四项"
            "（`cleaned`、`shoe_covers`、`rested`、`refreshed`）有一项没做到即为不当；"
            "都没有不当而有一项未报的，存疑。取自客户的回答或送货单。",
        ),
        strength="example",
        strategy="needs",
        forbids=event("order.delivered").where(
            field("cleaned").in_(False)
            | field("shoe_covers").in_(False)
            | field("rested").in_(True)
            | field("refreshed").in_(True)
        ),
    )
)

VISITORS = Practice(
    FollowUp(
        id="service.levels.visitors",
        title=Text("Greet a visitor within half a minute", "来访客人半分钟内有人迎候"),
        advice=Text(
            "Somebody looks up, greets, and says who will come.",
            "有人抬头、问好，并说明谁会来接待。",
        ),
        citations=Citation("D2", "part 1, body", "比如"),
        reading=Text(
            "The 30 seconds are the source's example of a level that a company should set for "
            "itself. From `visitor.arrived` to `visitor.greeted` of the same `arrival`; events of "
            "which only the day is known leave it in doubt.",
            "30秒是原文举的例子，标准应由各公司自定。"
            "自`visitor.arrived`到同一`arrival`的`visitor.greeted`；只知日期的事件存疑。",
        ),
        strength="example",
        strategy="needs",
        trigger=event("visitor.arrived"),
        fulfilled_by=event("visitor.greeted"),
        window=Window(due=GREETED_BY.value),
        correlate_on="arrival",
    )
)

CALLS = Practice(
    Prohibition(
        id="service.levels.calls",
        title=Text("Answer a call within two rings", "来电两声内接听"),
        advice=Text(
            "Nobody should wonder whether anybody is there.",
            "不要让来电的人疑心有没有人在。",
        ),
        instead=Text("Pick up by the second ring.", "第二声之前接起。"),
        citations=Citation("D2", "part 1, body", "比如"),
        reading=Text(
            "An example too. A `call.answered` after more than two `rings` is wrong; where they "
            "are not counted, one after more than 12 `ring_seconds` (ours); with neither it is in "
            "doubt. A `call.missed` is wrong in any case (ours).",
            "也是例子。`call.answered`的`rings`超过两声即为不当；没有计数的，`ring_seconds`超过12秒"
            "（我们定的）即为不当；两者都没有的存疑。`call.missed`一律不当（我们的理解）。",
        ),
        strength="example",
        strategy="needs",
        forbids=event("call.answered").where(
            (field("rings").is_known() & (field("rings") > RINGS.value))
            | (~field("rings").is_known() & (field("ring_seconds") > RING_SECONDS.value))
        )
        | event("call.missed"),
    )
)

FEEDBACK = Practice(
    Recurring(
        id="feedback.solicited",
        title=Text("Ask the customer for feedback", "征求客户的意见"),
        advice=Text(
            "Ask what should be better, and show afterwards what came of it.",
            "问问哪里该改进，事后让对方看到改了什么。",
        ),
        citations=Citation("D2", "part 1, body"),
        reading=Text(
            "The text says to ask and not how often: every six months (ours) from the first deal, "
            "counted from the last time; asking again within five months (ours) is not counted "
            "as due but moves the next. `feedback.requested`, or a touch for satisfaction (ours).",
            "原文只说要征求，没有说多久一次：自首笔成交起每六个月（我们定的），从上次起算；"
            "不到五个月又问的（我们定的）不抵本次，但下次随之顺延。"
            "`feedback.requested`或为了解满意度而作的接触（后者我们所加）都算。",
        ),
        strength="should",
        strategy="needs",
        starts=event("deal.closed"),
        fulfilled_by=event("feedback.requested")
        | touch().where(field("purpose").is_known(), purpose("satisfaction")),
        stops=event("customer.lost"),
        every=FEEDBACK_EVERY.value,
        opens=FEEDBACK_FROM.value,
    )
)

_OTHERWISE = touch().where(PERSONAL, ~field("case").is_known()) | event(
    "service.performed", requested=False
)

MORE_THAN_REPAIR = Practice(
    FollowUp(
        id="service.more-than-repair",
        title=Text("Service is more than repair", "售后服务不只是修理"),
        advice=Text(
            "A service team with nothing to do is no good sign: there is always somebody to call, "
            "to visit or to surprise.",
            "服务人员闲着并不是好事：总有人可以问候、上门，或者给个惊喜。",
        ),
        citations=Citation("D3", "part 1, why the best service"),
        reading=Text(
            "A customer who hears of us through repairs alone is found by what is missing, so we "
            "read it as a duty: within twelve months (ours) of a repair there is some other touch, "
            "or a `service.performed` that the customer did not ask for. A repair is "
            "`rework.done`, `warranty.honoured`, or a service that was asked for; a service "
            "without `requested` is in doubt. A touch that bears a `case` belongs to the repair "
            "(ours); invoices and advertising are no touch. It is asked for in the last of these "
            "months, and one before that releases; it is never too late for it.",
            "只在修理时才听到我们的客户，要靠缺了什么来发现，因此读作义务："
            "修理之后十二个月之内（我们定的），应有一次别的接触，"
            "或一次并非客户要求的`service.performed`。`rework.done`、`warranty.honoured`"
            "与客户要求的养护都算修理，没有`requested`的存疑。带有`case`的接触属于修理本身"
            "（我们定的），账单与广告不算接触。"
            "到最后一个月才列为待办，此前有过即免除；何时补上都不算太晚。",
        ),
        strength="should",
        strategy="needs",
        trigger=event("rework.done")
        | event("warranty.honoured")
        | event("service.performed", requested=True),
        fulfilled_by=_OTHERWISE,
        window=Window(opens=ONLY_REPAIRED_FROM.value, due=ONLY_REPAIRED.value, expires=never),
        on_retrigger="ignore",
        released_by=_OTHERWISE | event("customer.lost"),
    )
)

PRACTICES = (PROMISED_DAY, CONDUCT, VISITORS, CALLS, FEEDBACK, MORE_THAN_REPAIR)

LEVELS_SET = Guidance(
    id="service.levels-set",
    title=Text("Set service levels that can be measured", "定下可以衡量的服务标准"),
    advice=Text(
        "Say what customers may expect, and the least that they get, in figures.",
        "客户可以期待什么，最低能得到什么，都要写成具体的数。",
    ),
    citations=Citation("D2", "part 1, body"),
    reading=Text(
        "About the rulebook: a level is set when it has a rule, such as those of "
        "`service.levels`; a rulebook without any has none set.",
        "说的是规则手册本身：有了`service.levels`这样的规则，标准才算定下；一条都没有，"
        "就是没有定。",
    ),
    strength="should",
    strategy="needs",
    nature="organisation",
)

STAFF_MEETING = Guidance(
    id="review.staff-meeting",
    title=Text("Talk about satisfaction in staff meetings", "在员工会议上谈客户满意"),
    advice=Text(
        "Tell good cases and bad ones, say again and again that it matters, and set the example "
        "yourself.",
        "好的坏的实例都讲，反复提醒你看重这件事，并且自己带头。",
    ),
    citations=Citation("D2", "part 1, body"),
    reading=Text(
        "About the company and no customer: once a month would be ours. With a customer that "
        "stands for the company, and events of your own, write it as a recurring duty.",
        "说的是公司，不是哪位客户；每月一次是我们的建议。"
        "若以一个客户代表公司，并自备事件，可写成定期的义务。",
    ),
    strength="should",
    strategy="needs",
    nature="organisation",
)

GUIDANCE = (LEVELS_SET, STAFF_MEETING)
