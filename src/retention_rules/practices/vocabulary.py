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
            "我方接触到客户；信件、卡片以寄出之日为准",
        ),
        "touch.attempted": Text(
            "we tried in vain: no answer, bounced, automatic reply; pays nothing",
            "接触未成：无人接听、退回、自动回复；不抵任何事项",
        ),
        "product.issued": Text(
            "the product, such as a card, is made out", "产品（如银行卡）办下来"
        ),
        "product.first-used": Text("the customer is known to use it", "得知客户已经使用"),
        "product.ended": Text("it is used up, worn out or outdated", "产品用完、用坏或过时"),
        "installation.completed": Text("the installation is complete", "安装调试完毕"),
        "information.given": Text("information on the product was given", "已提供产品资料"),
        "training.held": Text("the customer was trained", "已举办培训"),
        "offer.made": Text("a special offer was made", "已给出优惠"),
        "signal.switch-intent": Text("the customer thinks of leaving", "客户有意另找别家"),
        "complaint.received": Text("a customer complains: a case opens", "收到投诉，立案"),
        "solution.offered": Text("a solution was offered", "已提出解决办法"),
        "compensation.given": Text("harm was made good", "已作补偿"),
        "case.closed": Text("the case is closed", "结案"),
        "step.recorded": Text("the handler has done a step of a case", "经办人完成某一步"),
        "step.skipped": Text("the handler leaves a step out, with a reason", "经办人免去某一步"),
        "promise.made": Text("something was promised", "作出承诺"),
        "promise.rescheduled": Text("a new day was agreed on for it", "承诺改期"),
        "promise.kept": Text("it was kept", "承诺兑现"),
        "promise.waived": Text("the customer does not want it any more", "客户放弃承诺"),
        "opportunity.opened": Text("a new sale is in sight", "立为商机"),
        "opportunity.won": Text("it became an order", "商机赢单"),
        "opportunity.lost": Text("it came to nothing", "商机丢单"),
        "signal.buying-plan": Text("the customer means to buy more", "客户有新的采购打算"),
        "problem.reported": Text(
            "the customer meets a difficulty in installing or using it",
            "客户在安装或使用中遇到困难",
        ),
        "request.received": Text("the customer asks for something", "客户提出要求"),
        "request.done": Text("it is done", "要求办妥"),
        "contract.signed": Text("a contract is signed", "签订合同"),
        "contract.renewed": Text("it is renewed", "合同续签"),
        "renewal.offered": Text("to go on after its end was offered", "已提出续约"),
        "tour.held": Text("one side toured the other's company", "已作企业参观"),
        "case.investigated": Text("the facts of a case are established", "案情已查明"),
        "cause.recorded": Text("whose fault it was is put on record", "记录过错方"),
        "order.placed": Text("something is ordered", "下订单"),
        "order.rescheduled": Text("a new day of delivery was agreed on", "订单改期"),
        "order.cancelled": Text("an order is cancelled", "订单取消"),
        "order.delivered": Text("an order is delivered", "订单送达"),
        "order.problem": Text("we know of a problem with an order", "我方得知订单出了问题"),
        "defect.found": Text("a defect is found", "发现缺陷"),
        "rework.done": Text("it is put right", "返工完成"),
        "warranty.claimed": Text("the customer claims the warranty", "客户申请保修"),
        "warranty.honoured": Text("the claim is honoured", "保修已兑现"),
        "warranty.rejected": Text("the claim is rejected", "保修被拒"),
        "visitor.arrived": Text("a visitor comes to us", "客人来访"),
        "visitor.greeted": Text("the visitor is greeted", "客人有人迎候"),
        "call.answered": Text("a call to us is answered", "来电已接听"),
        "call.missed": Text("nobody answers it", "来电无人接听"),
        "feedback.requested": Text("feedback is asked for", "征求意见"),
        "feedback.received": Text("feedback is given", "收到反馈"),
        "referral.asked": Text("a referral is asked for", "请客户转介绍"),
        "demand.granted": Text("a demand is granted", "答应客户的要求"),
        "demand.declined": Text("a demand is declined", "谢绝客户的要求"),
        "demand.referred": Text("a demand is referred upwards", "要求已请示上级"),
        "demand.approved": Text("granting it is approved", "要求获准"),
        "disclosure.made": Text("something is told to somebody", "向人透露事情"),
        "contact-details.changed": Text("our contact details change", "我方联系方式变更"),
        "promise.confirmed": Text("it is confirmed that a promise can be kept", "确认承诺办得到"),
        "help.received": Text(
            "the customer helped us, as by telling of the market", "得到客户帮助"
        ),
        "order.confirmed": Text("the customer confirmed an order", "客户确认订单"),
        "payment.received": Text("the customer paid", "收到货款"),
        "referral.given": Text("the customer referred somebody to us", "客户介绍了别人"),
        "documents.sent": Text("the papers were sent", "资料已寄出"),
        "service.started": Text("a service begins", "开始提供服务"),
        "service.performed": Text("the product was serviced", "已作养护"),
        "installation.went-live": Text("what was installed is in operation", "正式启用"),
        "visit.agreed": Text("a meeting is agreed on, or moved", "约定会面或改期"),
        "visit.started": Text("we are there", "赴约到场"),
        "visit.cancelled": Text("the meeting is off", "会面取消"),
        "visit.reported": Text("what a visit brought back is written up", "补记拜访所得"),
        "visit.customer-arrived": Text("the customer comes to stay with us", "客户到店"),
        "booking.made": Text("the customer announces a stay", "客户预订"),
        "occasion.noted": Text("something happened in the customer's life", "得知客户的大事"),
        "occasion.coming": Text(
            "a day that means something to the customer comes", "客户的特殊日子将近"
        ),
        "customer-event.planned": Text("the customer holds an event", "客户要办活动"),
        "data.requested": Text("the customer is asked for facts", "向客户索取资料"),
        "owner.absent": Text("whoever looks after them is away, or gone", "负责人缺席或离职"),
        "owner.returned": Text("they are back", "负责人回来"),
        "backup.named": Text("somebody takes over", "指定了接手的人"),
        "task.rescheduled": Text("work for the customer is put off", "为客户办的事改期"),
        "task.done": Text("it is done", "这件事办完"),
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
    "help",
    "notice",
    "referral",
    "celebration",
    "support",
    "invoice",
    "advertising",
)
_STEPS = (
    *("apologise", "listen", "solution", "compensate", "follow-up"),
    *("cause", "prevent", "learn"),
    *("note", "cost", "inform", "done"),
)

