"""Complaints, the other list: six points, which no document puts into an order."""

from __future__ import annotations

from retention_rules.conditions import event
from retention_rules.practices.complaints import (
    APOLOGISE,
    COMPENSATE,
    FOLLOW_UP,
    LISTEN,
    SOLUTION,
    done,
    skipped,
)
from retention_rules.practices.parameters import (
    APOLOGISE_BY,
    CAUSE_BY,
    COMPENSATE_BY,
    FOLLOW_UP_BY,
    LEARN_BY,
    LISTEN_BY,
    PREVENT_BY,
    SOLUTION_BY,
)
from retention_rules.practices.variants import Practice
from retention_rules.rules import Procedure, Step
from retention_rules.texts import Citation, Text
from retention_rules.windows import Window, step

GRASP = Step(
    name="listen",
    title=Text("Take it calmly, and grasp what is asked", "冷静听取，抓住要点"),
    advice=Text(
        "Find out what exactly the customer wants, and what weighs most.",
        "弄清客户到底要什么，最在意的又是哪一点。",
    ),
    fulfilled_by=LISTEN.fulfilled_by,
    window=Window(due=LISTEN_BY.value),
    released_by=LISTEN.released_by,
)

CAUSE = Step(
    name="cause",
    title=Text("Find the cause", "查明原因"),
    advice=Text(
        "Look into it with care, and into what moves the customer.",
        "细查缘由，也体会客户的心思。",
    ),
    fulfilled_by=done("cause") | event("case.investigated"),
    window=Window(due=CAUSE_BY.value),
    released_by=skipped("cause"),
)

PREVENT = Step(
    name="prevent",
    title=Text("Act firmly, so that it cannot recur", "果断采取措施，防止再犯"),
    advice=Text(
        "Change what made the mistake possible; do not leave it at good intentions.",
        "把出错的根子改掉，不要停留在口头上。",
    ),
    fulfilled_by=done("prevent"),
    window=Window(due=PREVENT_BY.value),
    released_by=skipped("prevent"),
)

REGRET = Step(
    name="apologise",
    title=Text("Apologise sincerely", "诚恳道歉"),
    advice=Text("Say it plainly and mean it.", "话要说得明白，心要诚。"),
    fulfilled_by=APOLOGISE.fulfilled_by,
    window=Window(due=APOLOGISE_BY.value),
    released_by=APOLOGISE.released_by,
)

SETTLE = Step(
    name="solution",
    title=Text("Find a solution that satisfies", "找出客户满意的办法"),
    advice=Text(
        "The measure is the customer's satisfaction, not who was right.",
        "以客户满意为准，不以谁对谁错为准。",
    ),
    fulfilled_by=SOLUTION.fulfilled_by,
    window=Window(due=SOLUTION_BY.value),
    released_by=SOLUTION.released_by,
)

LEARN = Step(
    name="learn",
    title=Text("Learn from it", "从中改进"),
    advice=Text(
        "See what the complaint shows about us; a committee may look into it.",
        "看看这宗投诉暴露了什么差距，必要时可设专门小组追查。",
    ),
    fulfilled_by=done("learn"),
    window=Window(due=LEARN_BY.value),
    released_by=skipped("learn"),
    survives_closing=True,
)

RESTORE = Step(
    name="compensate",
    title=Text("Make good the harm, to mind and purse", "赔偿精神与物质上的损失"),
    advice=Text(
        "Trouble and annoyance are harm too.",
        "费的神、受的气也是损失。",
    ),
    fulfilled_by=COMPENSATE.fulfilled_by,
    window=Window(due=COMPENSATE_BY.value),
    released_by=COMPENSATE.released_by,
)

STRENGTHEN = Step(
    name="follow-up",
    title=Text("Strengthen the service that follows", "加强后续服务"),
    advice=Text(
        "Trust comes back by what is done afterwards.",
        "信心要靠之后的服务一点点找回来。",
    ),
    fulfilled_by=FOLLOW_UP.fulfilled_by,
    window=Window(due=step("compensate") + FOLLOW_UP_BY.value),
    released_by=FOLLOW_UP.released_by,
    survives_closing=True,
)

SIX_POINT = Practice(
    Procedure(
        id="recovery.six-point",
        title=Text("Answer a complaint in six points", "六点应对客户抱怨"),
        advice=Text(
            "Grasp it, find the cause, prevent it, apologise and settle it, learn from it, win "
            "the trust back.",
            "抓要点、查原因、防再犯、道歉并解决、借以改进、恢复信任。",
        ),
        citations=Citation("D1", "§11", "应当 甚至可以"),
        reading=Text(
            "Another document's list beside `recovery.six-step`, left out unless it is asked for: "
            "choose one of the two. The slide gives the points no numbers, so nothing is out of "
            "order here; if they are one, it has the apology after the cause and the measures, "
            "where the six steps have it first. Points four and six hold two acts each, so there "
            "are eight steps; those that both lists share bear the same names, and one record does "
            "both. To learn from it is owed; only the committee for it is a permission. Without "
            "`case` a complaint is noted and opens none. All deadlines are ours; learning and the "
            "follow-up outlive the closing (ours).",
            "这是与`recovery.six-step`并列的另一份文件的做法，须点名才采用，两者择一即可。"
            "幻灯片没有给各点编号，故这里不论次序；若确有次序，则道歉在查因和采取措施之后，"
            "与六步法以道歉开头不合。第四、第六点各含两事，因此共八步；与六步法相同的步骤同名，"
            "一次记录两边都算。改进一步是要做的，只有设委员会属许可。没有`case`的投诉只记一笔，"
            "不立案。期限都是我们定的；改进与后续服务在结案后仍须做到（我们所加）。",
        ),
        strength="should",
        strategy="trust",
        opened_by=event("complaint.received"),
        closed_by=event("case.closed"),
        correlate_on="case",
        ordered=False,
        steps=(GRASP, CAUSE, PREVENT, REGRET, SETTLE, LEARN, RESTORE, STRENGTHEN),
    ),
    optional=True,
)

PRACTICES = (SIX_POINT,)
