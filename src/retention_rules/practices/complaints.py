"""Complaints: the six steps from an apology to a second chance."""

from __future__ import annotations

import attrs

from retention_rules.conditions import Pattern, event, touch
from retention_rules.practices.parameters import (
    ANSWER_BY,
    APOLOGISE_BY,
    COMPENSATE_BY,
    FOLLOW_UP_BY,
    LISTEN_BY,
    SOLUTION_BY,
)
from retention_rules.practices.touches import purpose
from retention_rules.practices.variants import Practice, Reading
from retention_rules.rules import Procedure, Step
from retention_rules.texts import Citation, Text
from retention_rules.windows import Window, point, step, until


def done(name: str) -> Pattern:
    """The handler has recorded the step."""
    return event("step.recorded", step=name)


def skipped(name: str) -> Pattern:
    """The handler has recorded that the step is left out, and should say why."""
    return event("step.skipped", step=name)


APOLOGISE = Step(
    name="apologise",
    title=Text("Apologise for the trouble", "为造成的不便道歉"),
    advice=Text(
        "Mean it, and say it in your own words: a set formula is worth less.",
        "要出于真心，用自己的话讲，套话的分量就轻了。",
    ),
    fulfilled_by=done("apologise") | touch().where(purpose("apology")),
    window=Window(due=APOLOGISE_BY.value),
    released_by=skipped("apologise"),
)

LISTEN = Step(
    name="listen",
    title=Text("Listen, feel with them, ask openly", "倾听、体谅，用问题引对方说开"),
    advice=Text(
        "Someone upset looks for a person who hears them out; ask questions that let them talk.",
        "心里有气的人想找个愿意听的人；多问能让对方说下去的问题。",
    ),
    fulfilled_by=done("listen") | touch("call", "visit", "meeting").where(purpose("listening")),
    window=Window(due=LISTEN_BY.value),
    released_by=skipped("listen"),
)

SOLUTION = Step(
    name="solution",
    title=Text("Offer a fair solution", "提出公道的解决办法"),
    advice=Text(
        "Let someone handle it who has the power and the skill, and act: words alone do not help.",
        "交给有权限又有本事的人来办，并且动手去办，光说没有用。",
    ),
    fulfilled_by=done("solution") | event("solution.offered"),
    window=Window(due=SOLUTION_BY.value),
    released_by=skipped("solution"),
)

COMPENSATE = Step(
    name="compensate",
    title=Text("Make good the harm", "补偿所受的损失"),
    advice=Text(
        "A reasonable gesture that shows the regret is sincere goes a long way.",
        "一份合情合理、见得出诚意的表示，往往就够了。",
    ),
    fulfilled_by=done("compensate") | event("compensation.given"),
    window=Window(due=COMPENSATE_BY.value),
    released_by=skipped("compensate"),
)

PROMISES = Step(
    name="promises",
    title=Text("Keep what was promised in the case", "兑现处理中许下的承诺"),
    advice=Text(
        "Many customers doubt such promises. Make sure that you can deliver before you promise.",
        "不少客户并不相信这类承诺。许诺之前先确认办得到，办不到就别许。",
    ),
    each=event("promise.made"),
    fulfilled_by=event("promise.kept"),
    window=Window(due=until("due", default=point(ANSWER_BY.value))),
    released_by=event("promise.waived"),
    survives_closing=True,
)

FOLLOW_UP = Step(
    name="follow-up",
    title=Text("Ask again afterwards", "事后再回访"),
    advice=Text(
        "Come back once it is settled: it impresses, and it may be your second chance.",
        "事情了结后再联系一次：客户会记得，也可能是挽回的机会。",
    ),
    fulfilled_by=done("follow-up") | touch().where(purpose("follow-up", "satisfaction")),
    window=Window(due=step("compensate") + FOLLOW_UP_BY.value),
    released_by=skipped("follow-up"),
    survives_closing=True,
)

_SIX_STEP = Procedure(
    id="recovery.six-step",
    title=Text("Win a dissatisfied customer back in six steps", "六步化解不满，挽回客户"),
    advice=Text(
        "Apologise, listen, offer a solution, make good the harm, keep your word, follow up.",
        "道歉、倾听、给办法、作补偿、守承诺、再回访。",
    ),
    citations=(
        Citation("D2", "part 1, dissolving dissatisfaction", "可以"),
        *(
            Citation("D2", f"part 1, dissolving dissatisfaction, step {number}")
            for number in range(1, 7)
        ),
    ),
    reading=Text(
        "A permission: the source says that smaller firms may go by these steps. It numbers them, "
        "so their order is owed too. One procedure per complaint (`case`), open from "
        "`complaint.received` to `case.closed`. A step is done when the handler records it "
        "(`step.recorded`) or when an event of the case shows it: a touch for an apology, for "
        "listening, to follow up, `solution.offered`, `compensation.given`. Events without `case` "
        "belong to no case: a complaint without it is noted and opens none. `step.skipped` excuses "
        "a step; say why in `reason`. All deadlines are ours. Promises are a condition over the "
        "whole case rather than a moment, so they stand outside the order; any `promise.kept` of "
        "the case pays those open in it, while `promise.kept` as a rule looks at each one. "
        "Promises and the follow-up outlive the closing (ours). The follow-up counts from the "
        "compensation, or from where that was skipped or missed.",
        "属许可：原文说中小企业可以照这六步来做；既编了号，次序也算数。每宗投诉（`case`）一套流程，"
        "自`complaint.received`起，到`case.closed`止。经办人记录（`step.recorded`）即为完成，"
        "案内事件足以表明的也算：道歉、倾听、回访的接触，`solution.offered`，"
        "`compensation.given`。没有`case`的事件不属任何一宗，投诉没有写明的只记一笔，不立案。"
        "`step.skipped`可免除一步，"
        "请在`reason`里说明理由。期限都是我们定的。承诺是贯穿全案的要求，不是某一刻的动作，"
        "故不论次序；案内任一`promise.kept`即抵其时未了的承诺，逐项核对另有规则`promise.kept`。"
        "承诺与回访在结案后仍须做到（我们所加）。回访自补偿起算；补偿免除或逾期的，自该时起算。",
    ),
    strength="should",
    strategy="trust",
    opened_by=event("complaint.received"),
    closed_by=event("case.closed"),
    correlate_on="case",
    steps=(APOLOGISE, LISTEN, SOLUTION, COMPENSATE, PROMISES, FOLLOW_UP),
)

_OPENING = attrs.evolve(
    LISTEN,
    title=Text("Listen, feel with them, ask how it began", "倾听、体谅，先问开头的问题"),
    advice=Text(
        "Someone upset looks for a person who hears them out; begin with the questions that get "
        "the talk going.",
        "心里有气的人想找个愿意听的人；先问几个能打开话头的问题。",
    ),
)

SIX_STEP = Practice(
    _SIX_STEP,
    {
        "open-questions": Reading(
            Text(
                "The questions of step 2 are open ones: the word seems a slip in translating "
                "'open-ended'.",
                "第二步所问的是开放式问题：原文用词疑为“开放式”的误译。",
            )
        ),
        "opening-questions": Reading(
            Text(
                "The questions of step 2 are those that begin the talk. What counts is the same: "
                "only what the handler is told differs.",
                "第二步所问的是谈话开头的问题。判定不变，只是给经办人的提示不同。",
            ),
            rule=attrs.evolve(
                _SIX_STEP,
                steps=tuple(_OPENING if one is LISTEN else one for one in _SIX_STEP.steps),
            ),
        ),
    },
)

PRACTICES = (SIX_STEP,)
