"""Complaints: how to behave while one is handled, and who answers how soon."""

from __future__ import annotations

from typing import Any

from retention_rules.conditions import event, field, prior, touch
from retention_rules.practices.parameters import (
    CASE_CLOSED_BY,
    FIRST_RESPONSE_BY,
    LONG_MEETING,
    SENIOR_ANSWERED_BY,
    SENIOR_HOUR,
)
from retention_rules.practices.touches import THANKS, unless_for
from retention_rules.practices.variants import Practice, Reading
from retention_rules.rules import FollowUp, Item, Prohibition
from retention_rules.texts import Citation, Text
from retention_rules.windows import MICROSECOND, BusinessDays, Window, clock

COMPLAINT = event("complaint.received")
ANSWER = touch().where(unless_for("greeting", "invoice", "advertising"))
_OF_A_COMPLAINT = prior(COMPLAINT, same="case").count() >= 1

OWN_WORDS = Practice(
    Prohibition(
        id="recovery.conduct.own-words",
        title=Text("Do not apologise by formula", "道歉不要照本宣科"),
        advice=Text(
            "An apology costs little; a set phrase makes less of it than your own words.",
            "道歉花不了什么，照搬套话却不如自己的话管用。",
        ),
        instead=Text("Say it in your own words.", "用自己的话说。"),
        citations=Citation("D2", "part 1, dissolving dissatisfaction, step 1", "最好"),
        reading=Text(
            "Of step 1 of `recovery.six-step`: the text finds one's own words better than the "
            "standard ones. A hint, not a fault of the case. `scripted` on an apology says which "
            "it was; without it, it is in doubt.",
            "出自`recovery.six-step`第一步：原文认为自己的话胜过标准用语。只是提醒，不算案子办错。"
            "道歉的接触以`scripted`记明是否照稿；没有则存疑。",
        ),
        strength="should",
        strategy="trust",
        forbids=touch(scripted=True).where(
            field("purpose").is_known(), field("purpose") == "apology"
        ),
    )
)

_CONVERSATION: dict[str, Any] = {
    "id": "recovery.conduct.answer",
    "title": Text("Answer the customer, and show that you understand", "及时回应，表示理解"),
    "advice": Text(
        "While the customer speaks, react; say that you understand how they feel.",
        "客户讲话时要有反应，并让对方知道你理解这份感受。",
    ),
    "citations": Citation("D1", "§13"),
    "strength": "must",
    "strategy": "trust",
}

ANSWERED = Practice(
    Prohibition(
        **_CONVERSATION,
        reading=Text(
            "A call, visit or meeting of a `case` made to listen should bear `answered`; where it "
            "says no, it was wrong, and where it is missing it is in doubt. A handler's or a "
            "classifier's judgement: keep its source.",
            "案内为倾听而作的电话、拜访或会面应记`answered`：记否即为不当，没有则存疑。"
            "这是经办人或分类器的判断，请留下出处。",
        ),
        instead=Text(
            "Nod, repeat what you heard, name the feeling.", "点头、复述、说出对方的感受。"
        ),
        forbids=touch("call", "visit", "meeting", answered=False).where(
            field("case").is_known(),
            field("purpose").is_known(),
            field("purpose") == "listening",
        ),
    ),
    {
        "in-conversation": Reading(
            Text(
                "'In time' is said of the conversation: while the customer speaks. It sets no "
                "deadline.",
                "“及时”说的是谈话之中，客户讲话之时，并非期限。",
            )
        ),
        "response-time": Reading(
            Text(
                "'In time' is a response time: four working hours (ours) from the complaint.",
                "“及时”指响应时限：自投诉起四个工作小时（我们定的）。",
            ),
            rule=FollowUp(
                **_CONVERSATION,
                reading=Text(
                    "Any touch but a greeting, an invoice or advertising counts; an automatic "
                    "reply is none.",
                    "问候、账单、广告之外的任何接触都算；自动回复不算。",
                ),
                trigger=COMPLAINT,
                fulfilled_by=ANSWER,
                window=Window(due=FIRST_RESPONSE_BY.value),
            ),
        ),
    },
)

