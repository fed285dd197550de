"""Risks: a rival who waits, nobody there to take over, work that is put off again and again."""

from __future__ import annotations

from retention_rules.conditions import concluded, event, field, touch, withdrawn
from retention_rules.practices.coverage import BY_SALES, KNOWN_ACCOUNT
from retention_rules.practices.parameters import POSTPONED, REACTION_BY
from retention_rules.practices.stepping_in import OPEN_CASE
from retention_rules.practices.touches import PERSONAL, says
from retention_rules.practices.variants import Practice, joined
from retention_rules.premises import found, happened
from retention_rules.rules import Derivation, FollowUp
from retention_rules.texts import Citation, Text
from retention_rules.windows import Window

RIVAL_WAITING = Practice(
    Derivation(
        id="coverage.rival-waiting",
        title=Text("A beaten rival waits for your first problem", "落败的对手在等你出第一个问题"),
        advice=Text(
            "They have only stepped back. While a problem is open at an account that a known "
            "rival lost, take it as a risk for the account, and be quicker than they are.",
            "对手只是暂时退下。客户那里还有未了的问题，又清楚当初是哪家落败，就当作流失的风险，"
            "抢在对手前面处理。",
        ),
        citations=Citation("D4", "¶14"),
        reading=Text(
            "Drawn for each open `case` of an account of which some deal names, as `beaten`, the "
            "rival who lost it; what an open case is says `recovery.who-steps-in.service`. The "
            "text speaks of any problem with product, installation or service; that it ends as "
            "a risk with the case is ours. A customer of no known kind is no account (ours).",
            "公司客户的任一成交以`beaten`记有落败的对手时，其每个未结的`case`都由此推出；"
            "何谓未结，见`recovery.who-steps-in.service`。"
            "原文说的是产品、安装或服务出了任何问题；结案即不再算风险，是我们定的。"
            "类别不明的客户不当作公司客户（我们定的）。",
        ),
        strength="should",
        strategy="barriers",
        given=(
            found(OPEN_CASE, "holds"),
            happened(event("deal.closed").where(field("beaten").is_known()), customer_wide=True),
        ),
        where=KNOWN_ACCOUNT,
        correlate_on="case",
    )
)

REACTION = Practice(
    FollowUp(
        id="coverage.rival-waiting.reaction",
        title=Text("Ask how they take it, before the rival does", "赶在对手之前问问客户的反应"),
        advice=Text(
            "Customers forgive a problem, and watch how you help. Whoever does not follow how "
            "they take it opens the door to the rival.",
            "出问题客户能谅解，看的是怎么帮。不去了解对方的反应，就是给对手开门。",
        ),
        citations=Citation("D4", "¶14"),
        reading=Text(
            "Once `coverage.rival-waiting` is drawn, somebody of sales calls, visits or meets the "
            "customer about this `case` within three working days (ours), without waiting for its "
            "end, after which `coverage.track-reaction` asks. By sales as in "
            "`coverage.present-in-trouble`. Released when the case is closed.",
            "推出`coverage.rival-waiting`之后，销售须在三个工作日内（我们定的）就该`case`"
            "致电、上门或会面，不等结案；结案之后再问的是`coverage.track-reaction`。"
            "是否销售，同`coverage.present-in-trouble`。结案即免除。",
        ),
        strength="should",
        strategy="barriers",
        trigger=concluded("coverage.rival-waiting"),
        fulfilled_by=touch("call", "visit", "meeting").where(BY_SALES, PERSONAL),
        window=Window(due=REACTION_BY.value),
        correlate_on="case",
        released_by=withdrawn("coverage.rival-waiting"),
    )
)

ABSENT = event("owner.absent")
COVERED = event("owner.returned") | event("backup.named")

