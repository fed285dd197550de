"""What is known of the customer, and used: preferences, data on file, more than was expected."""

from __future__ import annotations

from retention_rules.conditions import AnyOf, customer, event, field, prior, touch
from retention_rules.practices.parameters import BEYOND_EVERY, BEYOND_FROM, WELCOME_BY, WELCOME_LEAD
from retention_rules.practices.touches import says
from retention_rules.practices.variants import Practice
from retention_rules.premises import happened
from retention_rules.rules import Derivation, FollowUp, Item, Prohibition, Recurring
from retention_rules.texts import Citation, Text
from retention_rules.windows import Window, point, until

ARRIVED = event("visit.customer-arrived")
_BOOKED = event("booking.made").where(field("arrives").is_known())
_RETURNING = prior(ARRIVED).count() >= 1
_NOT_BOOKED = (prior(_BOOKED).count() == 0) | (prior(_BOOKED, same="booking").count() == 0)
"""No booking at all, or none of this number; in doubt if there are some and none is named."""

ARRIVAL = Practice(
    FollowUp(
        id="occasion.arrival",
        title=Text("Welcome a returning guest with a small gift", "回头客到店，备好迎宾小礼"),
        advice=Text(
            "Fruit in the room, and a card with a wish, signed by the head of sales. Who comes "
            "unannounced gets it shortly after.",
            "房里放一篮水果，附上销售经理签名的祝词卡。没有预订的，稍后也送到。",
        ),
        checklist=(
            Item("gift", Text("A basket in the room", "房间里的果篮")),
            Item("card", Text("A card with a wish and a signature", "写有祝词并签名的卡片")),
            Item("room", Text("The room they like", "对方喜欢的房间")),
        ),
        citations=Citation("D3", "part 2, what service satisfies most"),
        reading=Text(
            "For a customer who has been here before. After a `booking.made` with `arrives`: a "
            "gift by that instant (or day), from the day before it on (ours). Without such a "
            "booking: by the end of the local day of `visit.customer-arrived` (ours). The two are "
            "tied by `booking`: who has booked before and arrives without that number is in "
            "doubt. A booking without `arrives` counts as none. Card and signature are not "
            "checked.",
            "指从前来过的客户。`booking.made`有`arrives`的，自前一天起（我们定的）、"
            "到那一刻（或那一天）为止送到；没有这样的预订，"
            "则以`visit.customer-arrived`当天终了为限（我们定的）。两者以`booking`相连："
            "从前预订过、到店而没有写明的存疑。没有`arrives`的视为没有预订。卡片与签名不作检查。",
        ),
        strength="example",
        strategy="trust",
        trigger=_BOOKED.where(_RETURNING) | ARRIVED.where(_RETURNING, _NOT_BOOKED),
        fulfilled_by=touch("gift"),
        window=Window(
            opens=until("arrives", default=point(WELCOME_BY.value)) - WELCOME_LEAD.value,
            due=until("arrives", default=point(WELCOME_BY.value)),
        ),
        released_by=event("customer.lost"),
    )
)

_CHOSEN = touch("gift", "visit").where(customer("preference").is_known())

REMEMBERED = Practice(
    Derivation(
        id="preference.remembered",
        title=Text("Use what you know of them", "记得客户的喜好，并且用上"),
        advice=Text(
            "The floor and the room they like, the music they love: that it was remembered moves "
            "people more than what it costs.",
            "爱住几层、要哪种房、喜欢什么音乐：被人记得，比东西值多少钱更打动人。",
        ),
        checklist=(
            Item("look", Text("Look up what is on file beforehand", "拜访、送礼之前先查资料")),
            Item("use", Text("Choose accordingly", "按其喜好来选")),
            Item("note", Text("Note what you learn", "新了解到的记下来")),
        ),
        citations=(
            Citation("D3", "part 2, what service satisfies most"),
            Citation("D3", "part 3, the return"),
            Citation("D4", "¶8"),
        ),
        reading=Text(
            "Drawn of a customer whose `preference` was known at some gift or visit that did not "
            "use it (`preference_used` no), until one does. What is used once counts as "
            "remembered, also if the preference changes (both ours). A gift or visit that does "
            "not say leaves it in doubt; one from before the preference was known says nothing.",
            "客户的`preference`已知，而某次送礼或拜访没有用上（`preference_used`为否），"
            "即由此推出，到有一次用上为止。用上一次就算记得，喜好变了也算（都是我们定的）。"
            "送礼或拜访没有写明的存疑；喜好尚不知道时的不算。",
        ),
        strength="should",
        strategy="trust",
        given=happened(_CHOSEN),
        unless=happened(_CHOSEN.where(field("preference_used").in_(True))),
    )
)

