"""The report as one self-contained page: no script, no outside link, every text escaped."""

from collections.abc import Mapping
from html import escape
from typing import Any

from umbrella.base.catalogue import Sentence, say
from umbrella.base.wording import write
from umbrella.check import coloured, forecast_figures, marked_page
from umbrella.check.figures import draw
from umbrella.check.finding import Finding
from umbrella.check.illustrated import pictures
from umbrella.check.report import Report, graded, modelled, naive_error, named, opening
from umbrella.check.style import MARK, SIGNS, TONES, sheet
from umbrella.check.tables import (
    against_best,
    card,
    labels,
    modalities,
    row,
    text,
    types,
    voices,
    whole,
    with_range,
)

# Even if an escape were missed, a browser would run and fetch nothing.
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'"
)


def page(report: Report, lang: str) -> str:
    """The whole page.

    Args:
        report: what to show; `Report.from_json` of a stored report.json serves as well.
        lang: "en" or "zh".
    """
    title = escape(say("report.page_title", lang, name=report.name))
    body = "".join(
        part(report, lang)
        for part in (
            _hero,
            _findings,
            _figures,
            _ladder,
            modalities,
            _examples,
            _copies,
            _classes,
            labels,
            types,
            voices,
            forecast_figures.table,
            _gaps,
            _made,
        )
    )
    return document(title, body, lang)


def document(title: str, body: str, lang: str) -> str:
    """A whole page around its body.

    Args:
        title: escaped.
        body: what stands on it, escaped where it was text.
        lang: "en" or "zh".
    """
    return (
        f'<!doctype html>\n<html lang="{"zh-CN" if lang == "zh" else "en"}"><head>'
        f'<meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        f'<meta name="color-scheme" content="light dark"><title>{title}</title>'
        f"<style>{sheet()}</style></head><body><main>{body}</main></body></html>\n"
    )


def _hero(report: Report, lang: str) -> str:
    tone = TONES[report.verdict]
    when = escape(str(report.facts.get("made") or "")[:10])
    first = opening(report)
    said = "" if first is None else f'<p class="opening says"><b>{whole(first.say(lang))}</b></p>'
    of = modelled(report)
    how = "" if of is None else f'<p class="graded">{escape(of.say(lang))}</p>'
    return (
        f'<div class="bar"><span class="mark">{MARK}Umbrella</span>'
        f"<span>{when}</span></div>"
        f'<header class="hero {tone}"><div>{said}<h1>{text("report.title", lang)}</h1>'
        f'<p class="big">{text(f"report.verdict.{report.verdict}", lang)}</p>'
        f"<p>{text(named(report, f'lead.{report.verdict}'), lang)}</p>"
        f'<p class="graded">{escape(graded(report).say(lang))}</p>{how}</div>'
        f"<div>{_score(report, lang)}</div></header>"
    )


def _score(report: Report, lang: str) -> str:
    finding = report.find("score")
    if finding is None or finding.figure is None:
        return ""
    low, high, base = finding.low, finding.high, finding.details["baseline"]
    told = write((low, high), report.form, lang)
    told += "" if low is None and high is None else f" · {write(0.95, 'whole_percent', lang)}"
    name = finding.says.values["headline"].say(lang)
    full = 1.0 if report.form == "percent" else 1.15 * max(base, high or 0.0, finding.figure, 1e-9)
    none = low is None and high is None  # no range is none, and not all there is
    at = {k: 100 * min(max(v, 0.0), full) / full
          for k, v in (("low", low or 0.0), ("high", high if high is not None else full),
                       ("dot", finding.figure), ("rule", base))}  # fmt: skip
    edge = f"right:{100 - at['rule']:.2f}%" if at["rule"] > 50 else f"left:{at['rule']:.2f}%"
    rule = f"{say(named(report, 'baseline'), lang)} {write(base, report.form, lang)}"
    bar = f'<i class="range" style="left:{at["low"]:.2f}%;width:{at["high"] - at["low"]:.2f}%"></i>'
    return (
        f'<div class="score">{escape(write(finding.figure, report.form, lang))}'
        f"<small>{escape(name)} · {escape(told)}</small></div>"
        f'<div class="scale"><i class="rail"></i>'
        f"{'' if none else bar}"
        f'<i class="rule" style="left:{at["rule"]:.2f}%"></i>'
        f'<i class="dot" style="left:{at["dot"]:.2f}%"></i>'
        f'<b style="{edge}">{escape(rule)}</b></div>'
    )


def _findings(report: Report, lang: str) -> str:
    rows = "".join(
        _finding(one, named(report, f"name.{one.name}"), named(report, f"asks.{one.name}"), lang)
        for one in report.findings
    )
    return f'<ul class="findings">{rows}</ul>'


