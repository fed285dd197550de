"""Coverage: whom at an account we keep in touch with, and what its people tell us."""

from __future__ import annotations

import attrs

from retention_rules.conditions import Condition, contact, customer, event, field, prior, touch
from retention_rules.practices.parameters import (
    COMPANY_VISIT_EVERY,
    COMPANY_VISIT_FROM,
    EXECUTIVE_BY,
    LARGE_ACCOUNT_DEAL,
    OTHER_CONTACT_BY,
    PROJECT_TOLD_BY,
    SIGNAL_BY,
    SIGNED_VISIT_BY,
)
from retention_rules.practices.touches import DEAL_UNDONE, FOLLOW_UP, PERSONAL
from retention_rules.practices.variants import Practice, Reading, joined
from retention_rules.rules import FollowUp, Recurring, contacts
from retention_rules.texts import Citation, Text
from retention_rules.windows import Window, never, point, until

ACCOUNT = customer("kind").in_("company", "government")
"""A customer with several people; in doubt where the kind is not known."""

KNOWN_ACCOUNT = customer("kind").is_known() & ACCOUNT
"""The same, where a customer of no known kind is taken for a person."""

ACCOUNT_DEAL = event("deal.closed").where(KNOWN_ACCOUNT)

_OWNER = prior("deal.closed").last("owner")

BY_SALES: Condition = (field("actor_role") == "sales") | (
    field("actor").is_known() & _OWNER.is_known() & (field("actor") == _OWNER)
)
"""Made by sales: it says so, or the owner of the latest deal made it."""

OTHER_CONTACTS = Practice(
    FollowUp(
        id="coverage.other-contacts",
        title=Text("Talk with others than the decision maker too", "不要只与决策人往来"),
        advice=Text(
            "Assistants, secretaries and colleagues open doors, and know of new plans, of how "
            "decisions are made and of thoughts of buying otherwise.",
            "助手、秘书和相关同事既能引路，也知道新的采购打算、决策怎么走、有没有改变采购的念头。",
        ),
        citations=Citation("D1", "§7", "不可忽视"),
        reading=Text(
            "At an account no contact stays the only one we talk to for 90 days (ours): after a "
            "touch, one with another `contact` is owed, and it is never too late for it; invoices "
            "and advertising are no touch here. An account is a customer whose `kind` is company "
            "or government (ours). A touch that names no contact leaves it in doubt; so does a "
            "kind that is not known, where contacts are named at all. How many contacts there are "
            "cannot be asked: an account with a single one is asked to find a second.",
            "凡公司客户，不应连续90天（我们定的）只与同一人往来：有过一次接触，"
            "就应另与别的`contact`接触，何时补上都不算太晚；账单与广告在此不算接触。"
            "公司客户指`kind`为公司或政府机构者（我们的理解）。接触没有写明联系人的存疑；"
            "写了联系人而客户类别不明的，也存疑。联系人共有几位无从设问：只有一位的，"
            "也会要求再结识一位。",
        ),
        strength="must",
        strategy="trust",
        trigger=touch().where(
            PERSONAL, ACCOUNT, field("contact").is_known() | customer("kind").is_known()
        ),
        fulfilled_by=touch().where(PERSONAL),
        window=Window(due=OTHER_CONTACT_BY.value, expires=never),
        differs_on="contact",
        on_retrigger="ignore",
        released_by=event("customer.lost"),
    )
)

SIGNALS = Practice(
    FollowUp(
        id="coverage.signals",
        title=Text("Follow up what their people let slip", "跟进对方人员透露的动向"),
        advice=Text(
            "A new plan to buy is an opportunity, a thought of changing the supplier a warning. "
            "Note how decisions are made as well.",
            "新的采购打算是机会，想换供应商是警讯。决策怎么走，也要记下来。",
        ),
        citations=Citation("D1", "§7"),
        reading=Text(
            "The text says what such people may tell, not what to do with it. We read: "
            "`signal.buying-plan` and `signal.switch-intent` go to the owner, who opens an "
            "opportunity or talks with the customer within two working days (ours); by whom it is "
            "done is not checked. The text speaks of altering a purchase; that this means another "
            "supplier is ours. The way in which decisions are made is information without a duty.",
            "原文只说这些人能提供哪些信息，没有说随后怎么办。我们读作："
            "`signal.buying-plan`与`signal.switch-intent`交由负责人，"
            "两个工作日内（我们定的）立为商机或与客户谈一次，由谁去做不作检查。"
            "原文说的是变更购买，指换供应商是我们的理解。决策程序只是信息，不带义务。",
        ),
        strength="should",
        strategy="needs",
        trigger=event("signal.buying-plan") | event("signal.switch-intent"),
        fulfilled_by=event("opportunity.opened")
        | touch("call", "visit", "meeting").where(FOLLOW_UP),
        window=Window(due=SIGNAL_BY.value),
        released_by=event("customer.lost"),
    )
)

