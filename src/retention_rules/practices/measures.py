"""Measures and benchmarks: what to count, and the numbers that the documents quote."""

from __future__ import annotations

from retention_rules.practices.variants import Guidance, Nature
from retention_rules.rules import Item
from retention_rules.texts import Citation, Text

_QUOTED = Text(
    "Quoted as the document gives it; it comes from outside the customer's events and is no "
    "finding.",
    "照文件所说转述；它不出自客户的事件，不作为结论。",
)


def _measure(
    id: str,
    title: Text,
    advice: Text,
    citations: tuple[Citation, ...] | Citation = (),
    *,
    reading: Text = _QUOTED,
    strategy: str = "needs",
    nature: Nature = "benchmark",
    checklist: tuple[Item, ...] = (),
) -> Guidance:
    return Guidance(
        id=f"measure.{id}",
        title=title,
        advice=advice,
        checklist=checklist,
        citations=citations,
        reading=reading,
        strength="should",
        strategy=strategy,
        nature=nature,
    )


_REASONS = (
    ("died", "1 %: the customer died", "1%：去世"),
    ("moved", "3 %: the customer moved", "3%：搬迁"),
    ("curiosity", "4 %: curious about other products", "4%：出于好奇换别的产品"),
    ("advice", "5 %: friends or family advised another", "5%：亲友推荐了别的"),
    ("cheaper", "9 %: something cheaper", "9%：另有更便宜的"),
    ("long-dissatisfied", "10 %: long dissatisfied with the product", "10%：长期对产品不满"),
    (
        "neglected",
        "68 %: needs ignored, problems not dealt with in time",
        "68%：需求没人理，问题没有及时处理",
    ),
)

CHURN_REASONS = _measure(
    "churn-reasons",
    Text("Why customers leave", "客户为什么离开"),
    Text(
        "Record the reason for each customer lost, and set your shares beside those of the survey.",
        "每流失一位都记下缘由，再与调查的比例对照。",
    ),
    Citation("D0", "role of after-sales service"),
    checklist=tuple(Item(id, Text(en, zh)) for id, en, zh in _REASONS),
    reading=Text(
        "A survey that the document ascribes to IBM; the seven shares sum to 100. To be counted "
        "from `customer.lost` with one of the seven as `cause`.",
        "文件称出自IBM的调查，七项合计100。可由`customer.lost`的`cause`（取这七项之一）统计。",
    ),
    nature="measure",
)

LEAKY_FUNNEL = _measure(
    "leaky-funnel",
    Text("Customers lost and won each week", "每周流失与新得的客户"),
    Text(
        "A hundred lost and a hundred won look like standing still, and cost far more than "
        "keeping them.",
        "流失一百、又得一百，看似没有变化，花费却比留住老客户多得多。",
    ),
    Citation("D1", "§1"),
    reading=Text(
        "To be counted per week from `customer.lost` and first deals; 100 and 100 are the slide's "
        "example.",
        "可按周统计`customer.lost`与首笔成交；一百对一百是幻灯片的例子。",
    ),
    strategy="barriers",
    nature="measure",
)

VALUE = _measure(
    "value",
    Text("What existing customers are worth", "老客户值多少"),
    Text(
        "Existing customers sell at least 15 times what new ones do; winning one costs about five "
        "times as much as keeping one; one who comes again brings 20 to 85 % more profit.",
        "老客户带来的销售额至少是新客户的15倍；开发一个的成本约为维护一个的5倍；"
        "回头客的利润高出20%到85%。",
    ),
    (
        Citation("D2", "lead"),
        Citation("D3", "part 3, the return"),
        Citation("D0", "repeat sales"),
    ),
    reading=Text(
        "Three documents, each by hearsay; D3 puts the five the other way round, as 20 %. None is "
        "a finding.",
        "出自三份文件，都是转述；D3反过来说是20%。都不作为结论。",
    ),
    strategy="leaving-cost",
)

LOYAL_VS_NEW = _measure(
    "loyal-vs-new",
    Text("One loyal customer is worth more than two new ones", "一个忠诚老客户胜过两个新客户"),
    Text(
        "Weigh an hour spent on a customer you have against one spent on two you do not.",
        "花在老客户身上的一小时，与花在两个新客户身上的，值得比一比。",
    ),
    Citation("D0", "role of after-sales service"),
    strategy="leaving-cost",
)

LOSS_PER_CUSTOMER = _measure(
    "loss-per-customer",
    Text("What a lost customer costs", "失去一位客户损失多少"),
    Text(
        "Perhaps several hundred yuan in profit, even a thousand and more, says a survey; work out "
        "your own.",
        "据调查，可能少赚几百元，甚至上千元；不妨算算自己的。",
    ),
    Citation("D0", "not losing customers"),
    strategy="barriers",
)

PENETRATION = _measure(
    "penetration",
    Text("When replacing outnumbers buying first", "更新何时多过新购"),
    Text(
        "Once half or more of those who could own the product do, replacement and additional "
        "purchases outnumber first ones.",
        "产品普及率到了50%以上，更新与增购就多过首次购买。",
    ),
    Citation("D0", "repeat sales"),
)

