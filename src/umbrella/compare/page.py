"""A comparison as one self-contained page: what was found in one paragraph, and one figure."""

from html import escape
from typing import Any

from umbrella.base.catalogue import Sentence, say
from umbrella.base.wording import write
from umbrella.check.html import document
from umbrella.check.style import MARK, SIGNS
from umbrella.check.tables import against_best, card, row, text, whole, with_range
from umbrella.compare.figure import figure


def page(facts: dict[str, Any], lang: str) -> str:
    """The whole page.

    Args:
        facts: compare.json.
        lang: "en" or "zh".
    """
    kind = next((one for one in ("why", "curve") if one in facts), "contest")
    heading = say(f"compare.title.{kind}", lang)
    title = escape(say("compare.page_title", lang, title=heading, name=facts["name"]))
    caption = text(f"compare.figure.{kind}_caption", lang)
    body = (
        f'<div class="bar"><span class="mark">{MARK}Umbrella</span>'
        f"<span>{escape(facts['made'][:10])}</span></div>"
        f"<h1>{escape(heading)}</h1>{_found(facts, lang)}"
        f'<figure style="max-width:44rem;margin-top:1.4rem">'
        f"<h3>{text(f'compare.figure.{kind}', lang)}</h3>"
        f"<figcaption>{caption}</figcaption>{figure(facts, lang)}</figure>"
        f"{_contest(facts, lang)}{_curve(facts, lang)}{_networks(facts, lang)}"
        f"{_predictions(facts, lang)}{_made(facts, lang)}"
    )
    return document(title, body, lang)


def paragraph(facts: dict[str, Any], lang: str) -> str:
    """What was found, in plain words; "" without --why and --by-size."""
    told = facts.get("why", facts.get("curve", {})).get("paragraph", [])
    return ("" if lang == "zh" else " ").join(said(one, lang) for one in told)


def said(stored: dict[str, Any], lang: str) -> str:
    """A stored sentence in one language."""
    return Sentence.from_json(stored).say(lang)


def how(facts: dict[str, Any], lang: str) -> list[str]:
    """Which rows and seeds the figures stand on, and what else was fixed."""
    rows = say("compare.rows", lang, **facts["rows"])
    told = [rows, say("compare.seeds", lang, seeds=facts["seeds"])]
    if "why" in facts:
        why = facts["why"]
        told.append(
            say(
                "compare.setting",
                lang,
                weights=why["weights"],
                epochs=why["epochs"],
                rates=" · ".join(f"{rate:g}" for rate in why["rates"]),
                most=max(why["shifts"]),
            )
        )
    if "curve" in facts:
        told.append(say("compare.curve.drawn", lang))
    if facts["form"] != "percent":
        told.append(say("compare.plus", lang))
    return told


def verdicts(facts: dict[str, Any], lang: str) -> list[str]:
    """Which rung is better, a line each."""
    contest = facts.get("contest")
    if contest is None:
        return []
    lines = [said(one, lang) for one in contest["says"]]
    return [*lines, say("compare.lightest", lang, name=contest["lightest"])]


def _found(facts: dict[str, Any], lang: str) -> str:
    lines = "".join(f"<p>{whole(line)}</p>" for line in verdicts(facts, lang))
    told = paragraph(facts, lang)
    return lines + (f"<p>{whole(told)}</p>" if told else "")


def _contest(facts: dict[str, Any], lang: str) -> str:
    if "contest" not in facts:
        return ""
    heads = ("rung", "judged", "size", "row", "fit", "best")
    rows = []
    for rung in facts["contest"]["rungs"]:
        cells = (
            with_range(rung["score"], rung["low"], rung["high"], facts["form"], lang),
            write(rung["bytes"], "bytes", lang),
            write(rung["one_row_ms"], "ms", lang),
            write(rung["seconds"], "seconds", lang),
            against_best(rung, lang),
        )
        rows.append((rung["name"], cells))
    named = [say(f"compare.head.{name}", lang) for name in heads]
    return f"<h2>{text('compare.heading.contest', lang)}</h2>{_table(named, rows)}"


