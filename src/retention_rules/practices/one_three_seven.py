"""1-3-7: ask about use, go through the first effects, visit; in every reading of its days."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from retention_rules.conditions import event, field, touch
from retention_rules.practices.cadences import ANY_PURPOSE, Figures
from retention_rules.practices.touches import DEAL_UNDONE, FOLLOW_UP
from retention_rules.practices.variants import joined
from retention_rules.rules import FollowUp
from retention_rules.texts import Citation, Text
from retention_rules.windows import Window, days

DEAL = event("deal.closed")

READINGS: Mapping[str, Figures] = MappingProxyType(
    {
        "from-sale": Figures(
            Text(
                "The figures are days after the sale: 1, 3 and 7.",
                "数字指售出之后的天数:第1、3、7天。",
            ),
            (1, 3, 7),
        ),
        "gaps-from-sale": Figures(
            Text(
                "The figures are full days that lie between the sale and the touch: days 2, 4 and "
                "8. This contradicts the section's own 'second day'.",
                "数字指售出与接触之间整整隔开的天数:第2、4、8天。这与原文“第二天”不合。",
            ),
            (2, 4, 8),
        ),
        "chained": Figures(
            Text(
                "The figures are days after the touch before: 1, 4 and 11 if each comes on its "
                "day. The next one counts from the touch, or from its due day if it is late.",
                "数字指上一次接触之后的天数,逐次按期则为第1、4、11天。"
                "自上一次接触起算,若其逾期则自应做之日起算。",
            ),
            (1, 3, 7),
            chained=True,
        ),
        "chained-gaps": Figures(
            Text(
                "The figures are full days between two touches: 2, 6 and 14 if each comes on its "
                "day, which agrees with 'about six days' and 'about half a month' but not with "
                "'second day'. The next one counts from the touch, or from its due day if it is "
                "late.",
                "数字指两次接触之间整整隔开的天数,逐次按期则为第2、6、14天,合于“六天左右”“半个月左右”,"
                "却不合于“第二天”。自上一次接触起算,若其逾期则自应做之日起算。",
            ),
            (2, 4, 8),
            chained=True,
        ),
        "chained-gaps-next-day": Figures(
            Text(
                "As full days between two touches, but the first one the day after the sale, as "
                "the text also says: 1, 5 and 13 if each comes on its day. The next one counts "
                "from the touch, or from its due day if it is late.",
                "两次接触之间整整隔开若干天,但首次依原文另一说法在售出次日,逐次按期则为第1、5、13天。"
                "自上一次接触起算,若其逾期则自应做之日起算。",
            ),
            (1, 4, 8),
            chained=True,
        ),
        "stated-figures": Figures(
            Text(
                "Not the digits but the figures in the explanation: the day after the sale, about "
                "six days after the first recorded use, about fifteen days after the sale.",
                "不取数字本身,取解说里的说法:售出次日、首次使用之后六天上下、成交之后十五天上下。"
                "首次使用以记录为准。",
            ),
            (1, 6, 15),
            window="about",
            triggers={1: event("product.first-used")},
        ),
    }
)

_ASKED = FOLLOW_UP | field("used").is_known() | field("misused").is_known()

USE = FollowUp(
    id="cadence.1-3-7.day-1",
    title=Text("Ask whether and how the product is used", "询问产品用了没有、怎么用"),
    advice=Text(
        "If it is in use, ask how, and put wrong use right; if not, find out why and answer the "
        "doubts behind it. Praise and encourage.",
        "已经用了,就问用法,发现不当便帮忙纠正;还没用,就弄明白原因,把疑虑解开。多肯定,多鼓励。",
    ),
    citations=Citation("D0", "1-3-7, one", "应 则应"),
    reading=joined(
        Text(
            "Any channel. What came of it belongs in the fields `used`, `misused` and `doubt` of "
            "the touch; they are no condition, but a thank-you that records one of the first two "
            "counts.",
            "任何方式都可。结果记入接触的`used`、`misused`、`doubt`;这些不是条件,"
            "但致谢时若记下前两项之一,也算问过。",
        ),
        ANY_PURPOSE,
    ),
    strength="must",
    strategy="needs",
    trigger=DEAL,
    fulfilled_by=touch().where(_ASKED),
    window=Window(due=days(1)),
    released_by=DEAL_UNDONE,
)

EFFECTS = FollowUp(
    id="cadence.1-3-7.day-3",
    title=Text("Call to go through the first effects", "致电,一起看看初步效果"),
    advice=Text(
        "Help the customer notice what the product has done so far, and find the causes of what "
        "went wrong.",
        "帮客户体会产品到目前起了什么作用,遇到的毛病又出在哪里。",
    ),
    citations=Citation("D0", "1-3-7, three", "如果 能"),
    reading=joined(
        Text(
            "A call, as the text says; it only recommends one.",
            "须是电话,依原文;原文只是建议。",
        ),
        ANY_PURPOSE,
    ),
    strength="should",
    strategy="needs",
    trigger=DEAL,
    fulfilled_by=touch("call").where(FOLLOW_UP),
    window=Window(due=days(3)),
    released_by=DEAL_UNDONE,
)

VISIT = FollowUp(
    id="cadence.1-3-7.day-7",
    title=Text("Visit, with a second product if you can", "登门拜访,最好带第二套产品去"),
    advice=Text(
        "Praise what has really changed. If things look good offer the second product, or ask to "
        "be introduced to family and friends.",
        "称赞确实有的变化。情形好就推荐带来的产品,或者请对方介绍亲友。",
    ),
    citations=(
        Citation("D0", "1-3-7, seven", "应该 尽可能"),
        Citation("D0", "1-3-7, closing paragraph", "一定不要忘记"),
    ),
    reading=joined(
        Text(
            "A visit: a call leaves it open. Bringing a product is a recommendation, and no "
            "condition. The reminder that closes the section is this visit once more, not a "
            "further one.",
            "须当面拜访,电话不算。带产品是建议,不是条件。本节末尾的叮嘱指的就是这次拜访,并非另加一次。",
        ),
        ANY_PURPOSE,
    ),
    strength="must",
    strategy="trust",
    trigger=DEAL,
    fulfilled_by=touch("visit").where(FOLLOW_UP),
    window=Window(due=days(7)),
    released_by=DEAL_UNDONE,
)

TOUCHES = (USE, EFFECTS, VISIT)
