"""Letters of thanks: what they contain, when the last one is written, and what they announce."""

from __future__ import annotations

import attrs

from retention_rules.conditions import event, field, prior, touch
from retention_rules.practices.parameters import (
    ANNOUNCED_CALL_FROM,
    FEW_WEEKS,
    LETTER_COMPLETED_BY,
    LETTER_PARTS,
    PROJECT_LETTER_BY,
    PROJECT_REQUESTS,
)
from retention_rules.practices.touches import PERSONAL, THANKS, says
from retention_rules.practices.variants import Practice, Reading
from retention_rules.rules import FollowUp, Item, Pause
from retention_rules.texts import Citation, Text
from retention_rules.windows import CalendarDays, Window, point, until, weeks

INSTALLED = event("installation.completed")
_ASKED = event("request.received")
_DONE = event("request.done")

_PROJECT_LETTER = FollowUp(
    id="thanks.project-letter",
    title=Text("Close the project with a letter of thanks", "项目收尾，写一封致谢信"),
    advice=Text(
        "Write to the person who decided for you. It is the last they hear of the project, "
        "and it shows that nothing was forgotten.",
        "写给当初拍板的人。这是项目的最后一笔，也说明没有一件事被忘掉。",
    ),
    checklist=(
        Item("thanks", Text("Thank them for choosing you", "感谢对方的选择")),
        Item("installation", Text("Tell how the installation went", "讲讲安装的经过")),
        Item("requests", Text("Tell that what was asked for is done", "告知所提要求已经办妥")),
        Item("offer", Text("Offer your help at any time", "表示愿意随时效劳")),
    ),
    citations=Citation("D4", "¶9", "最后"),
    reading=Text(
        "A `letter` that thanks, within two working days (ours). That it goes to the decision "
        "maker is advice, and not checked.",
        "指致谢的`letter`，两个工作日内（我们定的）。是否写给决策人只是建议，不作检查。",
    ),
    strength="example",
    strategy="trust",
    trigger=INSTALLED | _DONE.where(prior(INSTALLED, since=PROJECT_REQUESTS.value).count() > 0),
    fulfilled_by=touch("letter").where(THANKS),
    window=Window(due=PROJECT_LETTER_BY.value),
    on_retrigger="restart",
    paused_by=Pause(begin=_ASKED, end=_DONE, paired_on="request"),
    released_by=event("customer.lost"),
)

PROJECT_LETTER = Practice(
    _PROJECT_LETTER,
    {
        "installation-and-requests": Reading(
            Text(
                "'Last of all' is after the installation and after what was asked for then is "
                "done: the letter is owed from the installation on, the clock stands still while "
                "a `request` is open, and starts anew when one is done within 30 days of the "
                "installation (ours). A letter sent before that pays for the time before only.",
                "“最后”指装好、且其时所提的要求都已办妥之后：自装好起应写，有`request`未了时停止计时，"
                "装好后30天内（我们定的）每办妥一项即重新起算。此前写的信只抵此前的一次。",
            )
        ),
        "installation-only": Reading(
            Text(
                "'Last of all' is after the installation, whatever is still open.",
                "“最后”指装好之后，不论还有什么未了。",
            ),
            rule=attrs.evolve(_PROJECT_LETTER, trigger=INSTALLED, paused_by=None),
        ),
    },
)

_LETTER = touch("letter").where(THANKS)

