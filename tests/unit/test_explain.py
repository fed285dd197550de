"""Explanations: whole texts for worked examples, and for each status what it must tell."""

from textwrap import dedent

import attrs
import pytest

from retention_rules import (
    Calendar,
    Customer,
    DefinitionError,
    Derivation,
    Event,
    Finding,
    FollowUp,
    Holidays,
    Lifecycle,
    Move,
    NotExplainable,
    Pause,
    Prohibition,
    Recurring,
    Rulebook,
    Stage,
    Text,
    Window,
    business_days,
    concluded,
    contact,
    contacts,
    customer,
    days,
    earliest,
    entered,
    evaluate,
    event,
    field,
    found,
    hours,
    never,
    prior,
    step,
    touch,
    until,
)
from retention_rules.evaluation.evidence import Evidence
from retention_rules.practices import handbook
from retention_rules.premises import happened as premise
from retention_rules.questions.explain import explain

CALENDAR = Calendar(zone="Asia/Shanghai", holidays={"2026-03-04": "Founders' Day"})
TWO_DAYS = Window(due=days(2))


def happened(id: str, kind: str, at: str, **data: object) -> Event:
    """An event of lin, at ``03-02 15:00`` or on the day ``03-02`` of 2026."""
    when = f"2026-{at}"
    return Event(
        id,
        kind,
        customer="lin",
        occurred_at=f"{when.replace(' ', 'T')}+08:00" if " " in at else when,
        data=data,
    )


DEAL = happened("d1", "deal.closed", "03-02 15:00", amount=12_000, case="K", who="wang")


def call(**given: object) -> FollowUp:
    """A call after a deal, but for what is given."""
    fields: dict[str, object] = {
        "id": "acme.call",
        "trigger": event("deal.closed"),
        "fulfilled_by": touch("call"),
        "window": TWO_DAYS,
    }
    return FollowUp(**{**fields, **given})  # type: ignore[arg-type]


def called(at: str, id: str = "t1", **data: object) -> Event:
    return happened(id, "touch.made", at, **{"channel": "call", **data})


def ask(rules, events, as_of, key=None, **given) -> Finding:
    """The one finding, or the one whose key ends so."""
    book = rules if isinstance(rules, Rulebook) else Rulebook(rules)
    as_of = f"2026-{as_of.replace(' ', 'T')}+08:00"
    found = evaluate(book, events, as_of=as_of, calendar=CALENDAR, **given)
    one = [finding for finding in found if key is None or finding.key.endswith(key)]
    assert len(one) == 1, [finding.key for finding in found]
    return one[0]


def tell(rules, events, as_of, key=None, language="en", **given) -> str:
    return ask(rules, events, as_of, key, **given).explain(language)


def row(told: str, label: str) -> str:
    """The text of a row."""
    return next(line.strip() for line in told.splitlines() if line.strip().startswith(label))[
        len(label) :
    ].strip()


def text(written: str) -> str:
    return dedent(written).strip()


# ---- whole texts --------------------------------------------------------------------------------

