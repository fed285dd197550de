"""Words for people: points, conditions, patterns, instants and kinds, in English and Chinese.

The short code-like form of the same things is their `repr`: ``until('ends') - days(30)``.

>>> from retention_rules.windows import days, until
>>> point_words(days(2)), point_words(until("ends") - days(30), "zh")
('end of the second local day after it', '`ends`之前第30个当地日结束前')
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from retention_rules.conditions import (
    AllOf,
    Alternative,
    AnyOf,
    Comparison,
    Condition,
    ContactField,
    CustomerField,
    EventField,
    History,
    In,
    InStage,
    Known,
    Not,
    Pattern,
    Prior,
    Term,
)
from retention_rules.errors import DefinitionError, shown
from retention_rules.events import CONCLUSION, RESERVED, Data
from retention_rules.premises import Found, Happened
from retention_rules.texts import LANGUAGES, Text
from retention_rules.windows import (
    DAY,
    HOUR,
    SECOND,
    Anchor,
    BusinessDays,
    CalendarDays,
    Due,
    Earliest,
    Elapsed,
    Field,
    Never,
    Offset,
    Point,
    StepEnd,
    Trigger,
    Window,
    WorkingTime,
    point,
)

_DAYS = Text("Mon Tue Wed Thu Fri Sat Sun", "周一 周二 周三 周四 周五 周六 周日")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LAST = time(23, 59, 59, 999_999)
_ORDINALS = "zeroth first second third fourth fifth sixth seventh eighth ninth tenth"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _in(language: str, en: str, zh: str) -> str:
    if language not in LANGUAGES:
        Text().in_(language)  # says so
    return zh if language == "zh" else en


def listed(parts: Iterable[str], language: str = "en", *, last: str = "and") -> str:
    """Several things as one phrase; `last` is ``and``, ``or``, or empty for a bare list.

    >>> listed(["a", "b", "c"]), listed(["a", "b"], "zh", last="or")
    ('a, b and c', 'a或b')
    """
    some = list(parts)
    if len(some) < 2 or not last:
        return ("、" if language == "zh" else ", ").join(some)
    if language == "zh":
        return f"{'、'.join(some[:-1])}{'和' if last == 'and' else '或'}{some[-1]}"
    return f"{', '.join(some[:-1])} {last} {some[-1]}"


# ---- dates, instants, lengths --------------------------------------------------------------------


def date_words(day: date, language: str = "en", *, year: bool = True) -> str:
    """A date with its weekday.

    >>> date_words(date(2026, 3, 4)), date_words(date(2026, 3, 4), "zh")
    ('Wed 4 Mar 2026', '2026年3月4日 周三')
    """
    weekday = _DAYS.in_(language).split()[day.weekday()]
    if language == "zh":
        return f"{f'{day.year}年' if year else ''}{day.month}月{day.day}日 {weekday}"
    named = f"{weekday} {day.day} {_MONTHS[day.month - 1]}"
    return f"{named} {day.year}" if year else named


def local(instant: int, zone: str) -> datetime:
    """The local time of an instant in microseconds since 1970."""
    return (_EPOCH + timedelta(microseconds=instant)).astimezone(ZoneInfo(zone))


def clock_words(at: time) -> str:
    """A time of day, as short as it can be told; the last microsecond of a day is its end."""
    if at.replace(fold=0) == _LAST:
        return "24:00"
    if at.microsecond:
        return f"{at:%H:%M:%S}.{at.microsecond:06}".rstrip("0")
    return f"{at:%H:%M:%S}" if at.second else f"{at:%H:%M}"


def instant_words(
    instant: int, zone: str, language: str = "en", *, year: bool = True, dated: bool = False
) -> str:
    """An instant on the clock of a zone; only its day if it is `dated`.

    >>> instant_words(1_772_639_999_999_999, "Asia/Shanghai")
    'Wed 4 Mar 2026 24:00'
    """
    at = local(instant, zone)
    day = date_words(at.date(), language, year=year)
    return day if dated else f"{day} {clock_words(at.time())}"


_UNITS = (
    (DAY, Text("day", "天")),
    (HOUR, Text("hour", "小时")),
    (60 * SECOND, Text("minute", "分钟")),
    (SECOND, Text("second", "秒")),
    (1, Text("microsecond", "微秒")),
)


def length_words(microseconds: int, language: str = "en", *, most: int = DAY) -> str:
    """A length of time in its two greatest units (none above `most`), rounded down.

    >>> length_words(5 * 3_600_000_000 + 60_000_000), length_words(1)
    ('5 hours 1 minute', '1 microsecond')
    """
    left, parts = abs(microseconds), []
    for size, unit in _UNITS:
        if size > most:
            continue
        count, left = divmod(left, size)
        if count:
            parts.append(_counted(count, unit, language))
        if parts and (len(parts) == 2 or not count):
            break
    return ("" if language == "zh" else " ").join(parts) or _counted(0, _UNITS[3][1], language)


def _counted(count: int, unit: Text, language: str) -> str:
    if language == "zh":
        return f"{count}{unit.zh}"
    return f"{count} {unit.en}{'' if abs(count) == 1 else 's'}"


def ordinal(count: int) -> str:
    """A number as a place in a row.

    >>> ordinal(2), ordinal(11), ordinal(21)
    ('second', '11th', '21st')
    """
    if 0 <= count <= 10:
        return _ORDINALS.split()[count]
    ending = {1: "st", 2: "nd", 3: "rd"}.get(count % 10, "th")
    return f"{count}{'th' if count % 100 in (11, 12, 13) else ending}"


# ---- offsets, points, windows --------------------------------------------------------------------


def offset_words(offset: Offset, language: str = "en") -> str:
    """How long an offset is.

    >>> from retention_rules.windows import business_days, months
    >>> offset_words(months(3)), offset_words(business_days(2).at("10:00"), "zh")
    ('3 months', '2个工作日（10:00）')
    """
    if isinstance(offset, Elapsed):
        return _signed(offset.microseconds, language)
    if isinstance(offset, WorkingTime):
        about = Text(" of working time", "工作时间")
        return _signed(offset.microseconds, language) + about.in_(language)
    if isinstance(offset, BusinessDays):
        words = _counted(offset.count, Text("working day", "个工作日"), language)
    else:
        words = _calendar_words(offset, language)
    at = _time_of(offset, language)
    before = _in(language, ",", "") if _is_before(offset) else _in(language, " at", "")
    return words + (_in(language, f"{before} {at}", f"（{at}）") if at else "")


def _signed(microseconds: int, language: str) -> str:
    return ("-" if microseconds < 0 else "") + length_words(microseconds, language, most=HOUR)


def _calendar_words(offset: CalendarDays, language: str) -> str:
    years, months = divmod(abs(offset.months), 12)
    sign = -1 if offset.months < 0 else 1
    parts = []
    if years:
        parts.append(_counted(sign * years, Text("year", "年"), language))
    if months:
        parts.append(_counted(sign * months, Text("month", "个月"), language))
    if offset.months * offset.days < 0:
        size = _counted(abs(offset.days), Text("day", "天"), language)
        how = Text(" less ", "减") if offset.days < 0 else Text(" plus ", "加")
        return _joined(parts, language) + how.in_(language) + size
    if offset.days or not parts:
        parts.append(_counted(offset.days, Text("day", "天"), language))
    return _joined(parts, language)


def _joined(parts: list[str], language: str) -> str:
    return listed(parts, language) if language == "en" else "".join(parts)


def _time_of(offset: CalendarDays | BusinessDays, language: str) -> str:
    """The time of day at which an offset ends; empty for the whole day."""
    if isinstance(offset, BusinessDays) and offset.to_closing and offset.clock is None:
        return _in(language, "closing time", "打烊时")
    if offset.clock is None:
        return ""
    if offset.clock == DAY:
        return "24:00"
    if _is_before(offset):
        at = clock_words((_EPOCH + timedelta(microseconds=offset.clock + 1)).time())
        return _in(language, f"before {at}", f"{at}之前")
    return clock_words((_EPOCH + timedelta(microseconds=offset.clock)).time())


def _is_before(offset: CalendarDays | BusinessDays) -> bool:
    """Whether it ends just before a whole minute, which itself is too late."""
    minute = 60 * SECOND
    return offset.clock is not None and offset.clock % minute == minute - 1 < offset.clock < DAY - 1


def anchor_words(anchor: Anchor, language: str = "en") -> str:
    """What a point is counted from; ``it`` is the trigger."""
    if isinstance(anchor, Field):
        return f"`{anchor.name}`"
    if isinstance(anchor, StepEnd):
        return _in(language, f"the end of `{anchor.name}`", f"`{anchor.name}`结束")
    if isinstance(anchor, Due):
        return _in(language, "the due date", "到期")
    return _in(language, "it", "其")


def point_words(
    given: Point | Earliest | Offset | Never, language: str = "en", *, lower: bool = False
) -> str:
    """Where a point lies, as an upper end of a window or (`lower`) as the lower one."""
    if isinstance(given, Never):
        return _in(language, "never", "永不")
    found = point(given)
    if isinstance(found, Earliest):
        parts = [point_words(one, language, lower=lower) for one in found.points]
        return _in(language, "the earliest of: ", "以下最早者：") + _in(language, "; ", "；").join(
            parts
        )
    words = _place_words(found, language, lower)
    if isinstance(found.anchor, Field) and found.anchor.default is not None:
        default = point_words(found.anchor.default, language, lower=lower)
        name = f"`{found.anchor.name}`"
        words += _in(language, f" (without {name}: {default})", f"（没有{name}则为{default}）")
    return words


def _place_words(found: Point, language: str, lower: bool) -> str:
    anchor, offset = anchor_words(found.anchor, language), found.offset
    if offset is None:
        if isinstance(found.anchor, Trigger):
            return _in(language, "at once", "当即")
        return anchor
    if isinstance(offset, Elapsed | WorkingTime):
        return _moved_words(anchor, offset, language)
    ends = Text("start" if lower else "end", "开始" if lower else "结束前").in_(language)
    day = _day_words(found.anchor, anchor, offset, language)
    at = _time_of(offset, language)
    if language == "zh":
        return f"{day}{at or ends}"
    return f"{at} on {day}" if at else f"{ends} of {day}"


def _moved_words(anchor: str, offset: Elapsed | WorkingTime, language: str) -> str:
    length = length_words(offset.microseconds, language, most=HOUR)
    if isinstance(offset, WorkingTime):
        length += _in(language, " of working time", "工作时间")
    if not offset.microseconds:
        return _in(language, f"with {anchor}", f"{anchor}当时")
    after = offset.microseconds > 0
    return _in(
        language,
        f"{length} {'after' if after else 'before'} {anchor}",
        f"{anchor}{'后' if after else '前'}{length}",
    )


def _day_words(
    anchor: Anchor, named: str, offset: CalendarDays | BusinessDays, language: str
) -> str:
    """The day that an offset reaches."""
    if isinstance(offset, CalendarDays):
        if offset.months:
            return _far_words(named, offset, language)
        count, unit = offset.days, Text("local day", "个当地日")
    else:
        count, unit = offset.count, Text("working day", "个工作日")
    if count == 0 and isinstance(offset, BusinessDays):
        zh = f"{'' if named == '其' else named}当日（若已无工作时间则下一个工作日）"
        return _in(language, f"the first working day from {named} on", zh)
    if count == 0:
        own = "its local day" if isinstance(anchor, Trigger) else f"the local day of {named}"
        return _in(language, own, f"{'' if named == '其' else named}当日")
    place = ordinal(abs(count))
    en = f"the {place} {unit.en} {'after' if count > 0 else 'before'} {named}"
    between = ("" if named == "其" else "之") + ("后" if count > 0 else "前")
    return _in(language, en, f"{named}{between}第{abs(count)}{unit.zh}")


def _far_words(named: str, offset: CalendarDays, language: str) -> str:
    back = offset.months < 0
    length = _calendar_words(-offset if back else offset, language)
    return _in(
        language,
        f"the local day {length} {'before' if back else 'after'} {named}",
        f"{named}{'前' if back else '后'}{length}的当地日",
    )


def window_words(window: Window, language: str = "en") -> str:
    """All ends of a window in one line."""
    ends = (
        (window.opens, Text("opens", "开始"), True),
        (window.due, Text("due", "到期"), False),
        (window.target, Text("best", "最好"), False),
        (window.expires, Text("expires", "失效"), False),
    )
    parts = [
        f"{name.in_(language)} {point_words(end, language, lower=lower)}"
        for end, name, lower in ends
        if end is not None
    ]
    return _in(language, "; ", "；").join(parts)


# ---- values, terms, conditions -------------------------------------------------------------------


def value_words(value: Any, language: str = "en") -> str:
    """A value of an event's field."""
    if isinstance(value, bool):
        return _in(language, "yes" if value else "no", "是" if value else "否")
    if isinstance(value, datetime):
        day = date_words(value.date(), language)
        offset = f"{value:%z}"
        return f"{day} {clock_words(value.time())} {offset[:3]}:{offset[3:5]}"
    if isinstance(value, date):
        return date_words(value, language)
    if isinstance(value, int | float | Decimal):
        return f"{value:,}" if isinstance(value, int) else f"{value}"
    if isinstance(value, tuple):
        return listed((value_words(one, language) for one in value), language, last="")
    if isinstance(value, Data):
        inner = (f"{name} {value_words(one, language)}" for name, one in value.items())
        return f"({listed(inner, language, last='')})"
    return str(value)


