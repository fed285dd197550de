"""Thanks: whoever buys is thanked, soon, in person, and by hand."""

from __future__ import annotations

from retention_rules.conditions import event, field, prior, touch
from retention_rules.practices.parameters import (
    ADD_ON_THANKED_BY,
    EXECUTIVE_CALL_BY,
    HANDWRITTEN_BY,
    HELP_THANKED_BY,
    LARGE_ACCOUNT_DEAL,
    MESSAGE_BY,
    NEXT_DAY,
    NEXT_MORNING,
    SMALL_ADD_ON,
    THANKED_AT_ALL,
    THANKED_AT_TABLE,
    THANKED_BEST_BY,
    THANKED_BY_OWNER,
)
from retention_rules.practices.touches import DEAL_UNDONE, IN_PERSON, THANKS, purpose
from retention_rules.practices.variants import Practice, Reading
from retention_rules.rules import FollowUp, Item
from retention_rules.texts import Citation, Text
from retention_rules.windows import Window, business_days, days, hours

DEAL = event("deal.closed")
FIRST_DEAL = DEAL.where(prior(DEAL).count() == 0)

_THANKED_BY_LETTER = prior(touch("letter", "card").where(THANKS)).count() >= 1
SMALL_ADD_ON_DEAL = (
    (prior(DEAL).count() >= 1)
    & (field("amount") <= prior(DEAL).max("amount") * SMALL_ADD_ON.value)
    & _THANKED_BY_LETTER
)
"""An existing customer orders a little more, and was thanked by letter for what came before."""

EVER = Practice(
    FollowUp(
        id="thanks.ever",
        title=Text("Thank the customer for buying", "感谢客户的购买"),
        advice=Text(
            "Say plainly that you value the order, and why you are glad to work with them.",
            "把看重这笔生意的心意直接说出来，也说说为何乐意与对方合作。",
        ),
        citations=Citation("D0", "the art of thanks", "一定要"),
        reading=Text(
            "Any thanks counts, through any channel and by anyone. The text sets no deadline: 14 "
            "days are ours, so that there can be a verdict. A touch that states no purpose leaves "
            "it in doubt. A cancelled deal or a lost customer releases (ours).",
            "任何人以任何方式致谢都算。原文没有期限，14天是我们定的，好让结论成立。"
            "接触未写明目的时存疑。交易取消或客户流失即免除（我们所加）。",
        ),
        strength="must",
        strategy="trust",
        trigger=DEAL,
        fulfilled_by=touch().where(THANKS),
        window=Window(due=THANKED_AT_ALL.value),
        released_by=DEAL_UNDONE,
    )
)

AFTER_DEAL = Practice(
    FollowUp(
        id="thanks.after-deal",
        title=Text("Thank the customer yourself, by phone or card", "亲自致谢：打电话或寄感谢卡"),
        advice=Text(
            "Call, or post a thank-you card, and do not leave it to a colleague; sooner is better.",
            "由本人打电话或寄卡，不要托同事代劳，越早越有分量。",
        ),
        citations=(
            Citation("D1", "§5", "最佳方式"),
            Citation("D0", "the art of thanks", "愈早愈好"),
            Citation("D0", "expressing thanks"),
        ),
        reading=Text(
            "D1 names a call and a card; a letter comes from D0, and a visit is ours. The small "
            "gift that D0 names beside the letter does not count here, nor do e-mail, fax and "
            "short messages. In person: if both the deal's owner and the actor of the touch are "
            "recorded, they must be the same (the owner of the latest deal before the touch); if "
            "either is not, anyone's thanks counts. A cancelled deal or a lost customer releases "
            "(ours). It stands beside `thanks.handwritten`: a call pays this one and not that, a "
            "card by hand pays both.",
            "D1提到电话和卡片；信件出自D0，登门是我们加的。D0与信件并提的小礼物，这里不算；"
            "电子邮件、传真、短信也不算。所谓亲自：交易负责人与致谢的人都有记录时，"
            "两者须一致（以接触前最近一笔交易为准）；有一方没有记录，则不论何人致谢都算。"
            "交易取消或客户流失即免除（我们所加）。",
        ),
        strength="should",
        strategy="trust",
        trigger=DEAL,
        fulfilled_by=touch("call", "card", "letter", "visit").where(THANKS, IN_PERSON),
        window=Window(due=THANKED_BY_OWNER.value, target=THANKED_BEST_BY.value),
        released_by=DEAL_UNDONE,
    ),
    {
        "two-days": Reading(
            Text(
                "'One or two days' ends with the second local date after the deal.",
                "“一两天”到成交后第二个当地日期终了为止。",
            )
        ),
        "next-day": Reading(
            Text(
                "'One or two days' counts the day of the deal as the first: it ends with the next "
                "local date.",
                "“一两天”把成交当天算作第一天，到次日终了为止。",
            ),
            window=Window(due=days(1)),
        ),
        "48-hours": Reading(
            Text(
                "'One or two days' is 48 elapsed hours.",
                "“一两天”指成交起的48个小时。",
            ),
            window=Window(due=hours(48), target=hours(24)),
        ),
        "with-the-letter": Reading(
            Text(
                "The call or card and the hand-written thanks are one duty: the letter pays both, "
                "and nothing is owed beside `thanks.handwritten`.",
                "致电、寄卡与亲笔谢函是同一件事：有了谢函，两者都算做到，"
                "`thanks.handwritten`之外不另欠什么。",
            ),
            owed=False,
        ),
    },
)