EMAIL = happened("m-90", "touch.made", "03-03 10:12", channel="email", purpose="thanks")
LATE = {
    "en": """
        thanks.handwritten for lin: breached since Wed 4 Mar 2026 24:00 (Asia/Shanghai)
          owed since   deal d1, Mon 2 Mar 15:00
          due          end of the second local day after it, Wed 4 Mar 24:00  (default ours; D0 "the art of thanks")
          nearest miss touch m-90, Tue 3 Mar 10:12: channel is `email`, needs letter or card; handwritten is missing, needs yes
          would settle touch by letter or card where handwritten is yes and (purpose is thanks or thanked is yes), by Fri 6 Mar 24:00, repairs it; after that it lapses
          next change  Sat 7 Mar 00:00
    """,  # noqa: E501
    "zh": """
        thanks.handwritten，客户lin：已逾期，自2026年3月4日 周三 24:00起（Asia/Shanghai）
          起因     成交d1，3月2日 周一 15:00
          期限     其后第2个当地日结束前，3月4日 周三 24:00  （默认值由我们定；D0 "the art of thanks"）
          最接近者 接触m-90，3月3日 周二 10:12：channel为`email`，须为letter或card；缺少handwritten，须为是
          如何了结 以letter或card方式接触（须handwritten为是，且（purpose为thanks，或thanked为是）），在3月6日 周五 24:00之前可补办；此后失效
          下次变化 3月7日 周六 00:00
    """,  # noqa: E501
}
REPAIRED = {
    "en": """
        acme.call for lin: repaired on Mon 9 Mar 2026 10:00 (Asia/Shanghai)
          owed since deal d1, Mon 2 Mar 15:00
          due        10:00 on the third working day after it, Fri 6 Mar 10:00; not counted: Wed 4 Mar (Founders' Day)
          paid by    touch t1, Mon 9 Mar 10:00: 3 days late
    """,  # noqa: E501
    "zh": """
        acme.call，客户lin：已补办，2026年3月9日 周一 10:00（Asia/Shanghai）
          起因   成交d1，3月2日 周一 15:00
          期限   其后第3个工作日10:00，3月6日 周五 10:00；不计：3月4日 周三 (Founders' Day)
          完成于 接触t1，3月9日 周一 10:00：迟了3天
    """,
}
GIFT = {
    "en": """
        conduct.gift-to-government for lin: violated on Tue 3 Mar 2026 10:00 (Asia/Shanghai)
          happened     touch g, Tue 3 Mar 10:00
          wrong        touch by gift, while the customer's kind is government
          needed first gift cleared
          instead      Thank them in writing, or have the gift cleared first.
          source       D0 "the art of thanks"
    """,
    "zh": """
        conduct.gift-to-government，客户lin：违规，2026年3月3日 周二 10:00（Asia/Shanghai）
          事件     接触g，3月3日 周二 10:00
          不当之处 客户的kind为government时以gift方式接触
          须先有   送礼获准
          应改为   改为书面致谢，或先行报批。
          出处     D0 "the art of thanks"
    """,
}
STAGE = {
    "en": """
        acme.life new for lin: current since Mon 2 Mar 2026 15:00 (Asia/Shanghai)
          entered deal d1, Mon 2 Mar 15:00 (corrected by d1b)
          ends    on touch where used is yes: then `settled`
    """,
    "zh": """
        acme.life new，客户lin：当前阶段，自2026年3月2日 周一 15:00起（Asia/Shanghai）
          进入 成交d1，3月2日 周一 15:00（经d1b更正）
          结束 接触（须used为是）：转入`settled`
    """,
}
LIFE = Lifecycle(
    id="acme.life",
    stages=[Stage(name="new"), Stage(name="settled")],
    moves=[
        Move(on=event("deal.closed"), to="new"),
        Move(on=touch(used=True), source="new", to="settled"),
    ],
)
NEGLECTED = Derivation(
    id="acme.neglected",
    given=found("acme.call", "missed"),
    unless=premise(event("deal.cancelled")),
)
APOLOGY = FollowUp(
    id="acme.apology",
    trigger=concluded("acme.neglected"),
    fulfilled_by=touch("letter"),
    window=TWO_DAYS,
)
CONCLUSION = {
    "en": """
        acme.neglected for lin: holds since Thu 5 Mar 2026 00:00 (Asia/Shanghai)
          drawn from  acme.call: breached since Wed 4 Mar 24:00
          holds until deal cancelled
    """,
    "zh": """
        acme.neglected，客户lin：成立，自2026年3月5日 周四 00:00起（Asia/Shanghai）
          依据   acme.call：已逾期，自3月4日 周三 24:00起
          成立至 交易取消
    """,
}
BOTH = pytest.mark.parametrize("language", ["en", "zh"])