def term_words(term: Term, language: str = "en") -> str:
    """What a term stands for."""
    if isinstance(term, EventField):
        return term.name
    if isinstance(term, CustomerField):
        return _in(language, f"the customer's {term.name}", f"客户的{term.name}")
    if isinstance(term, ContactField):
        return _in(language, f"the contact's {term.name}", f"联系人的{term.name}")
    if isinstance(term, History):
        words = _history_words(term, language)
        if term.factor == 1:
            return words
        return _in(language, f"{term.factor} times {words}", f"{words}的{term.factor}倍")
    raise DefinitionError(f"{shown(term)} is no term: write something like field('amount')")


_AGGREGATES = {
    "count": Text("the number of", "的次数"),
    "max": Text("the greatest {} among", "的最大{}"),
    "min": Text("the least {} among", "的最小{}"),
    "sum": Text("the sum of {} over", "的{}合计"),
    "last": Text("the last {} among", "中最近一次的{}"),
}


def _history_words(term: History, language: str) -> str:
    what = prior_words(term.of, language)
    how = _AGGREGATES[term.aggregate].in_(language).format(term.field or "")
    return f"{what}{how}" if language == "zh" else f"{how} {what}"


def prior_words(prior: Prior, language: str = "en") -> str:
    """The earlier events that an aggregate looks at."""
    what = pattern_words(prior.pattern, language)
    bare = prior.pattern.alternatives[:1] == prior.pattern.alternatives
    bare = bare and prior.pattern.alternatives[0].condition is None
    zh = f"此前的{what}" if bare else f"此前的（{what}）"
    en = f"earlier {what} events" if bare else f"earlier events ({what})"
    if prior.since is not None:
        since = offset_words(prior.since, language)
        en, zh = f"{en} in the last {since}", f"最近{since}内{zh}"
    if prior.same:
        same = listed(prior.same, language)
        en, zh = f"{en} with the same {same}", f"{same}相同、{zh}"
    return _in(language, en, zh)


