"""What happened, in a word or two, for a picture or a list: the kind, and how and what for."""

from __future__ import annotations

from typing import Any

from retention_rules.events import Event, Record
from retention_rules.texts import Language, Text
from retention_rules.words import kind_words, value_words

CHANNELS: dict[str, Text] = {
    "call": Text("call", "电话"),
    "visit": Text("visit", "拜访"),
    "meeting": Text("meeting", "会面"),
    "card": Text("card", "卡片"),
    "letter": Text("letter", "信件"),
    "email": Text("e-mail", "电子邮件"),
    "message": Text("message", "短信"),
    "fax": Text("fax", "传真"),
    "gift": Text("gift", "礼物"),
}
PURPOSES: dict[str, Text] = {
    "thanks": Text("thanks", "致谢"),
    "use": Text("use", "使用"),
    "care": Text("care", "关怀"),
    "satisfaction": Text("satisfaction", "满意与否"),
    "follow-up": Text("follow-up", "回访"),
    "reassurance": Text("reassurance", "安抚"),
    "information": Text("information", "告知"),
    "training": Text("training", "培训"),
    "offer": Text("offer", "优惠"),
    "apology": Text("apology", "道歉"),
    "listening": Text("listening", "倾听"),
    "greeting": Text("greeting", "问候"),
    "help": Text("help", "帮助"),
    "notice": Text("notice", "通知"),
    "referral": Text("referral", "转介绍"),
    "celebration": Text("celebration", "庆贺"),
    "support": Text("support", "支持"),
    "invoice": Text("invoice", "账单"),
    "advertising": Text("advertising", "广告"),
}
STEPS: dict[str, Text] = {
    "apologise": Text("apologise", "道歉"),
    "listen": Text("listen", "倾听"),
    "solution": Text("solution", "提出方案"),
    "compensate": Text("compensate", "补偿"),
    "follow-up": Text("follow-up", "回访"),
    "cause": Text("cause", "查明原因"),
    "prevent": Text("prevent", "防止再犯"),
    "learn": Text("learn", "吸取教训"),
    "note": Text("note", "记下"),
    "cost": Text("cost", "确认费用"),
    "inform": Text("inform", "告知"),
    "done": Text("done", "办妥"),
}
_CORRECTED = Text("corrected: {}", "更正：{}")
_RETRACTED = Text("entry taken back", "撤回记录")


def event_words(record: Record, language: Language = "en") -> str:
    """A record in a word or two; a touch is told by its channel and purpose.

    >>> from retention_rules.events import Event
    >>> given = {"customer": "lin", "occurred_at": "2026-03-02"}
    >>> event_words(Event("o", "deal.closed", data={"amount": 12_000}, **given))
    'deal 12,000'
    >>> card = Event("m", "touch.made", data={"channel": "card", "purpose": "thanks"}, **given)
    >>> event_words(card), event_words(card, "zh")
    ('card, thanks', '卡片、致谢')
    """
    if not isinstance(record, Event):
        return _RETRACTED.in_(language)
    head = kind_words(record.kind, language)
    channel, purpose = record.data.get("channel"), record.data.get("purpose")
    if record.kind == "touch.made" and channel is not None:
        head = _value(CHANNELS, channel, language)
    if purpose is not None:
        head += ("、" if language == "zh" else ", ") + _value(PURPOSES, purpose, language)
    if "step" in record.data:
        head += ("：" if language == "zh" else ": ") + _value(STEPS, record.data["step"], language)
    if "amount" in record.data:
        head += f" {value_words(record.data['amount'], language)}"
    return _CORRECTED.in_(language).format(head) if record.corrects else head


def _value(words: dict[str, Text], value: Any, language: Language) -> str:
    some = value if isinstance(value, tuple) else (value,)
    told = (
        words[one].in_(language) if one in words else value_words(one, language) for one in some
    )
    return ("、" if language == "zh" else ", ").join(told)
