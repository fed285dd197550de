"""Visits: how often, on the way, from afar in between; agreed on, kept, and written up."""

from __future__ import annotations

from retention_rules.conditions import event, field, touch
from retention_rules.practices.parameters import (
    DROP_IN_EVERY,
    DROP_IN_FROM,
    LATE_AT_MOST,
    REMOTE_EVERY,
    REMOTE_FROM,
    REPORTED_BY,
    TIME_NAMED_BY,
    VISIT_EVERY,
    VISIT_FROM,
)
from retention_rules.practices.touches import PERSONAL
from retention_rules.practices.variants import Practice
from retention_rules.rules import FollowUp, Item, Recurring
from retention_rules.texts import Citation, Text
from retention_rules.windows import Window, until

DEAL = event("deal.closed")
LOST = event("customer.lost")
AGREED = event("visit.agreed")
_TIMED = AGREED.where(field("starts_at").is_known())

REGULAR_VISIT = Practice(
    Recurring(
        id="cadence.regular-visit",
        title=Text("Visit regularly", "定期登门拜访"),
        advice=Text(
            "Nothing makes friends like sitting face to face.",
            "面对面坐下来谈，最容易结下交情。",
        ),
        citations=Citation("D1", "§9", "应定期"),
        reading=Text(
            "A visit every three months (ours: the text says regularly), counted from the last "
            "one, from the first deal on. It is asked for in the third month; an earlier visit "
            "begins the time anew. It never lapses, and stops when the customer is lost.",
            "自首笔成交起，每三个月拜访一次（我们定的，原文只说定期），自上一次起算。"
            "到第三个月列为待办，提早去过的重新起算。不会失效，客户流失即止。",
        ),
        strength="should",
        strategy="trust",
        starts=DEAL,
        fulfilled_by=touch("visit").where(PERSONAL),
        stops=LOST,
        every=VISIT_EVERY.value,
        opens=VISIT_FROM.value,
    )
)

DROP_IN = Practice(
    Recurring(
        id="cadence.drop-in",
        title=Text("Drop in when you pass by", "路过时顺道看看客户"),
        advice=Text(
            "No appointment is needed. See how the new product does, bring news of products or of "
            "their trade, or simply say hello.",
            "不必预约。看看新产品用得如何，聊聊产品和行业里的新消息，或者只打声招呼。",
        ),
        checklist=(
            Item("use", Text("How the new product is used", "新产品用得怎样")),
            Item("products", Text("News of current products", "目前的产品资讯")),
            Item("trade", Text("What is changing in their trade", "行业里的变化")),
            Item("greeting", Text("Or only a greeting", "或者只是问声好")),
        ),
        citations=(Citation("D0", "expressing thanks"), Citation("D0", "care")),
        reading=Text(
            "A visit with `announced` no, every six months (ours: no text gives a rate), counted "
            "from the last one, from the first deal on. Asked for in the sixth month; an earlier "
            "one begins the time anew. Without `announced` a visit leaves it in doubt. It never "
            "lapses, and stops when the customer is lost.",
            "自首笔成交起，每六个月一次`announced`为否的拜访（我们定的，原文没有说多久一次），"
            "自上一次起算。到第六个月列为待办，提早去过的重新起算。拜访没有记`announced`的存疑。"
            "不会失效，客户流失即止。",
        ),
        strength="should",
        strategy="trust",
        starts=DEAL,
        fulfilled_by=touch("visit", announced=False),
        stops=LOST,
        every=DROP_IN_EVERY.value,
        opens=DROP_IN_FROM.value,
    )
)

REMOTE = Practice(
    Recurring(
        id="cadence.remote-between-visits",
        title=Text("Keep the tie from afar between visits", "两次拜访之间，远程保持联系"),
        advice=Text(
            "Telephone, letter, fax or network reach everybody, and leave the customer their "
            "space.",
            "电话、信件、传真、网络哪里都到得了，又给客户留有余地。",
        ),
        citations=Citation("D1", "§8", "可以"),
        reading=Text(
            "A permission. Between two visits lies at least one touch from afar, we read: from the "
            "first visit on one every 45 days, half the time between visits (ours), asked for "
            "after 30. Call, letter, card, fax, e-mail or message, for anything but invoices and "
            "advertising. What share of all touches is remote is not checked, nor is the order of "
            "visits and touches. It stops when the customer is lost.",
            "属许可。我们读作：两次拜访之间至少有一次远程联系，即自首次拜访起每45天一次，"
            "为拜访间隔之半（我们定的），过30天列为待办。"
            "电话、信件、卡片、传真、电子邮件、短信都算，账单与广告除外。"
            "远程联系占多大比例、与拜访孰先孰后，不作检查。客户流失即止。",
        ),
        strength="should",
        strategy="trust",
        starts=touch("visit"),
        fulfilled_by=touch("call", "letter", "card", "fax", "email", "message").where(PERSONAL),
        stops=LOST,
        every=REMOTE_EVERY.value,
        opens=REMOTE_FROM.value,
    )
)

