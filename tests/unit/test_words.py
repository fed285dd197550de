"""Words for every node: none without words, none that says another thing in another language."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

import attrs
import pytest

from retention_rules import (
    DefinitionError,
    Window,
    business_days,
    contact,
    customer,
    days,
    due,
    earliest,
    entered,
    event,
    field,
    hours,
    in_stage,
    left,
    months,
    never,
    prior,
    step,
    touch,
    trigger,
    until,
    working_hours,
    years,
)
from retention_rules import conditions as c
from retention_rules import windows as w
from retention_rules.calendars import instant
from retention_rules.events import Data
from retention_rules.practices import handbook
from retention_rules.practices.vocabulary import KINDS
from retention_rules.words import (
    anchor_words,
    check_words,
    clock_words,
    condition_words,
    date_words,
    instant_words,
    kind_words,
    length_words,
    listed,
    offset_words,
    ordinal,
    pattern_words,
    point_words,
    term_words,
    value_words,
    window_words,
)

BOTH = pytest.mark.parametrize("language", ["en", "zh"])

BEFORE_TEN = w.CalendarDays(days=1, clock=w.clock("10:00") - 1)
OFFSETS = [
    (days(2), "2 days", "2天"),
    (days(1).at("10:00"), "1 day at 10:00", "1天（10:00）"),
    (months(14), "1 year and 2 months", "1年2个月"),
    (years(-1), "-1 year", "-1年"),
    (years(3) + days(-30), "3 years less 30 days", "3年减30天"),
    (months(14) + days(-1), "1 year and 2 months less 1 day", "1年2个月减1天"),
    (years(-3) + days(30), "-3 years plus 30 days", "-3年加30天"),
    (BEFORE_TEN, "1 day, before 10:00", "1天（10:00之前）"),
    (
        w.BusinessDays(1, w.clock("10:00") - 1),
        "1 working day, before 10:00",
        "1个工作日（10:00之前）",
    ),
    (hours(48), "48 hours", "48小时"),
    (business_days(1), "1 working day", "1个工作日"),
    (business_days(2).closing(), "2 working days at closing time", "2个工作日（打烊时）"),
    (working_hours(4), "4 hours of working time", "4小时工作时间"),
]
POINTS = [
    (days(0), "end of its local day", "当日结束前"),
    (days(2), "end of the second local day after it", "其后第2个当地日结束前"),
    (days(-3), "end of the third local day before it", "其前第3个当地日结束前"),
    (months(1), "end of the local day 1 month after it", "其后1个月的当地日结束前"),
    (
        years(3) + days(-30),
        "end of the local day 3 years less 30 days after it",
        "其后3年减30天的当地日结束前",
    ),
    (
        years(-3) + days(30),
        "end of the local day 3 years less 30 days before it",
        "其前3年减30天的当地日结束前",
    ),
    (BEFORE_TEN, "before 10:00 on the first local day after it", "其后第1个当地日10:00之前"),
    (days(2).at("12:00"), "12:00 on the second local day after it", "其后第2个当地日12:00"),
    (hours(48), "48 hours after it", "其后48小时"),
    (working_hours(-1), "1 hour of working time before it", "其前1小时工作时间"),
    (
        business_days(0),
        "end of the first working day from it on",
        "当日（若已无工作时间则下一个工作日）结束前",
    ),
    (trigger, "at once", "当即"),
    (never, "never", "永不"),
    (until("ends"), "`ends`", "`ends`"),
    (
        until("ends") - days(30),
        "end of the 30th local day before `ends`",
        "`ends`之前第30个当地日结束前",
    ),
    (
        until("by", default=days(1)),
        "`by` (without `by`: end of the first local day after it)",
        "`by`（没有`by`则为其后第1个当地日结束前）",
    ),
    (
        due + business_days(2),
        "end of the second working day after the due date",
        "到期之后第2个工作日结束前",
    ),
    (
        step("call") + days(3),
        "end of the third local day after the end of `call`",
        "`call`结束之后第3个当地日结束前",
    ),
    (
        earliest(days(1), until("x")),
        "the earliest of: end of the first local day after it; `x`",
        "以下最早者：其后第1个当地日结束前；`x`",
    ),
]
CONDITIONS = [
    (field("amount") >= 1000, "amount is at least 1,000", "amount不少于1,000"),
    (
        field("channel").in_("card", "letter"),
        "channel is one of card, letter",
        "channel为card、letter之一",
    ),
    (~field("a").in_("x"), "a is not x", "a不为x"),
    (field("used") == True, "used is yes", "used为是"),  # noqa: E712
    (field("a") != customer("b"), "a is not the customer's b", "a不为客户的b"),
    (contact("role").is_known(), "the contact's role is known", "联系人的role已知"),
    (~field("a").is_known(), "a is not given", "a未给出"),
    (~(field("a") < 2), "not (a is below 2)", "并非（a小于2）"),
    (
        in_stage("life", "new"),
        "the customer is in stage `new` of `life`",
        "客户处于`life`的`new`阶段",
    ),
    (
        (field("a") > 1) & ((field("b") == 2) | (field("c") <= 3)),
        "a is above 1 and (b is 2 or c is at most 3)",
        "a大于1，且（b为2，或c不超过3）",
    ),
    (field("a").is_known() & field("a").in_("x"), "a is x", "a为x"),
    (
        prior("deal.closed").count() == 0,
        "the number of earlier deal events is 0",
        "此前的成交的次数为0",
    ),
    (
        field("amount") <= prior("deal.closed", since=days(30), same="case").max("amount") * 0.1,
        "amount is at most 0.1 times the greatest amount among earlier deal events in the last "
        "30 days with the same case",
        "amount不超过case相同、最近30天内此前的成交的最大amount的0.1倍",
    ),
    (c.AllOf(()), "always", "总成立"),
    (c.AnyOf(()), "never", "永不成立"),
]


@pytest.mark.parametrize(("given", "en", "zh"), OFFSETS)
def test_offsets(given: w.Offset, en: str, zh: str) -> None:
    assert (offset_words(given), offset_words(given, "zh")) == (en, zh)


@pytest.mark.parametrize(("given", "en", "zh"), POINTS)
def test_points(given: w.Point, en: str, zh: str) -> None:
    assert (point_words(given), point_words(given, "zh")) == (en, zh)


def test_a_lower_end_is_a_start() -> None:
    assert point_words(days(1), lower=True) == "start of the first local day after it"
    assert point_words(days(1), "zh", lower=True) == "其后第1个当地日开始"


@pytest.mark.parametrize(("given", "en", "zh"), CONDITIONS)
def test_conditions(given: c.Condition, en: str, zh: str) -> None:
    assert (condition_words(given), condition_words(given, "zh")) == (en, zh)


@BOTH
def test_there_are_words_for_every_class(language: str) -> None:
    told = {type(given) for given, *_ in OFFSETS}
    assert told == set(w.OFFSETS)
    anchors = [w.Trigger(), w.Due(), w.Field("x"), w.StepEnd("x")]
    assert {type(one) for one in anchors} == set(w.Anchor.__args__)  # type: ignore[attr-defined]
    assert all(anchor_words(one, language) for one in anchors)
    told = {type(given) for given, *_ in CONDITIONS}
    assert told == set(c.Condition.__subclasses__())
    terms = [field("a"), customer("a"), contact("a")]
    terms += [getattr(prior("x"), how)("a") for how in ("max", "min", "sum", "last")]
    terms.append(prior("x").count())
    assert {type(one) for one in terms} == set(c.Term.__subclasses__())
    assert len({term_words(one, language) for one in terms}) == len(terms)


@BOTH
def test_windows(language: str) -> None:
    window = Window(opens=days(1), due=days(2), target=hours(30), expires=never)
    told = window_words(window, language)
    for end in (window.opens, window.due, window.target, window.expires):
        assert point_words(end, language, lower=end is window.opens) in told  # type: ignore[arg-type]


# ---- checks, kinds, patterns ---------------------------------------------------------------------

CHANNEL = field("channel")
CHECKS = [
    (
        CHANNEL.in_("card", "letter"),
        False,
        [(CHANNEL, "email")],
        "channel is `email`, needs card or letter",
        "channel为`email`，须为card或letter",
    ),
    (
        field("amount") >= 1000,
        False,
        [(field("amount"), Decimal("12.5"))],
        "amount is `12.5`, needs at least 1,000",
        "amount为`12.5`，须不少于1,000",
    ),
    (
        field("handwritten") == True,  # noqa: E712
        None,
        [(field("handwritten"), None)],
        "handwritten is missing, needs yes",
        "缺少handwritten，须为是",
    ),
    (
        ~CHANNEL.in_("fax") | field("thanked").is_known(),
        False,
        [(CHANNEL, "fax"), (field("thanked"), None)],
        "channel is `fax`, but needed: channel is not fax or thanked is known",
        "channel为`fax`，而须channel不为fax，或thanked已知",
    ),
    (
        prior("a").count() == 0,
        None,
        [],
        "unknown whether the number of earlier a events is 0",
        "不知是否此前的a的次数为0",
    ),
    (in_stage("l", "s"), False, [], "it is not so that the customer is in stage `s` of `l`", None),
    (field("a") == 1, True, [(field("a"), 1)], "a is 1", "a为1"),
]


@pytest.mark.parametrize(("given", "result", "values", "en", "zh"), CHECKS)
def test_checks(given, result, values, en, zh) -> None:
    assert check_words(given, result, values) == en
    told = check_words(given, result, values, "zh")
    assert told == zh or zh is None


def test_every_kind_of_the_vocabulary_is_a_word_or_two() -> None:
    for language in ("en", "zh"):
        told = [kind_words(kind, language) for kind in KINDS]
        assert len(set(told)) == len(told)
        assert all(len(words.split()) <= 3 for words in told)
    assert all(kind_words(kind, "zh") != kind for kind in KINDS)
    assert kind_words("contract.renewal-due") == "contract renewal due"


def test_patterns() -> None:
    asked = touch("card", "letter", handwritten=True) | event("deal.closed")
    assert pattern_words(asked) == "touch by card or letter where handwritten is yes or deal"
    assert pattern_words(asked, "zh") == "以card或letter方式接触（须handwritten为是）或成交"
    assert pattern_words(entered("life", "new")) == "entering stage `new` of `life`"
    assert pattern_words(left("life", "new"), "zh") == "离开`life`的`new`阶段"


@BOTH
def test_the_handbook_can_be_told(language: str) -> None:
    for rule in handbook(cadence="both"):
        for one in attrs.fields(type(rule)):
            value = getattr(rule, one.name)
            if isinstance(value, c.Pattern):
                assert pattern_words(value, language)
            if isinstance(value, Window):
                assert window_words(value, language)


# ---- dates, numbers, lists -----------------------------------------------------------------------


def test_the_last_microsecond_of_a_day_is_its_end() -> None:
    assert clock_words(time(23, 59, 59, 999_999)) == "24:00"
    assert clock_words(time(23, 59, 59, 999_998)) == "23:59:59.999998"
    assert clock_words(time(0)) == "00:00"
    assert clock_words(time(9, 30, 15)) == "09:30:15"
    at = instant(datetime(2026, 3, 4, 15, 59, 59, 999_999, tzinfo=UTC))
    assert instant_words(at, "Asia/Shanghai") == "Wed 4 Mar 2026 24:00"
    assert instant_words(at, "Asia/Shanghai", "zh") == "2026年3月4日 周三 24:00"
    assert instant_words(at + 1, "Asia/Shanghai", year=False) == "Thu 5 Mar 00:00"
    assert instant_words(at, "Asia/Shanghai", dated=True) == "Wed 4 Mar 2026"
    assert date_words(date(2026, 3, 4), "zh", year=False) == "3月4日 周三"


def test_lengths() -> None:
    hour = 3_600_000_000
    assert length_words(0) == "0 seconds"
    assert length_words(25 * hour) == "1 day 1 hour"
    assert length_words(25 * hour, "zh") == "1天1小时"
    assert length_words(-hour) == "1 hour"
    assert length_words(24 * hour + 1) == "1 day"
    assert length_words(48 * hour, most=hour) == "48 hours"


def test_ordinals_and_lists() -> None:
    told = [ordinal(count) for count in (1, 10, 11, 12, 13, 21, 22, 23, 111)]
    assert told == ["first", "tenth", "11th", "12th", "13th", "21st", "22nd", "23rd", "111th"]
    assert listed([]) == ""
    assert listed(["a"], "zh") == "a"
    assert listed(["a", "b", "c"], last="or") == "a, b or c"
    assert listed(["a", "b", "c"], "zh") == "a、b和c"


@BOTH
def test_every_value_of_an_event_has_words(language: str) -> None:
    shanghai = datetime.fromisoformat("2026-03-04T10:00:00+08:00")
    values = (1, 1.5, Decimal("2.0"), "x", True, date(2026, 3, 4), shanghai, ("a",), Data(b=1))
    assert all(value_words(value, language) for value in values)
    assert value_words(shanghai) == "Wed 4 Mar 2026 10:00 +08:00"


def test_another_language_is_refused() -> None:
    with pytest.raises(DefinitionError, match="`fr`"):
        point_words(days(2), "fr")
    with pytest.raises(DefinitionError, match="`fr`"):
        condition_words(field("a") == 1, "fr")
