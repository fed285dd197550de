"""Conduct: what must not happen, whatever is owed."""

from __future__ import annotations

import attrs

from retention_rules.conditions import customer, event, field, touch
from retention_rules.practices.variants import Practice, Reading
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
            "不管心里怎么想，人们大多顺口说好，实话却讲给身边的人听。",
        ),
        instead=Text("Ask what we should do better.", "改问：我们哪里该改进？"),
        citations=Citation("D0", "care", "千万别"),
        reading=Text(
            "`question` on a touch says how satisfaction was asked for: `closed` or `open`, by the "
            "salesperson or from the script used. A closed one is wrong on any touch. Without "
            "`question`, only a touch whose purpose is `satisfaction` is in doubt; all others are "
            "taken not to have asked (ours), or every call would have to be clarified.",
            "接触的`question`记下满意度是怎么问的：`closed`（封闭）或`open`（开放），"
            "由销售人员填写或取自所用话术。凡封闭式都不对。没有`question`的，"
            "只有目的为`satisfaction`的接触存疑，其余视为没有问过（我们定的），否则通通要核实。",
        ),
        strength="must",
        strategy="needs",
        forbids=touch().where(_ASKED_HOW_CONTENT, field("question") == "closed"),
    )
)

GIFT_TO_GOVERNMENT = Practice(
    Prohibition(
        id="conduct.gift-to-government",
        title=Text("No gift to a government body without clearance", "未经核准，不向政府机构送礼"),
        advice=Text(
            "A gift that is kind elsewhere may break the law here.",
            "别处是心意，在这里可能违法。",
        ),
        instead=Text(
            "Thank them in writing, or have the gift cleared first.", "改为书面致谢，或先行报批。"
        ),
        citations=Citation("D0", "the art of thanks", "特别小心谨慎"),
        reading=Text(
            "The text asks for special care because of the law; we read: none without a "
            "`gift.cleared` at or before it, which clears that customer's later gifts as well "
            "(ours). It turns on the customer's `kind`: where that is not known the gift is "
            "indeterminate, never allowed. A kind learned later counts if it is dated back.",
            "原文因涉法律而要求格外小心；我们读作：此前没有`gift.cleared`就不送，一经核准，"
            "该客户其后的礼品也算（我们定的）。以客户的`kind`为准，不明则存疑，绝不当作许可。"
            "事后得知的类别，须倒填日期才溯及既往。",
        ),
        strength="must",
        strategy="trust",
        forbids=touch("gift"),
        context=customer("kind") == "government",
        unless_prior=event("gift.cleared"),
    )
)

NEUTRAL_GREETING = Practice(
    Prohibition(
        id="conduct.neutral-greeting",
        title=Text(
            "Send no religious greetings, unless you know", "贺卡不涉宗教，除非知道对方信仰"
        ),
        advice=Text(
            "A card of a faith that is not theirs may offend.",
            "不是对方信仰的卡片，可能冒犯人家。",
        ),
        instead=Text("Wish them happy holidays or a happy new year.", "改祝佳节愉快或新年快乐。"),
        citations=Citation("D0", "the art of thanks", "尽量"),
        reading=Text(
            "A card or letter to greet whose `style` is religious is wrong unless the `faith` of "
            "the customer is known. That a known one allows it is ours. Without `style` it is in "
            "doubt.",
            "为问候而寄的卡片、信件，`style`为宗教的不当，除非知道客户的`faith`；"
            "知道即可，是我们的理解。没有`style`的存疑。",
        ),
        strength="should",
        strategy="trust",
        forbids=touch("card", "letter", style="religious").where(
            field("purpose").is_known(), field("purpose") == "greeting"
        ),
        context=~customer("faith").is_known(),
    )
)