HANDWRITTEN = Practice(
    FollowUp(
        id="thanks.handwritten",
        title=Text("Post a thank-you letter or card written by hand", "亲笔写好感谢信或卡片并寄出"),
        advice=Text(
            "Take a pen and a card. Nothing typed, printed or copied stands in for it, and a "
            "quick e-mail looks as little work as it was.",
            "买张卡片，用笔来写。打印或复印的东西顶替不了；电子邮件来得太容易，显得不够郑重。",
        ),
        citations=Citation("D0", "the art of thanks", "必须 绝不能"),
        reading=Text(
            "The text insists on the pen; a card it only calls best. A letter or card that thanks "
            "and is recorded as `handwritten`; the day of posting counts. E-mail, fax, messages "
            "and spoken thanks leave it open. An existing customer's small add-on is left to "
            "`thanks.email-for-add-on`, provided that they were thanked by letter or card before; "
            "small is at most a tenth of their largest earlier deal (the ratio of the case, ours "
            "as a rule). The text says only that sooner is better: two days are ours, after D1 §5. "
            "A cancelled deal or a lost customer releases (ours).",
            "原文不容变通的是用笔写；买卡片来写则是“最好”。指记为`handwritten`（亲笔）"
            "的感谢信或感谢卡，以寄出之日为准；电子邮件、传真、短信、口头致谢都不算。"
            "老客户的小额追加，若此前已用信或卡谢过，则归`thanks.email-for-add-on`；"
            "小额指不超过此前最大一笔的十分之一（案例里的比例，作为规则是我们定的）。"
            "原文只说越早越好，两天是我们参照D1 §5定的。交易取消或客户流失即免除（我们所加）。",
        ),
        strength="must",
        strategy="trust",
        trigger=DEAL.where(~SMALL_ADD_ON_DEAL),
        fulfilled_by=touch("letter", "card", handwritten=True).where(THANKS),
        window=Window(due=HANDWRITTEN_BY.value),
        released_by=DEAL_UNDONE,
    ),
    {
        "every-deal": Reading(
            Text("Every deal is meant, not just the first.", "每笔交易都算，不限于首笔。")
        ),
        "first-deal": Reading(
            Text("Only a customer's first deal is meant.", "只指客户的首笔交易。"),
            trigger=FIRST_DEAL,
        ),
    },
)

EMAIL_FOR_ADD_ON = Practice(
    FollowUp(
        id="thanks.email-for-add-on",
        title=Text(
            "Thank an existing customer for a small add-on, by e-mail if you like",
            "老客户小额追加：致谢即可，可用电子邮件",
        ),
        advice=Text(
            "A short note is enough. Name the days of delivery and assembly in it, and keep them.",
            "一则短函就够。写明哪天送到、哪天装好，并且说到做到。",
        ),
        citations=Citation("D0", "the art of thanks", "倒是挺适合"),
        reading=Text(
            "A permission, for e-mail, and in the case for fax; that any other channel may take "
            "the place of the hand-written thanks as well is ours. As in the case, the customer "
            "was thanked by letter or card before; small is at most a tenth of their largest "
            "earlier deal (ours). No deadline in the text: two days are ours. The days named in "
            "the note are promises: record them as `promise.made`. A cancelled deal or a lost "
            "customer releases (ours).",
            "这是许可：原文说的是电子邮件，案例里还有传真；其他方式也可代替亲笔谢函，是我们定的。"
            "如案例那样，此前已用信或卡谢过；小额指不超过此前最大一笔的十分之一（我们定的）。"
            "原文没有期限，两天是我们定的。短函里写明的日子就是承诺，请记为`promise.made`。"
            "交易取消或客户流失即免除（我们所加）。",
        ),
        strength="should",
        strategy="trust",
        trigger=DEAL.where(SMALL_ADD_ON_DEAL),
        fulfilled_by=touch().where(THANKS),
        window=Window(due=ADD_ON_THANKED_BY.value),
        released_by=DEAL_UNDONE,
    )
)

