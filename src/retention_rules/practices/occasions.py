"""Occasions: holidays, the customer's own days, good news and bad."""

from __future__ import annotations

from retention_rules.conditions import Pattern, event, field, prior, touch
from retention_rules.practices.parameters import GREETING_LEAD, HARDSHIP_BY, MILESTONE_BY
from retention_rules.practices.touches import PERSONAL, purpose, says
from retention_rules.practices.variants import Practice
from retention_rules.rules import FollowUp, Holidays, Procedure, Prohibition, Recurring, Step
from retention_rules.texts import Citation, Text
from retention_rules.windows import Window, until

DEAL = event("deal.closed")
LOST = event("customer.lost")
GREETING = touch().where(purpose("greeting"))


def _noted(*occasions: str) -> Pattern:
    return event("occasion.noted").where(field("occasion").in_(*occasions))


HOLIDAYS = Practice(
    Recurring(
        id="occasion.holidays",
        title=Text("Greet at the holidays", "逢年过节致以问候"),
        advice=Text(
            "A card or a call costs little. Old acquaintances get one too: the better you know "
            "each other, the more a courtesy means.",
            "一张贺卡、一个电话，花不了多少钱。老朋友也别省：人再熟，礼数不能少。",
        ),
        citations=(
            Citation("D0", "the art of thanks"),
            Citation("D1", "§6"),
            Citation("D3", "part 2, what service satisfies most"),
        ),
        reading=Text(
            "A greeting through any channel from a week before a holiday to the end of it (ours), "
            "for every holiday that the customer's calendar lists, after the first deal; long "
            "acquaintance exempts nobody. D1 means home and foreign ones: what the calendar does "
            "not list is not asked for. A holiday of several dates in the calendar is an occasion "
            "on each: one greeting serves all dates up to a week ahead; pick some with "
            "`Holidays`. A touch without a purpose leaves it in doubt. A day late is still worth "
            "it (ours). It stops when the customer is lost.",
            "首笔成交之后，客户日历上列出的每个节日，从节前一周到当日终了（我们定的），"
            "以任何方式问候一次；相识再久也不例外。D1兼指中外节日，日历没有列出的则不作要求。"
            "一个节日在日历上占几天的，每天各算一次，一次问候可抵其后一周内的各天；"
            "可用`Holidays`选取。接触未写目的则存疑。迟一天仍值得补上（我们定的）。客户流失即止。",
        ),
        strength="should",
        strategy="trust",
        starts=DEAL,
        fulfilled_by=GREETING,
        stops=LOST,
        on=Holidays(),
        opens=-GREETING_LEAD.value,
    )
)

SPECIAL_DAY = Practice(
    FollowUp(
        id="occasion.special-day",
        title=Text("Greet on a day that means something to them", "客户的特殊日子，送上祝福"),
        advice=Text(
            "A birthday, the founding of the firm: whoever remembers it is remembered.",
            "生日、公司周年：记得这一天的人，客户也会记得。",
        ),
        citations=Citation("D1", "§6", "任何 好时机"),
        reading=Text(
            "A greeting from a week before the day in `on` to the end of it (ours), after an "
            "`occasion.coming`. A date recorded on the customer cannot recur by itself: whoever "
            "keeps it hands over one such event for each year, as early as is liked. That "
            "birthdays and anniversaries of the firm are such days is ours. Without `on` it is in "
            "doubt.",
            "有`occasion.coming`之后，从`on`所记之日前一周到当日终了（我们定的）问候一次。"
            "客户资料里的日期不会自行逐年重现：由保管资料的一方每年给出一个这样的事件，提早多久都行。"
            "生日、公司周年属于这类日子，是我们的理解。没有`on`则存疑。",
        ),
        strength="should",
        strategy="trust",
        trigger=event("occasion.coming"),
        fulfilled_by=GREETING,
        window=Window(opens=until("on") - GREETING_LEAD.value, due=until("on")),
        released_by=LOST,
    )
)

MILESTONES = Practice(
    FollowUp(
        id="occasion.milestones",
        title=Text("Congratulate on what they achieved", "客户有喜事，及时道贺"),
        advice=Text(
            "A promotion, a move, a new product, a certificate: a card, a mail or a call will do.",
            "升职、乔迁、推出新产品、获得认证：寄卡、发邮件、打电话都好。",
        ),
        citations=Citation("D1", "§6", "好时机 可以"),
        reading=Text(
            "A greeting through any channel within three days (ours) of an `occasion.noted` that "
            "is a promotion, a move, a new product or a certification. Card, mail and call are the "
            "text's examples. Where `occasion` is missing it is in doubt.",
            "`occasion.noted`为升职、乔迁、新产品或认证的，三天之内（我们定的）以任何方式问候；"
            "卡片、邮件、电话是原文举的例子。没有写明`occasion`的存疑。",
        ),
        strength="should",
        strategy="trust",
        trigger=_noted("promotion", "move", "new-product", "certification"),
        fulfilled_by=GREETING,
        window=Window(due=MILESTONE_BY.value),
        released_by=LOST,
    )
)

