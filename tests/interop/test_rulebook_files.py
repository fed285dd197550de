"""Rulebook files: what is written comes back, what is wrong is told with its place."""

import json
import sys
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.interop import values
from tests.properties.books import BOOKS

from retention_rules.conditions import concluded, customer, withdrawn
from retention_rules.errors import DecodingError, RetentionRulesError
from retention_rules.interop import read_rulebook, write_rulebook
from retention_rules.interop._yaml import document
from retention_rules.interop._yaml_text import dump
from retention_rules.practices import handbook
from retention_rules.premises import found, happened
from retention_rules.rulebook import Rulebook
from retention_rules.rules import Derivation, FollowUp, Prohibition, Window, days, event, touch
from retention_rules.serialization import encode
from retention_rules.testing import strategies
from retention_rules.texts import Text

BOOK = handbook()
RULE = "rules:\n- {shape: prohibition, id: a, forbids: gift.given}\n"

# ------------------------------------------------------------- there and back


@pytest.mark.parametrize("format", ["yaml", "json"])
@given(strategies.rulebooks() | values.rulebooks)
def test_what_is_written_is_read_as_the_same_rulebook(format, book):
    text = write_rulebook(book, format=format)
    found = read_rulebook(text, format=format)
    assert found == book
    assert found.digest == book.digest
    assert write_rulebook(found, format=format) == text


CONCLUDING = """\
rules:
- shape: derivation
  id: risk
  title: {en: The account is at risk, zh: 客户有风险}
  given:
  - {found: promise, status: [missed], at_least: 2, customer_wide: true}
  - {found: case, status: [open, breached], part: answer}
  - {happened: complaint.opened, distinct: topic}
  unless:
  - happened: {event: complaint.closed, where: {field: well, ==: true}}
  where: {customer: tier, ==: gold}
  correlate_on: [case]
- shape: follow-up
  id: call
  when: conclusion.concluded:risk
  then: touch.made
  window: {due: {days: 1}}
  unless: conclusion.withdrawn:risk
"""


@pytest.mark.parametrize("format", ["yaml", "json"])
def test_what_is_concluded_stands_in_a_file(format):
    conclusion = Derivation(
        id="risk",
        title=Text("The account is at risk", "客户有风险"),
        given=[
            found("promise", "missed", at_least=2, customer_wide=True),
            found("case", "open", "breached", part="answer"),
            happened(event("complaint.opened"), distinct="topic"),
        ],
        unless=happened(event("complaint.closed", well=True)),
        where=customer("tier") == "gold",
        correlate_on="case",
    )
    call = FollowUp(
        id="call",
        trigger=concluded("risk"),
        fulfilled_by=touch(),
        window=Window(due=days(1)),
        released_by=withdrawn("risk"),
    )
    written = write_rulebook(read_rulebook(CONCLUDING), format=format)
    assert read_rulebook(written) == Rulebook([conclusion, call])


@pytest.mark.parametrize("name", BOOKS)
def test_the_rulebooks_of_the_laws_survive_a_file(name):
    book = BOOKS[name]() or Rulebook()
    assert read_rulebook(write_rulebook(book)) == book


@given(st.text())
@example("NO")
@example("09:00")
@example("2026-03-02")
@example("1_000")
@example("0o17")
@example(" a")
@example("a  b " * 40)
@example("a: b #c")
@example("- a")
@example("\x85 \u2028 \ufeff \ud800 \U0001f600")
@example("lorem " * 30 + "# no comment")
def test_any_text_survives_yaml(text):
    assert document(dump({"a": {text: text, "b": [text]}}), "x").data == {
        "a": {text: text, "b": [text]}
    }


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.text(max_size=3)
        | st.floats(allow_nan=False, allow_infinity=False),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
        ),
        max_leaves=12,
    )
)
def test_any_plain_data_survives_yaml(data):
    assert repr(document(dump(data), "x").data) == repr(data)


def test_the_file_of_the_handbook_is_made_of_short_lines_where_there_are_spaces():
    lines = write_rulebook(BOOK).splitlines()
    assert "  window: {due: {days: 2}}" in lines
    assert "- shape: follow-up" in lines


def test_a_file_is_written_and_read_by_its_name(tmp_path):
    for name in ("a.yaml", "a.yml", "a.json"):
        write_rulebook(BOOK, tmp_path / name)
        assert read_rulebook(tmp_path / name) == BOOK
    assert json.loads((tmp_path / "a.json").read_text(encoding="utf-8")) == encode(BOOK)