_SIGNS = {
    "==": Text("is", "为"),
    "!=": Text("is not", "不为"),
    "<": Text("is below", "小于"),
    "<=": Text("is at most", "不超过"),
    ">": Text("is above", "大于"),
    ">=": Text("is at least", "不少于"),
}


def condition_words(condition: Condition, language: str = "en") -> str:
    """What a condition asks for.

    >>> from retention_rules.conditions import field
    >>> condition_words(field("channel").in_("card", "letter") & (field("amount") >= 1000))
    'channel is one of card, letter and amount is at least 1,000'
    """
    if isinstance(condition, Comparison):
        return _spaced(
            language,
            term_words(condition.left, language),
            _SIGNS[condition.operator].in_(language),
            _operand_words(condition.right, language),
        )
    if isinstance(condition, In):
        return _spaced(
            language, term_words(condition.term, language), _in_words(condition, language)
        )
    if isinstance(condition, Known):
        return _spaced(
            language, term_words(condition.term, language), _in(language, "is known", "已知")
        )
    if isinstance(condition, InStage):
        return _stage_words(condition, language)
    if isinstance(condition, Not):
        return _not_words(condition.of, language)
    if isinstance(condition, AllOf):
        return _all_words(condition, language)
    if isinstance(condition, AnyOf):
        if not condition.of:
            return _in(language, "never", "永不成立")
        parts = [_bracketed(one, language) for one in condition.of]
        return _in(language, " or ", "，或").join(parts)
    raise DefinitionError(f"{shown(condition)} is no condition: compare a term")


