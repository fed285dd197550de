"""0-3-10-20: a message at once, a caring call, a friendly chat, a check."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import attrs

from retention_rules.conditions import event, field, touch
from retention_rules.practices.cadences import ANY_PURPOSE, Figures, cadence
from retention_rules.practices.touches import DEAL_UNDONE, FOLLOW_UP, THANKS
from retention_rules.practices.variants import Practice, joined
from retention_rules.rules import FollowUp, Item
from retention_rules.texts import Citation, Text
from retention_rules.windows import Window, days

DEAL = event("deal.closed")

READINGS: Mapping[str, Figures] = MappingProxyType(
    {
        "days": Figures(
            Text(
                "The figures are days after the deal: 0, 3, 10 and 20.",
                "数字指成交之后的天数：第0、3、10、20天。",
            ),
            (0, 3, 10, 20),
        ),
        "full-days": Figures(
            Text(
                "The figures are full days that have passed: 0, 4, 11 and 21.",
                "数字指过满的天数：第0、4、11、21天。",
            ),
            (0, 4, 11, 21),
        ),
        "when-issued": Figures(
            Text(
                "Days 0, 3 and 10 after the deal; the last touch waits for the product to be "
                "issued, and is due the day after (ours). Nearer to the text would be day 20, or "
                "the day after the issue if that is later; but a window has no later of two days. "
                "So an early issue makes it due before the 20th, and none leaves it unasked.",
                "成交之后第0、3、10天；最后一次等产品办下来，次日为限（我们定的）。"
                "更近原文的是第20天，办下来更晚的以次日为限；但期限写不出两天之中较晚者。"
                "因此办得早的，不到第20天就到期；一直没有办下来的，就不查问。",
            ),
            (0, 3, 10, 1),
            triggers={3: event("product.issued")},
        ),
    }
)

_DAYS = next(iter(READINGS.values())).days

AT_ONCE = FollowUp(
    id="cadence.0-3-10-20.day-0",
    title=Text("Send a thank-you message on the day of the deal", "成交当日发出致谢短信"),
    advice=Text(
        "Write it as soon as the deal is done, and thank the customer by name.",
        "生意一成就写，称呼对方姓名致谢。",
    ),
    citations=Citation("D1", "§15 step 0", "立刻"),
    reading=Text(
        "A `message` that thanks; it pays `thanks.same-day-message` as well. A cancelled deal or a "
        "lost customer releases (ours).",
        "指致谢的`message`，同时也满足`thanks.same-day-message`。"
        "交易取消或客户流失即免除（我们所加）。",
    ),
    strength="must",
    strategy="trust",
    trigger=DEAL,
    fulfilled_by=touch("message").where(THANKS),
    window=Window(due=days(_DAYS[0])),
    released_by=DEAL_UNDONE,
)

CARING_CALL = FollowUp(
    id="cadence.0-3-10-20.day-3",
    title=Text("Give a short caring call", "打一通简短的关心电话"),
    advice=Text(
        "One to three minutes: a kind word, the papers are on their way, nothing to worry about.",
        "一到三分钟：说几句关心的话，告知资料已在路上，请对方宽心。",
    ),
    checklist=(
        Item("care", Text("A kind word", "一句关心的话")),
        Item("papers", Text("The papers are on their way", "资料已寄出")),
        Item("reassure", Text("Nothing to worry about", "请对方放心")),
    ),
    citations=Citation("D1", "§15 step 3", "可以"),
    reading=joined(
        Text(
            "A permission. A call; its length is advice, and a longer one counts.",
            "属许可。须是电话；时长是建议，打长了也算。",
        ),
        ANY_PURPOSE,
    ),
    strength="should",
    strategy="trust",
    trigger=DEAL,
    fulfilled_by=touch("call").where(FOLLOW_UP),
    window=Window(due=days(_DAYS[1])),
    released_by=DEAL_UNDONE,
)

FRIENDLY_CHAT = FollowUp(
    id="cadence.0-3-10-20.day-10",
    title=Text("Ask after their work, as a friend would", "像老友那样聊聊近来的工作"),
    advice=Text("Ask about their work, and sell nothing.", "问问工作近况，不谈推销。"),
    citations=Citation("D1", "§15 step 10", "可以"),
    reading=joined(
        Text(
            "A permission. Any channel. That nothing is sold is ours.",
            "属许可。任何方式都可。不谈推销是我们所加。",
        ),
        ANY_PURPOSE,
    ),
    strength="should",
    strategy="trust",
    trigger=DEAL,
    fulfilled_by=touch().where(FOLLOW_UP),
    window=Window(due=days(_DAYS[2])),
    released_by=DEAL_UNDONE,
)

CARD_CHECK = FollowUp(
    id="cadence.0-3-10-20.day-20",
    title=Text(
        "Check that the product has come and can be used, and that the service pleases",
        "看看产品是否到手、会不会用，对服务满不满意",
    ),
    advice=Text(
        "Has it arrived? Can they activate and use it, and do they know how to repay? Ask how "
        "content they are with the service. This prepares the ground for a referral: do not ask "
        "for one yet.",
        "办下来没有？会不会开通、使用、还款？再问对服务满不满意。这是为日后请求转介绍铺路，"
        "此时先不提。",
    ),
    checklist=(
        Item("arrived", Text("Has it come?", "办下来没有？")),
        Item("activate", Text("Can they activate it?", "会不会开通？")),
        Item("use", Text("Can they use it?", "会不会用？")),
        Item("repay", Text("Do they know how to repay?", "知道怎么还款吗？")),
        Item("satisfied", Text("How content are they with the service?", "对服务有几分满意？")),
    ),
    citations=Citation("D1", "§15 step 20"),
    reading=joined(
        Text(
            "The text is about a bank card; any product stands for it here. Any channel. Whether "
            "it has come is part of the check, so the day stands even if nothing was issued yet.",
            "原文讲的是银行卡，这里泛指产品。任何方式都可。是否到手正是要查的，故未办下来也照期查问。",
        ),
        ANY_PURPOSE,
    ),
    strength="must",
    strategy="needs",
    trigger=DEAL,
    fulfilled_by=touch().where(FOLLOW_UP),
    window=Window(due=days(_DAYS[3])),
    released_by=DEAL_UNDONE,
)

TOUCHES = (AT_ONCE, CARING_CALL, FRIENDLY_CHAT, CARD_CHECK)


PAPERS_SENT = FollowUp(
    id="cadence.papers-sent",
    title=Text("Send the promised papers before the call", "致电之前先把资料寄出"),
    advice=Text(
        "The call of day 3 tells them that the papers are on their way. Let it be true.",
        "第3天的电话要告诉对方资料已经寄出，那就先寄出去。",
    ),
    citations=Citation("D1", "§15 step 3"),
    reading=Text(
        "It belongs to the cadence 0-3-10-20. The text only has the call say that the papers are "
        "sent; that they then must be is ours. After a deal with `papers_promised`: "
        "`documents.sent` by the day on which the call is due; without the field it is in doubt. "
        "That the call came before the papers, or claimed them in vain, is not checked. A "
        "cancelled deal or a lost customer releases (ours).",
        "属于0-3-10-20这一节奏。原文只说电话里告知已经寄出；那就须真寄，是我们的理解。"
        "成交记有`papers_promised`的，到该通电话应打之日为止须有`documents.sent`；没有记的存疑。"
        "电话打在寄出之前，或说了寄而没有寄，不作检查。交易取消或客户流失即免除（我们所加）。",
    ),
    strength="should",
    strategy="trust",
    trigger=DEAL.where(field("papers_promised").in_(True)),
    fulfilled_by=event("documents.sent"),
    window=Window(due=days(_DAYS[1])),
    released_by=DEAL_UNDONE,
)


def rules(readings: Mapping[str, str], window: str | None = None) -> list[FollowUp]:
    """The cadence under the readings asked for, by the id of the practice."""
    figures = READINGS[readings.get("cadence.0-3-10-20", next(iter(READINGS)))]
    papers = attrs.evolve(PAPERS_SENT, window=Window(due=days(figures.days[1])))
    return [*cadence(TOUCHES, figures, window), papers]


PRACTICES = tuple(Practice(rule, optional=True) for rule in rules({}))
