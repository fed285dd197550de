"""Requests: what a customer asks for at a visit, from the note to the report."""

from __future__ import annotations

from retention_rules.conditions import event, touch
from retention_rules.practices.complaints import done, skipped
from retention_rules.practices.parameters import REQUEST_DONE_BY, REQUEST_STEPS_BY
from retention_rules.practices.variants import Practice
from retention_rules.rules import Procedure, Step
from retention_rules.texts import Citation, Text
from retention_rules.windows import Window

NOTE = Step(
    name="note",
    title=Text("Note it, and promise an answer", "记下来，并答应给答复"),
    advice=Text(
        "Do not grant it on the spot: say that you will find out.",
        "不要当场答应：先说回去落实。",
    ),
    fulfilled_by=done("note") | event("promise.made"),
    window=Window(due=REQUEST_STEPS_BY.value),
    released_by=skipped("note"),
)

COST = Step(
    name="cost",
    title=Text("Settle the cost with your own company", "与自己公司确认费用"),
    advice=Text("Know what it costs before you speak of it.", "先弄清费用，再开口。"),
    fulfilled_by=done("cost"),
    window=Window(due=REQUEST_STEPS_BY.value),
    released_by=skipped("cost"),
)

INFORM = Step(
    name="inform",
    title=Text("Tell the project contact", "告知项目经办人"),
    advice=Text(
        "They will support what they heard of first.",
        "先知会经办人，办起来才有人支持。",
    ),
    fulfilled_by=done("inform") | touch("call", "visit", "meeting", contact_role="project"),
    window=Window(due=REQUEST_STEPS_BY.value),
    released_by=skipped("inform"),
)

DONE = Step(
    name="done",
    title=Text("Settle the papers and get it done", "办妥手续并落实"),
    advice=Text(
        "Come with whoever can do it, and perhaps with something that they like.",
        "带上能办事的人一起去，也不妨带一样对方喜欢的东西。",
    ),
    fulfilled_by=done("done") | event("request.done"),
    window=Window(due=REQUEST_DONE_BY.value),
    released_by=skipped("done"),
)

HANDLED = Practice(
    Procedure(
        id="request.handled",
        title=Text("Handle a request from the note to the deed", "把客户的要求从记下办到落实"),
        advice=Text(
            "Note it, cost it, tell the project contact, do it; then report it in the letter.",
            "记下、算费用、知会经办人、办妥，再在信里交代。",
        ),
        citations=(
            Citation("D4", "¶4"),
            Citation("D4", "¶5"),
            Citation("D4", "¶8"),
            Citation("D4", "¶9"),
        ),
        reading=Text(
            "One case told as it went, in its order: on `request.received`, three steps on the "
            "same local day and the deed by the end of the next. Events are tied by `request`. A "
            "promise or a call to the project contact that names the request does its step, and "
            "so does `step.recorded`; `step.skipped` excuses one. The last step, the letter, is "
            "`thanks.project-letter`. That an answer is owed even if it is 'not yet', the text "
            "does not say.",
            "按案例的经过与次序：`request.received`之后，当日三步，次日终了前办妥。各事件以`request`相连。"
            "写明该要求的承诺、打给项目经办人的电话，都算做了那一步，`step.recorded`也算；"
            "`step.skipped`可免除一步。最后一步写信，见`thanks.project-letter`。"
            "“还没办好也要答复”，原文没有说。",
        ),
        strength="example",
        strategy="trust",
        opened_by=event("request.received"),
        correlate_on="request",
        steps=(NOTE, COST, INFORM, DONE),
    )
)

PRACTICES = (HANDLED,)
