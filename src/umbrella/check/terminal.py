"""The report on a terminal: one screen, readable without colour, safe against hostile text.

Texts that came with the data are printed as plain text, never as rich's markup, and hold no
control characters by the time they arrive here.
"""

from typing import Any

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from umbrella.base.catalogue import Sentence, say
from umbrella.base.wording import write
from umbrella.check import marked_page
from umbrella.check.finding import Finding
from umbrella.check.report import Report, graded, named, opening
from umbrella.check.words import short
from umbrella.check.wrap import Wrapped

SIGNS = {
    "pass": ("✓", "green"),
    "warn": ("!", "yellow"),
    "fail": ("✗", "red"),
    "cannot tell": ("?", "cyan"),
}
EXAMPLES, LABEL, PHRASE = 3, 16, 22  # rows shown, columns of a label, of a transcript


def show(report: Report, lang: str, console: Console | None = None) -> None:
    """Print the report.

    Args:
        report: what to print.
        lang: "en" or "zh".
        console: where; standard output when left out.
    """
    (console or Console(highlight=False)).print(screen(report, lang), highlight=False)


def screen(report: Report, lang: str) -> RenderableType:
    """The report as something rich can print."""
    first = opening(report)
    return Group(
        *([] if first is None else [Wrapped((first.say(lang), "bold"))]),
        _head(report, lang),
        Wrapped((graded(report).say(lang), "dim")),
        Text(),
        _lines(report, lang),
        *_examples(report, lang),
        *_gaps(report, lang),
    )


def _head(report: Report, lang: str) -> Text:
    sign, colour = SIGNS[report.verdict]
    head = Text(say("report.title", lang) + "  ", style="bold")
    return head.append(f"{sign} {say(f'report.verdict.{report.verdict}', lang)}", f"bold {colour}")


def _lines(report: Report, lang: str) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column()
    for finding in report.findings:
        sign, colour = SIGNS[finding.verdict]
        name = Text(say(named(report, f"name.{finding.name}"), lang), style="bold")
        table.add_row(Text(sign, style=f"bold {colour}"), name, _said(finding, lang, colour))
    return table


def _said(finding: Finding, lang: str, colour: str) -> Wrapped:
    """The statement; below it the advice where something is wrong, else what would have shown."""
    parts = [(finding.says.say(lang), "")]
    if finding.verdict in ("warn", "fail") and finding.advice:
        parts.append(("→ " + finding.advice.say(lang), colour))
    elif finding.verdict == "pass" and finding.would_have_seen:
        power = finding.would_have_seen.say(lang)
        parts.append((say("report.seen", lang, power=power), "dim"))
    return Wrapped(*parts)


def _examples(report: Report, lang: str) -> list[RenderableType]:
    finding = report.find("worst")
    examples = finding.details.get("examples", []) if finding else []
    if not examples:
        return []
    title = Text(say(named(report, "examples"), lang), style="bold")
    if "marked" in examples[0]:
        return [Text(), title, *_marked(examples, lang)]
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    for _ in range(3):
        table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, overflow="ellipsis", ratio=1)
    for example in examples[:EXAMPLES]:
        sure, wide = "confidence" in example, PHRASE if "errors" in example else LABEL
        said, truth = (
            short(value, wide) if sure else write(value, "number", lang)
            for value in (example["said"], example["truth"])
        )
        table.add_row(
            Text(say("report.row", lang, row=example["row"]), style="dim"),
            Text(f"{say('report.answer', lang)} {said}"),
            Text(f"{say('report.truth', lang)} {truth}"),
            Text(" | ".join(example["cells"].values()), style="dim"),
        )
    return [Text(), title, Padding(table, (0, 0, 0, 2))]


def _marked(examples: list[dict[str, Any]], lang: str) -> list[RenderableType]:
    """Rows of text, with what is answered and what is true marked in them."""
    out: list[RenderableType] = []
    for example in examples[:EXAMPLES]:
        head = Text(say("report.row", lang, row=example["row"]), style="dim")
        if example["cells"]:
            head.append("  " + " | ".join(example["cells"].values()), style="italic")
        out += [Padding(head, (0, 0, 0, 2))]
        out += [Padding(line, (0, 0, 0, 4)) for line in marked_page.lines(example, lang)]
    return out


def _gaps(report: Report, lang: str) -> list[RenderableType]:
    finding = report.find("unseen")
    gaps = finding.details.get("gaps", []) if finding else []
    if not gaps:
        return []
    table = Table.grid(padding=(0, 1, 0, 0))
    for gap in gaps:
        table.add_row("·", Wrapped((Sentence.from_json(gap).say(lang), "")))
    title = Text(say(named(report, "unseen"), lang), style="bold")
    return [Text(), title, Padding(table, (0, 0, 0, 2))]