_ABSENCE = Text(
    "The text asks whether recruiting, training, reserves and cover are there, and for a staff "
    "that is stable. We read: an `owner.absent` (away or gone) of this customer is tied by "
    "`absence` to `owner.returned` and `backup.named`, which end it. Without `absence` it is left "
    "out. How often a customer changes hands in a year is to be counted, and has no rule.",
    "原文问的是招聘、培训、后备、应急安排好没有，并要求人员稳定。我们读作："
    "该客户的`owner.absent`（缺席或离职）以`absence`与`owner.returned`、`backup.named`相连，"
    "后两者即为了结。没有`absence`的不计在内。客户一年换过几次负责人，供统计，没有规则。",
)
_ADVICE = Text(
    "Recruit, train, keep reserves, and have cover for emergencies: no customer is left alone "
    "because somebody is away or gone.",
    "招聘、培训、后备、应急都要有安排：不因有人不在或离职，就让客户没人管。",
)

BACKUP_PROMISES = Practice(
    Derivation(
        id="coverage.backup.promises",
        title=Text("Nobody is there to keep the promise", "负责人不在，承诺没有人接手"),
        advice=_ADVICE,
        citations=Citation("D1", "§3"),
        reading=joined(
            Text(
                "Drawn while some promise to the customer is open or broken, whoever gave it.",
                "只要对该客户还有未兑现或已失约的承诺，不论是谁许下的，即由此推出。",
            ),
            _ABSENCE,
        ),
        strength="should",
        strategy="trust",
        given=(
            happened(ABSENT),
            found("promise.kept", "open", "breached", customer_wide=True),
        ),
        unless=happened(COVERED),
        correlate_on="absence",
    )
)

BACKUP_CASES = Practice(
    Derivation(
        id="coverage.backup.cases",
        title=Text("Nobody is there for the open case", "负责人不在，案子没有人接手"),
        advice=_ADVICE,
        citations=Citation("D1", "§3"),
        reading=joined(
            Text(
                "Drawn while some case of the customer is open, as `recovery.who-steps-in.service` "
                "says.",
                "只要该客户还有未结的案子（见`recovery.who-steps-in.service`），即由此推出。",
            ),
            _ABSENCE,
        ),
        strength="should",
        strategy="trust",
        given=(happened(ABSENT), found(OPEN_CASE, "holds", customer_wide=True)),
        unless=happened(COVERED),
        correlate_on="absence",
    )
)

_PUT_OFF = event("task.rescheduled")
_TASK = Text(
    "Events of one task are tied by `task`; those without it are left out. A `task.done` ends it. "
    "A promise that is moved is left to `promise.kept`.",
    "同一件事的事件以`task`相连，没有的不计在内；`task.done`即了结。承诺改期归`promise.kept`。",
)
_DO_IT = Text(
    "There is always something that seems more pressing and pays sooner. Do it now.",
    "总有看似更急、见效更快的事。今天就做。",
)

POSTPONED_TWICE = Practice(
    Derivation(
        id="cadence.not-postponed.twice",
        title=Text("It has been put off twice", "一件事已经改期两次"),
        advice=_DO_IT,
        citations=Citation("D3", "part 3, the return", "拖延"),
        reading=joined(
            Text(
                "Drawn when a task for the customer is rescheduled for the second time (ours).",
                "该客户的某件事第二次改期（我们定的），即由此推出。",
            ),
            _TASK,
        ),
        strength="should",
        strategy="trust",
        given=happened(_PUT_OFF, at_least=POSTPONED.value),
        unless=happened(event("task.done")),
        correlate_on="task",
    )
)

POSTPONED_LATE = Practice(
    Derivation(
        id="cadence.not-postponed.overdue",
        title=Text("It was late already, and is put off again", "已经逾期，又再改期"),
        advice=_DO_IT,
        citations=Citation("D3", "part 3, the return", "拖延"),
        reading=joined(
            Text(
                "Drawn when a task for the customer is rescheduled that was `overdue` (ours).",
                "该客户的某件事已经`overdue`（逾期）还改期（我们定的），即由此推出。",
            ),
            _TASK,
        ),
        strength="should",
        strategy="trust",
        given=happened(_PUT_OFF.where(says("overdue"))),
        unless=happened(event("task.done")),
        correlate_on="task",
    )
)

PRACTICES = (
    RIVAL_WAITING,
    REACTION,
    BACKUP_PROMISES,
    BACKUP_CASES,
    POSTPONED_TWICE,
    POSTPONED_LATE,
)