NO_BLAME = Practice(
    Prohibition(
        id="conduct.no-blame",
        title=Text("Do not pass the blame", "不要推卸责任"),
        advice=Text(
            "That it is not your job, that somebody said so, that another one does this: no "
            "customer accepts it.",
            "不归我管、以为谁说过、那是别人的事：这类话没有客户会接受。",
        ),
        instead=Text("Take it on, and say what happens next.", "先接下来，再说下一步怎么办。"),
        citations=Citation("D1", "§13", "绝对不会"),
        reading=Text(
            "`blamed` on a touch says that blame was passed on: the judgement of a person or a "
            "classifier, so keep its source. It is wrong on any touch; where it is missing, a "
            "call, visit, meeting or letter of a `case` is in doubt, and others are taken to be "
            "free of it (ours). It is also the fifth point of `recovery.conduct`.",
            "接触的`blamed`记下有没有推卸，是人或分类器的判断，请留下出处。凡记有的都不当；"
            "没有记的，属于某宗投诉（`case`）的电话、拜访、会面、信件存疑，"
            "其余视为没有（我们定的）。这也是`recovery.conduct`的第五点。",
        ),
        strength="must",
        strategy="trust",
        forbids=touch(blamed=True).where(field("blamed").is_known())
        | touch("call", "visit", "meeting", "letter", blamed=True).where(field("case").is_known()),
    )
)

NO_EMPTY_FLATTERY = Practice(
    Prohibition(
        id="conduct.no-empty-flattery",
        title=Text("Praise only what has really changed", "只称赞确有的变化"),
        advice=Text(
            "Praise that fits is welcome; flattery out of nothing is seen through.",
            "恰到好处的称赞人人爱听，凭空奉承谁都看得出来。",
        ),
        instead=Text("Find what has changed, and name it.", "找出真有的变化，说出来。"),
        citations=Citation("D0", "1-3-7, seven", "不可取"),
        reading=Text(
            "A touch with praise (`praised`) should bear the change it was for in `praise_basis`: "
            "`none` is wrong, and nothing is in doubt. Without `praised`, only a visit about use "
            "is in doubt, since the text has it given there; others are taken to have given none "
            "(ours).",
            "称赞过（`praised`）的接触应在`praise_basis`记下依据的变化：记`none`即为不当，"
            "没有记的存疑。没有`praised`的，只有询问使用的拜访存疑，因为原文说的正是那时；"
            "其余视为没有称赞（我们定的）。",
        ),
        strength="should",
        strategy="trust",
        forbids=touch(praise_basis="none", praised=True).where(field("praised").is_known())
        | touch("visit", praise_basis="none", praised=True).where(
            field("purpose").is_known(), field("purpose") == "use"
        ),
    )
)

DELIVERABLE_PROMISES = Practice(
    Prohibition(
        id="conduct.deliverable-promises",
        title=Text("Promise nothing before you know that you can", "没有确认办得到，不要许诺"),
        advice=Text(
            "Many customers doubt promises anyway. If you are not sure, do not make one.",
            "不少客户本来就不信承诺。拿不准的，就不要许。",
        ),
        instead=Text("Say that you will find out, and by when.", "说先去落实，何时答复。"),
        citations=(
            Citation("D2", "part 1, dissolving dissatisfaction, step 5", "不要许诺"),
            Citation("D1", "§3"),
        ),
        reading=Text(
            "A `promise.made` with `confirmed` no is wrong, unless `promise.confirmed` came before "
            "it for the same `promise`; with neither it is in doubt. One without `promise` is tied "
            "to nothing: it is noted, not judged; a confirmation without it confirms none.",
            "`promise.made`记`confirmed`为否的不当，除非同一`promise`此前已有`promise.confirmed`；"
            "两者都没有的存疑。没有`promise`的承诺无从相连，只记一笔，不作判定；"
            "没有`promise`的确认不抵。",
        ),
        strength="must",
        strategy="trust",
        forbids=event("promise.made", confirmed=False),
        unless_prior=event("promise.confirmed"),
        correlate_on="promise",
    )
)

