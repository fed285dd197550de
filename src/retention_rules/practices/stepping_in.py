"""Open cases: who sees to them, and when somebody of sales has to step in."""

from __future__ import annotations

from retention_rules.conditions import concluded, event, field, touch, withdrawn
from retention_rules.practices.coverage import BY_SALES, KNOWN_ACCOUNT
from retention_rules.practices.parameters import IN_TROUBLE_BY
from retention_rules.practices.touches import PERSONAL
from retention_rules.practices.variants import Practice
from retention_rules.premises import found, happened
from retention_rules.rules import Derivation, FollowUp
from retention_rules.texts import Citation, Text
from retention_rules.windows import Window

BEGUN = event("problem.reported") | event("complaint.received")
CLOSED = event("case.closed")
ASKED = BEGUN | event("inquiry.received")
THERE = touch("call", "visit", "meeting").where(BY_SALES, PERSONAL)
OPEN_CASE = "recovery.who-steps-in.service"

SERVICE = Practice(
    Derivation(
        id=OPEN_CASE,
        title=Text("Service sees to the open case", "未结的案子由服务部门负责"),
        advice=Text(
            "The people of service do the service. The salesperson coordinates, keeps informed "
            "and tells the customer how it stands.",
            "服务由服务部门来做；销售居中协调，掌握情况，并及时把进展告知客户。",
        ),
        citations=Citation("D4", "¶20", "应该"),
        reading=Text(
            "Holds of each `case` from its `problem.reported` or `complaint.received` to its "
            "`case.closed`; what bears no `case` cannot be followed to its end and is left out "
            "(ours). It holds as well while sales steps in, for the service remains theirs. The "
            "text has it as what is usual.",
            "每个`case`自`problem.reported`或`complaint.received`起，到`case.closed`为止成立；"
            "没有`case`的，无从知道何时了结，不计在内（我们定的）。销售介入期间仍然成立，"
            "服务还是由服务部门来做。原文说的是一般情形。",
        ),
        strength="should",
        strategy="trust",
        given=happened(BEGUN),
        unless=happened(CLOSED),
        correlate_on="case",
    )
)

NEXT_SALE = Practice(
    Derivation(
        id="recovery.who-steps-in.next-sale",
        title=Text("A further sale is in sight", "下一笔生意正在谈"),
        advice=Text(
            "What happens to this customer now weighs on the next order.",
            "这时候出的事，都会影响下一张单。",
        ),
        citations=Citation("D4", "¶20"),
        reading=Text(
            "Holds of each `opportunity` from `opportunity.opened` until it is won or lost. The "
            "text asks whether the next sale is affected; that one is in sight is our sign of it.",
            "每个`opportunity`自`opportunity.opened`起，到赢单或丢单为止成立。"
            "原文问的是影不影响下一步的销售，以有商机在谈为标志，是我们的办法。",
        ),
        strength="should",
        strategy="needs",
        given=happened(event("opportunity.opened")),
        unless=happened(event("opportunity.won") | event("opportunity.lost")),
        correlate_on="opportunity",
    )
)

SALES = Practice(
    Derivation(
        id="recovery.who-steps-in.sales",
        title=Text("Sales steps in: the next sale is at stake", "影响下一单，销售要介入"),
        advice=Text(
            "Ask service how the case stands, and speak with the customer yourself.",
            "向服务部门问清情况，亲自与客户谈。",
        ),
        citations=Citation("D4", "¶20"),
        reading=Text(
            "Drawn for each open case while a further sale to this customer is in sight. That an "
            "open case always affects it is ours.",
            "客户还有生意在谈时，每个未结的案子都由此推出。未结的案子一概算有影响，是我们定的。",
        ),
        strength="should",
        strategy="trust",
        given=(
            found(OPEN_CASE, "holds"),
            found("recovery.who-steps-in.next-sale", "holds", customer_wide=True),
        ),
        correlate_on="case",
    )
)