def _spaced(language: str, *parts: str) -> str:
    return ("" if language == "zh" else " ").join(parts)


def _operand_words(operand: Any, language: str) -> str:
    return (
        term_words(operand, language)
        if isinstance(operand, Term)
        else value_words(operand, language)
    )


def _in_words(condition: In, language: str) -> str:
    values = [value_words(one, language) for one in condition.values]
    if len(values) == 1:
        return _in(language, f"is {values[0]}", f"为{values[0]}")
    some = listed(values, language, last="")
    return _in(language, f"is one of {some}", f"为{some}之一")


def _stage_words(condition: InStage, language: str) -> str:
    life, stage = condition.lifecycle, condition.stage
    return _in(
        language,
        f"the customer is in stage `{stage}` of `{life}`",
        f"客户处于`{life}`的`{stage}`阶段",
    )


def _not_words(condition: Condition, language: str) -> str:
    if isinstance(condition, Known):
        term = term_words(condition.term, language)
        return _spaced(language, term, _in(language, "is not given", "未给出"))
    if isinstance(condition, In):
        term, values = term_words(condition.term, language), _in_words(condition, language)
        return _in(language, f"{term} {values.replace('is', 'is not', 1)}", f"{term}不{values}")
    words = condition_words(condition, language)
    return _in(language, f"not ({words})", f"并非（{words}）")