def _finding(finding: Finding, title: str, asks: str, lang: str) -> str:
    verdict = finding.verdict
    seen = advice = ""
    if finding.would_have_seen:
        power = say("report.seen", lang, power=finding.would_have_seen.say(lang))
        seen = f'<p class="seen says">{whole(power)}</p>'
    if finding.advice:
        advice = f'<p class="advice">{whole(finding.advice.say(lang))}</p>'
    return (
        f'<li class="{TONES[verdict]}"><span class="tone"><svg viewBox="0 0 24 24" role="img" '
        f'aria-label="{text(f"terms.verdict.{verdict}", lang)}">{SIGNS[verdict]}</svg></span>'
        f'<div><span class="name">{text(title, lang)}</span>'
        f'<div class="asks">{text(asks, lang)}</div></div>'
        f'<div class="body"><p class="says">{whole(finding.says.say(lang))}</p>'
        f"{seen}{advice}</div></li>"
    )


def _figures(report: Report, lang: str) -> str:
    shown = (
        ("ladder", "report.ladder", named(report, "ladder_caption")),
        ("confusion", "report.name.classes", "report.confusion_caption"),
        ("residuals", "report.name.residuals", "report.residuals_caption"),
        ("reliability", "report.name.confidence", "report.reliability_caption"),
        ("gap", "report.name.gap", "report.gap_caption"),
        ("weights", "modalities.weights", "modalities.weights_caption"),
        ("fans", "forecast_page.figure.fans", "forecast_page.figure.fans_caption"),
        ("steps", "forecast_page.figure.steps", "forecast_page.figure.steps_caption"),
    )
    cards = ""
    for name, title, caption in shown:
        svg = draw(name, report, lang)
        if svg:
            more = _confusion_part(report, lang) if name == "confusion" else ""
            cards += (
                f"<figure><h3>{text(title, lang)}</h3><figcaption>{text(caption, lang)}{more}"
                f"</figcaption>{svg}</figure>"
            )
    return (
        f'<h2>{text("report.figures", lang)}</h2><div class="figures">{cards}</div>'
        if cards
        else ""
    )


def _confusion_part(report: Report, lang: str) -> str:
    finding = report.find("classes")
    shown, every = (len(finding.details[k]) for k in ("labels", "recalls")) if finding else (0, 0)
    if shown == every:
        return ""
    return " " + escape(say("report.confusion_part", lang, shown=shown, all=every))


def _ladder(report: Report, lang: str) -> str:
    if not report.ladder:
        return ""
    last = ("parent",) if report.facts.get("shrunk") else ("fit", "best")
    naive = naive_error(report)
    beside = () if naive is None else ("beside",)
    names = ("rung", "score", *beside, "bytes", "row", *last)
    heads = [text(named(report, f"head.{name}"), lang) for name in names]
    rows = [_rung(rung, report, naive, lang) for rung in report.ladder]
    return (
        f"<h2>{text('report.ladder', lang)}</h2>{forecast_figures.chosen_by(report, lang)}"
        f'<p class="notes slide">{text("report.scroll", lang)}</p>{card(heads, rows)}'
    )


def _rung(rung: Mapping[str, Any], report: Report, naive: float | None, lang: str) -> str:
    name, beside = escape(rung["name"]), list[str]()
    timed = [] if report.facts.get("shrunk") else [write(rung["seconds"], "seconds", lang)]
    if naive is not None:
        share = None if rung["score"] is None else rung["score"] / naive
        beside = [write(share, "percent", lang)]
    if rung["error"]:
        why = escape(say("report.failed", lang, error=rung["error"]))
        wide = 4 + len(beside) + len(timed)
        return f'<tr><th scope="row">{name}</th><td class="long" colspan="{wide}">{why}</td></tr>'
    cells = (
        with_range(rung["score"], rung["low"], rung["high"], report.form, lang),
        *beside,
        write(rung["bytes"], "bytes", lang),
        write(rung["one_row_ms"], "ms", lang),
        *timed,
        against_best(rung, lang),
    )
    return row(name, cells, chosen=rung["chosen"])


def _examples(report: Report, lang: str) -> str:
    finding = report.find("worst")
    examples = finding.details.get("examples", []) if finding else []
    if not examples:
        return ""
    noted = finding.details.get("note") if finding else None
    items = "".join(_example(example, " class=wrong", lang) for example in examples)
    note = noted or "report.examples_classes"
    return (
        f'<h2>{text(named(report, "examples"), lang)}</h2><p class="notes">{text(note, lang)}</p>'
        f"{coloured.note(finding.details if finding else {}, lang)}"
        f'<ul class="rows">{items}</ul>{_best(finding, lang)}'
    )