LEADERSHIP = Practice(
    Derivation(
        id="recovery.who-steps-in.leadership",
        title=Text(
            "Sales and manager step in: their leadership asks",
            "客户高层过问，销售与主管一定要介入",
        ),
        advice=Text(
            "Do not leave it to service, whatever the contract says. Bring your manager along.",
            "不论合同怎么写，都不能只交给服务部门；请主管一同出面。",
        ),
        citations=Citation("D4", "¶20", "一定要"),
        reading=Text(
            "Drawn for an open case of an account if somebody whose `contact_role` is executive "
            "reported it, complained, or asked about it by an `inquiry.received` with this `case`. "
            "That whoever asks takes it to be critical is ours, and so is the manager. Where the "
            "role is not recorded it is in doubt. A customer of no known kind is no account "
            "(ours).",
            "公司客户未结的案子，若由`contact_role`为executive（高层）的人报告、投诉，"
            "或以带有该`case`的`inquiry.received`过问，即由此推出。过问即视为要紧，是我们的理解；"
            "主管是我们所加。角色没有记录的存疑；类别不明的客户不当作公司客户（我们定的）。",
        ),
        strength="must",
        strategy="trust",
        given=(
            found(OPEN_CASE, "holds"),
            happened(ASKED.where(field("contact_role") == "executive")),
        ),
        where=KNOWN_ACCOUNT,
        correlate_on="case",
    )
)


def _steps_in(who: str, title: Text, advice: Text, reading: Text, words: str) -> Practice:
    """The touch by sales that a conclusion of this name asks for."""
    id = f"recovery.who-steps-in.{who}"
    return Practice(
        FollowUp(
            id=f"{id}-touch",
            title=title,
            advice=advice,
            citations=Citation("D4", "¶20", words),
            reading=reading,
            strength="must" if words else "should",
            strategy="trust",
            trigger=concluded(id),
            fulfilled_by=THERE,
            window=Window(due=IN_TROUBLE_BY.value),
            correlate_on="case",
            released_by=withdrawn(id),
        )
    )


SALES_TOUCH = _steps_in(
    "sales",
    Text("Speak with the customer about the open case", "就未结的案子与客户谈一次"),
    Text(
        "Say what is being done and when it will be over, before the next offer comes up.",
        "在谈下一单之前，先说清正在怎么办、何时办好。",
    ),
    Text(
        "Once `recovery.who-steps-in.sales` is drawn, somebody of sales calls, visits or meets "
        "the customer about this `case` within one working day (ours). By sales as in "
        "`coverage.present-in-trouble`. It is released when the case is closed, or when no "
        "further sale is in sight any more.",
        "推出`recovery.who-steps-in.sales`之后，销售须在一个工作日内（我们定的）就该`case`"
        "致电、上门或会面。是否销售，同`coverage.present-in-trouble`。"
        "结案，或不再有生意在谈，即免除。",
    ),
    "",
)

LEADERSHIP_TOUCH = _steps_in(
    "leadership",
    Text("Answer their leadership in person", "高层过问的，销售亲自答复"),
    Text(
        "Know the record before you go: what was done, what is in dispute, what it would cost.",
        "去之前先弄清：做过什么，分歧在哪里，费用多少。",
    ),
    Text(
        "Once `recovery.who-steps-in.leadership` is drawn, somebody of sales calls, visits or "
        "meets the customer about this `case` within one working day (ours). By sales as in "
        "`coverage.present-in-trouble`; whether the manager came along is not checked. It is "
        "released when the case is closed.",
        "推出`recovery.who-steps-in.leadership`之后，销售须在一个工作日内（我们定的）就该`case`"
        "致电、上门或会面。是否销售，同`coverage.present-in-trouble`；主管有没有同去，不作检查。"
        "结案即免除。",
    ),
    "一定要",
)

PRACTICES = (SERVICE, NEXT_SALE, SALES, SALES_TOUCH, LEADERSHIP, LEADERSHIP_TOUCH)
