"""The report: verdict, JSON, terminal and page."""

import json
import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import made
import pytest
from rich.console import Console

import umbrella
from umbrella.base.errors import RunError
from umbrella.check.finding import VERDICTS, Finding
from umbrella.check.html import page
from umbrella.check.report import Report, check, verdict_of
from umbrella.check.style import PALETTE
from umbrella.check.tables import card, row
from umbrella.check.terminal import show
from umbrella.check.words import clean, columns, short
from umbrella.check.wrap import wrap

HOSTILE = '<script>alert("x")</script>[bold red]&"\x1b[31m\u202eevil\x00 $x^{_}$ {name}'
REPORTS = {
    "classes": check(made.classify()),
    "many": check(made.classify(classes=30)),
    "bad": check(made.classify(skill=0.0, memory=6.0)),
    "numbers": check(made.regress()),
}
each_report = pytest.mark.parametrize("name", REPORTS)
each_language = pytest.mark.parametrize("lang", ["en", "zh"])


def hostile():
    cells = [HOSTILE + text for text in made.texts(2400)]
    labels = (HOSTILE + "a", HOSTILE + "b")
    ladder = [{"name": HOSTILE, "score": 0.5, "low": 0.4, "high": 0.6, "chosen": False},
              {"name": "broken", "error": HOSTILE}]  # fmt: skip
    facts = {"source": HOSTILE, "versions": {HOSTILE: HOSTILE}, "columns": [HOSTILE]}
    return check(
        made.classify(name=HOSTILE, cells=cells, labels=labels, ladder=ladder, facts=facts)
    )


def printed(report, lang, width=100):
    console = Console(width=width, record=True, file=open("/dev/null", "w"))  # noqa: SIM115, PTH123
    with console.file:
        show(report, lang, console)
    return console.export_text()


class Tags(HTMLParser):
    """Checks that tags close in order, and collects attributes and ids."""

    VOID = frozenset({"meta", "path", "use", "circle", "rect", "br", "link", "img"})

    def __init__(self, text):
        super().__init__()
        self.open, self.ids, self.attributes, self.names = [], [], [], set()
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.names.add(tag)
        self.attributes += attrs
        self.ids += [value for name, value in attrs if name == "id"]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.names.add(tag)
        self.attributes += attrs

    def handle_endtag(self, tag):
        if tag not in self.VOID:
            assert self.open.pop() == tag


@each_report
def test_a_report_survives_json(name):
    report = REPORTS[name]
    stored = json.loads(json.dumps(report.to_json(), allow_nan=False))
    again = Report.from_json(stored)
    assert again.to_json() == stored
    assert page(again, "zh") == page(report, "zh")


@each_report
def test_report_json_keeps_its_schema(name):
    stored = REPORTS[name].to_json()
    assert {"format", "name", "verdict", "form", "findings", "ladder", "facts", "digest"} == set(
        stored
    )
    assert re.fullmatch("[0-9a-f]{64}", stored["digest"])
    for finding in stored["findings"]:
        assert finding["verdict"] in VERDICTS
        assert set(finding) == {
            "name", "verdict", "says", "figure", "low", "high", "p", "would_have_seen", "advice",
            "details",
        }  # fmt: skip
        assert finding["says"]["en"]


def test_the_same_evidence_gives_the_same_bytes():
    assert page(check(made.classify()), "en") == page(REPORTS["classes"], "en")


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: [],
        lambda s: {**s, "format": 99},
        lambda s: {**s, "format": "1"},
        lambda s: {**s, "verdict": "fail"},
        lambda s: {k: s[k] for k in s if k != "findings"},
        lambda s: {**s, "findings": [{**s["findings"][0], "verdict": "fine"}]},
        lambda s: {**s, "findings": [{"name": "score"}]},
        lambda s: {**s, "findings": 3},
        lambda s: {k: s[k] for k in s if k != "digest"},
    ],
)
def test_a_damaged_or_doctored_report_is_refused(damage):
    stored = json.loads(json.dumps(REPORTS["classes"].to_json()))
    with pytest.raises(RunError, match="umbrella check"):
        Report.from_json(damage(stored))


def test_the_whole_is_no_better_than_its_worst_line():
    findings = list(REPORTS["classes"].findings)

    def swap(name, verdict):
        return [replace(f, verdict=verdict) if f.name == name else f for f in findings]

    assert verdict_of(findings) == "pass"
    assert verdict_of(swap("gap", "warn")) == "warn"
    assert verdict_of(swap("twins", "fail")) == "fail"
    assert verdict_of(swap("score", "cannot tell")) == "cannot tell"


def test_a_pass_without_power_is_a_bug():
    with pytest.raises(AssertionError, match="power"):
        Finding("score", "pass", REPORTS["classes"].findings[0].says)


@each_report
@each_language
def test_the_terminal_report_fits_one_screen(name, lang):
    text = printed(REPORTS[name], lang)
    lines = text.splitlines()
    assert len(lines) <= 44
    assert max(map(columns, lines)) <= 100


def test_the_terminal_shows_hostile_text_as_text():
    text = printed(hostile(), "en", width=200)
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "\x00" not in text
    assert "[bold red]" in text  # shown, not obeyed


@each_language
def test_a_shrunk_runs_report_says_that_its_test_rows_were_looked_at_again(lang):
    small = check(made.classify(facts={"shrunk": {"name": "bag int8"}}))
    again = Report.from_json(json.loads(json.dumps(small.to_json())))
    once, twice = {"en": ("no step had seen", "again to accept this model"),
                   "zh": ("任何步骤都没见过", "又用来验收本模型")}[lang]  # fmt: skip
    for text in (page(again, lang), "".join(printed(small, lang, width=300).split("\n"))):
        assert once not in text
        assert twice in text
    assert once in page(REPORTS["classes"], lang)
    assert {"en": "against the run it came from", "zh": "与原模型相比"}[lang] in page(again, lang)


