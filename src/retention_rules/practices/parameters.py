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
from retention_rules.windows import (
    MICROSECOND,
    CalendarDays,
    business_days,
    clock,
    days,
    minutes,
    months,
    seconds,
    weeks,
    working_hours,
    years,
)

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
THANKED_BEST_BY = Parameter(
    days(1),
    Text("by when they had best call or send it", "最好何时之前致电或寄卡"),
    Citation("D1", "§5", "一天或两天"),
)
MESSAGE_BY = Parameter(
    days(0),
    Text("by when the short thank-you message is sent: the same day", "致谢短信的期限：当天"),
    Citation("D1", "§15 step 0", "立刻"),
)
THANKED_AT_TABLE = Parameter(
    days(0),
    Text(
        "by when, and since when, a deal struck at a table is thanked for: that day",
        "当面谈成的，在多久之内当面道谢：当天",
    ),
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
        "小额追加占此前最大一笔交易的比例：取自案例的数目，原文并未定为规则",
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
        "how long a product is taken to last if its deal does not say: counted from the deal, "
        "and for the stage of the customer from when it was got to know",
        "成交未写明时，产品寿命按多久计：自成交起算；客户阶段则自熟悉产品之后起算",
    ),
)
REPLACEMENT_LEAD = Parameter(
    days(60), Text("how long before its end a product is to be replaced", "寿命将尽前多久着手")
)
OFFERED_BY = Parameter(days(14), Text("by when the special offer is made", "特别优惠的提出期限"))

LARGE_ACCOUNT_DEAL = Parameter(
    100_000,
    Text("from what amount on a deal is a matter for the management", "多大金额的交易要有高层介入"),
)
EXECUTIVE_BY = Parameter(
    days(90), Text("by when the management has shown itself", "高层出面的期限")
)
OTHER_CONTACT_BY = Parameter(
    days(90),
    Text("how long one contact may be the only one we talk to", "最长多久只与同一联系人往来"),
)
SIGNAL_BY = Parameter(
    business_days(2), Text("by when a signal of the customer is followed up", "客户动向的跟进期限")
)
SIGNED_VISIT_BY = Parameter(
    days(30),
    Text(
        "by when the visits after signing are made, if no day of installation is planned",
        "未定安装日期时，签约后拜访的期限",
    ),
)
IN_TROUBLE_BY = Parameter(
    business_days(1), Text("by when the salesperson shows up in trouble", "出问题后销售露面的期限")
)
REACTION_BY = Parameter(
    business_days(3), Text("by when the reaction to a problem is asked for", "询问客户反应的期限")
)
COMPANY_VISIT_EVERY = Parameter(years(1), Text("how often a company is toured", "企业参观多久一次"))
COMPANY_VISIT_FROM = Parameter(
    months(11), Text("how long after the last tour one counts again", "上次参观多久之后再算")
)
CONTRACT_END_LEAD = Parameter(
    days(90), Text("how long before its end a contract is renewed", "合同到期前多久谈续约")
)
FIRST_RESPONSE_BY = Parameter(
    working_hours(4), Text("by when somebody answers a complaint", "投诉的首次回应期限")
)
CAUSE_BY = Parameter(
    business_days(2), Text("by when the cause of a complaint is found", "查明投诉原因的期限")
)
PREVENT_BY = Parameter(
    business_days(5), Text("by when it is made sure not to happen again", "采取防范措施的期限")
)
LEARN_BY = Parameter(
    days(30), Text("by when a complaint has been learned from", "从投诉中总结改进的期限")
)
LONG_MEETING = Parameter(
    60, Text("how many minutes a complaint is talked about at most", "面谈投诉最长多少分钟")
)
CASE_CLOSED_BY = Parameter(
    days(14), Text("by when a complaint is closed, if that is meant", "若指结案，结案的期限")
)
SENIOR_HOUR = Parameter(
    "10:00",
    Text("until when a senior customer is answered on that day", "当天几点以前答复高层客户"),
    Citation("D4", "¶15", "十点以前"),
)
SENIOR_ANSWERED_BY = Parameter(
    CalendarDays(days=1, clock=clock(SENIOR_HOUR.value) - MICROSECOND),
    Text(
        "by when a senior customer's complaint is answered in person: before ten the next day",
        "高层投诉的当面答复期限：次日上午十点以前",
    ),
    Citation("D4", "¶15", "十点以前"),
)
REQUEST_STEPS_BY = Parameter(
    days(0),
    Text(
        "by when a request is noted, costed and passed on: in the case before 'the next day'",
        "客户的要求何时记下、算好费用并告知：案例里都在“第二天”之前",
    ),
    Citation("D4", "¶8", "第二天"),
)
REQUEST_DONE_BY = Parameter(
    days(1),
    Text("by when a request is done", "客户的要求何时落实"),
    Citation("D4", "¶8", "第二天"),
)
PROJECT_TOLD_BY = Parameter(
    days(0),
    Text(
        "by when the project contact is told of a senior's request: that day",
        "高层的要求何时告知项目经办人：当天",
    ),
)
SALE_PROMISES_BY = Parameter(
    days(0),
    Text(
        "by when promises of the sale are kept after the installation: that day",
        "装好之后，销售时的承诺何时兑现：当天",
    ),
)
ORDER_NOTICE_BY = Parameter(
    business_days(1), Text("by when a problem with an order is told", "订单出问题的告知期限")
)
ORDER_NOTICE_LEAD = Parameter(
    days(1), Text("how long before the promised day at the latest", "至迟在约定日之前多久告知")
)
REWORK_BY = Parameter(
    days(7), Text("by when a defect that we found is put right", "自查缺陷的返工期限")
)
WARRANTY_BY = Parameter(
    days(7), Text("by when a claim under warranty is honoured", "保修申请的兑现期限")
)
GREETED_BY = Parameter(
    seconds(30),
    Text("by when a visitor is greeted", "来访客人多久内有人迎候"),
    Citation("D2", "part 1, body", "30秒"),
)
RINGS = Parameter(
    2,
    Text("after how many rings a call is answered", "来电响几声内接听"),
    Citation("D2", "part 1, body", "两声"),
)
RING_SECONDS = Parameter(
    12, Text("how many seconds that is, if rings are not counted", "没有响铃次数时，折合多少秒")
)
FEEDBACK_EVERY = Parameter(
    months(6), Text("how often a customer is asked for feedback", "多久征求一次意见")
)
FEEDBACK_FROM = Parameter(
    months(5), Text("how long after the last time asking counts again", "上次征求多久之后再算")
)
REFERRAL_BY = Parameter(
    days(7), Text("by when a satisfied customer is asked for a referral", "请满意客户转介绍的期限")
)
CIRCLE_BY = Parameter(
    days(30),
    Text("by when an introduction within the circle is asked for", "请客户在圈内引荐的期限"),
)
REPURCHASE_LEAD = Parameter(
    days(30),
    Text(
        "how long before a product's end its successor is offered", "寿命终了前多久须给出再购优惠"
    ),
)