SAME_DAY_MESSAGE = Practice(
    FollowUp(
        id="thanks.same-day-message",
        title=Text("Send a short thank-you message at once", "成交当天就发一条致谢短信"),
        advice=Text(
            "Address the customer by name and thank them for their support; two lines will do.",
            "称呼对方的姓名，感谢对方支持，两句话足矣。",
        ),
        citations=Citation("D1", "§15 step 0", "立刻"),
        reading=Text(
            "A `message` (text message, chat) that thanks; an e-mail is none. It is the first step "
            "of 0-3-10-20, and owed whatever cadence follows (ours). A cancelled deal or a lost "
            "customer releases (ours).",
            "指致谢的`message`（短信或即时消息），电子邮件不算。这是0-3-10-20的第一步，"
            "但不论随后采用哪种节奏都应做到（我们的理解）。交易取消或客户流失即免除（我们所加）。",
        ),
        strength="must",
        strategy="trust",
        trigger=DEAL,
        fulfilled_by=touch("message").where(THANKS),
        window=Window(due=MESSAGE_BY.value),
        released_by=DEAL_UNDONE,
    ),
    {
        "same-day": Reading(
            Text(
                "'The same day, at once' ends with the local date of the deal.",
                "“当天立刻”到成交当日终了为止。",
            )
        ),
        "one-hour": Reading(
            Text(
                "'At once' is within the hour (ours), even if midnight comes first.",
                "“立刻”指一小时之内（我们定的），即使跨过午夜。",
            ),
            window=Window(due=hours(1)),
        ),
    },
)

_TODAY = touch("meeting", "visit").where(purpose("thanks") | field("thanked").in_(True))

IN_PERSON_AT_CLOSING = Practice(
    FollowUp(
        id="thanks.in-person",
        title=Text("Stand up, shake hands and say that you are glad", "起身握手，当面道谢"),
        advice=Text(
            "When the deal is struck at a table, thank the customer there and then. The letter is "
            "owed all the same: spoken thanks never weigh as much.",
            "当面谈成的，就当场道谢。谢函仍旧要写：口头的话分量再重，也比不上一封信。",
        ),
        checklist=(
            Item("stand", Text("Stand up", "站起身来")),
            Item("shake-hands", Text("Shake hands", "与对方握手")),
            Item("glad", Text("Say how glad you are to work together", "说很高兴能合作")),
            Item(
                "will-like-it",
                Text(
                    "Say that they will like what was planned for them",
                    "说相信对方会喜欢为其所作的设计",
                ),
            ),
        ),
        citations=Citation("D0", "the art of thanks", "应该"),
        reading=Text(
            "The text says how to thank face to face, and not when (ours): owed on the day of a "
            "deal whose `closed_in` is `meeting`, by a meeting or visit that day which is for "
            "thanks or bears `thanked`; one before the deal that day settles it without a finding. "
            "Not known how the deal was closed, or whether that meeting thanked: in doubt. Spoken "
            "thanks never pay `thanks.handwritten`. A cancelled deal or a lost customer releases "
            "(ours).",
            "原文讲当面怎样道谢，没有讲何时，以下是我们定的：成交的`closed_in`为`meeting`时，"
            "当日应有一次致谢或标明`thanked`的会面、拜访；当日成交之前已经谢过的，不再列出。"
            "以何种方式成交、会面时有没有致谢，不明则存疑。口头致谢绝不抵`thanks.handwritten`。"
            "交易取消或客户流失即免除（我们所加）。",
        ),
        strength="should",
        strategy="trust",
        trigger=DEAL.where(
            field("closed_in") == "meeting",
            prior(_TODAY, since=THANKED_AT_TABLE.value).count() == 0,
        ),
        fulfilled_by=_TODAY,
        window=Window(due=THANKED_AT_TABLE.value),
        released_by=DEAL_UNDONE,
    )
)