THANKED = Practice(
    Prohibition(
        id="recovery.conduct.thanks",
        title=Text("Do not close a complaint without thanks for it", "没有道谢，不要结案"),
        advice=Text(
            "Whoever complains gives you the chance that silent customers do not.",
            "肯抱怨的客户，给了你别人不给的机会。",
        ),
        instead=Text("Thank them for telling you, then close it.", "先感谢对方相告，再结案。"),
        citations=Citation("D1", "§13", "表示感谢"),
        reading=Text(
            "Some touch of the same `case` thanks, or states `thanked`, before `case.closed`. The "
            "slide says no more than to thank; that the closing is the end of the time for it is "
            "ours. A touch of the case without a purpose leaves it in doubt. A touch without "
            "`case` belongs to none, and a closing without it is noted, not judged.",
            "`case.closed`之前，同一`case`内须有一次致谢，或标明`thanked`的接触。"
            "幻灯片只说表示感谢，以结案为限是我们定的。案内接触没有目的的存疑。"
            "没有`case`的接触不属任何一宗；没有`case`的结案只记一笔，不作判定。",
        ),
        strength="must",
        strategy="trust",
        forbids=event("case.closed").where(_OF_A_COMPLAINT),
        unless_prior=touch().where(THANKS),
        correlate_on="case",
    )
)

FACTS_FIRST = Practice(
    Prohibition(
        id="recovery.conduct.facts-first",
        title=Text("Offer no solution before the facts are known", "情况没有弄清，不提方案"),
        advice=Text(
            "Only those who know what happened can put it right, and say what can be done, what "
            "cannot, and why.",
            "弄清了是怎么回事，才解决得了，也才说得出什么能办、什么不能办、为什么。",
        ),
        instead=Text("Establish the facts first.", "先弄清实际情况。"),
        citations=Citation("D1", "§13", "只有"),
        reading=Text(
            "A `solution.offered` with `facts_known` no is wrong, unless `case.investigated` came "
            "before it in the same `case`; with neither it is in doubt. A solution without `case` "
            "belongs to none: it is noted, not judged; an investigation without it clears none.",
            "`solution.offered`记`facts_known`为否的不当，"
            "除非同一`case`此前已有`case.investigated`；两者都没有的存疑。"
            "方案没有`case`的不属任何一宗，只记一笔，不作判定；查明而没有`case`的不抵。",
        ),
        strength="must",
        strategy="trust",
        forbids=event("solution.offered", facts_known=False),
        unless_prior=event("case.investigated"),
        correlate_on="case",
    )
)

_IN_TIME: dict[str, Any] = {
    "id": "recovery.conduct.in-time",
    "title": Text("Act fast, and end the talk in time", "迅速行动，适时结束"),
    "advice": Text(
        "Do what was agreed at once; a talk that drags on helps nobody.",
        "说定的马上去办；面谈拖得太长，对谁都没有好处。",
    ),
    "citations": Citation("D1", "§14", "必须"),
    "strength": "must",
    "strategy": "trust",
}

IN_TIME = Practice(
    Prohibition(
        **_IN_TIME,
        reading=Text(
            "A visit or meeting of a `case` that took more than 60 `minutes` (ours) is too long; "
            "where they are missing it is in doubt. 'Act fast' has no measure in the text: see "
            "`recovery.first-response` and the deadlines of `recovery.six-step`.",
            "案内的拜访或会面超过60分钟（`minutes`，我们定的）即为过长，没有则存疑。"
            "“迅速行动”原文没有尺度，见`recovery.first-response`与`recovery.six-step`的期限。",
        ),
        instead=Text(
            "Sum up, agree on the next step, and go and do it.", "归纳、约定下一步，然后去办。"
        ),
        forbids=touch("visit", "meeting").where(
            field("case").is_known(), field("minutes") > LONG_MEETING.value
        ),
    ),
    {
        "the-meeting": Reading(
            Text(
                "What is to end in time is the meeting face to face.",
                "“适时结束”的是面对面的谈话。",
            )
        ),
        "the-case": Reading(
            Text(
                "What is to end in time is the case.",
                "“适时结束”的是整宗投诉。",
            ),
            rule=FollowUp(
                **_IN_TIME,
                reading=Text(
                    "Closed within 14 days of the complaint (ours), tied by `case`; a complaint "
                    "without it is only noted.",
                    "自投诉起14天内结案（我们定的），以`case`相连；投诉没有写明的只记一笔。",
                ),
                trigger=COMPLAINT,
                fulfilled_by=event("case.closed"),
                window=Window(due=CASE_CLOSED_BY.value),
                correlate_on="case",
            ),
        ),
    },
)

