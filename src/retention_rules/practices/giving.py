"""Conduct: what a gift should be, and what it must not be for."""

from __future__ import annotations

from retention_rules.conditions import event, field, prior, touch
from retention_rules.practices.variants import Practice
from retention_rules.rules import Prohibition
from retention_rules.texts import Citation, Text

USEFUL_GIFT = Practice(
    Prohibition(
        id="conduct.useful-gift",
        title=Text("Give nothing useless or trite", "不送没用、老套的礼品"),
        advice=Text(
            "Choose what they use and see often, and what has to do with what we sell.",
            "挑用得上、常能想起的，并且与我们的产品有关。",
        ),
        instead=Text(
            "Give something useful that has to do with our product.", "送实用而与产品相关的东西。"
        ),
        citations=Citation("D1", "§10", "要避免"),
        reading=Text(
            "A gift that is not `useful`, not `related` to what we sell, or a `cliche`, is wrong; "
            "if none of that is stated but something is not known, it is in doubt. 'Special "
            "value' and 'often reminding' have no field of their own (ours).",
            "礼品不实用（`useful`）、与产品无关（`related`）、或者老套（`cliche`），有一样即为不当；"
            "没有不当而有一样不明的存疑。“特别价值”“常令人想起”没有另设字段（我们定的）。",
        ),
        strength="should",
        strategy="trust",
        forbids=touch("gift").where(
            field("useful").in_(False) | field("related").in_(False) | field("cliche").in_(True)
        ),
    )
)

_OPENED = prior("opportunity.opened").count()
_SETTLED = prior(event("opportunity.won") | event("opportunity.lost")).count()
_NONE_OPEN = (_OPENED >= 1) & (_OPENED <= _SETTLED)

NO_GIFT_TO_WIN_WORK = Practice(
    Prohibition(
        id="conduct.no-gift-to-win-work",
        title=Text("Win no work by gifts", "不靠送礼揽生意"),
        advice=Text(
            "Work that comes by gifts goes by gifts; a good name lasts.",
            "靠送礼得来的生意留不住，口碑才长久。",
        ),
        instead=Text("Let good work and fair prices speak.", "让手艺和公道的价钱说话。"),
        citations=Citation("D2", "part 3, integrity"),
        reading=Text(
            "A gift is wrong if `to_win_work` says so. Where it says nothing, the gift is in doubt "
            "while an opportunity is open, and also where none was ever recorded; with all of "
            "them won or lost it is taken to be none (ours). An open opportunity alone does not "
            "condemn a gift, since D0 recommends gifts as thanks.",
            "`to_win_work`记为是的礼品不当。没有记的：有商机未结，或从来没有商机记录，则存疑；"
            "商机都已赢单或丢单，视为不是（我们定的）。单凭有商机未结，不足以断定，因为D0主张送礼致谢。",
        ),
        strength="example",
        strategy="trust",
        forbids=touch("gift", to_win_work=True).where(
            field("to_win_work").is_known() | ~_NONE_OPEN
        ),
    )
)

PRACTICES = (USEFUL_GIFT, NO_GIFT_TO_WIN_WORK)
