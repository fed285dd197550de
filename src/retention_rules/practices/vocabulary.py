"""The kinds of events and the fields that the practices read: a small vocabulary.

Your own rules may add kinds and fields freely; these are the words that the built-in ones know.
A field that is absent is *unknown*, and leaves in doubt whatever turns on it, except where its
description says otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, TypeAlias

import attrs

from retention_rules.texts import Text

Type: TypeAlias = Literal["text", "amount", "boolean", "date", "instant", "integer"]


@attrs.frozen
class Field:
    """A field of an event's data.

    Attributes:
        type: How it is written; an ``instant`` may be a bare date, which is its whole day.
        about: What it says.
        values: The values that the practices know, if they are few.
    """

    type: Type
    about: Text
    values: tuple[str, ...] = ()


KINDS: Mapping[str, Text] = MappingProxyType(
    {
        "lead.created": Text("somebody may become a customer", "有了潜在客户"),
        "inquiry.received": Text("the customer, or a future one, asks something", "收到询问"),
        "deal.closed": Text("a sale is made", "成交"),
        "deal.cancelled": Text("a sale is undone", "交易取消"),
        "touch.made": Text(
            "we reached the customer; a letter or card on the day it was posted",
            "我方接触到客户;信件、卡片以寄出之日为准",
        ),
        "touch.attempted": Text(
            "we tried in vain: no answer, bounced, automatic reply; pays nothing",
            "接触未成:无人接听、退回、自动回复;不抵任何事项",
        ),
        "product.issued": Text("the product, such as a card, is made out", "产品(如银行卡)办下来"),
        "product.first-used": Text("the customer is known to use it", "得知客户已经使用"),
        "product.ended": Text("it is used up, worn out or outdated", "产品用完、用坏或过时"),
        "installation.completed": Text("the installation is complete", "安装调试完毕"),
        "information.given": Text("information on the product was given", "已提供产品资料"),
        "training.held": Text("the customer was trained", "已举办培训"),
        "offer.made": Text("a special offer was made", "已给出优惠"),
        "signal.switch-intent": Text("the customer thinks of leaving", "客户有意另找别家"),
        "complaint.received": Text("a customer complains: a case opens", "收到投诉,立案"),
        "solution.offered": Text("a solution was offered", "已提出解决办法"),
        "compensation.given": Text("harm was made good", "已作补偿"),
        "case.closed": Text("the case is closed", "结案"),
        "step.recorded": Text("the handler has done a step of a case", "经办人完成某一步"),
        "step.skipped": Text("the handler leaves a step out, with a reason", "经办人免去某一步"),
        "promise.made": Text("something was promised", "作出承诺"),
        "promise.rescheduled": Text("a new day was agreed on for it", "承诺改期"),
        "promise.kept": Text("it was kept", "承诺兑现"),
        "promise.waived": Text("the customer does not want it any more", "客户放弃承诺"),
        "gift.cleared": Text("gifts to this customer are cleared", "送礼获准"),
        "customer.changed": Text("facts about the customer change", "客户资料变更"),
        "customer.lost": Text("the customer is gone: left, moved or died", "客户流失、迁走或去世"),
    }
)

CHANNELS = ("call", "visit", "meeting", "card", "letter", "email", "message", "fax", "gift")
PURPOSES = (
    "thanks",
    "use",
    "care",
    "satisfaction",
    "follow-up",
    "reassurance",
    "information",
    "training",
    "offer",
    "apology",
    "listening",
    "greeting",
    "invoice",
    "advertising",
)
_STEPS = ("apologise", "listen", "solution", "compensate", "follow-up")

DATA: Mapping[str, Field] = MappingProxyType(
    {
        "channel": Field("text", Text("how the customer was reached", "接触方式"), CHANNELS),
        "purpose": Field(
            "text",
            Text(
                "what the touch was for; absent, it is a contact all the same, but in doubt "
                "where a practice asks for something said",
                "接触目的;没有时仍算一次接触,但要求说到某事的实践则存疑",
            ),
            PURPOSES,
        ),
        "actor": Field("text", Text("who made the touch", "接触人")),
        "owner": Field("text", Text("who made the deal", "交易负责人")),
        "amount": Field("amount", Text("the value of the deal", "成交金额")),
        "handwritten": Field("boolean", Text("written by hand", "是否亲笔")),
        "thanked": Field(
            "boolean", Text("it thanked as well; absent: no", "顺带致谢;没有则视为否")
        ),
        "reassured": Field(
            "boolean", Text("it reassured as well; absent: no", "顺带安抚;没有则视为否")
        ),
        "used": Field(
            "boolean",
            Text("whether the product is in use; absent: not asked", "产品用了没有;没有则视为未问"),
        ),
        "misused": Field(
            "boolean",
            Text("whether it is used wrongly; absent: not asked", "是否用错;没有则视为未问"),
        ),
        "doubt": Field("text", Text("what the customer doubts", "客户的疑虑")),
        "question": Field(
            "text", Text("how satisfaction was asked for", "满意度的问法"), ("open", "closed")
        ),
        "lasts_until": Field("date", Text("the end of the product's life", "产品寿命终了之日")),
        "cause": Field("text", Text("why it ended, or was lost", "终了或流失的缘由")),
        "case": Field("text", Text("the complaint that it belongs to", "所属投诉")),
        "step": Field("text", Text("the step of the procedure", "流程中的步骤"), _STEPS),
        "reason": Field("text", Text("why a step is left out", "免去一步的理由")),
        "promise": Field("text", Text("which promise", "哪一项承诺")),
        "due": Field("instant", Text("by when it is promised", "承诺的期限")),
        "while_selling": Field(
            "boolean", Text("promised during the sale; absent: no", "销售时许下;没有则视为否")
        ),
    }
)
"""The fields of events' data."""

FIELDS: Mapping[str, Type] = MappingProxyType({name: one.type for name, one in DATA.items()})
"""The types of the fields, for readers of untyped files."""

FACTS: Mapping[str, Field] = MappingProxyType(
    {
        "kind": Field(
            "text", Text("what sort of customer", "客户类别"), ("person", "company", "government")
        )
    }
)
"""The facts about customers."""
