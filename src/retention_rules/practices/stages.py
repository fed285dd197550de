"""The stages after a purchase, and what is owed in each of them."""

from __future__ import annotations

from retention_rules.conditions import entered, event, left, prior, touch
from retention_rules.practices.parameters import (
    ASSUMED_LIFE,
    INFORMED_BY,
    INFORMING,
    OFFERED_BY,
    REASSURANCE,
    REASSURED_BY,
    REPLACEMENT_LEAD,
    SILENCE,
    TALKED_BY,
)
from retention_rules.practices.touches import FOLLOW_UP, PERSONAL, purpose, says
from retention_rules.practices.variants import Practice
from retention_rules.rules import FollowUp, Lifecycle, Move, Recurring, Stage, Timeout
from retention_rules.texts import Citation, Text
from retention_rules.windows import Window, never, point, until

LIFE = "stages.post-purchase"
MIND = "part 1, the mind after purchase"

PURCHASE = event("deal.closed")
PROSPECT = event("lead.created") | event("inquiry.received")
IN_USE = event("product.first-used") | touch().where(says("used"))
INFORMED = event("information.given") | event("training.held")
ENDING = event("product.ended") | event("signal.switch-intent")

STAGES = Practice(
    Lifecycle(
        id=LIFE,
        title=Text("Where the customer stands after a purchase", "客户购买之后处在哪个阶段"),
        advice=Text(
            "The purchase begins the relation. Know what moves the customer now, and answer it.",
            "买下只是关系的开头。看清客户此刻的心思，再作回应。",
        ),
        citations=(
            Citation("D2", MIND),
            *(Citation("D2", f"{MIND}, stage {number}") for number in range(1, 5)),
        ),
        reading=Text(
            "The text marks the stages by what the customer feels; events are our stand-ins. A "
            "purchase begins the first stage, whatever came before. The second begins with the "
            "first recorded use, or after 14 days; the third when information was given or "
            "training held, or after 30 days. The fourth begins when the product is used up, worn "
            "out or outdated, when the customer thinks of leaving, which is late already, or 60 "
            "days before the end of life in `lasts_until` of the deal: without that date, three "
            "years into the third stage. All these lengths are ours, and so is the stage of the "
            "lost, in which nothing is owed. Before the purchase there is context only.",
            "原文以客户心理划分阶段，我们以事件代替。不论此前如何，购买即入第一阶段。"
            "有使用记录或满14天，入第二阶段；已提供资料或培训，或满30天，入第三阶段。"
            "用完、用坏、过时，或客户有意离开（此时已晚），或距成交所记`lasts_until`还有60天，"
            "入第四阶段；没有这一日期的，入第三阶段三年之后。以上时长都是我们定的。"
            "流失阶段也是我们所加，其间不欠什么。购买之前只作背景。",
        ),
        strength="should",
        strategy="needs",
        stages=(
            Stage(
                name="before-purchase",
                title=Text("Deciding", "尚在决定"),
                advice=Text("Aware, interested, wanting, acting.", "知晓、感兴趣、想要、行动。"),
            ),
            Stage(
                name="reassure",
                title=Text("1 Dispel doubt", "一、打消顾虑"),
                advice=Text(
                    "Was it the right choice, at a fair price? The new owner wonders.",
                    "选得对不对、价钱值不值？新主人心里没底。",
                ),
            ),
            Stage(
                name="inform",
                title=Text("2 Deepen knowledge", "二、加深了解"),
                advice=Text(
                    "Content with the choice, but looking for proof of it, and eager to know more.",
                    "认了这个选择，仍想得到印证，也想多知道一些。",
                ),
            ),
            Stage(
                name="keep-in-touch",
                title=Text("3 Keep in touch", "三、常有往来"),
                advice=Text(
                    "The longest stage: good and bad are accepted; the owner wants to master it.",
                    "历时最久：好坏都已接受，想用得更在行。",
                ),
            ),
            Stage(
                name="attract-again",
                title=Text("4 Attract again", "四、再次吸引"),
                advice=Text(
                    "The product nears its end: be there before the rivals are.",
                    "产品快到头了：要赶在对手之前。",
                ),
            ),
            Stage(
                name="lost",
                title=Text("Lost", "流失"),
                advice=Text("Nothing is owed until a new purchase.", "再次购买之前不欠什么。"),
            ),
        ),
        moves=(
            Move(on=PURCHASE, to="reassure"),
            Move(on=event("customer.lost"), to="lost"),
            Move(on=PROSPECT.where(prior(PROSPECT | PURCHASE).count() == 0), to="before-purchase"),
            Move(on=IN_USE, source="reassure", to="inform"),
            Move(on=INFORMED, source="inform", to="keep-in-touch"),
            *(
                Move(on=ENDING, source=stage, to="attract-again")
                for stage in ("reassure", "inform", "keep-in-touch")
            ),
        ),
        timeouts=(
            Timeout(source="reassure", after=point(REASSURANCE.value), to="inform"),
            Timeout(source="inform", after=point(INFORMING.value), to="keep-in-touch"),
            Timeout(
                source="keep-in-touch",
                after=until("lasts_until", default=point(ASSUMED_LIFE.value))
                - REPLACEMENT_LEAD.value,
                to="attract-again",
            ),
        ),
    )
)

