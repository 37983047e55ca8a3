"""The documentation says what the code does, in two languages in step."""

import ast
import re
import shlex
from pathlib import Path

import pytest
import typer

from umbrella.base.limits import LIMITS
from umbrella.cli import app
from umbrella.models.ladders import LADDERS

REPO = Path(__file__).parents[1]
PAIRS = {"README": (REPO / "README.md", REPO / "README.zh-CN.md")} | {
    name: (REPO / "docs" / "en" / name, REPO / "docs" / "zh" / name)
    for name in sorted(path.name for path in (REPO / "docs" / "en").glob("*.md"))
}
PAGES = sorted(
    path
    for folder in (REPO, REPO / "docs", REPO / "bench", REPO / "examples")
    for path in (folder.rglob("*.md") if folder != REPO else folder.glob("*.md"))
)
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
VERBS = typer.main.get_command(app)

each_pair = pytest.mark.parametrize("pair", PAIRS.values(), ids=list(PAIRS))
each_page = pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(REPO)))


def test_both_languages_have_the_same_pages():
    english, chinese = (
        sorted(path.name for path in (REPO / "docs" / lang).iterdir()) for lang in ("en", "zh")
    )
    assert english == chinese
    assert len(english) >= 8


@each_pair
def test_a_page_and_its_translation_have_the_same_shape(pair):
    english, chinese = (path.read_text("utf-8") for path in pair)
    assert headings(english) == headings(chinese)
    assert table_rows(english) == table_rows(chinese)
    assert commands(english) == commands(chinese)
    assert [shape(b) for b in blocks(english, "python")] == [
        shape(b) for b in blocks(chinese, "python")
    ]


@each_page
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8")):
        if not target.startswith(("http://", "https://", "#")):
            assert (page.parent / target.split("#")[0]).exists(), target


@each_page
def test_python_blocks_compile(page):
    for block in blocks(page.read_text("utf-8"), "python"):
        ast.parse(block)


@each_page
def test_commands_are_understood_by_the_command_line(page):
    for command in commands(page.read_text("utf-8")):
        parse(command)


@pytest.mark.parametrize("command", ["umbrella fit", "umbrella check --nope", "umbrella fly"])
def test_a_command_that_is_not_understood_would_be_noticed(command):
    with pytest.raises(Exception, match=r"[Mm]issing|[Nn]o such"):
        parse(command)


@each_page
def test_flags_in_the_text_exist(page):
    known = {flag for verb in VERBS.commands.values() for flag in flags(verb)} | flags(VERBS)
    mentioned = set(re.findall(r"`[^`\n]*?(--[a-z][a-z-]*)", prose(page.read_text("utf-8"))))
    assert mentioned <= known | {"--gpu", "--help"}


@pytest.mark.parametrize("verb", VERBS.commands)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_flag_is_documented(verb, lang):
    page = (REPO / "docs" / lang / "cli.md").read_text("utf-8")
    own = page.split(f"\n## {verb}\n")[1].split("\n## ")[0]
    shared = page.split("\n## ")[-1]
    documented = set(re.findall(r"--?[a-z][a-z-]*", own + shared))
    assert flags(VERBS.commands[verb]) - documented == set()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_rungs_of_the_ladder_are_the_documented_ones(lang):
    page = (REPO / "docs" / lang / "ladder.md").read_text("utf-8")
    tables = [part.split("\n\n")[0] for part in page.split("\n|---|---|\n")[1:]]
    named = [
        [name for row in table.splitlines() for name in re.findall(r"`(.+?)`", row.split("|")[1])]
        for table in tables
    ]
    order = (
        "text",
        "table",
        "image",
        "audio",
        "video",
        "speech",
        "tag",
        "answer",
        "fusion",
        "series",
    )
    assert named == [[rung.name for rung in LADDERS[kind]] for kind in order]
    assert set(order) == set(LADDERS)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_limits_are_the_documented_ones(lang):
    page = (REPO / "docs" / lang / "data.md").read_text("utf-8")
    rows = re.findall(r"^\| `(\w+)`.*?\| ([\d,]+) \|$", page, re.MULTILINE)
    assert len(rows) >= 7
    for name, value in rows:
        assert int(value.replace(",", "")) == getattr(LIMITS, name), name


def test_every_benchmark_is_listed_with_its_promise():
    scripts = [*(REPO / "bench").glob("*.py"), *(REPO / "bench" / "honesty").glob("*.py")]
    runnable = {p for p in scripts if "__main__" in p.read_text("utf-8")} - {
        REPO / "bench" / "run_all.py"
    }
    listed = re.findall(r"^\| `(.+?\.py)` \|", (REPO / "bench" / "README.md").read_text(), re.M)
    assert sorted(listed) == sorted(str(p.relative_to(REPO / "bench")) for p in runnable)


def headings(text):
    """Levels of the headings, in order."""
    return [len(marks) for marks in re.findall(r"^(#+) ", FENCE.sub("", text), re.MULTILINE)]


def table_rows(text):
    """How many table lines there are."""
    return len(re.findall(r"^\|", FENCE.sub("", text), re.MULTILINE))


def blocks(text, language):
    """Fenced blocks of one language."""
    return [body for name, body in FENCE.findall(text) if name == language]


def prose(text):
    """A page without its fenced blocks."""
    return FENCE.sub("", text)


def commands(text):
    """Lines of shell blocks that call umbrella, without pipes and comments."""
    lines = [line for block in blocks(text, "sh") for line in block.splitlines()]
    calls = [part.strip() for line in lines for part in re.split(r" \| | > | # ", line)]
    return [call for call in calls if call.startswith("umbrella ")]


def shape(block):
    """A block of Python as what it does: comments and strings may differ between languages."""
    tree = ast.parse(block)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = ""
    return ast.dump(tree)


def parse(command):
    """Parse a command line as the program would, and run nothing."""
    words = shlex.split(command)[1:]
    top = VERBS.make_context("umbrella", list(words))
    if words[0].startswith("-"):
        assert words[0] in flags(VERBS)
        return
    name, verb, rest = VERBS.resolve_command(top, words)
    verb.make_context(name, rest, parent=top)


def flags(command):
    """Every spelling of every flag of a verb."""
    options = (param for param in command.params if param.param_type_name == "option")
    return {name for option in options for name in (*option.opts, *option.secondary_opts)}