DEFINITE_TIME = Practice(
    FollowUp(
        id="visit.definite-time",
        title=Text("Fix the time of the meeting", "约见要定下确切时间"),
        advice=Text(
            "Whoever comes to present something has named the hour before.",
            "约人见面、介绍产品，先把时间讲定。",
        ),
        citations=Citation("D0", "expressing thanks", "一定要有"),
        reading=Text(
            "A `visit.agreed` without `starts_at` owes another one with it for the same `visit`, "
            "within one working day (ours); the meeting, or its cancelling, ends the duty. A bare "
            "date is taken for a time (ours). Dropping in is not agreed on, and exempt. A meeting "
            "that bears no `visit` belongs to no case.",
            "`visit.agreed`没有`starts_at`的，一个工作日内（我们定的）应就同一`visit`补上；"
            "已经会面或取消即免除。只有日期也当作有时间（我们定的）。顺道拜访不必约，不在此列。"
            "没有写明`visit`的不属任何一次会面。",
        ),
        strength="must",
        strategy="trust",
        trigger=AGREED.where(~field("starts_at").is_known()),
        fulfilled_by=_TIMED,
        window=Window(due=TIME_NAMED_BY.value),
        correlate_on="visit",
        on_retrigger="ignore",
        released_by=event("visit.started") | event("visit.cancelled"),
    )
)

PUNCTUAL = Practice(
    FollowUp(
        id="visit.punctual",
        title=Text("Be there on time", "准时赴约"),
        advice=Text(
            "Being on time is part of what the customer experiences of you.",
            "是否守时，也是客户体验到的一面。",
        ),
        citations=(Citation("D4", "¶17", "准时"), Citation("D4", "¶19", "守时")),
        reading=Text(
            "`visit.started` by the instant in `starts_at` of the `visit.agreed` for the same "
            "`visit`; not a minute later (ours). A bare date is its whole day. Agreed on anew, it "
            "counts anew; cancelled, it is released. An agreement without `visit` is noted, not "
            "judged; an arrival without it belongs to no meeting.",
            "同一`visit`的`visit.started`不得晚于`visit.agreed`所记`starts_at`，"
            "一分钟也不行（我们定的）。只有日期的，当天都算。另约即重新起算，取消即免除。"
            "约定没有`visit`的只记一笔，不作判定；到场没有`visit`的，不属任何一次会面。",
        ),
        strength="should",
        strategy="trust",
        trigger=_TIMED,
        fulfilled_by=event("visit.started"),
        window=Window(due=until("starts_at") + LATE_AT_MOST.value),
        correlate_on="visit",
        on_retrigger="restart",
        released_by=event("visit.cancelled"),
    )
)

_ASKED = (
    Item("their_business", Text("How does their business go?", "经营状况如何？")),
    Item("their_credit", Text("How does their credit stand?", "信用状况如何？")),
    Item(
        "their_products",
        Text(
            "Do they develop something new, and is there a chance for us in it?",
            "是不是在开发新产品，我们有没有机会？",
        ),
    ),
    Item("rivals", Text("How do we compare with the others?", "与同类相比，我们优劣何在？")),
    Item("to_improve", Text("What should we improve?", "我们该改进什么？")),
    Item("expectations", Text("What do they expect of us?", "对我们有什么期望？")),
    Item("can_do", Text("What else can we do for them?", "我们还能为客户做什么？")),
)
_known = [field(one.id).is_known() for one in _ASKED]
_ALL = _known[0] & _known[1] & _known[2] & _known[3] & _known[4] & _known[5] & _known[6]
_ANY = _known[0] | _known[1] | _known[2] | _known[3] | _known[4] | _known[5] | _known[6]
_INCOMPLETE = ~_ALL & (_ANY | (field("can_do") == ""))
"""Some are written down and some not; in doubt if none is."""

_REPORTED = event("visit.reported")

CHECKLIST = Practice(
    FollowUp(
        id="visit.checklist",
        title=Text("Write down what the visit brought back", "把拜访了解到的记下来"),
        advice=Text(
            "Each visit can bring back seven things. Ask while you are there, and write up what "
            "you heard.",
            "每次拜访都可以了解七件事。当面问清，回来记下。",
        ),
        checklist=_ASKED,
        citations=Citation("D1", "§9", "可以了解"),
        reading=Text(
            "A permission. A visit that bears some of the seven fields but not all is incomplete: "
            "a `visit.reported` with all seven is owed within one working day (ours). With none "
            "of them it is in doubt whether anything was asked. The explanation tells which are "
            "missing.",
            "属许可。拜访记了七项中的若干项而不全的，一个工作日内（我们定的）补一份七项齐全的"
            "`visit.reported`。一项也没有记的，不知问过没有，存疑。缺哪几项，见解释。",
        ),
        strength="should",
        strategy="needs",
        trigger=touch("visit").where(_INCOMPLETE),
        fulfilled_by=_REPORTED.where(_ALL),
        window=Window(due=REPORTED_BY.value),
        released_by=LOST,
    )
)

PRACTICES = (REGULAR_VISIT, DROP_IN, REMOTE, DEFINITE_TIME, PUNCTUAL, CHECKLIST)