@each_report
def test_the_chinese_page_writes_percent_in_its_own_way(name):
    text = re.sub(r"<style.*?</style>", "", page(REPORTS[name], "zh"), flags=re.DOTALL)
    assert re.search(r"\d%", text)
    assert not re.search(r"\d\s%", text)


def test_the_confusion_matrix_names_its_axes():
    svg = next(s for s in page(REPORTS["classes"], "en").split("<svg ") if "confusion-title" in s)
    assert re.search(r">answered</text>", svg)
    assert re.search(r">true</text>", svg)


@each_report
@each_language
def test_the_page_is_well_formed_and_alone(name, lang):
    text = page(REPORTS[name], lang)
    tags = Tags(text)
    assert "script" not in tags.names
    assert not {"img", "iframe", "object", "link"} & tags.names
    assert "http:" not in text
    assert "https:" not in text
    assert len(tags.ids) == len(set(tags.ids))
    links = [value for key, value in tags.attributes if key in ("href", "src", "xlink:href")]
    assert all(value.startswith("#") for value in links)
    assert f'lang="{"zh-CN" if lang == "zh" else "en"}"' in text
    assert "default-src 'none'" in text


@each_report
def test_every_figure_is_valid_and_described(name):
    for svg in re.findall(r'<svg viewBox="[^"]*" role="img" aria-labelledby.*?</svg>',
                          page(REPORTS[name], "zh"), re.DOTALL):  # fmt: skip
        root = ElementTree.fromstring(svg)
        assert root.find("title").text
        assert root.find("desc").text
        assert "#0" not in re.sub(r'(href="#|url\(#)', "", svg), "a placeholder colour was left"


def test_figures_are_those_of_the_task():
    assert page(REPORTS["classes"], "en").count("<figure>") == 4
    assert page(REPORTS["numbers"], "en").count("<figure>") == 3


@each_language
def test_hostile_text_is_escaped_on_the_page(lang):
    text = page(hostile(), lang)
    tags = Tags(text)
    assert "script" not in tags.names
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert not set(text) & {"\x1b", "\u202e", "\x00"}
    assert not any(key.startswith("on") for key, _ in tags.attributes)


def test_a_report_without_ladder_or_test_rows_still_has_a_page():
    empty = check(made.classify(ladder=[], sizes={"train": 5, "validation": 0, "test": 0}))
    assert empty.verdict == "cannot tell"
    assert "Cannot tell" in page(empty, "en")
    assert printed(empty, "zh")


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("colour", ["ink", "muted", "accent", "pass", "warn", "fail", "unsure"])
@pytest.mark.parametrize("ground", ["paper", "card"])
def test_every_text_colour_can_be_read(theme, colour, ground):
    pair = sorted(luminance(PALETTE[name][theme]) for name in (colour, ground))
    assert (pair[1] + 0.05) / (pair[0] + 0.05) >= 4.5


@pytest.mark.parametrize(
    ("text", "limit", "shown"),
    [
        ("plain", 10, "plain"),
        ("two\n lines\t here", 20, "two lines here"),
        ("x" * 50, 10, "x" * 9 + "…"),
        ("\x1b[31mred\x07", 20, "[31mred"),
        ("a\u202eb", 20, "a b"),
        (None, 5, ""),
        ("a" * 10_000_000, 5, "aaaa…"),
    ],
)
def test_text_is_cleaned_and_cut(text, limit, shown):
    assert clean(text, limit) == shown


def test_widths_count_chinese_twice():
    assert columns("差评ab") == 6
    assert short("差评差评", 5) == "差评…"
    assert short("差评", 4) == "差评"


def test_chinese_wraps_between_characters_and_keeps_its_marks():
    lines = wrap("这是一个很长的句子，中间没有空格（真的没有）。", 20)
    assert all(columns(line) <= 20 for line in lines)
    assert not any(line[0] in "，。）" for line in lines)
    assert "".join(lines) == "这是一个很长的句子，中间没有空格（真的没有）。"


def test_english_wraps_at_spaces():
    assert wrap("one two three", 8) == ["one two", "three"]
    assert wrap("unbreakable", 4) == ["unbreakable"]


def test_no_line_tears_a_figure_from_its_sign():
    assert wrap("so much the better, p = .31 (n)", 22) == ["so much the better,", "p = .31 (n)"]
    assert "p\u00a0&lt;\u00a0.001" in page(REPORTS["classes"], "en")


def test_tables_and_sentences_are_marked_up_in_one_place():
    root = Path(umbrella.__file__).parent
    sources = {path.name: path.read_text("utf-8") for path in root.rglob("*.py")}
    for markup in ('class="card wide" tabindex', "escape(say(key, lang))", "escape(keep("):
        assert [name for name, source in sources.items() if markup in source] == ["tables.py"]


def test_what_stands_in_a_table_is_escaped():
    made = card(["<b>"], [row("<bdi>a</bdi>", ["1 < 2", "&"], chosen=True), row("b", [])])
    assert made.count("<tr>") == 2  # the heads', and the row that is not chosen
    assert '<tr class="chosen"><th scope="row"><bdi>a</bdi></th>' in made
    assert "<td>1 &lt; 2</td><td>&amp;</td>" in made