_AFTER_SIGNING = FollowUp(
    id="coverage.after-signing",
    reading=Text(
        "One visit for each such contact known when the deal is made, recorded with that "
        "`contact`; a meeting counts as well (ours). The text places it while the product is "
        "installed: due by `installs_on` of the deal, or within 30 days (ours); that the "
        "installation itself ended earlier cannot be weighed. Only for customers whose `kind` is "
        "company or government; with another or none there is nothing to visit (ours). Where the "
        "contacts, or what counts of them, are not known, it is in doubt. A cancelled deal or a "
        "lost customer releases (ours).",
        "成交时已知的这类联系人每人一次，接触须记明`contact`；会面也算（我们的理解）。"
        "原文指安装实施期间：以成交所记`installs_on`为限，没有则30天内（我们定的）；"
        "安装实际提前完成的，无从计入。只对`kind`为公司或政府机构的客户，"
        "其他或不明的不适用（我们定的）。联系人不明，或其态度、级别、是否见过不明的，存疑。"
        "交易取消或客户流失即免除（我们所加）。",
    ),
    strategy="trust",
    trigger=ACCOUNT_DEAL,
    fulfilled_by=touch("visit", "meeting"),
    window=Window(due=until("installs_on", default=point(SIGNED_VISIT_BY.value))),
    for_each=contacts(),
    released_by=DEAL_UNDONE,
)

OPPONENTS = Practice(
    attrs.evolve(
        _AFTER_SIGNING,
        id="coverage.after-signing.opponents",
        title=Text("Visit those who were against us", "拜访当初反对的人"),
        advice=Text(
            "Ask what spoke against us, and set about resolving it.",
            "问清当初为何反对，再着手化解顾虑。",
        ),
        citations=Citation("D4", "¶13", "一定要去"),
        strength="must",
        for_each=contacts(contact("stance") == "against"),
    )
)

SENIORS = Practice(
    attrs.evolve(
        _AFTER_SIGNING,
        id="coverage.after-signing.seniors",
        title=Text("Visit the seniors we have not met", "拜访还没见过的高层"),
        advice=Text(
            "Ask what they require, and do what you can to meet it.",
            "问问对方要什么，能做到的尽量做到。",
        ),
        citations=Citation("D4", "¶13", "一定要去"),
        reading=joined(
            Text(
                "The must stands in the sentence on opponents; that it goes on to seniors is ours.",
                "“一定”写在说反对者的那一句，顺延到高层是我们的理解。",
            ),
            _AFTER_SIGNING.reading,
        ),
        strength="must",
        for_each=contacts((contact("seniority") == "senior") & contact("met_before").in_(False)),
    )
)

SUPPORTERS = Practice(
    attrs.evolve(
        _AFTER_SIGNING,
        id="coverage.after-signing.supporters",
        title=Text("Visit those who stood by us", "拜访支持我们的人"),
        advice=Text(
            "Thank them, and ask what you should do better.",
            "当面道谢，再请教还有哪里要改进。",
        ),
        citations=Citation("D4", "¶13", "还应该"),
        strength="should",
        for_each=contacts(contact("stance") == "for"),
    )
)

