"""The five documents that the practices come from, and the names of their passages.

A `Citation` names a document by its key and a passage by one of `Document.sections`. The documents
are Chinese and are paraphrased here, never quoted: a citation holds at most the signal words that
decide how strong a sentence is.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import attrs

from retention_rules.texts import Text

STRATEGIES: Mapping[str, Text] = MappingProxyType(
    {
        "barriers": Text("Raise barriers for rivals", "给对手设障碍"),
        "trust": Text("Build trust", "赢得信任"),
        "needs": Text("Meet needs", "满足需要"),
        "leaving-cost": Text("Raise the cost of leaving", "提高离开的代价"),
    }
)
"""The four strategies of D1 §4, one of which every practice serves."""


@attrs.frozen
class Document:
    """A source.

    Attributes:
        title: What it is about; the documents bear no common form of title.
        sections: Its passages by the names that citations use, each with the heading or the place
            by which a reader finds it in the document.
    """

    title: Text
    sections: Mapping[str, str]


_STEPS = "一二三四五六"
_DISSATISFIED = "设法化解客户不满意"
_MIND = "及时了解客户购买后的心理变化"

DOCUMENTS: Mapping[str, Document] = MappingProxyType(
    {
        "D0": Document(
            Text("After-sales service: 1-3-7, thanks, care", "售后服务：一三七、感谢、关心"),
            {
                "role of after-sales service": "售后服务的作用",
                "repeat sales": "创造再销售",
                "saving time and cost": "节省推销时间和费用",
                "not losing customers": "避免失去顾客",
                "old customers bring new": "老客户带来新客户",
                "1-3-7, one": "“一三七”原则，“一”",
                "1-3-7, three": "“一三七”原则，“三”",
                "1-3-7, seven": "“一三七”原则，“七”",
                "1-3-7, closing paragraph": "“一三七”原则，末段",
                "expressing thanks": "表达感谢",
                "the art of thanks": "表达感谢的艺术",
                "care": "关心客户",
            },
        ),
        "D1": Document(
            Text("Keeping members: slides 1 to 15", "会员维护幻灯片（一至十五）"),
            {f"§{number}": f"-{number}-" for number in range(1, 16)}
            | {f"§15 step {day}": f"-15-, {day}" for day in (0, 3, 10, 20)},
        ),
        "D2": Document(
            Text("Lesson 24: keeping a customer matters more", "第24课：留住客户更要紧"),
            {
                "lead": "第24课开头",
                "part 1, body": "一、正文",
                "part 1, dissolving dissatisfaction": f"一、◎{_DISSATISFIED}",
                "part 1, the mind after purchase": f"一、◎{_MIND}",
                "part 2, word of mouth": "二",
                "part 3, integrity": "三",
            }
            | {
                f"part 1, dissolving dissatisfaction, step {number}": (
                    f"◎{_DISSATISFIED}，第{word}步"
                )
                for number, word in enumerate(_STEPS, 1)
            }
            | {
                f"part 1, the mind after purchase, stage {number}": f"◎{_MIND}，第{word}阶段"
                for number, word in enumerate(_STEPS[:4], 1)
            },
        ),
        "D3": Document(
            Text("The best service and what it returns", "最佳服务及其回报"),
            {
                "part 1, why the best service": "一",
                "part 2, what service satisfies most": "二",
                "part 3, the return": "三",
            },
        ),
        "D4": Document(
            Text("Case 22: following up a large account", "案例22：大客户成交后的跟进"),
            {f"¶{number}": f"案例22，第{number}段" for number in range(1, 21)},
        ),
    }
)