WORD_OF_MOUTH = _measure(
    "word-of-mouth",
    Text("How far word of mouth carries", "口碑传得多远"),
    Text(
        "A satisfied customer tells at least five, a dissatisfied one at least ten; what is "
        "heard so is remembered up to 40 times as well as a television advertisement.",
        "满意的至少告诉5个人，不满意的至少10个；口碑的记忆度可达电视广告的40倍。",
    ),
    Citation("D2", "part 2, word of mouth"),
)

WOM_COST = _measure(
    "wom-cost",
    Text("What word of mouth costs", "口碑要花多少"),
    Text(
        "Per thousand reached it costs 10 to 15 times as much as television; per one who "
        "remembers and prefers, far less.",
        "千人成本是电视的10到15倍；若按记住和偏好来算，则低得多。",
    ),
    Citation("D2", "part 2, word of mouth"),
)

USER_WORD = _measure(
    "user-word",
    Text("One word of a user does more than ten of yours", "用户一句话胜过你十句"),
    Text(
        "Let those who use it speak to those who consider it.",
        "让用过的人对没用过的人讲。",
    ),
    Citation("D3", "part 3, the return"),
    strategy="trust",
)

SMALL_ORDERS = _measure(
    "small-orders",
    Text("How much the small orders bring", "零散小单带来多少"),
    Text(
        "With good representatives, small orders of existing customers reach 40 % of the revenue "
        "and more than 60 % of the profit.",
        "优秀销售代表的小单，销售额可占四成，利润可占六成以上。",
    ),
    Citation("D4", "¶10"),
    reading=Text(
        "The text speaks of small orders, in a passage about existing customers. To be counted "
        "from `deal.closed`: what is small, and the profit, have to be supplied.",
        "原文说的是小单，段落谈的是老客户。可由`deal.closed`统计；多小算小、利润多少，须另行提供。",
    ),
    nature="measure",
)

WIN_RATE = _measure(
    "win-rate",
    Text("Win rate, new against existing customers", "胜率：新客户与老客户"),
    Text(
        "Orders won by all orders pursued; it tells where time is well spent.",
        "赢得的订单除以争取过的订单，看得出时间花在哪里值得。",
    ),
    Citation("D4", "¶10"),
    reading=Text(
        "To be counted from `opportunity.won` and `opportunity.lost`, apart for customers with "
        "and without an earlier deal.",
        "可由`opportunity.won`与`opportunity.lost`统计，按此前有无成交分开。",
    ),
    nature="measure",
)

SALES_EFFORT = _measure(
    "sales-effort",
    Text("Effort per order, new against existing customers", "每单花的工夫：新客户与老客户"),
    Text(
        "Touches, days and money until an order: a new customer may want two or three days at your "
        "company, an old one a phone call.",
        "成一单要多少次接触、多少天、多少钱：新客户可能要两三天的参观，老客户一个电话就够。",
    ),
    (Citation("D4", "¶10"), Citation("D0", "saving time and cost")),
    reading=Text(
        "To be counted from touches and `deal.closed`, apart for first and later deals; the cost "
        "has to be supplied.",
        "可由接触与`deal.closed`统计，首笔与其后分开；费用须另行提供。",
    ),
    nature="measure",
)

ON_TIME = _measure(
    "on-time",
    Text("How much is done on time", "按时完成的比例"),
    Text(
        "By practice, by owner and by strategy: it tells where a promise is easier made than kept.",
        "按实践、负责人、策略分别看：哪里许得容易、做得难，一目了然。",
    ),
    reading=Text(
        "Ours: no document asks for it. To be counted from findings: `fulfilled` by all that "
        "ended, without those released or in doubt.",
        "这是我们加的，没有文件要求。可由结论统计：`fulfilled`除以已了结的，不计免除与存疑。",
    ),
    strategy="trust",
    nature="measure",
)

SATISFACTION_IN_EVALUATION = _measure(
    "satisfaction-in-evaluation",
    Text("Let satisfaction count in evaluations", "把客户满意度算进业绩"),
    Text(
        "Make how satisfied their customers are a part of how people are judged, and remember "
        "that the experience itself cannot be put into numbers.",
        "把客户满意与否列入员工的业绩评估；也别忘了，体验本身量化不了。",
    ),
    (Citation("D2", "part 1, body"), Citation("D4", "¶19")),
    reading=Text(
        "To be counted from `feedback.received` by the owner of the deals. D2 asks for it; D4 "
        "warns that experience is neither logical nor to be measured in numbers.",
        "可由`feedback.received`按交易负责人统计。D2要求如此；D4则提醒，体验不讲逻辑，"
        "也不能用数字衡量。",
    ),
    strategy="trust",
    nature="measure",
)

GUIDANCE = (
    CHURN_REASONS,
    LEAKY_FUNNEL,
    VALUE,
    LOYAL_VS_NEW,
    LOSS_PER_CUSTOMER,
    PENETRATION,
    WORD_OF_MOUTH,
    WOM_COST,
    USER_WORD,
    SMALL_ORDERS,
    WIN_RATE,
    SALES_EFFORT,
    ON_TIME,
    SATISFACTION_IN_EVALUATION,
)