def test_a_file_without_a_known_name_is_known_by_its_brace(tmp_path):
    for format in ("yaml", "json"):
        file = tmp_path / format
        file.write_text(write_rulebook(BOOK, format=format), encoding="utf-8")
        assert read_rulebook(file) == BOOK


def test_windows_line_ends_and_a_byte_order_mark_change_nothing(tmp_path):
    file = tmp_path / "a.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + write_rulebook(BOOK).replace("\n", "\r\n").encode())
    assert read_rulebook(file) == BOOK


# ----------------------------------------------------------------- YAML traps


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("NO", "NO"),
        ("on", "on"),
        ("09:00", "09:00"),
        ("12:30:45", "12:30:45"),
        ("2026-03-02", "2026-03-02"),
        ("1-3-7", "1-3-7"),
        ("1_000", "1_000"),
        ("010", 10),
        ("0o10", 8),
        ("1e3", 1000.0),
        ("~", None),
        ("TRUE", True),
        ("'5'", "5"),
    ],
)
def test_values_are_read_by_the_core_schema_of_yaml_1_2(written, meant):
    found = document(f"a: {written}", "x").data["a"]
    assert (found, type(found)) == (meant, type(meant))


def test_keys_are_text():
    assert document("{1: a, no: b, null: c}", "x").data == {"1": "a", "no": "b", "null": "c"}


BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("rules: []\nrules: []\n", "<text>:2:1: the key `rules` stands twice, first on line 1"),
        (BOMB, "<text>:1:4: the anchor `&a`: write it out"),
        ("a: *b\n", "<text>:1:4: "),
        ("a: !!python/object:os.system x\n", "<text>:1:4: the tag "),
        ("a: !!str x\n", "<text>:1:4: the tag "),
        ("rules:\n\t- a\n", "<text>:2:1: a tab: indent with spaces"),
        ("a: b: c\n", "<text>:1:5: a colon too many"),
        ("a:\n  b: 1\n c: 2\n", "<text>:3:2: the indentation does not fit"),
        ("a: 'b\n", "the quotes are not closed"),
        ("a: \x07\n", "a control character"),
        ("--- \na: 1\n---\nb: 1\n", "<text>:3:1: a second document begins"),
        ("%YAML 1.1\n---\na: 1\n", "a directive that is not read here"),
        ("a: .inf\n", "<text>:1:4: `.inf` is no number here"),
        ("a: 1e999\n", "<text>:1:4: `1e999` is too long or too large"),
        (f"a: {'9' * 5000}\n", "is too long or too large"),
        ("a: " + "[" * 5000 + "\n", "nested too deeply"),
        ("? [a]\n: b\n", "a key that is a list or mapping"),
        ("# nothing\n", "nothing in it"),
        ("rules: [" + "1," * 100_001 + "]\n", "more than 100,000 values"),
        ("- a\n- b\n", "is not a rulebook"),
    ],
)
def test_yaml_that_could_surprise_is_refused(text, told):
    with pytest.raises(DecodingError) as caught:
        read_rulebook(text, format="yaml")
    assert told in str(caught.value)
    assert str(caught.value).startswith("<text>:")


@given(st.text(st.sampled_from("ab:- \n\t[]{}&*!|>'\"%@`#,?0.~\r\u2028\x85"), max_size=40))
def test_any_text_is_read_or_refused_politely(text):
    try:
        read_rulebook(f"\n{text}", format="yaml")
    except DecodingError as problem:
        told = str(problem)
    assert told.startswith("<text>:")  # nothing of these letters is a rulebook


def test_a_line_of_a_hundred_million_letters_is_refused_at_once(tmp_path):
    file = tmp_path / "long.yaml"
    with file.open("wb") as out:
        out.seek(100_000_000)
        out.write(b"x")
    with pytest.raises(DecodingError, match=r"long.yaml: larger than 2,000,000 bytes"):
        read_rulebook(file)


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (RULE.encode("utf-16"), "the file is UTF-16: save it as text in UTF-8"),
        (RULE.encode("utf-16-le"), ":1:2: a zero byte, so it is UTF-16 or no text"),
        (f"# ok\n# 林先生\n{RULE}".encode("gbk"), ":2:3: the byte 0xC1 is not UTF-8: save the"),
        (b"PK\x03\x04", "the file is a zip or Excel file"),
        (b"  \n", "the file is empty"),
    ],
)
def test_a_file_that_is_no_text_in_utf_8_is_refused(tmp_path, raw, told):
    file = tmp_path / "a.yaml"
    file.write_bytes(raw)
    with pytest.raises(DecodingError) as caught:
        read_rulebook(file)
    assert str(caught.value).startswith(f"{file}:")
    assert told in str(caught.value)


