"""Complaints: what to bear in mind while one is handled."""

from __future__ import annotations

import attrs

from retention_rules.practices.variants import Guidance
from retention_rules.texts import Citation, Text

CUSTOMER_IS_RIGHT = Guidance(
    id="recovery.conduct.customer-is-right",
    title=Text("Take the customer to be right", "把客户当作对的一方"),
    advice=Text(
        "Settle it so that the customer is satisfied, even if the customer was wrong.",
        "就算错在客户，也要处理到客户满意为止。",
    ),
    citations=Citation("D1", "§12", "必须"),
    reading=Text(
        "An attitude, the first of nine points; no event shows it. What it asks to be done is in "
        "`recovery.six-step`.",
        "九点之一，是态度，没有事件可以显示；要做的事见`recovery.six-step`。",
    ),
    strength="must",
    strategy="trust",
    nature="advice",
)

LET_THEM_TALK = attrs.evolve(
    CUSTOMER_IS_RIGHT,
    id="recovery.conduct.let-them-talk",
    title=Text("Let them talk", "鼓励客户说话"),
    advice=Text(
        "Let them tell what went wrong, even if it is a mistake; explaining on and on only makes "
        "the mood worse.",
        "让客户把遇到的问题说出来，哪怕是误会；解释个没完，只会让对方更不高兴。",
    ),
    citations=Citation("D1", "§12", "应当"),
    reading=Text(
        "The second of nine points. That somebody listened is step 2 of `recovery.six-step`; how "
        "much they talked themselves has no event.",
        "九点之二。有没有倾听，见`recovery.six-step`第二步；自己说了多少，没有事件可查。",
    ),
    strength="should",
)

SAY_WHAT_CAN_BE_DONE = attrs.evolve(
    CUSTOMER_IS_RIGHT,
    id="recovery.conduct.say-what-can-be-done",
    title=Text("Say what can be done, what cannot, and why", "说清能做什么、不能做什么、为什么"),
    advice=Text(
        "Let the customer see that it is fair.",
        "让客户认可这样处理是公平的。",
    ),
    citations=Citation("D1", "§13", "必须"),
    reading=Text(
        "The second half of the sixth of nine points; what was said has no event. The first half "
        "is `recovery.conduct.facts-first`.",
        "九点之六的后半，说了什么没有事件可查；前半见`recovery.conduct.facts-first`。",
    ),
)

CUSTOMER_FIRST = attrs.evolve(
    CUSTOMER_IS_RIGHT,
    id="recovery.conduct.customer-first",
    title=Text("The customer comes first", "客户至上"),
    advice=Text(
        "When two things have to be done at once, the customer's is done first.",
        "两件事撞在一起，先办客户的。",
    ),
    citations=Citation("D1", "§14"),
    reading=Text(
        "The last of nine points, an attitude without an event; the slide has the words alone, the "
        "advice is ours. The fifth and the eighth, about "
        "blame and excessive demands, are `conduct.no-blame` and `conduct.excessive-demand`.",
        "九点之末，是态度，没有事件；幻灯片只有这一句，做法是我们写的。"
        "第五、第八点说的推卸与过分要求，即`conduct.no-blame`与`conduct.excessive-demand`。",
    ),
)

GUIDANCE = (
    CUSTOMER_IS_RIGHT,
    LET_THEM_TALK,
    SAY_WHAT_CAN_BE_DONE,
    CUSTOMER_FIRST,
)