def curve_rows(facts: dict[str, Any], lang: str) -> tuple[list[str], list[list[str]]]:
    """Heads and rows of a table of learning curves: a size each, a rung in every column."""
    found, form = facts["curve"], facts["form"]
    heads = [say("compare.head.labels", lang), *(rung["name"] for rung in found["rungs"])]
    rows = [
        [
            write(size, "count", lang),
            *(estimate(rung["points"][at], form, lang) for rung in found["rungs"]),
        ]
        for at, size in enumerate(found["sizes"])
    ]
    return heads, rows


def _curve(facts: dict[str, Any], lang: str) -> str:
    if "curve" not in facts:
        return ""
    heads, rows = curve_rows(facts, lang)
    heading = text("compare.heading.curve", lang)
    return f"<h2>{heading}</h2>{_table(heads, [(first, cells) for first, *cells in rows])}"


def _networks(facts: dict[str, Any], lang: str) -> str:
    if "why" not in facts:
        return ""
    why, form = facts["why"], facts["form"]
    arms = {(arm["name"], arm["order"]): arm for arm in why["arms"]}
    heads = [say(f"compare.head.{n}", lang) for n in ("network", "weights", "width")]
    heads += [say(f"compare.head.{n}", lang) for n in ("ordered", "shuffled")]
    heads += [say("compare.head.moved", lang, by=by) for by in why["shifts"]]
    rows, about = [], ""
    for network in why["networks"]:
        name = network["name"]
        ordered, other = arms[name, "ordered"], arms.get((name, "shuffled"))
        seen = [ordered["score"], other and other["score"], *ordered["shifted"]]
        cells = [write(network[key], "count", lang) for key in ("weights", "width")]
        cells += [estimate(one, form, lang) for one in seen]
        rows.append((say(f"compare.network.{name}", lang), cells))
        about += (
            f"<dt>{text(f'compare.network.{name}', lang)}</dt>"
            f"<dd>{text(f'compare.about.{name}', lang)}</dd>"
        )
    heading = text("compare.heading.networks", lang)
    return f"<h2>{heading}</h2>{_table(heads, rows)}<dl>{about}</dl>"


def estimate(one: dict[str, float] | None, form: str, lang: str) -> str:
    """A stored mean with its interval; a dash where there is none."""
    if one is None:
        return write(None, form, lang)
    return with_range(one["value"], one["low"], one["high"], form, lang)


def _predictions(facts: dict[str, Any], lang: str) -> str:
    if "why" not in facts:
        return ""
    items = ""
    for one in facts["why"]["predictions"]:
        tone = "pass" if one["held"] else "fail"
        items += (
            f'<li class="{tone}"><span class="tone"><svg viewBox="0 0 24 24" aria-hidden="true">'
            f'{SIGNS[tone]}</svg></span><span class="name">{whole(said(one["verdict"], lang))}'
            f'</span><div class="body"><p>{whole(said(one["predicted"], lang))}</p>'
            f'<p class="seen">{whole(said(one["says"], lang))}</p></div></li>'
        )
    when = say("compare.heading.predicted", lang, when=facts["why"]["predicted"])
    return (
        f"<h2>{text('compare.heading.predictions', lang)}</h2>"
        f'<p class="notes">{escape(when)}</p><ul class="findings">{items}</ul>'
    )


def _made(facts: dict[str, Any], lang: str) -> str:
    lines = "".join(f'<p class="notes says">{whole(line)}</p>' for line in how(facts, lang))
    return f"<h2>{text('compare.heading.made', lang)}</h2>{lines}"


def _table(heads: list[str], rows: list[tuple[str, Any]]) -> str:
    return card(map(escape, heads), (row(escape(name), cells) for name, cells in rows))
