"""Conduct: what must not happen, whatever is owed."""

from __future__ import annotations

from retention_rules.conditions import customer, event, field, touch
from retention_rules.practices.variants import Practice
from retention_rules.rules import Prohibition
from retention_rules.texts import Citation, Text

_ASKED_HOW_CONTENT = field("question").is_known() | (
    field("purpose").is_known() & (field("purpose") == "satisfaction")
)

NO_CLOSED_QUESTION = Practice(
    Prohibition(
        id="conduct.no-closed-question",
        title=Text("Never ask whether everything is all right", "别问“都还好吧”这类话"),
        advice=Text(
            "Almost everybody answers that it is, whatever they think, and tells their friends "
            "the truth.",
            "不管心里怎么想,人们大多顺口说好,实话却讲给身边的人听。",
        ),
        instead=Text("Ask what we should do better.", "改问:我们哪里该改进?"),
        citations=Citation("D0", "care", "千万别"),
        reading=Text(
            "`question` on a touch says how satisfaction was asked for: `closed` or `open`, by the "
            "salesperson or from the script used. A closed one is wrong on any touch. Without "
            "`question`, only a touch whose purpose is `satisfaction` is in doubt; all others are "
            "taken not to have asked (ours), or every call would have to be clarified.",
            "接触的`question`记下满意度是怎么问的:`closed`(封闭)或`open`(开放),"
            "由销售人员填写或取自所用话术。凡封闭式都不对。没有`question`的,"
            "只有目的为`satisfaction`的接触存疑,其余视为没有问过(我们定的),否则通通要核实。",
        ),
        strength="must",
        strategy="needs",
        forbids=touch().where(_ASKED_HOW_CONTENT, field("question") == "closed"),
    )
)

GIFT_TO_GOVERNMENT = Practice(
    Prohibition(
        id="conduct.gift-to-government",
        title=Text("No gift to a government body without clearance", "未经核准,不向政府机构送礼"),
        advice=Text(
            "A gift that is kind elsewhere may break the law here.",
            "别处是心意,在这里可能违法。",
        ),
        instead=Text(
            "Thank them in writing, or have the gift cleared first.", "改为书面致谢,或先行报批。"
        ),
        citations=Citation("D0", "the art of thanks", "特别小心谨慎"),
        reading=Text(
            "The text asks for special care because of the law; we read: none without a "
            "`gift.cleared` at or before it, which clears that customer's later gifts as well "
            "(ours). It turns on the customer's `kind`: where that is not known the gift is "
            "indeterminate, never allowed. A kind learned later counts if it is dated back.",
            "原文因涉法律而要求格外小心;我们读作:此前没有`gift.cleared`就不送,"
            "一经核准,该客户其后的礼品也算(我们定的)。以客户的`kind`为准,不明则存疑,绝不当作许可。"
            "事后得知的类别,须倒填日期才溯及既往。",
        ),
        strength="must",
        strategy="trust",
        forbids=touch("gift"),
        context=customer("kind") == "government",
        unless_prior=event("gift.cleared"),
    )
)

PRACTICES = (NO_CLOSED_QUESTION, GIFT_TO_GOVERNMENT)