def test_without_ruamel_json_is_read_and_yaml_is_asked_for(monkeypatch):
    monkeypatch.setitem(sys.modules, "ruamel.yaml", None)
    monkeypatch.delitem(sys.modules, "retention_rules.interop._yaml")
    import retention_rules.interop

    monkeypatch.delattr(retention_rules.interop, "_yaml")
    assert read_rulebook(write_rulebook(BOOK, format="json")) == BOOK
    with pytest.raises(RetentionRulesError, match=r"pip install 'retention-rules\[yaml\]'"):
        read_rulebook(RULE)


# ------------------------------------------------------------- places of errors

WRONG_YAML = """\
# our deadlines
rules:
- shape: prohibition
  id: a
  forbids: gift.given

- shape: follow-up
  id: b
  when: deal.closed
  then: touch.made
  window:
    due: {dais: 2}
"""
WRONG_JSON = """\
{
  "rules": [
    {
      "shape": "follow-up", "id": "b", "when": "deal.closed", "then": "touch.made",
      "window": {"due": {"days": "2"}}
    }
  ]
}
"""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (WRONG_YAML, "<text>:12:11: rules[1].window.due: unknown key `dais`: did you mean `days`?"),
        (WRONG_JSON, "<text>:5:26: rules[0].window.due.days: `'2'` is not a whole number"),
        (
            WRONG_YAML.replace("id: b", "id: a").replace("dais", "days"),
            "<text>:7:3: rules[1]: two rules are named `a`",
        ),
        ("rules:\n- {shape: prohibition, id: a}\n", "<text>:2:3: rules[0]: `forbids` is missing"),
        (
            "rules:\n- shape: derivation\n  id: a\n  given: [{fuond: b, status: [missed]}]\n",
            "<text>:4:12: rules[0].given[0]: unknown key `fuond`: did you mean `found`?",
        ),
        (
            "rules:\n- shape: derivation\n  id: a\n  given: [{found: b, status: [mised]}]\n",
            "<text>:4:11: rules[0].given[0]: `'mised'` is no status to draw from: did you mean",
        ),
        (
            "rules:\n- shape: derivation\n  id: a\n  given: [b]\n",
            "<text>:4:11: rules[0].given[0]: `'b'` is not {'found': ...} or {'happened': ...}",
        ),
        ("rules:\n- {shape: derivation, id: a}\n", "<text>:2:3: rules[0]: `given` is missing"),
        (
            "rules:\n- {shape: derivation, id: a, given: [], in_force: {}}\n",
            "rules[0]: unknown key `in_force`",
        ),
        ("ruls: []\n", "<text>:1:1: unknown key `ruls`: did you mean `rules`?"),
        ("without: [a]\n", "<text>:1:1: `without` changes a base: add `base: handbook`"),
        ("rules:\n", "<text>:1:1: no rulebook: write `rules:`, or `base: handbook`"),
        ("base: handbok\n", "<text>:1:1: base: `'handbok'` is no base: did you mean `handbook`?"),
        ("base: handbook\ncadence: 1-3-8\n", "<text>:2:1: cadence: `1-3-8` is no cadence"),
        ("base: handbook\nvariants: {thanks.ever: x}\n", "<text>:2:1: variants: "),
        (
            "base: handbook\nselect: [thanks., thanks.evr]\n",
            "<text>:2:19: select[1]: the rulebook has no rule `thanks.evr`: did you mean",
        ),
        (
            "base: handbook\nadapt:\n  thanks.evr: {}\n",
            "<text>:3:3: adapt: the base has no rule `thanks.evr`: did you mean `thanks.ever`?",
        ),
        (
            "base: handbook\nadapt:\n  thanks.ever:\n    deu: {days: 3}\n",
            "<text>:4:5: adapt.thanks.ever: unknown key `deu`: did you mean `due`?",
        ),
        (
            "base: handbook\nadapt: {thanks.ever: {due: 3}}\n",
            "<text>:2:23: adapt.thanks.ever.due: `3` is not a point",
        ),
        (
            "base: handbook\nadapt: {thanks.ever: {when: null}}\n",
            "adapt.thanks.ever.when: it cannot be taken away",
        ),
        (
            "base: handbook\nadapt: {recovery.six-step: {steps: {lisen: {}}}}\n",
            "adapt.recovery.six-step: `recovery.six-step` has no step `lisen`",
        ),
        (
            "base: handbook\nrules:\n- {shape: prohibition, id: thanks.ever, forbids: x}\n",
            "<text>:3:3: rules[0]: the base has a rule `thanks.ever` too: change it under `adapt`",
        ),
        ('{"rules": [],\n "rules": []}', "<text>:2:2: the key `rules` stands twice"),
        ('{"rules": [}', "<text>:1:12: no JSON: expecting value"),
        ('{"rules": NaN}', "<text>:1:11: `NaN` is no number here"),
        ('{"rules": ' + "[" * 200_000, "nested too deeply"),
        ('{"rules": ' + "[" * 200 + "]" * 200 + "}", "nested too deeply"),
    ],
)
def test_a_mistake_is_told_with_line_column_and_path(text, told):
    with pytest.raises(DecodingError) as caught:
        read_rulebook(text)
    assert told in str(caught.value)