def _all_words(condition: AllOf, language: str) -> str:
    if not condition.of:
        return _in(language, "always", "总成立")
    asked = {repr(one.term) for one in condition.of if isinstance(one, In)}
    asked |= {repr(one.left) for one in condition.of if isinstance(one, Comparison)}
    # What is equal to something is known.
    asks = [one for one in condition.of if not (isinstance(one, Known) and repr(one.term) in asked)]
    if len(asks) == 1:
        return condition_words(asks[0], language)
    parts = [_bracketed(one, language) for one in asks]
    return _in(language, " and ", "，且").join(parts)


def _bracketed(condition: Condition, language: str) -> str:
    words = condition_words(condition, language)
    mixed = isinstance(condition, AllOf | AnyOf) and len(condition.of) > 1
    plain = isinstance(condition, AllOf) and _in(language, " and ", "，且") not in words
    if not mixed or plain:
        return words
    return _in(language, f"({words})", f"（{words}）")


Values: TypeAlias = Iterable[tuple[Term, Any]]


def check_words(
    condition: Condition, result: bool | None, values: Values = (), language: str = "en"
) -> str:
    """How a test went: what the event had, and what the test needs.

    >>> from retention_rules.conditions import field
    >>> channel = field("channel")
    >>> check_words(channel.in_("card", "letter"), False, [(channel, "email")])
    'channel is `email`, needs card or letter'
    """
    if result is True:
        return condition_words(condition, language)
    if isinstance(condition, Comparison | In):
        term = condition.left if isinstance(condition, Comparison) else condition.term
        if isinstance(term, EventField | CustomerField):
            had = _had_words(term, _by_code(values).get(repr(term)), language)
            return had + _in(language, ", needs ", "，须") + _needs_words(condition, language)
    words = condition_words(condition, language)
    known = [_had_words(term, value, language) for term, value in values if value is not None]
    if known and result is False:
        had = _in(language, ", ", "，").join(known)
        return _in(language, f"{had}, but needed: {words}", f"{had}，而须{words}")
    if result is None:
        return _in(language, f"unknown whether {words}", f"不知是否{words}")
    return _in(language, f"it is not so that {words}", f"不满足：{words}")