INFORM_SPONSOR = Practice(
    FollowUp(
        id="coverage.inform-sponsor",
        title=Text(
            "Tell the project contact what their senior asked for", "把高层的要求告知经办人"
        ),
        advice=Text(
            "They hear it from you before they hear it from above, and can help to settle it.",
            "让经办人先从你这里知道，也好帮着办妥。",
        ),
        citations=Citation("D4", "¶8"),
        reading=Text(
            "In the case the salesperson phones the head of the project as soon as the cost is "
            "clear. We read: a `request.received` by a contact whose `contact_role` is executive "
            "is told by a call, or face to face (ours), to a contact of role project on the same "
            "local day. A role that is not recorded leaves it in doubt.",
            "案例里，费用一确认，销售代表就致电项目经办人。我们读作："
            "`contact_role`为executive（高层）提出的`request.received`，"
            "当日就打电话或当面（后者我们所加）告知project（项目经办）联系人。角色没有记录的存疑。",
        ),
        strength="example",
        strategy="trust",
        trigger=event("request.received", contact_role="executive"),
        fulfilled_by=touch("call", "visit", "meeting", contact_role="project").where(PERSONAL),
        window=Window(due=PROJECT_TOLD_BY.value),
    )
)

EXECUTIVE = Practice(
    FollowUp(
        id="coverage.executive",
        title=Text("Let senior management show itself", "请公司高层出面"),
        advice=Text(
            "A large customer should know somebody at the top, and have a direct number.",
            "大客户应当认识一位高层，并且有直通的电话。",
        ),
        citations=(Citation("D1", "§4"), Citation("D0", "the art of thanks")),
        reading=Text(
            "D1 lists it among the ways to trust, without occasion or rate; D0 tells of a "
            "president who phones buyers. We read: after an account's deal of at least 100,000, "
            "some touch by an executive of ours (`actor_role`) within 90 days (both ours). Where "
            "role or `amount` is not recorded it is in doubt; a customer of no known kind is no "
            "account (ours). A cancelled deal or a lost customer releases (ours).",
            "D1把它列为建立信任的办法之一，没有说何时、多久一次；D0讲的是总裁亲自致电买主。"
            "我们读作：公司客户成交十万以上的，"
            "90天内我方高层（`actor_role`）接触一次（两数都是我们定的）。"
            "角色或`amount`没有记录的存疑；类别不明的客户不当作公司客户（我们定的）。"
            "交易取消或客户流失即免除（我们所加）。",
        ),
        strength="should",
        strategy="trust",
        trigger=ACCOUNT_DEAL.where(field("amount") >= LARGE_ACCOUNT_DEAL.value),
        fulfilled_by=touch(actor_role="executive").where(PERSONAL),
        window=Window(due=EXECUTIVE_BY.value),
        released_by=DEAL_UNDONE,
    )
)

_TOURS = Recurring(
    id="coverage.company-visits",
    title=Text("Tour each other's company", "互相参观企业"),
    advice=Text(
        "Let people of every level see where and how the other side works.",
        "让各个层次的人都看看对方在哪里、怎样做事。",
    ),
    citations=Citation("D1", "§4"),
    reading=Text(
        "Once a year (ours) from an account's first deal, counted from the last tour; one within "
        "eleven months of it (ours) is not counted as due but moves the next. The text asks for "
        "every level: a tour at any level counts here, since no shape repeats by level. A "
        "customer of no known kind is no account (ours).",
        "公司客户自首笔成交起每年一次（我们定的），从上次参观起算；"
        "相隔不到十一个月的（我们定的）不抵本次，但下次随之顺延。原文要求各层次都有："
        "这里任一层次的参观都算，因为没有按层次重复的写法。"
        "类别不明的客户不当作公司客户（我们定的）。",
    ),
    strength="should",
    strategy="trust",
    starts=ACCOUNT_DEAL,
    fulfilled_by=event("tour.held"),
    stops=event("customer.lost"),
    every=COMPANY_VISIT_EVERY.value,
    opens=COMPANY_VISIT_FROM.value,
)

COMPANY_VISITS = Practice(
    _TOURS,
    {
        "either-side": Reading(
            Text(
                "A tour of either side's premises is meant.",
                "“企业参观”指任何一方的企业。",
            )
        ),
        "ours": Reading(
            Text(
                "Only customers touring us are meant; where `host` is missing it is in doubt.",
                "“企业参观”只指客户来参观我方；没有`host`的存疑。",
            ),
            rule=attrs.evolve(_TOURS, fulfilled_by=event("tour.held", host="us")),
        ),
    },
)

PRACTICES = (
    OTHER_CONTACTS,
    SIGNALS,
    OPPONENTS,
    SENIORS,
    SUPPORTERS,
    INFORM_SPONSOR,
    EXECUTIVE,
    COMPANY_VISITS,
)