HELP_THANKED_BY = Parameter(days(2), Text("by when help is thanked for", "得到帮助后的致谢期限"))
NEXT_DAY = Parameter(
    days(1),
    Text("on which day after the deal the next morning is", "次日上午是成交后第几天"),
    Citation("D0", "the art of thanks", "次日上午"),
)
NEXT_MORNING = Parameter(
    "12:00",
    Text("until when the next morning lasts", "次日上午到几点为止"),
    Citation("D0", "the art of thanks", "次日上午"),
)
EXECUTIVE_CALL_BY = Parameter(
    days(30), Text("by when the head of the company has phoned", "公司负责人致电的期限")
)
LETTER_PARTS = Parameter(
    12,
    Text(
        "how many parts a thank-you letter has, as we count the template",
        "感谢函有多少项内容（范例按我们的数法）",
    ),
    Citation("D0", "the art of thanks"),
)
LETTER_COMPLETED_BY = Parameter(
    days(7), Text("by when an incomplete letter is made up for", "补全感谢函的期限")
)
PROJECT_LETTER_BY = Parameter(
    business_days(2), Text("by when the letter on a project is written", "项目致谢信的期限")
)
PROJECT_REQUESTS = Parameter(
    days(30),
    Text("how long after the installation a request belongs to it", "装好多久内的要求算在项目内"),
)
GIFT_FROM = Parameter(
    100_000, Text("from what amount on a deal is large enough for a gift", "多大的成交可送谢礼")
)
GIFT_BY = Parameter(days(14), Text("by when the gift for a large deal is given", "谢礼送出的期限"))
SOUVENIR_EVERY = Parameter(
    months(12),
    Text("how long an existing customer may go without a gift", "老客户多久没有收到纪念品"),
)
SOUVENIR_FROM = Parameter(
    months(11), Text("from when on a souvenir is asked for", "多久之后提示送纪念品")
)
FEW_WEEKS = Parameter(weeks(3), Text("how long a few weeks are", "“几个星期”有多长"))
ANNOUNCED_CALL_FROM = Parameter(
    weeks(1), Text("how long before its day the announced call counts", "预告的电话提早多久仍算数")
)
HALF_A_MONTH = Parameter(
    days(15),
    Text("how long half a month after the sale is", "成交后“半个月左右”有多长"),
    Citation("D0", "1-3-7, seven", "半个月左右"),
)
A_WEEK = Parameter(
    days(7),
    Text("after how long a customer is contacted again", "隔多久再与客户联系"),
    Citation("D0", "1-3-7, seven", "七天"),
)
CELEBRATED_BEFORE = Parameter(
    days(1),
    Text("how long before going live it is celebrated", "启用之前多久一起庆祝"),
    Citation("D4", "¶2", "前一个晚上"),
)
GO_LIVE_VISITED_AFTER = Parameter(
    days(1),
    Text("how long after the installation the senior is visited", "装好之后多久拜访对方高层"),
    Citation("D4", "¶2", "第二天"),
)
FROM_DELIVERY_BY = Parameter(
    business_days(1), Text("by when we ask after a delivery", "送达之后询问的期限")
)
VISIT_EVERY = Parameter(months(3), Text("how often a customer is visited", "多久上门拜访一次"))
VISIT_FROM = Parameter(
    months(2), Text("from when on the next visit is asked for", "多久之后提示拜访")
)
DROP_IN_EVERY = Parameter(months(6), Text("how often we drop in", "多久顺道拜访一次"))
DROP_IN_FROM = Parameter(
    months(5), Text("from when on dropping in is asked for", "多久之后提示顺访")
)
REMOTE_EVERY = Parameter(
    days(45), Text("how often we keep the tie from afar", "多久以电话、信件等联系一次")
)
REMOTE_FROM = Parameter(
    days(30), Text("from when on a touch from afar is asked for", "多久之后提示远程联系")
)
SERVICES_WITHIN = Parameter(
    months(12),
    Text("within what time the product is serviced twice", "多久之内上门养护两次"),
    Citation("D3", "part 1, why the best service", "一年内"),
)
FIRST_SERVICE_BY = Parameter(
    months(6), Text("by when it is serviced for the first time", "首次养护的期限")
)
SERVICES_APART = Parameter(
    months(3), Text("how far apart the two services are", "两次养护至少相隔多久")
)
TIME_NAMED_BY = Parameter(
    business_days(1), Text("by when the time of a meeting is fixed", "约见时间的确定期限")
)
LATE_AT_MOST = Parameter(
    minutes(0), Text("how late one may come to a meeting", "赴约最多可以迟到多久")
)
REPORTED_BY = Parameter(
    business_days(1), Text("by when a visit is written up", "拜访所得的补记期限")
)
GREETING_LEAD = Parameter(
    days(7), Text("how long before a day its greeting counts", "节日之前多久的问候算数")
)
WELCOME_LEAD = Parameter(
    days(1), Text("how long before an arrival its gift counts", "到店之前多久的迎宾礼算数")
)
WELCOME_BY = Parameter(
    days(0),
    Text("by when who comes without a booking gets it: that day", "未预订的到店者何时送到：当天"),
)
MILESTONE_BY = Parameter(days(3), Text("by when a milestone is congratulated on", "道贺的期限"))
BROKEN_PROMISES = Parameter(
    2, Text("how many broken promises are a matter for the manager", "失约几项要由主管出面")
)
MANAGER_CALLS_BY = Parameter(
    business_days(1), Text("by when the manager has spoken with the customer", "主管出面的期限")
)
POSTPONED = Parameter(
    2, Text("at which rescheduling a task is being put off", "改期几次算一拖再拖")
)
ONLY_REPAIRED = Parameter(
    months(12),
    Text("how long a customer may hear of us through repairs alone", "最长多久可以只有修理往来"),
)
ONLY_REPAIRED_FROM = Parameter(
    months(11),
    Text("how long after a repair something else is asked for", "修理之后多久提示做点别的"),
)
BEYOND_FROM = Parameter(
    months(11),
    Text(
        "how long after we last did more than was promised it is asked for again",
        "上次超出承诺之后多久再提示",
    ),
)
BEYOND_EVERY = Parameter(
    months(12), Text("how often we do more than was promised", "多久做一次超出承诺的事")
)
HARDSHIP_BY = Parameter(days(1), Text("by when we ask after somebody ill", "探问病情的期限"))

PARAMETERS: Mapping[str, Parameter[Any]] = MappingProxyType(
    {name.lower(): one for name, one in list(globals().items()) if isinstance(one, Parameter)}
)
"""Every parameter by its name in lower case."""