def test_the_error_names_the_file(tmp_path):
    file = tmp_path / "deadlines.yaml"
    file.write_text(WRONG_YAML, encoding="utf-8")
    with pytest.raises(DecodingError) as caught:
        read_rulebook(file)
    assert str(caught.value).startswith(f"{file}:12:11: rules[1].window.due: ")
    assert caught.value.path == "rules[1].window.due"


def test_the_place_in_a_file_with_windows_line_ends_is_the_same():
    with pytest.raises(DecodingError, match="<text>:12:11: "):
        read_rulebook(WRONG_YAML.replace("\n", "\r\n"))


# --------------------------------------------------------- building on the base


def test_a_base_alone_is_the_handbook():
    assert read_rulebook("base: handbook\n") == BOOK


@pytest.mark.parametrize(
    ("written", "arguments"),
    [
        ("cadence: both", {"cadence": "both"}),
        ("cadence: none", {"cadence": None}),
        ("reading: chained", {"reading": "chained"}),
        ("window: about", {"window": "about"}),
        (
            "variants: {thanks.after-deal: next-day}",
            {"variants": {"thanks.after-deal": "next-day"}},
        ),
    ],
)
def test_a_base_takes_the_arguments_of_the_handbook(written, arguments):
    assert read_rulebook(f"base: handbook\n{written}\n") == handbook(**arguments)


def test_a_base_is_cut_down_by_select_and_without():
    text = "base: handbook\nselect: [thanks., promise.]\nwithout: [thanks.ever]\n"
    assert read_rulebook(text) == BOOK.select("thanks.", "promise.").without("thanks.ever")


def test_an_adapted_rule_keeps_its_citations_and_is_marked():
    text = "base: handbook\nadapt:\n  thanks.handwritten:\n    due: {days: 3}\n"
    found = read_rulebook(text)["thanks.handwritten"]
    assert found.citations == BOOK["thanks.handwritten"].citations
    assert found.adapted == ("due",)


def test_the_mark_of_an_adapted_rule_is_in_the_exported_file():
    text = "base: handbook\nadapt:\n  thanks.handwritten:\n    due: {days: 3}\n"
    exported = write_rulebook(read_rulebook(text))
    assert "  adapted: [due]\n" in exported
    assert read_rulebook(exported) == read_rulebook(text)


def test_one_step_of_a_procedure_is_adapted():
    text = "base: handbook\nadapt: {recovery.six-step: {steps: {listen: {due: {days: 3}}}}}\n"
    assert read_rulebook(text)["recovery.six-step"].adapted == ("steps.listen.due",)


def test_null_takes_a_value_away():
    text = "base: handbook\nadapt:\n  thanks.after-deal:\n    due: {days: 1}\n    target:\n"
    found = read_rulebook(text)["thanks.after-deal"]
    assert found.window.target is None
    assert found.adapted == ("due", "target")


def test_rules_of_one_s_own_come_after_the_base():
    text = "base: handbook\nselect: [thanks.ever]\n" + RULE
    own = Prohibition(id="a", forbids=event("gift.given"))
    assert read_rulebook(text) == BOOK.select("thanks.ever") | own


def test_a_base_with_no_rules_of_its_own_may_say_so():
    assert read_rulebook("base: handbook\nrules:\nadapt:\n") == BOOK


def test_a_path_is_taken_for_a_path():
    with pytest.raises(FileNotFoundError):
        read_rulebook("no-such-file.yaml")
    with pytest.raises(FileNotFoundError):
        read_rulebook(Path("no-such-file.yaml"))