@BOTH
def test_a_thanks_that_is_late(language: str) -> None:
    rules = handbook(cadence="1-3-7")
    told = tell(
        rules,
        [DEAL, EMAIL],
        "03-05 09:00",
        "handwritten/lin/d1",
        language,
    )
    assert told == text(LATE[language])


@BOTH
def test_a_call_that_came_late_over_a_holiday(language: str) -> None:
    rule = call(window=Window(due=business_days(3).at("10:00")))
    told = tell(rule, [DEAL, called("03-09 10:00")], "03-10 09:00", language=language)
    assert told == text(REPAIRED[language])


@BOTH
def test_a_gift_that_was_wrong(language: str) -> None:
    gift = happened("g", "touch.made", "03-03 10:00", channel="gift")
    office = [Customer("lin", facts={"kind": "government"})]
    rules = handbook().select("conduct.gift-to-government")
    told = tell(rules, [gift], "03-05 09:00", language=language, customers=office)
    assert told == text(GIFT[language])


@BOTH
def test_a_stage_that_a_corrected_deal_began(language: str) -> None:
    fixed = DEAL.corrected("d1b", data={"amount": 900})
    told = tell(LIFE, [DEAL, fixed], "03-05 09:00", language=language)
    assert told == text(STAGE[language])


@BOTH
def test_a_conclusion_from_a_call_that_was_missed(language: str) -> None:
    book = Rulebook([call(), NEGLECTED])
    told = tell(book, [DEAL], "03-05 09:00", "acme.neglected/lin", language)
    assert told == text(CONCLUSION[language])


def test_what_follows_from_a_conclusion_names_it() -> None:
    book = Rulebook([call(), NEGLECTED, APOLOGY])
    told = tell(book, [DEAL], "03-05 09:00", "acme.apology/lin/acme.neglected@d1")
    assert "conclusion `acme.neglected` (by d1), Thu 5 Mar 00:00" in told


# ---- every status -------------------------------------------------------------------------------

CASES = {
    "upcoming": (call(window=Window(opens=days(1), due=days(2))), [DEAL], "03-02 16:00"),
    "open": (call(), [DEAL], "03-03 10:00"),
    "fulfilled": (call(), [DEAL, called("03-03 10:00")], "03-09 10:00"),
    "breached": (call(), [DEAL], "03-05 10:00"),
    "repaired": (call(), [DEAL, called("03-05 10:00")], "03-09 10:00"),
    "lapsed": (call(), [DEAL], "03-09 10:00"),
    "released": (
        call(released_by=event("deal.cancelled")),
        [DEAL, happened("x", "deal.cancelled", "03-03 10:00")],
        "03-09 10:00",
    ),
    "violated": (
        Prohibition(id="acme.no-fax", forbids=touch("fax"), instead=Text("Write", "写信")),
        [called("03-03 10:00", channel="fax")],
        "03-04 10:00",
    ),
    "current": (LIFE, [DEAL], "03-04 10:00"),
    "left": (LIFE, [DEAL, called("03-03 10:00", used=True)], "03-04 10:00", "new@d1"),
    "holds": (Rulebook([call(), NEGLECTED]), [DEAL], "03-05 10:00", "acme.neglected/lin"),
    "indeterminate": (
        call(),
        [DEAL, happened("t1", "touch.made", "03-03 10:00")],
        "03-05 10:00",
    ),
}
HEADS = {
    "upcoming": ("upcoming until Tue 3 Mar 2026 00:00", "未开始，2026年3月3日 周二 00:00开始"),
    "open": ("open since Mon 2 Mar 2026 15:00", "待办，自2026年3月2日 周一 15:00起"),
    "fulfilled": ("fulfilled on Tue 3 Mar 2026 10:00", "已完成，2026年3月3日 周二 10:00"),
    "breached": ("breached since Wed 4 Mar 2026 24:00", "已逾期，自2026年3月4日 周三 24:00起"),
    "repaired": ("repaired on Thu 5 Mar 2026 10:00", "已补办，2026年3月5日 周四 10:00"),
    "lapsed": ("lapsed since Fri 6 Mar 2026 24:00", "已失效，自2026年3月6日 周五 24:00起"),
    "released": ("released on Tue 3 Mar 2026 10:00", "已免除，2026年3月3日 周二 10:00"),
    "violated": ("violated on Tue 3 Mar 2026 10:00", "违规，2026年3月3日 周二 10:00"),
    "current": ("current since Mon 2 Mar 2026 15:00", "当前阶段，自2026年3月2日 周一 15:00起"),
    "left": ("left since Tue 3 Mar 2026 10:00", "已离开，自2026年3月3日 周二 10:00起"),
    "holds": ("holds since Thu 5 Mar 2026 00:00", "成立，自2026年3月5日 周四 00:00起"),
    "indeterminate": ("indeterminate, leaning to breached", "待核实，倾向于已逾期"),
}