def _best(finding: Finding | None, lang: str) -> str:
    best = finding.details.get("best", []) if finding else []
    if not best:
        return ""
    items = "".join(_example(example, "", lang) for example in best)
    return (
        f'<h2>{text("report.best", lang)}</h2><p class="notes">{text("report.best_note", lang)}</p>'
        f'<ul class="rows">{items}</ul>'
    )


def _example(example: Mapping[str, Any], tone: str, lang: str) -> str:
    sure = "confidence" in example
    truth, said = (v if sure else write(v, "number", lang)
                   for v in (example["truth"], example["said"]))  # fmt: skip
    chance = say("report.sure", lang, confidence=example["confidence"]) if sure else ""
    if "errors" in example:
        chance = f"{say('report.errors', lang, count=example['errors'])} · {chance}"
    return (
        f'<li class="card"><div class="top"><span>'
        f"{escape(say('report.row', lang, row=example['row']))}</span>"
        f"<span>{text('report.answer', lang)} <b{tone}><bdi>{escape(said)}</bdi></b></span>"
        f"<span>{text('report.truth', lang)} <b><bdi>{escape(truth)}</bdi></b></span>"
        f"<span>{escape(chance)}</span></div>{pictures(example, lang)}"
        f"{marked_page.page(example, lang)}"
        f"{coloured.example(example, lang) or _cells(example['cells'])}</li>"
    )


def _copies(report: Report, lang: str) -> str:
    finding = report.find("twins")
    copies = finding.details.get("copies", []) if finding else []
    if not copies:
        return ""
    items = ""
    for copy in copies:
        alike = escape(say("report.alike", lang, alike=copy["alike"]))
        sides = "".join(
            f'<div class="top"><span>{text(f"terms.part.{part}", lang)} · '
            f"{escape(say('report.row', lang, row=copy[f'{part}_row']))}</span></div>"
            f"{_cells(copy[part])}"
            for part in ("test", "train")
        )
        items += f'<li class="card"><div class="top"><b>{alike}</b></div>{sides}</li>'
    return f'<h2>{text("report.copies", lang)}</h2><ul class="rows">{items}</ul>'


def _cells(cells: Mapping[str, str]) -> str:
    names = len(cells) > 1  # the name of an only column says nothing
    return "".join(
        f'<p class="cell">{f"<span>{escape(column)}</span>" if names else ""}'
        f"<bdi>{escape(cell)}</bdi></p>"
        for column, cell in cells.items()
    )


def _classes(report: Report, lang: str) -> str:
    finding = report.find("classes")
    recalls = finding.details.get("recalls", []) if finding else []
    if len(recalls) < 3:
        return ""
    rows = "".join(
        f'<tr><th scope="row"><bdi>{escape(r["label"])}</bdi></th><td>{r["n"]:,}</td><td>'
        + escape(with_range(r["found"] / r["n"] if r["n"] else None, r["low"], r["high"],
                            "percent", lang))
        + "</td></tr>"
        for r in sorted(recalls, key=lambda r: r["found"] / max(r["n"], 1))
    )  # fmt: skip
    heads = "".join(f"<th>{text(f'report.{k}', lang)}</th>" for k in ("class", "rows", "found"))
    return (
        f"<details><summary>{text('report.recalls', lang)} ({len(recalls):,})</summary>"
        f'<div class="card wide"><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody>'
        f"</table></div></details>"
    )


def _gaps(report: Report, lang: str) -> str:
    finding = report.find("unseen")
    if finding is None:
        return ""
    items = "".join(
        f"<li>{escape(gap.say(lang))}</li>"
        for gap in map(Sentence.from_json, finding.details.get("gaps", []))
    )
    gaps = f'<div class="card"><ul class="gaps">{items}</ul></div>'
    return f"<h2>{text(named(report, 'unseen'), lang)}</h2>{gaps}"


def _made(report: Report, lang: str) -> str:
    facts = report.facts
    versions, counts = facts.get("versions") or {}, facts.get("rows") or {}
    told = {
        "source": facts.get("source"),
        "counts": forecast_figures.counts(report, lang)
        or " · ".join(f"{say(f'terms.part.{part}', lang)} {n:,}" for part, n in counts.items()),
        "fingerprint": facts.get("fingerprint"),
        "seed": facts.get("seed"),
        "versions": " · ".join(f"{name} {version}" for name, version in versions.items()),
        "made": facts.get("made"),
        "digest": report.digest,
    }
    rows = "".join(
        f"<dt>{text(f'report.fact.{name}', lang)}</dt><dd><bdi>{escape(str(value))}</bdi></dd>"
        for name, value in told.items()
        if value not in (None, "")
    )
    return (
        f'<h2>{text("report.made", lang)}</h2><p class="notes">{text("report.notes", lang)}</p>'
        f"<dl>{rows}</dl>"
    )
