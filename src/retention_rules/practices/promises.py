"""Promises: each is kept by its date, and those of the sale from the installation on."""

from __future__ import annotations

from retention_rules.conditions import concluded, event, field, prior, touch, withdrawn
from retention_rules.practices.parameters import (
    ANSWER_BY,
    BROKEN_PROMISES,
    MANAGER_CALLS_BY,
    SALE_PROMISES_BY,
)
from retention_rules.practices.touches import PERSONAL, says
from retention_rules.practices.variants import Practice
from retention_rules.premises import found
from retention_rules.rules import Derivation, FollowUp
from retention_rules.texts import Citation, Text
from retention_rules.windows import Window, point, until

MADE = event("promise.made")
MOVED = event("promise.rescheduled")
KEPT = event("promise.kept")
WAIVED = event("promise.waived")

_UNDATED_FROM_SALE = says("while_selling") & ~field("due").is_known()

PROMISE_KEPT = Practice(
    FollowUp(
        id="promise.kept",
        title=Text("Keep the promise", "兑现承诺"),
        advice=Text(
            "Do what was said by the day that was said. If it cannot be done, agree on a new day "
            "before the old one has passed.",
            "说过的事，按说好的日子办到。办不到，就在到期之前与客户另约。",
        ),
        citations=(
            Citation("D2", "part 1, dissolving dissatisfaction, step 5"),
            Citation("D1", "§3"),
            Citation("D1", "§4"),
            Citation("D4", "¶12"),
        ),
        reading=Text(
            "Every `promise.made`, tied to its `promise.kept` by the field `promise`, is due at "
            "the instant, or by the end of the day, in `due`. Without `due` it is due by the next "
            "working day (ours), unless a day is agreed on by then; undated promises of the sale "
            "are left to `promise.from-sale`. One without `promise` is noted, not judged. A "
            "`promise.rescheduled` with a new `due` starts anew; if the old day has passed, that "
            "stays missed. Only `promise.waived`, by the customer, releases. What two broken "
            "promises call for is `promise.kept.broken-again`.",
            "每个`promise.made`与其`promise.kept`以`promise`字段相连，"
            "以`due`所记时刻或当日终了为限。没有`due`的，限到下一工作日（我们定的），"
            "除非其间另约日期；销售时许下而未定日期的，归`promise.from-sale`。"
            "没有`promise`的只记一笔，不作判定。`promise.rescheduled`另定`due`即重新起算；"
            "原定日期已过的，仍算失约。只有客户自己放弃（`promise.waived`）才可免除。"
            "两次失约之后怎么办，见`promise.kept.broken-again`。",
        ),
        strength="must",
        strategy="trust",
        trigger=MADE.where(~_UNDATED_FROM_SALE) | MOVED,
        fulfilled_by=KEPT,
        window=Window(due=until("due", default=point(ANSWER_BY.value))),
        correlate_on="promise",
        on_retrigger="restart",
        released_by=WAIVED,
    )
)

_undated = MADE.where(_UNDATED_FROM_SALE)
_PROMISED = _undated.where(prior(_undated, same="promise").count() == 0)
"""Each promise of the sale, at its first making."""

_settling = (KEPT | WAIVED | MOVED.where(field("due").is_known())).where(
    prior(_PROMISED, same="promise").count() >= 1
)
_SETTLED = _settling.where(prior(_settling, same="promise").count() == 0)
"""What settles one of them first: a promise that is moved and then kept counts once."""

_FIRST = _PROMISED.where(prior(_PROMISED).count() == 0)
_promised = prior(_PROMISED).count()
_settled = prior(_SETTLED).count()
_settled_and_one = prior(_SETTLED | _FIRST).count()
"""One more than are settled, as soon as there is a promise at all."""

