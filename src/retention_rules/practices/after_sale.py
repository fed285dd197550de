"""After a sale: from the delivery on, around going live, and within the year."""

from __future__ import annotations

import attrs

from retention_rules.conditions import event, field, touch
from retention_rules.practices.parameters import (
    CELEBRATED_BEFORE,
    FIRST_SERVICE_BY,
    FROM_DELIVERY_BY,
    GO_LIVE_VISITED_AFTER,
    SERVICES_APART,
    SERVICES_WITHIN,
)
from retention_rules.practices.touches import DEAL_UNDONE, FOLLOW_UP, PERSONAL, purpose
from retention_rules.practices.variants import Guidance, Practice, Reading
from retention_rules.rules import FollowUp, Item, Procedure, Step
from retention_rules.texts import Citation, Text
from retention_rules.windows import Window, business_days, days, step, until

INSTALLED = event("installation.completed")

FROM_DELIVERY = Practice(
    FollowUp(
        id="cadence.from-delivery",
        title=Text("Ask after it as soon as it is theirs", "东西一到手就去问问"),
        advice=Text(
            "Call or drop in, ask what they make of it, and put right what does not please.",
            "打电话或者顺道去看看，问满不满意；不满意就设法补救。",
        ),
        checklist=(
            Item(
                "satisfied",
                Text("Ask, with an open question, what they make of it", "用开放式的问题问感受"),
            ),
            Item(
                "put-right",
                Text(
                    "Not content? Record it as a complaint and put it right",
                    "不满意？记为投诉，设法补救",
                ),
            ),
        ),
        citations=Citation("D0", "care", "得 一送到"),
        reading=Text(
            "A call, visit or meeting (the last is ours) after `order.delivered` or "
            "`service.started`, for anything but thanks, a greeting, an apology, an invoice or "
            "advertising; one without a purpose counts. That they are not content belongs in "
            "`complaint.received`, which opens `recovery.six-step`. A cancelled deal or a lost "
            "customer releases (ours).",
            "指`order.delivered`或`service.started`之后的电话、拜访或会面（会面是我们加的），"
            "只有记明是致谢、问候、道歉、账单或广告的除外，未写目的的也算。"
            "不满意的记为`complaint.received`，随即进入`recovery.six-step`。"
            "交易取消或客户流失即免除（我们所加）。",
        ),
        strength="must",
        strategy="trust",
        trigger=event("order.delivered") | event("service.started"),
        fulfilled_by=touch("call", "visit", "meeting").where(FOLLOW_UP),
        window=Window(due=FROM_DELIVERY_BY.value),
        released_by=DEAL_UNDONE,
    ),
    {
        "next-working-day": Reading(
            Text(
                "'As soon as' ends with the next working day (ours).",
                "“一送到就”到下一个工作日终了为止（我们定的）。",
            )
        ),
        "same-day": Reading(
            Text("'As soon as' is the same local day.", "“一送到就”指当天。"),
            window=Window(due=days(0)),
        ),
    },
)

_EVE = until("live_on") - CELEBRATED_BEFORE.value

CELEBRATION = Practice(
    FollowUp(
        id="cadence.go-live-celebration",
        title=Text("Celebrate on the eve of going live", "启用前夕一起庆祝"),
        advice=Text(
            "Invite everybody on the customer's side who took part, and have a good evening.",
            "请客户方参与项目的每一位，轻松地聚一晚。",
        ),
        checklist=(
            Item(
                "everybody",
                Text(
                    "Everybody on their side who took part is invited",
                    "参与项目的人都请到了",
                ),
            ),
            Item("evening", Text("On the evening before", "在前一天晚上")),
        ),
        citations=(Citation("D4", "¶2", "前一个晚上"), Citation("D1", "§4")),
        reading=Text(
            "A touch for `celebration` on the local date before the `live_on` that "
            "`installation.completed` bears, after that event; without the day it is in doubt. The "
            "hour is not checked. A cancelled deal or a lost customer releases (ours).",
            "`installation.completed`之后、所记`live_on`的前一天，为`celebration`作的接触；"
            "没有这一日期则存疑。几点钟不作检查。交易取消或客户流失即免除（我们所加）。",
        ),
        strength="example",
        strategy="trust",
        trigger=INSTALLED,
        fulfilled_by=touch().where(purpose("celebration")),
        window=Window(opens=_EVE, due=_EVE),
        released_by=DEAL_UNDONE,
    )
)

