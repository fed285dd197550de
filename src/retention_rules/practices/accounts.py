"""Accounts: standing by them in trouble, keeping their contracts, and knowing one's strategy."""

from __future__ import annotations

from retention_rules.conditions import event, field, touch
from retention_rules.practices.coverage import BY_SALES
from retention_rules.practices.parameters import CONTRACT_END_LEAD, IN_TROUBLE_BY, REACTION_BY
from retention_rules.practices.touches import PERSONAL, purpose
from retention_rules.practices.variants import Guidance, Practice
from retention_rules.rules import FollowUp, Item
from retention_rules.texts import Citation, Text
from retention_rules.windows import Window, until

PRESENT_IN_TROUBLE = Practice(
    FollowUp(
        id="coverage.present-in-trouble",
        title=Text("Show up when the customer is in trouble", "客户遇到困难，销售要露面"),
        advice=Text(
            "Be there yourself, even if service does the work: whoever only celebrates the order "
            "does not get the next one.",
            "哪怕事情由服务部门来办，自己也要到场：只在签单时高兴的人，拿不到下一张单。",
        ),
        citations=Citation("D4", "¶12"),
        reading=Text(
            "After `problem.reported`, in installing or in use, somebody of sales calls, visits or "
            "meets the customer within one working day (ours), whatever service does besides. By "
            "sales: `actor_role` says so, or the actor is the owner of the latest deal; without "
            "the role any other actor leaves it in doubt. That a call is showing up is ours as "
            "well. The text has no word of must, but threatens the loss of all further orders.",
            "出现`problem.reported`（安装或使用中的困难）之后，不论服务部门如何处理，"
            "销售须在一个工作日内（我们定的）致电、上门或会面。是否销售，看`actor_role`，"
            "或接触人就是最近一笔交易的负责人；没有角色而不是该负责人的，存疑。打电话也算露面，"
            "是我们的理解。原文没有“必须”二字，但说否则再也拿不到订单。",
        ),
        strength="must",
        strategy="trust",
        trigger=event("problem.reported"),
        fulfilled_by=touch("call", "visit", "meeting").where(BY_SALES, PERSONAL),
        window=Window(due=IN_TROUBLE_BY.value),
        released_by=event("customer.lost"),
    )
)

TRACK_REACTION = Practice(
    FollowUp(
        id="coverage.track-reaction",
        title=Text("Find out how the customer took it", "了解客户对处理结果的反应"),
        advice=Text(
            "Problems are forgiven if the help was good. Find out whether it was, before a rival "
            "does.",
            "出问题难免，客户看的是怎么帮。帮得好不好，要赶在对手之前问清楚。",
        ),
        citations=Citation("D4", "¶14"),
        reading=Text(
            "After `case.closed` sales asks how satisfied the customer is, within three working "
            "days (ours): a touch for satisfaction, or one with a `question` about it. By sales "
            "as in `coverage.present-in-trouble`. The text gives neither occasion nor deadline; "
            "the closing is our proxy for the end of the problem.",
            "`case.closed`之后，销售须在三个工作日内（我们定的）询问满意与否："
            "目的为`satisfaction`，或带有`question`的接触都算。是否销售，"
            "同`coverage.present-in-trouble`。原文没有说何时、多久，"
            "以结案代表问题了结是我们的办法。",
        ),
        strength="should",
        strategy="barriers",
        trigger=event("case.closed"),
        fulfilled_by=touch().where(
            BY_SALES, field("question").is_known() | purpose("satisfaction")
        ),
        window=Window(due=REACTION_BY.value),
        released_by=event("customer.lost"),
    )
)

CONTRACT_END = Practice(
    FollowUp(
        id="coverage.contract-end",
        title=Text("Offer to go on before the contract ends", "合同到期前提出续约"),
        advice=Text(
            "A long contract or a common plan keeps the customer; an end that nobody speaks of "
            "opens the door to others.",
            "长期合同与合作计划能留住客户；到期无人过问，等于给别人开门。",
        ),
        citations=Citation("D1", "§4"),
        reading=Text(
            "The text names long contracts as a means. We read: in the 90 days (ours) before "
            "`ends` of a `contract.signed` a renewal is offered or made; what was offered earlier "
            "releases. A contract that does not say when it ends is in doubt. Events are tied by "
            "`contract`; the loss of a customer names none and releases nothing here.",
            "原文只把长期合同列为手段。我们读作："
            "`contract.signed`所记`ends`之前90天内（我们定的）提出或办妥续约；更早提出的即免除。"
            "没有写明到期日的存疑。各事件以`contract`相连；客户流失不写明合同，故不免除。",
        ),
        strength="should",
        strategy="leaving-cost",
        trigger=event("contract.signed"),
        fulfilled_by=event("renewal.offered") | event("contract.renewed"),
        window=Window(opens=until("ends") - CONTRACT_END_LEAD.value, due=until("ends")),
        correlate_on="contract",
        released_by=event("renewal.offered") | event("contract.renewed"),
    )
)

TAGS = Guidance(
    id="strategy.tags",
    title=Text("Four strategies to keep customers", "维护客户的四种策略"),
    advice=Text(
        "Make it hard for rivals, build trust, meet needs, and make leaving costly. Know which of "
        "them each thing you do serves.",
        "让对手难以进入，赢得信任，满足需要，让离开有代价。每做一件事，都清楚它为的是哪一种。",
    ),
    citations=Citation("D1", "§4"),
    reading=Text(
        "Every practice here names the one it serves in `strategy`; where several fit the choice "
        "is ours. Findings can be grouped by it.",
        "这里每项实践都在`strategy`里写明所属的一种；几种都合适的，由我们选定。结论可据此分组。",
    ),
    strength="should",
    strategy="trust",
    nature="measure",
)