FROM_SALE = Practice(
    FollowUp(
        id="promise.from-sale",
        title=Text("Keep what was promised while selling", "兑现销售时许下的承诺"),
        advice=Text(
            "From the installation on the customer waits for what was said during the sale. Go "
            "through your notes before they ask, and give a little more than you promised.",
            "一开始安装，客户就在等当初说过的话兑现。趁对方开口之前翻翻记录，能多给一点更好。",
        ),
        citations=Citation("D4", "¶12"),
        reading=Text(
            "Owed when the installation is complete while a `promise.made` that is marked "
            "`while_selling` and bears no `due` has not been settled; due the same day (both ours: "
            "the text says that the customer waits for them from the installation on). It is one "
            "duty for all such promises of the customer, paid by what settles the last of them. A "
            "promise is settled once: by the first `promise.kept`, `promise.waived`, or "
            "`promise.rescheduled` to a date that bears the same `promise`; what bears none leaves "
            "it in doubt. The mark is ours, since coming before a deal does not tell which sale a "
            "promise was for. Dated ones fall under `promise.kept`.",
            "安装调试完毕时，若有标明`while_selling`、没有`due`的`promise.made`尚未了结，即应兑现，"
            "当日为限（都是我们定的，原文只说一到安装实施，客户就开始等）。"
            "该客户的这类承诺合为一项，了结最后一个才算完成。每个承诺只了结一次："
            "以同一`promise`的首个`promise.kept`、`promise.waived`，或改定日期的`promise.rescheduled`为准；"
            "没有`promise`的存疑。用标记是我们的办法：光凭先于成交，分不清属于哪一笔。"
            "定有日期的归`promise.kept`。",
        ),
        strength="must",
        strategy="trust",
        trigger=event("installation.completed").where(_promised > _settled),
        fulfilled_by=_SETTLED.where(_promised <= _settled_and_one),
        window=Window(due=SALE_PROMISES_BY.value),
    )
)

BROKEN_AGAIN = Practice(
    Derivation(
        id="promise.kept.broken-again",
        title=Text("A promise is broken, and not for the first time", "又一次失约"),
        advice=Text(
            "Whoever promised has had two chances. Now it is a matter for the manager.",
            "许诺的人已经失手两次，该主管过问了。",
        ),
        citations=(
            Citation("D2", "part 1, dissolving dissatisfaction, step 5"),
            Citation("D1", "§3"),
        ),
        reading=Text(
            "D1 asks what happens if we fail; no text answers. Ours: drawn while a promise is "
            "broken and still to be kept, if it is not the first, so that at least two different "
            "ones have been broken to this customer. A promise that was moved and broken again "
            "counts once. It ends when no broken promise is left to be kept, and may be drawn "
            "again at the next. Findings of `promise.kept` decide.",
            "D1问万一没有做到怎么办，各处都没有答案。我们定的是：有承诺失约而尚未兑现，"
            "且对该客户失约的承诺至少已有两项，即由此推出。改期后再次失约的只算一项。"
            "没有失约待兑现的承诺即止，下一次失约可再推出。以`promise.kept`的结论为准。",
        ),
        strength="should",
        strategy="trust",
        given=(
            found("promise.kept", "missed", at_least=BROKEN_PROMISES.value, distinct="promise"),
            found("promise.kept", "breached"),
        ),
    )
)

MANAGER_CALLS = Practice(
    FollowUp(
        id="promise.kept.manager-calls",
        title=Text("The manager speaks with the customer", "主管亲自与客户谈"),
        advice=Text(
            "Say that you know of both, and by when what is open will be kept; then see to it.",
            "说明两次都已知道，还欠的何时兑现，然后盯着办到。",
        ),
        citations=Citation("D1", "§3"),
        reading=Text(
            "Ours throughout, as an answer to D1's question: once `promise.kept.broken-again` is "
            "drawn, a manager or executive (`actor_role`) calls, visits or meets the customer "
            "within one working day. Where the role is not recorded it is in doubt. Released when "
            "the promise is kept or waived after all.",
            "全是我们定的，算是回答D1的问题：推出`promise.kept.broken-again`之后，"
            "主管或高层（`actor_role`）须在一个工作日内致电、上门或会面。角色没有记录的存疑。"
            "承诺终于兑现或客户放弃，即免除。",
        ),
        strength="should",
        strategy="trust",
        trigger=concluded("promise.kept.broken-again"),
        fulfilled_by=touch("call", "visit", "meeting").where(
            field("actor_role").in_("manager", "executive"), PERSONAL
        ),
        window=Window(due=MANAGER_CALLS_BY.value),
        released_by=withdrawn("promise.kept.broken-again"),
    )
)

PRACTICES = (PROMISE_KEPT, BROKEN_AGAIN, MANAGER_CALLS, FROM_SALE)