CONFIDENTIAL = Practice(
    Prohibition(
        id="conduct.confidential",
        title=Text("Keep secrets, even in being honest", "诚实也要守住秘密"),
        advice=Text(
            "Honesty is not telling everything: business secrets and private matters stay where "
            "they are.",
            "诚信不等于有什么说什么：商业机密与他人隐私不外传。",
        ),
        instead=Text("Say openly that you may not speak of it.", "坦率说明此事不便谈。"),
        citations=Citation("D2", "part 3, integrity"),
        reading=Text(
            "A `disclosure.made` to the customer whose `secrecy` is `business-secret` or "
            "`private` is wrong; where it is missing it is in doubt.",
            "向客户透露（`disclosure.made`）而`secrecy`为`business-secret`（商业机密）或"
            "`private`（隐私）的不当；没有写明的存疑。",
        ),
        strength="should",
        strategy="trust",
        forbids=event("disclosure.made").where(field("secrecy").in_("business-secret", "private")),
    )
)

_EXCESSIVE = Prohibition(
    id="conduct.excessive-demand",
    title=Text("Do not lightly grant an excessive demand", "过分的要求不要轻易答应"),
    advice=Text(
        "Decline politely, for instance because it has to be referred upwards; and then do refer "
        "it, since a mere pretext is not honest (D2).",
        "婉言谢绝，比如说要请示上级；说了就真去请示，只作借口不合诚信（D2）。",
    ),
    instead=Text("Decline for now, and refer it.", "先婉拒，再请示。"),
    citations=(Citation("D1", "§14", "不要轻易"), Citation("D2", "part 3, integrity")),
    reading=Text(
        "A demand that is recorded as `excessive` is not granted unless granting it was approved "
        "before (ours), tied by `demand`; one that does not say whether it is excessive is in "
        "doubt. An answer without `demand` belongs to none: it is noted, not judged; an approval "
        "without it clears none. It is also the eighth point of `recovery.conduct`.",
        "记为`excessive`的要求，未经事先批准（我们所加）不得答应，以`demand`相连；"
        "没有写明是否过分的存疑。答复没有`demand`的不属任何一项，只记一笔，不作判定；"
        "没有`demand`的批准不抵。这也是`recovery.conduct`的第八点。",
    ),
    strength="should",
    strategy="trust",
    forbids=event("demand.granted", excessive=True),
    unless_prior=event("demand.approved"),
    correlate_on="demand",
)

EXCESSIVE_DEMAND = Practice(
    _EXCESSIVE,
    {
        "refusal": Reading(
            Text(
                "The need to refer it is the wording of the refusal.",
                "“需要请示”是婉拒的说法。",
            )
        ),
        "referral": Reading(
            Text(
                "The need to refer it is a step: before any answer, yes or no, it is referred.",
                "“需要请示”是一道手续：答应也好，谢绝也好，都要先请示。",
            ),
            rule=attrs.evolve(
                _EXCESSIVE,
                forbids=event("demand.granted", excessive=True)
                | event("demand.declined", excessive=True),
                unless_prior=event("demand.referred") | event("demand.approved"),
            ),
        ),
    },
)

REACHABLE = Practice(
    Prohibition(
        id="conduct.reachable",
        title=Text("Stay reachable", "让客户找得到你"),
        advice=Text(
            "Whoever changes the number so as not to be found has sold for the last time.",
            "为了不让人找到而换号码，只能做一锤子买卖。",
        ),
        instead=Text("Announce the new number before you change.", "换号之前先告知客户。"),
        citations=Citation("D2", "part 3, integrity"),
        reading=Text(
            "The text blames changing numbers again and again so as not to be found; the purpose "
            "has no event. We read: a `contact-details.changed` that was not `announced` to the "
            "customer is wrong; without `announced` it is in doubt.",
            "原文批评的是三天两头换号码、不让人找到；用意没有事件可查。我们读作："
            "`contact-details.changed`没有告知客户（`announced`）即为不当；没有写明的存疑。",
        ),
        strength="should",
        strategy="trust",
        forbids=event("contact-details.changed", announced=False),
    )
)

PRACTICES = (
    NO_CLOSED_QUESTION,
    GIFT_TO_GOVERNMENT,
    NEUTRAL_GREETING,
    NO_BLAME,
    NO_EMPTY_FLATTERY,
    DELIVERABLE_PROMISES,
    CONFIDENTIAL,
    EXCESSIVE_DEMAND,
    REACHABLE,
)