@pytest.mark.parametrize("status", CASES)
def test_the_first_line_says_how_it_stands(status: str) -> None:
    one = ask(*CASES[status])
    assert one.status == status
    en, zh = HEADS[status]
    assert one.explain().splitlines()[0].endswith(f" for lin: {en} (Asia/Shanghai)")
    assert one.explain("zh").splitlines()[0].endswith(f"，客户lin：{zh}（Asia/Shanghai）")


@pytest.mark.parametrize("status", CASES)
def test_every_explanation_is_the_same_twice_and_in_one_language(status: str) -> None:
    one = ask(*CASES[status])
    for language in ("en", "zh"):
        told = one.explain(language)
        assert told == one.explain(language) == explain(one.evidence(), language)
        assert all(line.strip() == line[2:] for line in told.splitlines()[1:])
        chinese = any("\u4e00" <= letter <= "\u9fff" for letter in told)
        assert chinese is (language == "zh")


@pytest.mark.parametrize("status", CASES)
def test_the_evidence_suffices(status: str) -> None:
    evidence = ask(*CASES[status]).evidence()
    assert isinstance(evidence, Evidence)
    assert evidence.sufficient
    assert evidence.cited


# ---- single rows --------------------------------------------------------------------------------


def test_what_is_open_says_what_would_do() -> None:
    told = tell(*CASES["open"])
    assert row(told, "would settle") == "touch by call, by Wed 4 Mar 24:00"
    assert row(told, "next change") == "Thu 5 Mar 00:00"


def test_what_is_upcoming_says_from_when() -> None:
    told = tell(*CASES["upcoming"])
    assert row(told, "opens") == "start of the first local day after it, Tue 3 Mar 00:00"
    assert row(told, "would settle") == "touch by call, from Tue 3 Mar 00:00 to Wed 4 Mar 24:00"


def test_what_was_done_says_by_what_and_how_early() -> None:
    assert row(tell(*CASES["fulfilled"]), "paid by") == (
        "touch t1, Tue 3 Mar 10:00: 1 day 13 hours to spare"
    )
    assert row(tell(*CASES["repaired"]), "paid by").endswith(": 10 hours late")
    assert row(tell(*CASES["released"]), "freed by") == "deal cancelled x, Tue 3 Mar 10:00"


def test_what_never_expires_can_be_repaired_at_any_time() -> None:
    told = tell(call(window=Window(due=hours(4), expires=never)), [DEAL], "03-05 10:00")
    assert row(told, "would settle") == "touch by call repairs it at any time"
    assert row(told, "due") == "4 hours after it, Mon 2 Mar 19:00"
    assert "next change" not in told