FIRST_RESPONSE = Practice(
    FollowUp(
        id="recovery.first-response",
        title=Text("Answer a complaint quickly", "投诉要尽快有人回应"),
        advice=Text(
            "Say who takes care of it and when they will hear more, even if nothing is known yet.",
            "哪怕还没有眉目，也先说明由谁负责、何时再告知进展。",
        ),
        citations=(
            Citation("D0", "role of after-sales service"),
            Citation("D1", "§13"),
            Citation("D1", "§14"),
        ),
        reading=Text(
            "No document gives a response time: D0 says that most customers leave because their "
            "needs are ignored and problems not dealt with in time, D1 to answer while they speak "
            "and to act fast. Four working hours are ours. Any touch "
            "by a person counts but a greeting, an invoice or advertising, whichever case it "
            "names (ours); an automatic reply is `touch.attempted` and does not.",
            "没有一份文件给出时限：D0说客户离开，多因需求没人理、问题拖着不解决；"
            "D1说客户讲话时要有回应，并要迅速行动。四个工作小时是我们定的。问候、账单、广告之外，"
            "凡由人作出的接触都算，不论写明哪一宗（我们的理解）；自动回复属`touch.attempted`，"
            "不算。",
        ),
        strength="should",
        strategy="trust",
        trigger=COMPLAINT,
        fulfilled_by=ANSWER,
        window=Window(due=FIRST_RESPONSE_BY.value),
        released_by=event("customer.lost"),
    )
)

_SENIOR = field("contact_role").in_("executive", "decision-maker")
_SENIOR_COMPLAINT = COMPLAINT.where(_SENIOR)
_COMPLAINED = field("contact").is_known() & (prior(_SENIOR_COMPLAINT, same="contact").count() >= 1)

EXECUTIVE_COMPLAINT = Practice(
    FollowUp(
        id="recovery.executive-complaint",
        title=Text("Be there by ten the next morning, prepared", "次日十点以前备齐到场"),
        advice=Text(
            "Prepare the same evening; come with the record, the people on one line, and a price.",
            "当晚备齐：带上记录，约好各方一起通话，报价也算好。",
        ),
        checklist=(
            Item("record", Text("Get the service record.", "调出服务记录。")),
            Item("site", Text("Ask the people where it happened.", "向出问题的一方问清情况。")),
            Item("joint-call", Text("Fix a call with all parties.", "约好各方一起通话。")),
            Item("price", Text("Work out what the remedy costs.", "算好解决所需的费用。")),
        ),
        citations=(Citation("D4", "¶15", "十点以前"), Citation("D4", "¶16"), Citation("D4", "¶17")),
        reading=Text(
            "A complaint by a contact whose `contact_role` is executive or decision-maker is "
            "answered by a visit or meeting before 10:00 of the next day: at 10:00 itself it is "
            "late. Where the role is missing it is in doubt. One meets an executive or decision-"
            "maker there, or the `contact` who complained; where neither is told of the visit, it "
            "is in doubt (ours: the text has the one meet who complained). In the case the hour "
            "was the salesperson's own promise, made at five in the afternoon: record it as "
            "`promise.made` too. The preparations are a checklist; none of them is judged.",
            "`contact_role`为executive（高层）或decision-maker（决策人）的投诉，"
            "次日十点以前上门或会面答复，十点整即为迟到；投诉没有角色的存疑。"
            "见的须是高层或决策人，或投诉的那位联系人（`contact`）；"
            "上门时两者都没有写明的存疑（我们的理解，原文见的就是投诉者本人）。"
            "案例里这个钟点是销售代表下午五点自己许下的，请另记为`promise.made`。"
            "各项准备列为清单，不作判定。",
        ),
        strength="example",
        strategy="trust",
        trigger=_SENIOR_COMPLAINT,
        fulfilled_by=touch("visit", "meeting").where(_SENIOR | _COMPLAINED),
        window=Window(due=SENIOR_ANSWERED_BY.value),
    ),
    {
        "next-day": Reading(
            Text("The next day is the next calendar day.", "“第二天”指下一个自然日。")
        ),
        "next-working-day": Reading(
            Text("The next day is the next working day.", "“第二天”指下一个工作日。"),
            window=Window(due=BusinessDays(1, clock(SENIOR_HOUR.value) - MICROSECOND)),
        ),
    },
)

PRACTICES = (
    OWN_WORDS,
    ANSWERED,
    THANKED,
    FACTS_FIRST,
    IN_TIME,
    FIRST_RESPONSE,
    EXECUTIVE_COMPLAINT,
)
