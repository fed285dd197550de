"""Growth: the second sale, and the customers that customers bring."""

from __future__ import annotations

from retention_rules.conditions import event, touch
from retention_rules.practices.coverage import KNOWN_ACCOUNT
from retention_rules.practices.parameters import (
    ASSUMED_LIFE,
    CIRCLE_BY,
    REFERRAL_BY,
    REPLACEMENT_LEAD,
    REPURCHASE_LEAD,
)
from retention_rules.practices.stages import MIND
from retention_rules.practices.touches import DEAL_UNDONE, purpose
from retention_rules.practices.variants import Practice
from retention_rules.rules import FollowUp, Pause
from retention_rules.texts import Citation, Text
from retention_rules.windows import Window, trigger, until

DEAL = event("deal.closed")
CONTENT = event("feedback.received", satisfied=True)

REFERRAL = Practice(
    FollowUp(
        id="growth.referral",
        title=Text("Ask a satisfied customer for a referral", "请满意的客户转介绍"),
        advice=Text(
            "A customer full of praise gladly names friends and relations; ask when you meet.",
            "赞不绝口的客户，乐意介绍亲友；见面时开口最好。",
        ),
        citations=(
            Citation("D0", "1-3-7, closing paragraph", "可以"),
            Citation("D1", "§15 step 20", "打下基础"),
        ),
        reading=Text(
            "A permission. After `feedback.received` that is `satisfied`, `referral.asked`, or a "
            "touch for a referral, within seven days (ours). D0 asks at the visit of day 7, for "
            "this or for another purchase; the touch of day 20 in 0-3-10-20 only prepares it and "
            "does not pay. While a complaint is open, tied by `case`, the clock stands still "
            "(ours). Feedback that does not say whether the customer is satisfied leaves it in "
            "doubt, and so does a touch without a purpose.",
            "属许可。`feedback.received`表示满意（`satisfied`）之后，"
            "七天内（我们定的）须有`referral.asked`或为转介绍而作的接触。D0在第七天拜访时提出，"
            "与推销其他产品二者择一；0-3-10-20的第20天只作铺垫，不抵。"
            "有投诉未结时（以`case`相连）暂停计时（我们定的）。反馈没有说满意与否的存疑，"
            "接触没有目的的也存疑。",
        ),
        strength="should",
        strategy="needs",
        trigger=CONTENT,
        fulfilled_by=event("referral.asked") | touch().where(purpose("referral")),
        window=Window(due=REFERRAL_BY.value),
        paused_by=Pause(
            begin=event("complaint.received"), end=event("case.closed"), paired_on=("case",)
        ),
        released_by=event("customer.lost"),
    )
)

CIRCLE = Practice(
    FollowUp(
        id="growth.circle",
        title=Text("Ask for an introduction within their circle", "请客户在圈内引荐"),
        advice=Text(
            "Peers meet and compare notes: one satisfied head of department reaches all the "
            "others. Ask as well when they have just helped you.",
            "同行常在一起开会、交流：一位满意的主管影响一圈人。刚得到对方帮忙时，也可以提。",
        ),
        citations=(
            Citation("D4", "¶11"),
            Citation("D1", "§5"),
            Citation("D0", "old customers bring new"),
        ),
        reading=Text(
            "After satisfied feedback of an account, one introduction `in_circle` is asked for "
            "within 30 days (ours); one that does not say whether it is leaves it in doubt. Links "
            "between peers are not modelled. A customer of no known kind is no account (ours). "
            "Asking when the customer helps is left to `thanks.for-help`.",
            "公司客户反馈满意之后，30天内（我们定的）请其在圈内（`in_circle`）引荐一次；"
            "没有写明的存疑。同行之间的关系没有建模。类别不明的客户不当作公司客户（我们定的）。"
            "借客户帮忙之机开口，见`thanks.for-help`。",
        ),
        strength="should",
        strategy="needs",
        trigger=CONTENT.where(KNOWN_ACCOUNT),
        fulfilled_by=event("referral.asked", in_circle=True),
        window=Window(due=CIRCLE_BY.value),
        released_by=event("customer.lost"),
    )
)

REPURCHASE = Practice(
    FollowUp(
        id="growth.repurchase",
        title=Text("Offer the successor before the product ends", "产品寿命将尽之前给出再购优惠"),
        advice=Text(
            "Make buying again easy and worth it while nobody else has been asked yet.",
            "趁客户还没有问过别家，让再次购买又省事又划算。",
        ),
        citations=Citation("D2", f"{MIND}, stage 4"),
        reading=Text(
            "For each deal: between 60 and 30 days (both ours) before the end of life in "
            "`lasts_until` an offer is made; a deal without it is taken to last three years "
            "(ours), and one that ends within 30 days of the deal is in doubt, since the offer "
            "would be due before it. A further deal from the 60th day before the end on does as "
            "well (ours): the customer has bought again, and the new deal has an end of its own. "
            "An earlier one leaves the offer owed, since deals do not tell what they replace; and "
            "a cancelled deal or a lost customer releases (ours). `stage.attract-again` asks the "
            "same of the customer as a whole, and also when the product ends early; one offer does "
            "both. That rivals are being considered has no event before `signal.switch-intent`, "
            "which is too late.",
            "每笔交易：`lasts_until`所记寿命终了前60天到30天之间（都是我们定的）给出优惠；"
            "没有写明的按三年计（我们定的）；成交后30天之内就终了的，期限早于成交，故存疑。"
            "终了前60天起又有成交的也算（我们所加）：客户已经再次购买，新的一笔另有终了之日。"
            "更早的成交不抵，因为看不出是否替换旧产品。交易取消或客户流失即免除（我们所加）。"
            "`stage.attract-again`对客户整体提出同样的要求，"
            "产品提早用完时也算；一次优惠两边都抵。客户何时开始考虑别家，"
            "在`signal.switch-intent`之前没有事件可查，而那时已经太晚。",
        ),
        strength="should",
        strategy="needs",
        trigger=DEAL,
        fulfilled_by=event("offer.made") | touch().where(purpose("offer")) | DEAL,
        window=Window(
            opens=until(
                "lasts_until", default=trigger + ASSUMED_LIFE.value - REPLACEMENT_LEAD.value
            )
            - REPLACEMENT_LEAD.value,
            due=until("lasts_until", default=trigger + ASSUMED_LIFE.value - REPURCHASE_LEAD.value)
            - REPURCHASE_LEAD.value,
        ),
        released_by=DEAL_UNDONE,
    )
)

PRACTICES = (REFERRAL, CIRCLE, REPURCHASE)
