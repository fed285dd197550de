"""1-3-7: ask about use, go through the first effects, visit; in every reading of it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import attrs

from retention_rules.conditions import event, field, touch
from retention_rules.practices.cadences import (
    ANY_PURPOSE,
    WINDOWS,
    Figures,
    cadence,
    day_window,
)
from retention_rules.practices.parameters import A_WEEK, HALF_A_MONTH
from retention_rules.practices.touches import DEAL_UNDONE, FOLLOW_UP
from retention_rules.practices.variants import Practice, Reading, joined
from retention_rules.rules import FollowUp, Item
from retention_rules.texts import Citation, Text
from retention_rules.windows import Window, days, step, trigger

DEAL = event("deal.closed")

READINGS: Mapping[str, Figures] = MappingProxyType(
    {
        "from-sale": Figures(
            Text(
                "The figures are days after the sale: 1, 3 and 7.",
                "数字指售出之后的天数：第1、3、7天。",
            ),
            (1, 3, 7),
        ),
        "gaps-from-sale": Figures(
            Text(
                "The figures are full days that lie between the sale and the touch: days 2, 4 and "
                "8. This contradicts the section's own 'second day'.",
                "数字指售出与接触之间整整隔开的天数：第2、4、8天。这与原文“第二天”不合。",
            ),
            (2, 4, 8),
        ),
        "chained": Figures(
            Text(
                "The figures are days after the touch before: 1, 4 and 11 if each comes on its "
                "day. The next one counts from the touch, or from its due day if it is late.",
                "数字指上一次接触之后的天数，逐次按期则为第1、4、11天。"
                "自上一次接触起算，若其逾期则自应做之日起算。",
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
                "数字指两次接触之间整整隔开的天数，逐次按期则为第2、6、14天，合于“六天左右”“半个月左右”，"
                "却不合于“第二天”。自上一次接触起算，若其逾期则自应做之日起算。",
            ),
            (2, 4, 8),
            chained=True,
        ),
        "chained-gaps-next-day": Figures(
            Text(
                "As full days between two touches, but the first one the day after the sale, as "
                "the text also says: 1, 5 and 13 if each comes on its day. The next one counts "
                "from the touch, or from its due day if it is late.",
                "两次接触之间整整隔开若干天，但首次依原文另一说法在售出次日，逐次按期则为第1、5、13天。"
                "自上一次接触起算，若其逾期则自应做之日起算。",
            ),
            (1, 4, 8),
            chained=True,
        ),
        "stated-figures": Figures(
            Text(
                "Not the digits but the figures in the explanation: the day after the sale, about "
                "six days after the first recorded use, about fifteen days after the sale.",
                "不取数字本身，取解说里的说法：售出次日、首次使用之后六天上下、成交之后十五天上下。"
                "首次使用以记录为准。",
            ),
            (1, 6, 15),
            window="about",
            triggers={1: event("product.first-used")},
        ),
    }
)

_DAYS = next(iter(READINGS.values())).days
_ASKED = FOLLOW_UP | field("used").is_known() | field("misused").is_known()

USE = FollowUp(
    id="cadence.1-3-7.day-1",
    title=Text("Ask whether and how the product is used", "询问产品用了没有、怎么用"),
    advice=Text(
        "If it is in use, ask how, and put wrong use right; if not, find out why and answer the "
        "doubts behind it. Praise and encourage.",
        "已经用了，就问用法，发现不当便帮忙纠正；还没用，就弄明白原因，把疑虑解开。多肯定，多鼓励。",
    ),
    checklist=(
        Item("used", Text("Is it in use yet?", "开始用了没有？")),
        Item(
            "misused", Text("How is it used, and is anything done wrong?", "怎么用的，有没有用错？")
        ),
        Item(
            "doubt",
            Text(
                "If it is not in use, why not, and what would remove the doubt?",
                "没有用，原因何在，怎样打消疑虑？",
            ),
        ),
        Item("praise", Text("Praise and encourage, in measure", "适当称赞、鼓励")),
    ),
    citations=Citation("D0", "1-3-7, one", "应 则应"),
    reading=joined(
        Text(
            "Any channel. The text says should; that it is a must here is ours. What came of it "
            "belongs in the fields `used`, `misused` and `doubt` of the touch; they are no "
            "condition, but a thank-you that records one of the first two counts.",
            "任何方式都可。原文说的是“应”，列为必须是我们定的。结果记入接触的`used`、`misused`、"
            "`doubt`；这些不是条件，但致谢时若记下前两项之一，也算问过。",
        ),
        ANY_PURPOSE,
    ),
    strength="must",
    strategy="needs",
    trigger=DEAL,
    fulfilled_by=touch().where(_ASKED),
    window=Window(due=days(_DAYS[0])),
    released_by=DEAL_UNDONE,
)

EFFECTS = FollowUp(
    id="cadence.1-3-7.day-3",
    title=Text("Call to go through the first effects", "致电，一起看看初步效果"),
    advice=Text(
        "Help the customer notice what the product has done so far, and find the causes of what "
        "went wrong.",
        "帮客户体会产品到目前起了什么作用，遇到的毛病又出在哪里。",
    ),
    citations=Citation("D0", "1-3-7, three", "如果 能"),
    reading=joined(
        Text(
            "A call, as the text says; it only recommends one.",
            "须是电话，依原文；原文只是建议。",
        ),
        ANY_PURPOSE,
    ),
    strength="should",
    strategy="needs",
    trigger=DEAL,
    fulfilled_by=touch("call").where(FOLLOW_UP),
    window=Window(due=days(_DAYS[1])),
    released_by=DEAL_UNDONE,
)

VISIT = FollowUp(
    id="cadence.1-3-7.day-7",
    title=Text("Visit, with a second product if you can", "登门拜访，最好带第二套产品去"),
    advice=Text(
        "Praise what has really changed. If things look good offer the second product, or ask to "
        "be introduced to family and friends.",
        "称赞确实有的变化。情形好就推荐带来的产品，或者请对方介绍亲友。",
    ),
    checklist=(
        Item("second-product", Text("Take a second product along", "带第二套产品同去")),
        Item(
            "change",
            Text("Bring out what has changed since they use it", "引出使用之后的变化和感受"),
        ),
        Item("praise", Text("Praise it, without flattery", "恰当称赞，不奉承")),
        Item(
            "offer-or-referral",
            Text(
                "Things look good: offer the second product, or ask for an introduction",
                "情形好：推荐第二套产品，或请对方介绍亲友",
            ),
        ),
    ),
    citations=(
        Citation("D0", "1-3-7, seven", "应该 尽可能"),
        Citation("D0", "1-3-7, closing paragraph", "一定不要忘记"),
    ),
    reading=joined(
        Text(
            "A visit: a call leaves it open, unless `cadence.1-3-7.contact-and-visit` is read as "
            "two acts. Bringing a product is a recommendation, and no condition; so is selling it "
            "or asking for an introduction: one of the two, not both.",
            "须当面拜访，电话不算，除非把`cadence.1-3-7.contact-and-visit`读作两件事。"
            "带产品是建议，不是条件；推荐产品或请求介绍也是建议，二者取一，不必兼有。",
        ),
        ANY_PURPOSE,
    ),
    strength="must",
    strategy="trust",
    trigger=DEAL,
    fulfilled_by=touch("visit").where(FOLLOW_UP),
    window=Window(due=days(_DAYS[2])),
    released_by=DEAL_UNDONE,
)

TOUCHES = (USE, EFFECTS, VISIT)

_BOTH_ACTS = "cadence.1-3-7.contact-and-visit"
_AGAIN = "cadence.1-3-7.again"
_HALF_A_MONTH, _A_WEEK = HALF_A_MONTH.value.days, A_WEEK.value.days

CONTACT_AND_VISIT = Practice(
    FollowUp(
        id=_BOTH_ACTS,
        title=Text("Visit about half a month after the sale", "成交半个月左右登门拜访"),
        advice=Text(
            "You have been in contact since: now be seen. Take a second product along if you can.",
            "先前只是联系，这回要见上面，能带就带上第二套产品。",
        ),
        checklist=VISIT.checklist,
        citations=(
            Citation("D0", "1-3-7, seven", "应该 半个月左右"),
            Citation("D0", "1-3-7, closing paragraph", "一定不要忘记"),
        ),
        reading=joined(
            Text(
                "A visit, counted from the sale whatever reading the days have. The contact before "
                "it is `cadence.1-3-7.day-7`, which any channel pays then; where the figures of "
                "the explanation are taken, it is on the seventh day.",
                "须当面拜访；不论天数如何读，都自成交起算。之前的联系即`cadence.1-3-7.day-7`，"
                "此时任何方式都可；若取解说里的数字，则联系在第7天。",
            ),
            ANY_PURPOSE,
        ),
        strength="must",
        strategy="trust",
        trigger=DEAL,
        fulfilled_by=VISIT.fulfilled_by,
        window=day_window(trigger, _HALF_A_MONTH, "by-day", _A_WEEK),
        released_by=DEAL_UNDONE,
    ),
    {
        "one-act": Reading(
            Text(
                "The contact after seven days and the visit after half a month are one act.",
                "七天后的联系与半个月左右的拜访是同一件事。",
            ),
            owed=False,
        ),
        "two-acts": Reading(
            Text(
                "They are two acts: a contact by the seventh day, and a visit on the fifteenth.",
                "是两件事：第7天联系，第15天拜访。",
            )
        ),
    },
)

AGAIN = Practice(
    FollowUp(
        id=_AGAIN,
        title=Text("Visit again a week later", "隔一周再登门一次"),
        advice=Text(
            "On the phone you are one of many; face to face you are trusted. Listen to the praise, "
            "and ask to be introduced.",
            "电话里难免客套，见了面才亲近。听对方夸一夸，再请对方介绍亲友。",
        ),
        citations=Citation("D0", "1-3-7, closing paragraph", "一定不要忘记"),
        reading=joined(
            Text(
                "A visit, counted from the touch before it, or from its due day if that is late.",
                "须当面拜访；自前一次接触起算，若其逾期则自应做之日起算。",
            ),
            ANY_PURPOSE,
        ),
        strength="must",
        strategy="trust",
        trigger=DEAL,
        fulfilled_by=VISIT.fulfilled_by,
        window=day_window(step(VISIT.id), _A_WEEK, "by-day"),
        released_by=DEAL_UNDONE,
    ),
    {
        "restated": Reading(
            Text(
                "The close of the section restates the visit of seven: nothing more is owed.",
                "本节末尾是重申第七天的拜访，并无另一次。",
            ),
            owed=False,
        ),
        "again": Reading(
            Text(
                "It asks for a further visit a week after that one: day 14 of 1, 3, 7.",
                "指那次拜访之后一周再访一次：若为第1、3、7天，则在第14天。",
            )
        ),
        "after-second-contact": Reading(
            Text(
                "It asks for a visit a week after the second contact: day 10 if the days are 1, 3, "
                "7. One visit may pay it and that of seven.",
                "指第二次联系之后一周拜访：若为第1、3、7天，则在第10天。一次拜访可兼抵“七”的那次。",
            ),
            window=day_window(step(EFFECTS.id), _A_WEEK, "by-day"),
        ),
    },
)


def rules(readings: Mapping[str, str], window: str | None = None) -> list[FollowUp]:
    """The cadence under the readings asked for, by the id of the practice."""
    figures = READINGS[readings.get("cadence.1-3-7", next(iter(READINGS)))]
    how = window or figures.window
    both, again = readings.get(_BOTH_ACTS), readings.get(_AGAIN)
    touches = TOUCHES
    if CONTACT_AND_VISIT.owed(both):
        touches = (USE, EFFECTS, attrs.evolve(VISIT, fulfilled_by=touch().where(FOLLOW_UP)))
        if figures.days[2] == _HALF_A_MONTH:
            figures = attrs.evolve(figures, days=(*figures.days[:2], _A_WEEK))
    found = cadence(touches, figures, window)
    if CONTACT_AND_VISIT.owed(both):
        at = day_window(trigger, _HALF_A_MONTH, how, _A_WEEK)
        found.append(_read(CONTACT_AND_VISIT, both, how, at))
    if AGAIN.owed(again):
        before = found[1] if again == "after-second-contact" else found[-1]
        rule = _read(AGAIN, again, how, day_window(step(before.id), _A_WEEK, how))
        found.append(attrs.evolve(rule, trigger=before.trigger))
    return found


def _read(practice: Practice, name: str | None, how: str, window: Window) -> FollowUp:
    rule = practice.read(name)
    assert isinstance(rule, FollowUp)
    words = (practice.readings[name].words, WINDOWS[how]) if name else ()
    return attrs.evolve(rule, window=window, reading=joined(*words, practice.rule.reading))


PRACTICES = (*(Practice(rule) for rule in rules({})), CONTACT_AND_VISIT, AGAIN)
