"""Gifts as thanks: for a large deal, and now and then for an existing customer."""

from __future__ import annotations

from retention_rules.conditions import event, field, prior, touch
from retention_rules.practices.parameters import (
    GIFT_BY,
    GIFT_FROM,
    SOUVENIR_EVERY,
    SOUVENIR_FROM,
)
from retention_rules.practices.touches import DEAL_UNDONE, MAY_GET_GIFTS
from retention_rules.practices.variants import Practice
from retention_rules.rules import FollowUp
from retention_rules.texts import Citation, Text
from retention_rules.windows import Window

DEAL = event("deal.closed")
GIFT = touch("gift")

FOR_LARGE_DEAL = Practice(
    FollowUp(
        id="thanks.gift-for-large-deal",
        title=Text("Thank for a large deal with a gift", "大笔成交，送一份谢礼"),
        advice=Text(
            "In proportion to the deal, and chosen for this customer: a good pen for a writer who "
            "bought a car, a painted wall for an artist who bought a house.",
            "与成交金额相称，又合这位客户的心意：作家买了车，送一支好笔；艺术家买了房，替他粉刷外墙。",
        ),
        citations=Citation("D0", "the art of thanks", "可能"),
        reading=Text(
            "A permission. A deal of 100,000 or more is large, and two weeks are the time (both "
            "ours). Nothing is owed to a government body, unless gifts to it were cleared; where "
            "the customer's `kind` or the deal's `amount` is not known it is in doubt. What the "
            "gift should be like: `conduct.useful-gift`. A cancelled deal or a lost customer "
            "releases (ours).",
            "属许可。十万以上算大笔，两周为限（都是我们定的）。对政府机构不欠谢礼，除非送礼已获准；"
            "客户`kind`或成交`amount`不明则存疑。礼品本身见`conduct.useful-gift`。"
            "交易取消或客户流失即免除（我们所加）。",
        ),
        strength="should",
        strategy="trust",
        trigger=DEAL.where(field("amount") >= GIFT_FROM.value, MAY_GET_GIFTS),
        fulfilled_by=GIFT,
        window=Window(due=GIFT_BY.value),
        released_by=DEAL_UNDONE,
    )
)

SOUVENIR = Practice(
    FollowUp(
        id="thanks.souvenir",
        title=Text("Bring a small souvenir", "带一份小纪念品"),
        advice=Text(
            "Take it along when you visit: a small favour is remembered, and answered.",
            "拜访时顺手带去：小小的心意，对方会记得，也会有所回应。",
        ),
        citations=(
            Citation("D0", "the art of thanks", "不要忘记 适当的时候"),
            Citation("D1", "§10", "可以"),
        ),
        reading=Text(
            "D0 tells us not to forget it, D1 permits it, and neither says when the moment is "
            "fitting. We read: a customer with two deals or more gets some gift within 12 months "
            "of a deal, if they got none in the 12 months before it (ours). It is asked for in "
            "the last of these months; a gift before that releases. Nothing is owed to a "
            "government body, unless gifts to it were cleared; where the customer's `kind` is not "
            "known it is in doubt.",
            "D0叮嘱不要忘记，D1说可以，两处都没有说何谓适当。我们读作：有两笔以上成交的客户，"
            "若成交前12个月没有收到礼品，则其后12个月内送一份（我们定的）。"
            "到最后一个月才列为待办，此前送过即免除。对政府机构不欠，除非送礼已获准；"
            "客户`kind`不明则存疑。",
        ),
        strength="should",
        strategy="trust",
        trigger=DEAL.where(
            prior(DEAL).count() >= 1,
            prior(GIFT, since=SOUVENIR_EVERY.value).count() == 0,
            MAY_GET_GIFTS,
        ),
        fulfilled_by=GIFT,
        window=Window(opens=SOUVENIR_FROM.value, due=SOUVENIR_EVERY.value),
        on_retrigger="ignore",
        released_by=GIFT | event("customer.lost"),
    )
)

PRACTICES = (FOR_LARGE_DEAL, SOUVENIR)