def _by_code(values: Values) -> dict[str, Any]:
    """Values by the code of their term."""
    return {repr(term): value for term, value in values}


def _had_words(term: Term, value: Any, language: str) -> str:
    name = term_words(term, language)
    if value is None:
        return _in(language, f"{name} is missing", f"缺少{name}")
    had = value_words(value, language)
    return _in(language, f"{name} is `{had}`", f"{name}为`{had}`")


def _needs_words(condition: Comparison | In, language: str) -> str:
    if isinstance(condition, In):
        values = (value_words(one, language) for one in condition.values)
        return _in(language, "", "为") + listed(values, language, last="or")
    operand = _operand_words(condition.right, language)
    if condition.operator == "==":
        return operand if language == "en" else f"为{operand}"
    sign = _SIGNS[condition.operator].in_(language)
    return _spaced(language, sign.removeprefix("is "), operand)


# ---- kinds and patterns --------------------------------------------------------------------------

_KINDS = {
    "backup.named": Text("backup named", "有人接手"),
    "booking.made": Text("booking", "预订"),
    "call.answered": Text("call answered", "来电接听"),
    "call.missed": Text("call missed", "来电漏接"),
    "case.closed": Text("case closed", "结案"),
    "case.investigated": Text("investigation", "查明案情"),
    "cause.recorded": Text("cause recorded", "记录过错方"),
    "compensation.given": Text("compensation", "补偿"),
    "complaint.received": Text("complaint", "投诉"),
    "contact-details.changed": Text("new contact details", "联系方式变更"),
    "contract.renewed": Text("contract renewed", "续约"),
    "contract.signed": Text("contract signed", "签约"),
    "customer-event.planned": Text("customer's event", "客户活动"),
    "customer.changed": Text("customer changed", "客户资料变更"),
    "customer.lost": Text("customer lost", "客户流失"),
    "data.requested": Text("data request", "索取资料"),
    "deal.cancelled": Text("deal cancelled", "交易取消"),
    "deal.closed": Text("deal", "成交"),
    "defect.found": Text("defect", "缺陷"),
    "demand.approved": Text("demand approved", "要求获准"),
    "demand.declined": Text("demand declined", "谢绝要求"),
    "demand.granted": Text("demand granted", "答应要求"),
    "demand.referred": Text("demand referred", "请示要求"),
    "disclosure.made": Text("disclosure", "透露"),
    "documents.sent": Text("papers sent", "资料寄出"),
    "feedback.received": Text("feedback", "反馈"),
    "feedback.requested": Text("feedback request", "征求意见"),
    "gift.cleared": Text("gift cleared", "送礼获准"),
    "help.received": Text("help", "客户帮助"),
    "information.given": Text("information", "提供资料"),
    "inquiry.received": Text("inquiry", "询问"),
    "installation.completed": Text("installation", "安装完毕"),
    "installation.went-live": Text("going live", "正式启用"),
    "lead.created": Text("lead", "潜在客户"),
    "occasion.coming": Text("special day", "特殊日子"),
    "occasion.noted": Text("occasion", "客户大事"),
    "offer.made": Text("offer", "优惠"),
    "opportunity.lost": Text("opportunity lost", "丢单"),
    "opportunity.opened": Text("opportunity", "商机"),
    "opportunity.won": Text("opportunity won", "赢单"),
    "order.cancelled": Text("order cancelled", "订单取消"),
    "order.confirmed": Text("order confirmed", "订单确认"),
    "order.delivered": Text("delivery", "送达"),
    "order.placed": Text("order", "订单"),
    "order.problem": Text("order problem", "订单出问题"),
    "order.rescheduled": Text("order rescheduled", "订单改期"),
    "owner.absent": Text("owner absent", "负责人缺席"),
    "owner.returned": Text("owner returned", "负责人回来"),
    "payment.received": Text("payment", "收款"),
    "problem.reported": Text("problem", "遇到困难"),
    "product.ended": Text("end of product", "产品终了"),
    "product.first-used": Text("first use", "首次使用"),
    "product.issued": Text("product issued", "产品办下"),
    "promise.confirmed": Text("promise confirmed", "承诺确认"),
    "promise.kept": Text("promise kept", "承诺兑现"),
    "promise.made": Text("promise", "承诺"),
    "promise.rescheduled": Text("promise rescheduled", "承诺改期"),
    "promise.waived": Text("promise waived", "放弃承诺"),
    "referral.asked": Text("referral request", "请求转介绍"),
    "referral.given": Text("referral", "转介绍"),
    "renewal.offered": Text("renewal offered", "提出续约"),
    "request.done": Text("request done", "要求办妥"),
    "request.received": Text("request", "提出要求"),
    "rework.done": Text("rework", "返工"),
    "service.performed": Text("service", "养护"),
    "service.started": Text("service started", "服务开始"),
    "signal.buying-plan": Text("buying plan", "采购打算"),
    "signal.switch-intent": Text("sign of leaving", "离开迹象"),
    "solution.offered": Text("solution", "解决方案"),
    "step.recorded": Text("step", "步骤"),
    "step.skipped": Text("step skipped", "免去步骤"),
    "task.done": Text("task done", "事情办完"),
    "task.rescheduled": Text("task put off", "事情改期"),
    "touch.attempted": Text("attempted touch", "接触未成"),
    "touch.made": Text("touch", "接触"),
    "tour.held": Text("company tour", "企业参观"),
    "training.held": Text("training", "培训"),
    "visit.agreed": Text("meeting agreed", "约定会面"),
    "visit.cancelled": Text("meeting cancelled", "会面取消"),
    "visit.customer-arrived": Text("guest's arrival", "客户到店"),
    "visit.reported": Text("visit report", "拜访记录"),
    "visit.started": Text("meeting started", "会面开始"),
    "visitor.arrived": Text("visitor", "来访"),
    "visitor.greeted": Text("visitor greeted", "迎候"),
    "warranty.claimed": Text("warranty claim", "申请保修"),
    "warranty.honoured": Text("warranty honoured", "保修兑现"),
    "warranty.rejected": Text("warranty rejected", "保修被拒"),
}