MISSES = {
    "early": (
        call(window=Window(opens=days(1), due=days(2))),
        called("03-02 20:00"),
        "too early by 4 hours",
    ),
    "late": (call(), called("03-07 02:30"), "too late by 2 hours 30 minutes"),
    "before": (call(), called("03-01 10:00"), "it came before the trigger"),
    "in another case": (
        call(correlate_on="case"),
        called("03-03 10:00", case="L"),
        "case is `L`, needs K",
    ),
    "by the same person": (
        call(differs_on="who"),
        called("03-03 10:00", who="wang"),
        "who is `wang` again, needs another",
    ),
    "by another person": (
        call(same_on="who"),
        called("03-03 10:00", who="li"),
        "who is `li`, needs wang",
    ),
    "another channel": (
        call(),
        called("03-03 10:00", channel="fax"),
        "channel is `fax`, needs call",
    ),
    "too small": (
        call(fulfilled_by=event("touch.made").where(field("amount") >= 1000)),
        called("03-03 10:00", amount=5),
        "amount is `5`, needs at least 1,000",
    ),
}


@pytest.mark.parametrize("name", MISSES)
def test_the_nearest_miss_says_why(name: str) -> None:
    rule, near, why = MISSES[name]
    told = tell(rule, [DEAL, near], "03-12 10:00", "/d1")
    assert row(told, "nearest miss").endswith(f": {why}")
    assert "最接近者" in tell(rule, [DEAL, near], "03-12 10:00", "/d1", "zh")


def test_the_miss_is_the_nearest_one() -> None:
    misses = [called("03-03 10:00", "t1", channel="fax"), called("02-20 10:00", "t2")]
    assert row(tell(call(), [DEAL, *misses], "03-05 10:00"), "nearest miss").startswith("touch t1")


def test_the_contact_is_told() -> None:
    people = [Customer("lin", contacts=[{"id": "wei"}, {"id": "li"}])]
    events = [DEAL, called("03-03 10:00", contact="wei")]
    told = tell(call(for_each=contacts()), events, "03-05 10:00", "/li", customers=people)
    assert told.startswith("acme.call li for lin: breached")
    assert row(told, "nearest miss").endswith("contact is `wei`, needs li")
    assert row(told, "would settle").startswith("touch by call with contact `li`, by")


def test_pauses_are_told() -> None:
    rule = call(paused_by=Pause(begin=event("held"), end=event("resumed")))
    held = happened("h", "held", "03-03 10:00")
    told = tell(rule, [DEAL, held], "03-04 10:00")
    assert row(told, "due") == "the clock stands still since Tue 3 Mar 10:00"
    resumed = happened("r", "resumed", "03-04 10:00")
    told = tell(rule, [DEAL, held, resumed], "03-04 12:00")
    assert row(told, "due") == (
        "end of the second local day after it, Thu 5 Mar 24:00; "
        "paused Tue 3 Mar 10:00 to Wed 4 Mar 10:00"
    )


def test_the_point_that_decided_is_told() -> None:
    ends = DEAL.corrected("d1b", data={"ends": "2026-03-11"})
    window = Window(due=earliest(days(60), until("ends") - business_days(5)))
    told = tell(call(window=window), [DEAL, ends], "03-03 09:00")
    assert row(told, "due") == (
        "end of the fifth working day before `ends`, Tue 3 Mar 24:00; "
        "not counted: Wed 4 Mar (Founders' Day), Sat 7 Mar, Sun 8 Mar"
    )
    window = Window(due=until("ends", default=days(1)))
    told = tell(call(window=window), [DEAL], "03-03 09:00")
    assert row(told, "due").startswith("end of the first local day after it, Tue 3 Mar 24:00")


def test_other_years_are_named() -> None:
    told = tell(call(window=Window(due=days(400))), [DEAL], "03-03 09:00")
    assert row(told, "due").endswith("Tue 6 Apr 2027 24:00")
    assert row(told, "owed since") == "deal d1, Mon 2 Mar 15:00"


