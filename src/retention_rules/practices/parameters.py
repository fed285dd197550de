"""The numbers of the practices, each with the passage that gives it, or marked as ours.

Change one for your own rulebook with `Rulebook.adapt`, such as
``handbook().adapt("cadence.never-silent", every=days(21))``.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Generic, Literal, TypeVar

import attrs

from retention_rules.texts import Citation, Text
from retention_rules.windows import business_days, days, years

T = TypeVar("T")


@attrs.frozen
class Parameter(Generic[T]):
    """A number that a practice needs.

    Attributes:
        value: An offset, which carries its unit, or a bare ratio.
        about: What it measures.
        source: The passage that gives it; ``ours`` where no document does.
    """

    value: T
    about: Text
    source: Citation | Literal["ours"] = "ours"


THANKED_AT_ALL = Parameter(
    days(14), Text("by when whoever bought has been thanked at all", "最迟多久要谢过买主")
)
THANKED_BY_OWNER = Parameter(
    days(2),
    Text("by when the salesperson calls or sends a card", "销售人员致电或寄卡的期限"),
    Citation("D1", "§5", "一天或两天"),
)
HANDWRITTEN_BY = Parameter(
    days(2), Text("by when the hand-written thanks is posted", "亲笔谢函寄出的期限")
)
ADD_ON_THANKED_BY = Parameter(
    days(2), Text("by when a small add-on is thanked for", "小额追加的致谢期限")
)
SMALL_ADD_ON = Parameter(
    0.1,
    Text(
        "how much of the largest earlier deal a small add-on may be: the ratio of the case, "
        "which the text does not make a rule",
        "小额追加占此前最大一笔交易的比例:取自案例的数目,原文并未定为规则",
    ),
    Citation("D0", "the art of thanks"),
)
APOLOGISE_BY = Parameter(business_days(0), Text("by when we apologise", "道歉期限"))
LISTEN_BY = Parameter(business_days(0), Text("by when we listen", "倾听期限"))
SOLUTION_BY = Parameter(business_days(2), Text("by when a solution is offered", "提出方案期限"))
COMPENSATE_BY = Parameter(days(7), Text("by when harm is made good", "补偿期限"))
FOLLOW_UP_BY = Parameter(
    days(14), Text("how long after the remedy we ask again", "补偿之后多久回访")
)
ANSWER_BY = Parameter(
    business_days(1), Text("by when a promise without a date is kept", "未定日期的承诺何时兑现")
)
REASSURANCE = Parameter(
    days(14), Text("how long doubt lasts if no use is recorded", "未见使用时疑虑阶段多长")
)
REASSURED_BY = Parameter(days(7), Text("by when the buyer is reassured", "安抚买主的期限"))
INFORMING = Parameter(
    days(30), Text("how long the buyer looks for knowledge", "买主求知的阶段多长")
)
INFORMED_BY = Parameter(days(14), Text("by when the buyer is informed", "告知买主的期限"))
TALKED_BY = Parameter(
    days(30), Text("by when we talk with a settled owner", "买主安定后多久要谈一次")
)
SILENCE = Parameter(
    days(30), Text("how long a settled owner may hear nothing", "安定的买主最长多久没有音讯")
)
ASSUMED_LIFE = Parameter(
    years(3),
    Text(
        "how long a product is kept after it was got to know, if its deal does not say",
        "成交未写明寿命时,熟悉之后再用多久",
    ),
)
REPLACEMENT_LEAD = Parameter(
    days(60), Text("how long before its end a product is to be replaced", "寿命将尽前多久着手")
)
OFFERED_BY = Parameter(days(14), Text("by when the special offer is made", "特别优惠的提出期限"))

PARAMETERS: Mapping[str, Parameter[Any]] = MappingProxyType(
    {name.lower(): one for name, one in list(globals().items()) if isinstance(one, Parameter)}
)
"""Every parameter by its name in lower case."""