GO_LIVE_VISIT = Practice(
    FollowUp(
        id="cadence.after-go-live-visit",
        title=Text("Visit the senior decision maker the day after", "次日专程拜访对方高层"),
        advice=Text(
            "Go in person, ask what else you can do, and leave an offer that stands: a call is "
            "enough, at any time. Keep it short.",
            "亲自去一趟，问还能帮上什么，并请对方随时来电。话不要长。",
        ),
        checklist=(
            Item("report", Text("Tell how the installation went", "汇报安装调试的情况")),
            Item("what-else", Text("Ask what else there is to do", "问还能做些什么")),
            Item(
                "note", Text("Note what is asked for, and promise an answer", "记下要求，答应回复")
            ),
            Item("any-time", Text("Offer to be called at any time", "请对方随时来电")),
        ),
        citations=(
            Citation("D4", "¶2", "第二天"),
            *(Citation("D4", f"¶{number}") for number in (3, 4, 5)),
        ),
        reading=Text(
            "A visit on that day to a contact whose `contact_role` is `executive` or "
            "`decision-maker`; without the role it is in doubt. What is asked for there is "
            "`request.handled`. A cancelled deal or a lost customer releases (ours).",
            "当天拜访`contact_role`为`executive`或`decision-maker`的联系人；没有写明的存疑。"
            "对方所提要求见`request.handled`。交易取消或客户流失即免除（我们所加）。",
        ),
        strength="example",
        strategy="trust",
        trigger=INSTALLED,
        fulfilled_by=touch("visit").where(field("contact_role").in_("executive", "decision-maker")),
        window=Window(opens=GO_LIVE_VISITED_AFTER.value, due=GO_LIVE_VISITED_AFTER.value),
        released_by=DEAL_UNDONE,
    ),
    {
        "day-after-installation": Reading(
            Text(
                "The day after `installation.completed`, which in the case is the day of going "
                "live.",
                "`installation.completed`的次日，在案例里正是启用当天。",
            )
        ),
        "working-day": Reading(
            Text(
                "The next working day after `installation.completed`.",
                "`installation.completed`之后的下一个工作日。",
            ),
            window=Window(opens=business_days(1), due=business_days(1)),
        ),
        "day-after-go-live": Reading(
            Text("The day after `installation.went-live`.", "`installation.went-live`的次日。"),
            trigger=event("installation.went-live"),
        ),
    },
)

_SERVICED = event("service.performed", requested=False)

_IN_YEAR = Procedure(
    id="cadence.in-year-service",
    title=Text("Service it twice within the year, unasked", "一年之内主动上门养护两次"),
    advice=Text(
        "Come before anybody calls you, and leave something that is of use with the product.",
        "不等客户来叫就上门，并再送一件用得着的小物。",
    ),
    citations=Citation("D3", "part 1, why the best service", "2次 再次赠送"),
    reading=Text(
        "Two `service.performed` that the customer did not ask for (`requested` no; ours, the text "
        "does not say unasked), the first within six months, the second three months after it or "
        "later (both ours), both within twelve; and a gift, at any time in these. Without "
        "`requested` it is in doubt. One service counts for all products bought in the year. A "
        "cancelled deal or a lost customer ends it (ours).",
        "两次并非客户要求的`service.performed`（`requested`为否；我们所加，原文没有说主动）："
        "首次在六个月内，第二次至少相隔三个月（都是我们定的），都在十二个月之内；其间另送一份礼品。"
        "没有`requested`则存疑。一次养护可抵一年内所购的各件产品。"
        "交易取消或客户流失即止（我们所加）。",
    ),
    strength="example",
    strategy="trust",
    opened_by=event("deal.closed"),
    closed_by=DEAL_UNDONE,
    ordered=False,
    steps=(
        Step(
            name="first-service",
            title=Text("The first service", "首次养护"),
            advice=Text("Make an appointment, and do it at their home.", "约好时间，上门去做。"),
            fulfilled_by=_SERVICED,
            window=Window(due=FIRST_SERVICE_BY.value),
            optional=True,
        ),
        Step(
            name="second-service",
            title=Text("The second service", "第二次养护"),
            advice=Text("Ask what could be better with it.", "顺便问问产品还有哪里可改进。"),
            fulfilled_by=_SERVICED,
            window=Window(
                opens=step("first-service") + SERVICES_APART.value, due=SERVICES_WITHIN.value
            ),
            optional=True,
        ),
        Step(
            name="extra",
            title=Text("A useful extra", "一件实用的赠品"),
            advice=Text("Something that they use up with the product.", "使用产品时用得着的东西。"),
            fulfilled_by=touch("gift").where(PERSONAL),
            window=Window(due=SERVICES_WITHIN.value),
            optional=True,
        ),
    ),
)

IN_YEAR_SERVICE = Practice(
    _IN_YEAR,
    {
        "from-purchase": Reading(Text("The year begins with the purchase.", "一年自购买起算。")),
        "from-delivery": Reading(
            Text("The year begins with the delivery.", "一年自送货起算。"),
            rule=attrs.evolve(_IN_YEAR, opened_by=event("order.delivered")),
        ),
    },
)

FREQUENCY = Guidance(
    id="cadence.frequency",
    title=Text("Be in touch often", "保持高频次的接触"),
    advice=Text(
        "Count the touches per customer and month, and look at those who get few.",
        "数一数每位客户每月有几次接触，留意接触少的。",
    ),
    citations=Citation("D1", "§4", "高频次"),
    reading=Text(
        "To be counted: touches per customer and month. The text gives no threshold, and we set "
        "none; silence is what `cadence.never-silent` finds.",
        "衡量之用：每位客户每月的接触次数。原文没有界限，我们也不设；断了音讯的由`cadence.never-silent`指出。",
    ),
    strength="should",
    strategy="trust",
    nature="measure",
)

PRACTICES = (FROM_DELIVERY, CELEBRATION, GO_LIVE_VISIT, IN_YEAR_SERVICE)
GUIDANCE = (FREQUENCY,)