def kind_words(kind: str, language: str = "en") -> str:
    """A kind of event in a word or two; kinds of your own by their own words.

    >>> kind_words("touch.made"), kind_words("contract.signed"), kind_words("deal.closed", "zh")
    ('touch', 'contract signed', '成交')
    """
    if kind in _KINDS:
        return _KINDS[kind].in_(language)
    if kind.startswith(CONCLUSION):
        what, _, rule = kind[len(CONCLUSION) :].partition(":")
        if what == "withdrawn":
            return _in(language, f"`{rule}` no longer holds", f"`{rule}`不再成立")
        return _in(language, f"conclusion `{rule}`", f"得出`{rule}`")
    if kind.startswith(RESERVED) and kind.count(":") >= 2:
        what, life, stage = kind[len(RESERVED) :].split(":", 2)
        if what == "left":
            return _in(
                language, f"leaving stage `{stage}` of `{life}`", f"离开`{life}`的`{stage}`阶段"
            )
        return _in(
            language, f"entering stage `{stage}` of `{life}`", f"进入`{life}`的`{stage}`阶段"
        )
    return _in(language, kind.replace(".", " ").replace("-", " "), kind)


def pattern_words(pattern: Pattern, language: str = "en") -> str:
    """Which events a pattern is about.

    >>> from retention_rules.conditions import touch
    >>> pattern_words(touch("card", "letter"))
    'touch by card or letter'
    """
    return listed(
        (_event_words(one, language) for one in pattern.alternatives), language, last="or"
    )