SUPPORT_EVENT = Practice(
    FollowUp(
        id="occasion.support-event",
        title=Text("Support their special event", "客户办活动，出一份力"),
        advice=Text(
            "An open day, a launch: send people, flowers or guests, or lend a hand.",
            "开放日、新品发布：出人、送花、带客人，或者搭把手。",
        ),
        citations=Citation("D1", "§4"),
        reading=Text(
            "A touch for `support`, or one that `supports`, between `customer-event.planned` and "
            "the end of the day in `on` (that the day itself counts is ours). What support is, "
            "the text leaves open. Without the day it is in doubt, and so is a touch without a "
            "purpose.",
            "自`customer-event.planned`起，到`on`所记之日终了（当天也算，是我们定的），"
            "有一次为`support`作的、或标明`supports`的接触。何谓支持，原文没有说。"
            "没有日期则存疑，接触未写目的也存疑。",
        ),
        strength="should",
        strategy="trust",
        trigger=event("customer-event.planned"),
        fulfilled_by=touch().where(purpose("support") | says("supports")),
        window=Window(due=until("on")),
        released_by=LOST,
    )
)

HARDSHIP = Practice(
    Procedure(
        id="occasion.hardship",
        title=Text("Ask after a customer who is ill", "客户病了，前去探问"),
        advice=Text(
            "Come or call, and send something. It is then that they find out who thinks of them.",
            "去一趟或打个电话，再送点东西。谁惦记着自己，客户这时最清楚。",
        ),
        citations=Citation("D3", "part 2, what service satisfies most"),
        reading=Text(
            "After an `occasion.noted` that is an illness: a visit or call, and a gift, in any "
            "order, each by the end of the next local day (ours). Where `occasion` is missing it "
            "is in doubt.",
            "`occasion.noted`为患病的：拜访或致电，并送一份礼品，不论先后，都以次日终了为限（我们定的）。"
            "没有写明`occasion`的存疑。",
        ),
        strength="example",
        strategy="trust",
        opened_by=_noted("illness"),
        closed_by=LOST,
        ordered=False,
        steps=(
            Step(
                name="ask-after",
                title=Text("Come or call", "探望或致电"),
                advice=Text("Ask how they are, and sell nothing.", "只问病情，不谈生意。"),
                fulfilled_by=touch("visit", "call").where(PERSONAL),
                window=Window(due=HARDSHIP_BY.value),
                optional=True,
            ),
            Step(
                name="send",
                title=Text("Send something", "送上慰问品"),
                advice=Text("Fruit, flowers, whatever pleases.", "水果、鲜花，合对方心意就好。"),
                fulfilled_by=touch("gift").where(PERSONAL),
                window=Window(due=HARDSHIP_BY.value),
                optional=True,
            ),
        ),
    )
)

_GREETING_CARD = touch("card").where(purpose("greeting"))

NEW_CUSTOMER_CARD = Practice(
    Prohibition(
        id="occasion.new-customer-card",
        title=Text("Send a new customer no bare greeting", "给新客户的首张贺卡，不能只有祝福"),
        advice=Text(
            "The first card reads much like the letter of thanks: thanks, the trust that the "
            "product will please, and then the greeting.",
            "第一张贺卡与答谢函写法相近：先谢惠顾，再说相信产品令人满意，然后送上祝福。",
        ),
        instead=Text(
            "Thank them for buying, say that it will please, and then greet.",
            "先致谢，再说相信产品令人满意，最后祝福。",
        ),
        citations=Citation("D0", "the art of thanks", "应该"),
        reading=Text(
            "The first card for `greeting` that a customer gets after the first deal, and before "
            "a second, must bear `thanked` and `reassured` (ours: the text gives a sample). One "
            "that says no to either is wrong; one without these fields is in doubt, although "
            "elsewhere their absence means no. That no greeting is sent at all, "
            "`occasion.holidays` finds. A first season has no length of its own: the first card "
            "counts, whenever it comes (ours).",
            "首笔成交之后、第二笔之前，客户收到的第一张为`greeting`寄的卡片，"
            "应有`thanked`与`reassured`（我们定的，原文举了样例）；有一项记为否的不当，"
            "没有记的存疑（别处没有即视为否，这里不同）。根本没有问候的，"
            "由`occasion.holidays`指出。首个节期没有定长：不论何时寄出，以第一张为准（我们定的）。",
        ),
        strength="should",
        strategy="trust",
        forbids=_GREETING_CARD.where(
            prior(DEAL).count() == 1,
            prior(_GREETING_CARD).count() == 0,
            ~(field("thanked").in_(True) & field("reassured").in_(True)),
        ),
    )
)

PRACTICES = (
    HOLIDAYS,
    SPECIAL_DAY,
    MILESTONES,
    SUPPORT_EVENT,
    HARDSHIP,
    NEW_CUSTOMER_CARD,
)