LETTER_TEMPLATE = Practice(
    FollowUp(
        id="thanks.letter-template",
        title=Text("Make up for an incomplete thank-you letter", "谢函内容不全，补写一封"),
        advice=Text(
            "Go through the list before you post a letter of thanks. What you announce in it is a "
            "promise.",
            "寄出谢函之前，照清单核对一遍。信里预告的事就是承诺。",
        ),
        checklist=(
            Item("date", Text("The date", "日期")),
            Item("addressee", Text("The customer's name", "客户的姓名")),
            Item("company", Text("Their company", "所在公司")),
            Item("address", Text("Their address", "地址")),
            Item(
                "thanks",
                Text(
                    "Thanks for the chance to work together, naming the product or service",
                    "感谢有机会合作，并写明产品或服务",
                ),
            ),
            Item(
                "goal",
                Text("Gladness to help them towards their goal", "很高兴能协助对方达成目标"),
            ),
            Item(
                "enclosure",
                Text(
                    "Something enclosed (an article, news, a gift), which you hope they enjoy",
                    "随信附上一样东西（文章、消息或礼物），并愿对方喜欢",
                ),
            ),
            Item("call", Text("A call, announced for a few weeks later", "预告几周后致电")),
            Item("next-time", Text("Hope of working together again", "期待再次合作")),
            Item("greeting", Text("A closing greeting", "结尾问候")),
            Item("name", Text("Your name", "本人姓名")),
            Item("title", Text("Your title", "本人职务")),
        ),
        citations=Citation("D0", "the art of thanks"),
        reading=Text(
            "The text gives the template as an example; that every letter of thanks should hold "
            "all of it is ours. It has twelve parts by our count. A thank-you letter whose "
            "`parts` are fewer owes a complete one within seven days (ours: the text has no such "
            "remedy, but a posted letter cannot be mended). Without `parts` it is in doubt; which "
            "part is missing is not recorded.",
            "原文只把它作为例子；每封谢函都该写全，是我们的理解。范例按我们的数法有十二项内容。"
            "谢函的`parts`不足此数的，七天内补写一封完整的（我们定的：原文没有这一补救，"
            "但信已寄出，无从修改）。没有`parts`则存疑；缺的是哪一项，不在记录之内。",
        ),
        strength="should",
        strategy="trust",
        trigger=_LETTER.where(field("parts") < LETTER_PARTS.value),
        fulfilled_by=_LETTER.where(field("parts") >= LETTER_PARTS.value),
        window=Window(due=LETTER_COMPLETED_BY.value),
        released_by=event("customer.lost"),
    )
)


def _announced(after: CalendarDays) -> Window:
    """From a week before the day announced to the end of that day."""
    lead = ANNOUNCED_CALL_FROM.value
    return Window(
        opens=until("call_by", default=point(after + -lead)) - lead,
        due=until("call_by", default=point(after)),
    )


PROMISED_CALL = Practice(
    FollowUp(
        id="thanks.promised-call",
        title=Text("Make the call that the letter announced", "兑现信中预告的电话"),
        advice=Text(
            "They may not be waiting for it, but they will notice that you did what you wrote.",
            "对方未必在等，但会注意到你言出必行。",
        ),
        citations=(
            Citation("D0", "the art of thanks", "几个星期后"),
            Citation("D2", "part 1, dissolving dissatisfaction, step 5"),
        ),
        reading=Text(
            "The template is an example, but what a letter promises binds. A letter or card that "
            "bears `announces_call` owes a call by the day in `call_by`; without that day, by the "
            "end of the few weeks. The call counts from a week before that day on (ours): an "
            "earlier one was not the one announced. Without the mark no call is announced.",
            "范例只是例子，但信里许下的就要兑现。标明`announces_call`的信或卡片，"
            "应在`call_by`所记日期之前致电；没有日期的，以几个星期终了为限。"
            "自该日前一周起致电才算（我们定的），再早的不是预告的那一通。没有标明的视为没有预告。",
        ),
        strength="must",
        strategy="trust",
        trigger=touch("letter", "card").where(says("announces_call")),
        fulfilled_by=touch("call").where(PERSONAL),
        window=_announced(FEW_WEEKS.value),
        released_by=event("customer.lost"),
    ),
    {
        "three-weeks": Reading(
            Text("'A few weeks' are three (ours).", "“几个星期”取三个星期（我们定的）。")
        ),
        "two-weeks": Reading(
            Text("'A few weeks' are two (ours).", "“几个星期”取两个星期（我们定的）。"),
            window=_announced(weeks(2)),
        ),
        "four-weeks": Reading(
            Text("'A few weeks' are four (ours).", "“几个星期”取四个星期（我们定的）。"),
            window=_announced(weeks(4)),
        ),
    },
)

PRACTICES = (PROJECT_LETTER, LETTER_TEMPLATE, PROMISED_CALL)