NEXT_MORNING_CALL = Practice(
    FollowUp(
        id="thanks.next-morning-call",
        title=Text("Phone the next morning to thank again", "次日上午再打电话致谢"),
        advice=Text(
            "The letter is on its way: say thank you once more in your own voice.",
            "信已寄出，再亲口谢一次。",
        ),
        citations=Citation("D0", "the art of thanks", "次日上午"),
        reading=Text(
            "The rule of a firm, told by its president: a call for thanks between midnight and "
            "noon of the day after the deal, beside the letter. A cancelled deal or a lost "
            "customer releases (ours).",
            "这是一家公司总裁讲述的内部做法：谢函之外，成交次日零点至正午之间致谢的电话。"
            "交易取消或客户流失即免除（我们所加）。",
        ),
        strength="example",
        strategy="trust",
        trigger=DEAL,
        fulfilled_by=touch("call").where(THANKS),
        window=Window(opens=NEXT_DAY.value, due=NEXT_DAY.value.at(NEXT_MORNING.value)),
        released_by=DEAL_UNDONE,
    ),
    {
        "calendar-day": Reading(
            Text("'The next day' is the next date.", "“次日”即下一个日期。"),
        ),
        "working-day": Reading(
            Text(
                "'The next day' is the next working day; a deal after hours counts as made on the "
                "working day after it.",
                "“次日”即下一工作日；下班之后的成交，算作其后那个工作日的。",
            ),
            window=Window(opens=business_days(1), due=business_days(1).at(NEXT_MORNING.value)),
        ),
    },
)

EXECUTIVE_CALL = Practice(
    FollowUp(
        id="thanks.executive-call",
        title=Text("Let the head of the company phone", "请公司负责人亲自致电"),
        advice=Text(
            "Hardly any customer has ever been called by the head of a firm and asked what they "
            "think of it.",
            "一家公司的负责人亲自来电征求意见，多数客户还没有遇到过。",
        ),
        checklist=(
            Item("who", Text("Say who is calling", "说明自己的身份")),
            Item("thanks", Text("Thank them for the business", "感谢对方的合作")),
            Item("opinion", Text("Ask what they think of the service", "问对服务怎么看")),
            Item("discuss", Text("Ask whether there is anything to discuss", "问有没有事要谈")),
            Item("direct-number", Text("Leave a direct number", "留下直拨电话")),
        ),
        citations=Citation("D0", "the art of thanks", "有时"),
        reading=Text(
            "The president calls some customers, and does not say which: we take deals of 100,000 "
            "or more, and 30 days (both ours); a share of all deals cannot be drawn here. A call "
            "for thanks whose `actor_role` is `executive`; without the role, or the amount of the "
            "deal, in doubt. A cancelled deal or a lost customer releases (ours).",
            "总裁只说有时致电，没有说打给谁：我们取十万以上的成交，30天内（都是我们定的）；"
            "按比例抽取在此做不到。指`actor_role`为`executive`的致谢电话；角色或成交金额不明则存疑。"
            "交易取消或客户流失即免除（我们所加）。",
        ),
        strength="example",
        strategy="trust",
        trigger=DEAL.where(field("amount") >= LARGE_ACCOUNT_DEAL.value),
        fulfilled_by=touch("call", actor_role="executive").where(THANKS),
        window=Window(due=EXECUTIVE_CALL_BY.value),
        released_by=DEAL_UNDONE,
    )
)

FOR_HELP = Practice(
    FollowUp(
        id="thanks.for-help",
        title=Text("Thank the customer for their help", "得到客户帮助，每次都道谢"),
        advice=Text(
            "News of the market, a confirmed order, a cheque: each deserves a thank-you, and each "
            "is an occasion to be introduced to somebody new.",
            "一条市场消息、一次订单确认、一笔货款，都值得道一声谢，也都是结识新人的机会。",
        ),
        checklist=(
            Item("thanks", Text("Name what they did, and thank them", "说出对方帮了什么，道谢")),
            Item(
                "introduction",
                Text("Ask whom else you should get to know", "请对方引荐可以认识的人"),
            ),
        ),
        citations=Citation("D1", "§5", "都应"),
        reading=Text(
            "Any thanks, within two days (ours). What helps: `help.received`, `order.confirmed`, "
            "`payment.received`, and `referral.given`, which is ours. One thank-you pays for all "
            "that came before it (ours: the text wants one each time). Whether it was used to "
            "meet others is advice, and not checked.",
            "任何方式致谢都算，两天之内（我们定的）。帮助指`help.received`、`order.confirmed`、"
            "`payment.received`，以及我们所加的`referral.given`。"
            "一次致谢可抵此前的几次帮助（我们定的：原文是每次都谢）。有没有借此结识他人只是建议，"
            "不作检查。",
        ),
        strength="should",
        strategy="trust",
        trigger=event("help.received")
        | event("order.confirmed")
        | event("payment.received")
        | event("referral.given"),
        fulfilled_by=touch().where(THANKS),
        window=Window(due=HELP_THANKED_BY.value),
        released_by=event("customer.lost"),
    )
)

PRACTICES = (
    EVER,
    AFTER_DEAL,
    HANDWRITTEN,
    EMAIL_FOR_ADD_ON,
    IN_PERSON_AT_CLOSING,
    NEXT_MORNING_CALL,
    EXECUTIVE_CALL,
    SAME_DAY_MESSAGE,
    FOR_HELP,
)