_ON_FILE = ("phone", "email", "address", "birthday", "preference")
_KNOWN_ALREADY = AnyOf([(field("about") == name) & customer(name).is_known() for name in _ON_FILE])

NO_REASKING = Practice(
    Prohibition(
        id="preference.no-reasking",
        title=Text("Do not ask again for what is on file", "资料里有的，不要再问"),
        advice=Text(
            "Greet a returning customer by name, and fill in the form yourself.",
            "老客户上门，叫得出称呼，主动问好；表格替对方填好。",
        ),
        instead=Text(
            "Read out what you have, and ask only whether it is still right.",
            "把已有的念一遍，只问是否还对。",
        ),
        citations=Citation("D3", "part 2, what service satisfies most"),
        reading=Text(
            "In the case the registration was made shorter, since the hotel had the record; that "
            "nothing on file is asked again is our reading. A `data.requested` whose `about` "
            "names a fact that was in force on the customer: telephone, e-mail, address, birthday "
            "or preference; other facts cannot be named in a rule in advance. Without `about` it "
            "is in doubt if any of them is on file. Asking to confirm (`to_confirm`) is allowed "
            "(ours).",
            "案例里是酒店存有记录，登记从简；凡有记录的都不再问，是我们的理解。"
            "`data.requested`的`about`指明当时资料里已有的一项：电话、电子邮箱、地址、生日或喜好；"
            "其他项目无法事先写进规则。没有`about`而其中有已知项的存疑。"
            "只是请客户确认（`to_confirm`）的可以（我们定的）。",
        ),
        strength="example",
        strategy="trust",
        forbids=event("data.requested").where(_KNOWN_ALREADY, ~says("to_confirm")),
    )
)

BEYOND_EXPECTATION = Practice(
    Recurring(
        id="care.beyond-expectation",
        title=Text("Do more than they expect", "多做一点，超出客户的预期"),
        advice=Text(
            "To satisfy is the least. Deliver before the day, or give something that nobody asked "
            "for.",
            "让人满意只是最起码的。提前交付，或者给一点对方没有开口要的。",
        ),
        citations=(
            Citation("D1", "§9"),
            Citation("D3", "part 2, what service satisfies most"),
            Citation("D4", "¶12"),
        ),
        reading=Text(
            "What is missing in a year is no conclusion but a duty: once in twelve months (ours), "
            "from the first deal on or the last time, we do more than was promised. That is an "
            "`order.delivered` or `promise.kept` marked `early`, a gift that was not `requested`, "
            "or a `service.performed` that was not; one that does not say leaves it in doubt. It "
            "is asked for in the last of these months; what comes before moves the next. The "
            "texts praise it and give neither rate nor list. It never lapses.",
            "一年之内缺了什么，不是推断而是义务：自首笔成交或上一次起，十二个月之内（我们定的）"
            "至少有一次超出承诺。标有`early`（提前）的`order.delivered`、`promise.kept`，"
            "不是`requested`（客户要求）的礼品和`service.performed`都算；"
            "养护没有写明的存疑。原文只是称道，没有说多久一次、哪些算数。"
            "到最后一个月才列为待办，此前做过的，下次随之顺延。不会失效。",
        ),
        strength="should",
        strategy="trust",
        starts=event("deal.closed"),
        fulfilled_by=event("order.delivered").where(says("early"))
        | event("promise.kept").where(says("early"))
        | event("service.performed", requested=False)
        | touch("gift").where(~says("requested")),
        stops=event("customer.lost"),
        every=BEYOND_EVERY.value,
        opens=BEYOND_FROM.value,
    )
)

PRACTICES = (ARRIVAL, REMEMBERED, NO_REASKING, BEYOND_EXPECTATION)