_TACTICS = (
    ("low-price", "a competitive low price", "有竞争力的低价"),
    ("good-product", "an excellent product and its use", "出色的产品和用法"),
    ("electronic-ties", "electronic links and networks", "电子联系与关系网"),
    ("whole-business-price", "prices for the whole business", "按全部业务定价"),
    ("long-plans", "long plans together", "长期的合作计划"),
    ("tours", "company tours at every level", "各层次的企业参观"),
    ("social-events", "social events and entertainment", "社交与娱乐活动"),
    ("frequent-contact", "frequent contact", "频繁接触"),
    ("their-events", "support of their own events", "支持客户自己的活动"),
    ("kept-promises", "kept promises", "兑现承诺"),
    ("management", "senior management taking part", "高层出面"),
    ("flexibility", "flexibility and feeling", "灵活与感情投入"),
    ("more-offers", "more offers", "更多优惠"),
    ("special-customers", "special treatment of special customers", "特殊客户特殊对待"),
    ("whole-solutions", "whole solutions", "成套的解决方案"),
    ("dependence", "psychological dependence", "心理上的依赖"),
    ("priority", "priority in allocation, and discounts", "优先配给与折扣"),
    ("long-contracts", "long contracts", "长期合同"),
    ("club", "a customers' club", "客户俱乐部"),
    ("family-or-group", "care for family or cultural group", "顾及家庭或文化群体"),
    ("training", "special training", "专门的培训支持"),
)

TACTICS = Guidance(
    id="strategy.tactics",
    title=Text("Twenty-one tactics under four strategies", "四种策略下的二十一种做法"),
    advice=Text(
        "Go through the list and mark which of them you use with which customers; what nobody "
        "does is a decision too.",
        "逐条对照，看哪些做法用在了哪些客户身上；一条都没有用，也该是有意的选择。",
    ),
    checklist=tuple(Item(id, Text(en, zh)) for id, en, zh in _TACTICS),
    citations=Citation("D1", "§4"),
    reading=Text(
        "Five raise barriers, seven build trust, three meet needs, six raise the cost of leaving, "
        "in this order. Tours, social events, frequent contact, their events, promises, "
        "management, offers, contracts and training have rules or events here; the rest, such as "
        "prices, has none.",
        "依次为：设障碍五种，建信任七种，满足需要三种，提高离开代价六种。"
        "参观、社交、频繁接触、客户活动、承诺、高层、优惠、合同、培训在这里有规则或事件可依，"
        "其余（如价格）没有。",
    ),
    strength="should",
    strategy="barriers",
    nature="measure",
)

SELF_CHECK = Guidance(
    id="strategy.self-check",
    title=Text("Before you offer care, ask yourselves", "提供服务之前先自问"),
    advice=Text(
        "Care that nobody wants, that you cannot keep up, or that nobody is there to give, is "
        "worse than none. What happens if you fail should be clear beforehand.",
        "没人要的、做不到的、没人去做的服务，不如没有。万一没做到怎么办，事先要想好。",
    ),
    checklist=(
        Item("needed", Text("Is it needed besides the product?", "产品以外，客户需要它吗？")),
        Item("benefit", Text("What good does it do those who get it?", "得到它的人有什么好处？")),
        Item("solves", Text("What does it solve, now and later?", "解决眼前还是长远的什么问题？")),
        Item(
            "welcome",
            Text(
                "Do they take to it, or is the zeal all ours?", "客户愿意接受，还是我们一厢情愿？"
            ),
        ),
        Item(
            "just-right",
            Text(
                "Is it just right in effect, time, value and efficiency?",
                "论效果、时间、价值和效率，是不是都合适？",
            ),
        ),
        Item("able", Text("Can we do it?", "我们有没有能力做？")),
        Item("promise", Text("Can we promise it?", "我们能不能许诺？")),
        Item("failure", Text("What if we fail?", "万一没做到怎么办？")),
        Item("competitive", Text("Is it competitive?", "有没有竞争力？")),
        Item("who", Text("Who does it, and are they able?", "由谁来做，能力够不够？")),
        Item(
            "processes",
            Text(
                "Are processes, recruiting, training, reserves and cover there?",
                "流程是否齐备，招人、培训、后备、应急都有安排吗？",
            ),
        ),
    ),
    citations=(Citation("D1", "§2"), Citation("D1", "§3")),
    reading=Text(
        "Questions to whoever keeps the rulebook, under three heads: method, cost, staff; no "
        "customer's event answers them. 'What if we fail' we read so: for every kind of promise "
        "there is a rule that says what follows when it is broken.",
        "这是问规则制定者的，分方法、成本、人员三类，客户的事件答不了。"
        "“没有做到怎么办”，我们读作：每一类承诺都有规则写明落空之后如何处理。",
    ),
    strength="should",
    strategy="needs",
    nature="organisation",
)

PRACTICES = (PRESENT_IN_TROUBLE, TRACK_REACTION, CONTRACT_END)
GUIDANCE = (TAGS, TACTICS, SELF_CHECK)