def _event_words(one: Alternative, language: str) -> str:
    kind = kind_words(one.kind, language)
    if one.condition is None:
        return kind
    parts = list(one.condition.of) if isinstance(one.condition, AllOf) else [one.condition]
    by = ""
    for part in parts:
        if isinstance(part, In) and repr(part.term) == "field('channel')":
            parts.remove(part)
            channels = listed((value_words(v, language) for v in part.values), language, last="or")
            by = _in(language, f" by {channels}", f"以{channels}方式")
            break
    where = condition_words(AllOf(parts), language) if parts else ""
    if language == "zh":
        return f"{by}{kind}" + (f"（须{where}）" if where else "")
    return f"{kind}{by}" + (f" where {where}" if where else "")


STATUSES: Mapping[str, Text] = {
    "upcoming": Text("upcoming", "未开始"),
    "open": Text("open", "待办"),
    "fulfilled": Text("fulfilled", "已完成"),
    "breached": Text("breached", "已逾期"),
    "repaired": Text("repaired", "已补办"),
    "lapsed": Text("lapsed", "已失效"),
    "released": Text("released", "已免除"),
    "violated": Text("violated", "违规"),
    "current": Text("current", "当前阶段"),
    "left": Text("left", "已离开"),
    "holds": Text("holds", "成立"),
    "indeterminate": Text("indeterminate", "待核实"),
}
"""The statuses of findings."""

_MISSED = Text("not done in time", "未按时办")


def premise_words(premise: Found | Happened, language: str = "en") -> str:
    """What a conclusion is drawn from.

    >>> from retention_rules.premises import found
    >>> premise_words(found("promise.kept", "missed", at_least=2))
    'at least 2 times `promise.kept` not done in time'
    """
    if isinstance(premise, Happened):
        told = pattern_words(premise.pattern, language)
    else:
        named = (STATUSES.get(one, _MISSED).in_(language) for one in premise.statuses)
        statuses = listed(named, language, last="or")
        part = f" {premise.part}" if premise.part else ""
        told = _in(
            language, f"`{premise.rule}`{part} {statuses}", f"`{premise.rule}`{part}{statuses}"
        )
    count, once = premise.at_least, premise.distinct
    if once is not None:
        how = (f"at least {count} different `{once}` with ", f"至少{count}个不同的`{once}`有")
    else:
        how = (f"at least {count} times ", f"至少{count}次") if count > 1 else ("", "")
    wide = ("", "")
    if premise.customer_wide:
        wide = (", in any case of the customer", "（该客户的任何一案）")
    return _in(language, f"{how[0]}{told}{wide[0]}", f"{how[1]}{told}{wide[1]}")


__all__ = [
    "STATUSES",
    "anchor_words",
    "check_words",
    "clock_words",
    "condition_words",
    "date_words",
    "instant_words",
    "kind_words",
    "length_words",
    "listed",
    "local",
    "offset_words",
    "ordinal",
    "pattern_words",
    "point_words",
    "premise_words",
    "prior_words",
    "term_words",
    "value_words",
    "window_words",
]