DOUBTS = {
    "a field that is missing": (
        call(),
        [DEAL, happened("t1", "touch.made", "03-03 10:00")],
        "touch t1, Tue 3 Mar 2026 10:00: channel is missing, needs call; correct t1",
    ),
    "a time of day that is missing": (
        call(window=Window(due=hours(30))),
        [DEAL, called("03-03")],
        "touch t1, Tue 3 Mar 2026: only its day is known, the time of day decides; correct t1",
    ),
    "a trigger": (
        call(trigger=event("deal.closed").where(field("kind") == "big")),
        [DEAL],
        "deal d1, Mon 2 Mar 2026 15:00: kind is missing, needs big; correct d1",
    ),
    "a release": (
        call(released_by=event("deal.cancelled", all=True)),
        [DEAL, happened("x", "deal.cancelled", "03-03 10:00")],
        "deal cancelled x, Tue 3 Mar 2026 10:00: all is missing, needs yes; correct x",
    ),
    "what must be the same": (
        call(same_on="promise"),
        [DEAL, called("03-03 10:00", promise="p")],
        "touch t1, Tue 3 Mar 2026 10:00: promise is `p`, but is missing in what it is owed for; "
        "correct t1",
    ),
    "a date in the data": (
        call(window=Window(due=until("ends"))),
        [DEAL],
        "`ends` is missing, and the window is counted from it; correct d1",
    ),
    "what is no date": (
        call(window=Window(due=until("case"))),
        [DEAL],
        "`case` holds no date, and the window is counted from it; correct d1",
    ),
    "a date that is past": (
        call(window=Window(due=until("ends"))),
        [DEAL.corrected("d2", data={"ends": "2026-02-02"}), DEAL],
        "it would have been due before it was owed; correct d1",
    ),
}


@pytest.mark.parametrize("name", DOUBTS)
def test_doubts_say_which_event_to_clarify(name: str) -> None:
    rule, events, why = DOUBTS[name]
    one = ask(rule, events, "03-05 10:00")
    assert one.status == "indeterminate"
    assert row(one.explain(), "doubtful") == why
    assert "请更正" in row(one.explain("zh"), "存疑")


def test_an_unknown_fact_of_the_customer_is_told() -> None:
    rule = Prohibition(
        id="acme.no-fax", forbids=touch("fax"), context=customer("kind") == "government"
    )
    told = tell(rule, [called("03-03 10:00", channel="fax")], "03-04 10:00")
    assert row(told, "doubtful") == "the customer's kind is missing, needs government"


def test_contacts_that_are_not_known_are_told() -> None:
    told = tell(call(for_each=contacts()), [DEAL], "03-05 10:00")
    assert told.startswith("acme.call for lin: indeterminate")
    assert row(told, "doubtful").startswith("the customer's contacts are not known")
    assert "?" not in row(told, "would settle")
    people = [Customer("lin", contacts=[{"id": "wei"}])]
    rule = call(for_each=contacts(contact("role") == "buyer"))
    told = tell(rule, [DEAL], "03-05 10:00", customers=people)
    assert row(told, "doubtful").startswith("it is not known whether contact `wei` is meant")


def test_incomplete_records_are_told() -> None:
    until_then = {"": "2026-03-03T00:00+08:00"}
    told = tell(call(), [DEAL], "03-05 10:00", complete=until_then)
    assert row(told, "doubtful") == "the records are complete up to Tue 3 Mar 2026 00:00 only"


def test_what_cleared_would_have_had_to_come_first() -> None:
    rule = Prohibition(
        id="acme.no-fax", forbids=touch("fax"), unless_prior=event("fax.asked-for", by="post")
    )
    told = tell(rule, [called("03-03 10:00", channel="fax")], "03-04 10:00")
    assert row(told, "needed first") == "fax asked for where by is post"


def test_steps_out_of_order_and_left_out() -> None:
    events = [
        happened("c-9", "complaint.received", "03-02 10:00", case="K-7"),
        happened("s", "step.recorded", "03-03 10:00", step="solution", case="K-7"),
        happened("z", "case.closed", "03-05 10:00", case="K-7"),
    ]
    rules = handbook().select("recovery.")
    told = tell(rules, events, "03-06 09:00", "out-of-order%3Asolution")
    assert told.startswith("recovery.six-step out-of-order:solution for lin, case K-7: violated")
    assert row(told, "wrong") == "`solution` was done before `apologise` and `listen`"
    assert row(told, "needed first") == "`apologise` and `listen`"
    told = tell(rules, events, "03-06 09:00", "closed-without%3Aapologise")
    assert row(told, "wrong") == "the case was closed without `apologise`"
    assert row(told, "needed first").endswith("with case `K-7`")
    told = tell(rules, events, "03-06 09:00", "c-9/apologise")
    assert told.startswith("recovery.six-step apologise for lin, case K-7: lapsed")
    assert row(told, "nearest miss").endswith("step is `solution`, needs apologise")