DATA: Mapping[str, Field] = MappingProxyType(
    {
        "channel": Field("text", Text("how the customer was reached", "接触方式"), CHANNELS),
        "purpose": Field(
            "text",
            Text(
                "what the touch was for; absent, it is a contact all the same, but in doubt "
                "where a practice asks for something said",
                "接触目的；没有时仍算一次接触，但要求说到某事的实践则存疑",
            ),
            PURPOSES,
        ),
        "actor": Field("text", Text("who made the touch", "接触人")),
        "owner": Field("text", Text("who made the deal", "交易负责人")),
        "amount": Field("amount", Text("the value of the deal", "成交金额")),
        "handwritten": Field("boolean", Text("written by hand", "是否亲笔")),
        "thanked": Field(
            "boolean", Text("it thanked as well; absent: no", "顺带致谢；没有则视为否")
        ),
        "reassured": Field(
            "boolean", Text("it reassured as well; absent: no", "顺带安抚；没有则视为否")
        ),
        "used": Field(
            "boolean",
            Text(
                "whether the product is in use; absent: not asked", "产品用了没有；没有则视为未问"
            ),
        ),
        "misused": Field(
            "boolean",
            Text("whether it is used wrongly; absent: not asked", "是否用错；没有则视为未问"),
        ),
        "doubt": Field("text", Text("what the customer doubts", "客户的疑虑")),
        "question": Field(
            "text", Text("how satisfaction was asked for", "满意度的问法"), ("open", "closed")
        ),
        "closed_in": Field(
            "text", Text("how the deal was closed", "以何种方式成交"), ("meeting", "remote")
        ),
        "announces_call": Field(
            "boolean", Text("the letter announces a call; absent: no", "信中预告来电；没有则视为否")
        ),
        "call_by": Field("date", Text("by when it says", "预告的日期")),
        "parts": Field("integer", Text("how many parts of a letter it has", "感谢函具备几项内容")),
        "papers_promised": Field("boolean", Text("papers are to be sent", "是否答应寄资料")),
        "visit": Field("text", Text("which meeting", "哪一次会面")),
        "starts_at": Field("instant", Text("when it is to begin", "约定何时开始")),
        "live_on": Field("date", Text("when it is to go live", "计划何时启用")),
        "requested": Field("boolean", Text("the customer asked for it", "是否客户要求")),
        "their_business": Field("text", Text("how their business goes", "客户的经营状况")),
        "their_credit": Field("text", Text("how their credit stands", "客户的信用状况")),
        "their_products": Field(
            "text", Text("what they develop, and our chance in it", "客户在开发什么，有无商机")
        ),
        "rivals": Field("text", Text("how we compare with rivals", "与同类产品相比的优劣")),
        "to_improve": Field("text", Text("what we should improve", "我方需改进之处")),
        "expectations": Field("text", Text("what they expect of us", "对我方的期望")),
        "can_do": Field("text", Text("what else we can do for them", "还能为客户做什么")),
        "occasion": Field(
            "text",
            Text("what happened", "什么事"),
            ("promotion", "move", "new-product", "certification", "illness"),
        ),
        "on": Field("date", Text("the day of it", "在哪一天")),
        "supports": Field(
            "boolean",
            Text("it supports their event as well; absent: no", "顺带支持其活动；没有则视为否"),
        ),
        "booking": Field("text", Text("which booking", "哪一次预订")),
        "arrives": Field("instant", Text("when the customer is to arrive", "何时到店")),
        "about": Field("text", Text("which fact is asked for", "索取哪一项资料")),
        "to_confirm": Field(
            "boolean",
            Text("it is only to be confirmed; absent: no", "只是请客户确认；没有则视为否"),
        ),
        "lasts_until": Field("date", Text("the end of the product's life", "产品寿命终了之日")),
        "cause": Field("text", Text("why it ended, or was lost", "终了或流失的缘由")),
        "case": Field(
            "text", Text("the complaint or problem that it belongs to", "所属的投诉或问题")
        ),
        "step": Field("text", Text("the step of the procedure", "流程中的步骤"), _STEPS),
        "reason": Field("text", Text("why a step is left out", "免去一步的理由")),
        "promise": Field("text", Text("which promise", "哪一项承诺")),
        "due": Field("instant", Text("by when it is promised", "承诺的期限")),
        "while_selling": Field(
            "boolean", Text("promised during the sale; absent: no", "销售时许下；没有则视为否")
        ),
        "actor_role": Field(
            "text",
            Text("what the actor does for us", "接触人在我方的角色"),
            ("sales", "service", "manager", "executive"),
        ),
        "contact": Field("text", Text("which contact of the account", "哪一位联系人")),
        "contact_role": Field(
            "text",
            Text("what the contact does there", "联系人在对方的角色"),
            ("executive", "decision-maker", "project"),
        ),
        "contract": Field("text", Text("which contract", "哪一份合同")),
        "ends": Field("date", Text("when it ends", "到期日")),
        "installs_on": Field(
            "date", Text("when the installation is planned to be complete", "计划何时装好")
        ),
        "host": Field("text", Text("whose company is toured", "参观谁的企业"), ("us", "customer")),
        "request": Field("text", Text("which request", "哪一项要求")),
        "order": Field("text", Text("which order", "哪一份订单")),
        "promised_for": Field("instant", Text("for when delivery is promised", "约定何时送到")),
        "minutes": Field("integer", Text("how long it took", "历时多少分钟")),
        "scripted": Field("boolean", Text("said by formula", "是否照稿")),
        "answered": Field(
            "boolean",
            Text("whether the customer was answered and felt understood", "有没有回应并表示理解"),
        ),
        "facts_known": Field(
            "boolean", Text("whether the facts were established before", "此前是否已查明情况")
        ),
        "at_fault": Field(
            "text", Text("whose fault it was", "错在哪一方"), ("us", "customer", "other")
        ),
        "defect": Field("text", Text("which defect", "哪一处缺陷")),
        "found_by": Field("text", Text("who found it", "谁发现的"), ("us", "customer")),
        "cost_borne_by": Field(
            "text", Text("who bears the cost", "费用由谁承担"), ("us", "customer")
        ),
        "claim": Field("text", Text("which claim", "哪一次申请")),
        "claimed_on": Field("date", Text("the day of the claim", "申请日期")),
        "warranty_until": Field("date", Text("the end of the warranty", "保修截止日")),
        "arrival": Field("text", Text("which visit to us", "哪一次来访")),
        "rings": Field("integer", Text("how often it rang", "响铃次数")),
        "ring_seconds": Field("amount", Text("how many seconds it rang", "响铃秒数")),
        "cleaned": Field("boolean", Text("clean inside and out", "内外是否清洁")),
        "shoe_covers": Field("boolean", Text("shoe covers were put on", "是否穿了鞋套")),
        "rested": Field("boolean", Text("the crew took a break", "中途是否歇工")),
        "refreshed": Field("boolean", Text("the crew took a refreshment", "是否用了客户的茶水")),
        "satisfied": Field("boolean", Text("whether the customer is satisfied", "是否满意")),
        "in_circle": Field(
            "boolean", Text("whether it is within the customer's circle", "是否在客户的圈子里")
        ),
        "demand": Field("text", Text("which demand", "客户的哪一项要求")),
        "excessive": Field("boolean", Text("whether it goes too far", "是否过分")),
        "confirmed": Field(
            "boolean", Text("confirmed beforehand that it can be kept", "事先是否确认办得到")
        ),
        "secrecy": Field(
            "text",
            Text("what sort of thing is disclosed", "透露之事的性质"),
            ("business-secret", "private", "public"),
        ),
        "announced": Field(
            "boolean", Text("whether it was announced to the customer", "是否告知了客户")
        ),
        "style": Field(
            "text", Text("what a greeting card is like", "贺卡的样式"), ("general", "religious")
        ),
        "blamed": Field("boolean", Text("whether blame was passed on", "有没有推卸责任")),
        "praised": Field(
            "boolean",
            Text(
                "the customer was praised; absent: no, but in doubt on a visit about use",
                "称赞了客户；没有则视为否，询问使用的拜访则存疑",
            ),
        ),
        "praise_basis": Field(
            "text", Text("what change the praise was for", "称赞依据的变化"), ("none",)
        ),
        "useful": Field("boolean", Text("whether the gift is of use", "礼品是否实用")),
        "related": Field(
            "boolean",
            Text("whether the gift has to do with what we sell", "礼品与我方产品是否相关"),
        ),
        "cliche": Field(
            "boolean", Text("whether it is the gift that everybody gives", "礼品是否老套")
        ),
        "deal": Field("text", Text("which deal", "哪一笔交易")),
        "product": Field("text", Text("which product", "哪一种产品")),
        "beaten": Field("text", Text("the rival who lost the deal", "落败的对手")),
        "opportunity": Field("text", Text("which opportunity", "哪一个商机")),
        "absence": Field("text", Text("which absence of the owner", "负责人的哪一次缺席")),
        "task": Field("text", Text("which task", "哪一件事")),
        "overdue": Field(
            "boolean", Text("it was late already; absent: no", "此前已经逾期；没有则视为否")
        ),
        "early": Field(
            "boolean",
            Text("before the day that was promised; absent: no", "早于约定的日子；没有则视为否"),
        ),
        "preference_used": Field(
            "boolean", Text("whether what they like was used", "有没有用上客户的喜好")
        ),
        "to_win_work": Field(
            "boolean", Text("whether the gift is to win work", "送礼是否为揽生意")
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
        ),
        "faith": Field("text", Text("the faith, if it is known", "宗教信仰，如果知道")),
        "phone": Field("text", Text("the telephone number", "电话号码")),
        "email": Field("text", Text("the e-mail address", "电子邮箱")),
        "address": Field("text", Text("the postal address", "通信地址")),
        "birthday": Field("date", Text("the birthday", "生日")),
        "preference": Field("text", Text("what they like, such as a room", "喜好，如房型")),
    }
)
"""The facts about customers."""