REASSURE = Practice(
    FollowUp(
        id="stage.reassure",
        title=Text("Reassure the new owner", "让新买主安心"),
        advice=Text(
            "Tell them why the choice was good, and that you answer whatever comes up, any time.",
            "说说为何选得好，并让对方知道有事随时找得到你。",
        ),
        citations=Citation("D2", f"{MIND}, stage 1"),
        reading=Text(
            "A touch to reassure, or one that asks about use or cares, since that dispels doubt "
            "too (ours), or any touch that states `reassured`. Within seven days (ours). Released "
            "when the stage ends, as by the first use.",
            "为安抚而作的接触；询问使用、表示关心的也能解疑，故也算（我们的理解）；"
            "其他接触标明`reassured`的同样算。期限7天（我们定的）。阶段结束（如已开始使用）即免除。",
        ),
        strength="should",
        strategy="trust",
        trigger=entered(LIFE, "reassure"),
        fulfilled_by=touch().where(purpose("reassurance", "use", "care") | says("reassured")),
        window=Window(due=REASSURED_BY.value),
        released_by=left(LIFE, "reassure"),
    )
)

INFORM = Practice(
    FollowUp(
        id="stage.inform",
        title=Text("Give the owner what there is to know", "把该知道的都告诉买主"),
        advice=Text(
            "Have information at hand, offer training where it helps, or ask how comfortable they "
            "are with the product.",
            "备好资料，需要时办培训，或者问问用得顺不顺手。",
        ),
        citations=Citation("D2", f"{MIND}, stage 2", "要 可能需要"),
        reading=Text(
            "Any of the three: information given, training held, or a touch that informs, trains "
            "or asks about use. Within 14 days of entering the stage (ours).",
            "三者居其一：提供资料、举办培训，或作一次告知、讲解、询问使用的接触。入阶段后14天内（我们定的）。",
        ),
        strength="should",
        strategy="leaving-cost",
        trigger=entered(LIFE, "inform"),
        fulfilled_by=INFORMED | touch().where(purpose("information", "training", "use")),
        window=Window(due=INFORMED_BY.value),
        released_by=left(LIFE, "inform"),
    )
)

KEEP_IN_TOUCH = Practice(
    FollowUp(
        id="stage.keep-in-touch",
        title=Text("Talk with the settled owner", "与用惯了的买主谈一次"),
        advice=Text(
            "Ask what they have learned to do with the product, and what annoys them about it.",
            "问问如今用得怎样，又有哪里不称心。",
        ),
        citations=Citation("D2", f"{MIND}, stage 3"),
        reading=Text(
            "The text describes the customer here and names no duty but its heading. We read: one "
            "talk, by phone or face to face, within 30 days of entering the stage (ours), and "
            "after that `cadence.never-silent`.",
            "原文在此只描写客户，除标题外没有写明该做什么。我们读作：入阶段后30天内谈一次，"
            "电话或当面都可（我们定的），其后归`cadence.never-silent`。",
        ),
        strength="should",
        strategy="trust",
        trigger=entered(LIFE, "keep-in-touch"),
        fulfilled_by=touch("call", "visit", "meeting").where(FOLLOW_UP),
        window=Window(due=TALKED_BY.value),
        released_by=left(LIFE, "keep-in-touch"),
    )
)

ATTRACT_AGAIN = Practice(
    FollowUp(
        id="stage.attract-again",
        title=Text("Make a special offer before they look elsewhere", "赶在对方另找之前给出优惠"),
        advice=Text(
            "Reward buying again, and come before the customer has begun to compare.",
            "对再次购买给点好处，并且赶在客户开始比较之前。",
        ),
        citations=Citation("D2", f"{MIND}, stage 4"),
        reading=Text(
            "`offer.made`, or a touch with an offer, within 14 days of entering the stage (ours). "
            "It never lapses: late is better than silence, until a new purchase or the loss of the "
            "customer ends the stage.",
            "`offer.made`或带有优惠的接触，入阶段后14天内（我们定的）。不会失效：晚给胜过不给，"
            "直到再次购买或客户流失，阶段结束为止。",
        ),
        strength="should",
        strategy="needs",
        trigger=entered(LIFE, "attract-again"),
        fulfilled_by=event("offer.made") | touch().where(purpose("offer")),
        window=Window(due=OFFERED_BY.value, expires=never),
        released_by=left(LIFE, "attract-again"),
    )
)

NEVER_SILENT = Practice(
    Recurring(
        id="cadence.never-silent",
        title=Text("Do not fall silent", "不要断了音讯"),
        advice=Text(
            "A word is enough, if it is meant for this customer.",
            "只言片语也好，只要是专门说给这位客户的。",
        ),
        citations=(
            Citation("D4", "¶12"),
            Citation("D2", f"{MIND}, stage 3"),
            Citation("D2", MIND),
            Citation("D0", "role of after-sales service"),
            Citation("D0", "not losing customers", "唯一"),
        ),
        reading=Text(
            "What D4 says of a salesperson who is gone after the order, D2 of firms whose "
            "interest moves on, and D0 of needs that are ignored, and of constant care as the "
            "only way to leave rivals no opening, we read as: some touch every 30 days (ours) "
            "throughout the third stage, counted from the last one. No passage says must; that it "
            "is one is ours. Any channel and purpose but invoices and advertising; one without a "
            "purpose counts. It never lapses, and stops when the stage ends.",
            "D4讲拿到订单就不见人影，D2讲企业转而关注别的客户，D0讲需求无人过问、"
            "又讲只有时时关心才不给对手可乘之机，我们读作：整个第三阶段，"
            "自上一次起每30天（我们定的）至少有一次接触。各处都没有“必须”二字，"
            "列为必须是我们定的。方式、目的不限，账单与广告除外，未写目的的也算。不会失效，"
            "阶段结束即止。",
        ),
        strength="must",
        strategy="trust",
        starts=entered(LIFE, "keep-in-touch"),
        fulfilled_by=touch().where(PERSONAL),
        stops=left(LIFE, "keep-in-touch"),
        every=SILENCE.value,
    )
)

PRACTICES = (STAGES, REASSURE, INFORM, KEEP_IN_TOUCH, ATTRACT_AGAIN, NEVER_SILENT)