def test_what_a_stage_owes_and_what_time_ends() -> None:
    rules = handbook().select("stages.", "stage.reassure")
    told = tell(rules, [DEAL], "03-03 09:00", "lin/reassure@d1")
    assert row(told, "ends") == "end of the 14th local day after it: then `inform`"
    rules = handbook()
    told = tell(rules, [DEAL], "03-03 09:00", "stage.reassure/lin/stages.post-purchase:reassure@d1")
    assert row(told, "owed since") == (
        "entering stage `reassure` of `stages.post-purchase` (by d1), Mon 2 Mar 15:00"
    )
    told = tell(rules, [DEAL], "03-20 09:00", "lin/reassure@d1")
    assert row(told, "left") == "by time passing, Tue 17 Mar 00:00"
    told = tell(rules, [DEAL], "03-20 09:00", "lin/inform@d1+")
    assert row(told, "entered") == "by time passing, after d1, Tue 17 Mar 00:00"


def test_an_occasion_is_told() -> None:
    greet = Recurring(
        id="greet",
        starts=event("deal.closed"),
        fulfilled_by=touch("card"),
        on=Holidays(),
        opens=days(-1),
    )
    told = tell(greet, [DEAL], "03-03 09:00")
    assert row(told, "occasion") == "Wed 4 Mar"
    assert row(told, "opens") == "start of the first local day before it, Tue 3 Mar 00:00"
    assert "3月4日 周三" in tell(greet, [DEAL], "03-03 09:00", language="zh")


def test_chains_and_versions() -> None:
    first = call(window=Window(due=days(1)))
    then = call(
        id="acme.visit", fulfilled_by=touch("visit"), window=Window(due=step("acme.call") + days(3))
    )
    told = tell(
        Rulebook([first, then]), [DEAL, called("03-03 10:00")], "03-04 10:00", "visit/lin/d1"
    )
    assert (
        row(told, "due")
        == "end of the third local day after the end of `acme.call`, Fri 6 Mar 24:00"
    )
    old = call(in_force=attrs.evolve(call().in_force, end_on="2026-03-03"))
    new = call(
        window=Window(due=days(9)), in_force=attrs.evolve(call().in_force, start_on="2026-03-03")
    )
    told = tell(Rulebook([old, new]), [DEAL], "03-04 10:00")
    assert row(told, "due").startswith("end of the second local day after it")


def test_history_decides_and_is_told() -> None:
    rule = call(fulfilled_by=touch().where(prior(touch()).count() >= 1))
    told = tell(rule, [DEAL, called("03-03 10:00")], "03-05 10:00")
    assert row(told, "nearest miss").endswith(
        ": it is not so that the number of earlier touch events is at least 1"
    )


def test_stages_that_decide_are_told() -> None:
    rule = call(trigger=entered("acme.life", "new"))
    told = tell(Rulebook([LIFE, rule]), [DEAL], "03-03 10:00", "acme.life:new@d1")
    assert row(told, "owed since").startswith("entering stage `new` of `acme.life` (by d1), Mon")


def test_a_finding_built_by_hand_cannot_be_explained() -> None:
    one = attrs.evolve(ask(*CASES["open"]), origin=None)
    with pytest.raises(NotExplainable, match="evaluate again"):
        one.explain()


def test_another_language_is_refused() -> None:
    with pytest.raises(DefinitionError, match="`fr`"):
        ask(*CASES["open"]).explain("fr")
