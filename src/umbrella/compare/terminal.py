"""A comparison on a terminal: tables, verdicts, the paragraph and the marked predictions."""

from typing import Any

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from umbrella.base.catalogue import say
from umbrella.base.wording import write
from umbrella.check.tables import against_best, with_range
from umbrella.check.wrap import Wrapped
from umbrella.compare.page import curve_rows, estimate, how, paragraph, said, verdicts


def show(facts: dict[str, Any], lang: str, console: Console | None = None) -> None:
    """Print a comparison.

    Args:
        facts: compare.json.
        lang: "en" or "zh".
        console: where; standard output when left out.
    """
    (console or Console(highlight=False)).print(screen(facts, lang), highlight=False)


def screen(facts: dict[str, Any], lang: str) -> RenderableType:
    """The comparison as something rich can print."""
    parts: list[RenderableType] = []
    if "contest" in facts:
        parts += [_contest(facts, lang)]
        parts += [Wrapped((line, "bold")) for line in verdicts(facts, lang)] + [Text()]
    if "curve" in facts:
        parts += [_curve(facts, lang), Text(), Wrapped((paragraph(facts, lang), "")), Text()]
    if "why" in facts:
        parts += [_networks(facts, lang), Text(), Wrapped((paragraph(facts, lang), "")), Text()]
        parts += [_predictions(facts, lang), Text()]
    return Group(*parts, *(Wrapped((line, "dim")) for line in how(facts, lang)))


def _contest(facts: dict[str, Any], lang: str) -> Table:
    table = _grid([f"compare.head.{n}" for n in ("rung", "judged", "size", "row", "fit", "best")],
                  lang)  # fmt: skip
    for rung in facts["contest"]["rungs"]:
        table.add_row(
            rung["name"],
            with_range(rung["score"], rung["low"], rung["high"], facts["form"], lang),
            write(rung["bytes"], "bytes", lang),
            write(rung["one_row_ms"], "ms", lang),
            write(rung["seconds"], "seconds", lang),
            against_best(rung, lang),
        )
    return table


def _curve(facts: dict[str, Any], lang: str) -> Table:
    heads, rows = curve_rows(facts, lang)
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="")
    for head in heads:
        table.add_column(Text(head), no_wrap=True)
    for row in rows:
        table.add_row(*row)
    return table


def _networks(facts: dict[str, Any], lang: str) -> Table:
    why, form = facts["why"], facts["form"]
    arms = {(arm["name"], arm["order"]): arm for arm in why["arms"]}
    heads = [f"compare.head.{n}" for n in ("network", "weights", "ordered", "shuffled", "moved")]
    table = _grid(heads, lang, by=max(why["shifts"]))
    for network in why["networks"]:
        name = network["name"]
        ordered, other = arms[name, "ordered"], arms.get((name, "shuffled"))
        table.add_row(
            say(f"compare.network.{name}", lang),
            write(network["weights"], "count", lang),
            estimate(ordered["score"], form, lang),
            estimate(other and other["score"], form, lang),
            write(ordered["shifted"][-1]["value"], form, lang),
        )
    return table


def _predictions(facts: dict[str, Any], lang: str) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column()
    for one in facts["why"]["predictions"]:
        sign, colour = ("✓", "green") if one["held"] else ("✗", "red")
        verdict = Text(said(one["verdict"], lang), style="bold")
        told = Wrapped((said(one["predicted"], lang), ""), (said(one["says"], lang), "dim"))
        table.add_row(Text(sign, style=f"bold {colour}"), verdict, told)
    return table


def _grid(heads: list[str], lang: str, **values: Any) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="")
    for key in heads:
        table.add_column(Text(say(key, lang, **values)), no_wrap=True)
    return table
