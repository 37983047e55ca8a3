"""The page of rows with the words that moved their answers."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import numpy as np

from umbrella.base.catalogue import Sentence, say, sentence
from umbrella.base.wording import write
from umbrella.check.coloured import LEVELS, coloured, legend
from umbrella.check.explained import together, told
from umbrella.check.html import document
from umbrella.check.style import MARK
from umbrella.check.tables import text
from umbrella.check.words import LABEL, clean, visible
from umbrella.explain.aims import HIDES, SIGNED
from umbrella.explain.asked import Asked
from umbrella.explain.explain import Explained, Pull, Text

WHOLE = 20_000  # characters of a text that the page shows
TOP = 8  # words that are listed
UNEVEN = 2.0  # times the mean weight that the largest must have for a pool to look anywhere


def page(explained: Sequence[Explained], asked: Asked, facts: Mapping[str, Any], lang: str) -> str:
    """The whole page.

    Args:
        explained: a row each.
        asked: what is true of the same rows.
        facts: run.json.
        lang: "en" or "zh".
    """
    number = is_number(facts)
    heading = say("explain.title", lang)
    title = escape(say("explain.page_title", lang, title=heading, name=facts["name"]))
    made = say(
        "explain.made",
        lang,
        name=facts["name"],
        rung=facts["network"]["rung"],
        rows=len(explained),
    )
    cards = "".join(_row(one, asked.truths[at], facts, lang) for at, one in enumerate(explained))
    cut = any(some.read < len(some.text.rstrip()) for one in explained for some in one.texts)
    body = (
        f'<div class="bar"><span class="mark">{MARK}Umbrella</span></div>'
        f"<h1>{escape(heading)}</h1><p>{escape(made)}</p>{_together(explained, number, lang)}"
        f'{legend(lang, number, cut)}<ul class="rows looks">{cards}</ul>'
        f'<p class="notes">{text("explain.how", lang)}</p>{_what_attention_is(explained, lang)}'
    )
    return document(title, body, lang)


def test(one: Explained, pull: Pull, number: bool, hides: bool) -> list[Sentence]:
    """Whether a picture can be believed, in words.

    Args:
        one: the row.
        pull: of an answer.
        number: whether it is a number.
        hides: whether words were hidden in place of being taken out.
    """
    found = pull.deletion
    if found is None:
        return [sentence("explain.no_words")]
    how = sentence("explain.hidden" if hides else "explain.out")
    if found.verdict == "few":
        return [sentence("explain.few")]
    verdict = sentence(
        f"explain.{found.verdict}", draws=found.draws, count=round(found.as_much * found.draws)
    )
    if number:
        lost = sentence(
            "explain.test_number",
            words=found.words,
            how=how,
            whole=found.whole,
            without=found.without,
            fall=found.fall,
            random=found.fall_at_random,
        )
    else:
        lost = sentence(
            "explain.test",
            words=found.words,
            how=how,
            towards=clean(pull.towards or one.marked(pull), LABEL),
            whole=found.whole,
            without=found.without,
            random=found.at_random,
        )
    return [lost, verdict]


def said(parts: Sequence[Sentence], lang: str) -> str:
    """Sentences one behind the other."""
    return ("" if lang == "zh" else " ").join(part.say(lang) for part in parts)


def answer(one: Explained, pull: Pull, number: bool, lang: str) -> str:
    """What was answered, with how sure, in plain text."""
    if number:
        return write(pull.figure, "number", lang)
    name = clean(pull.towards or one.marked(pull), LABEL)
    if pull.span is not None and pull.towards:
        name = say("explain.span", lang, text=clean(one.marked(pull), LABEL), kind=name)
    told = f"{name} {write(pull.figure, 'percent', lang)}"
    return told if pull.given else f"{told} ({say('explain.not_given', lang)})"


def _together(explained: Sequence[Explained], number: bool, lang: str) -> str:
    found = together(explained, number)
    return f'<p class="says">{escape(found.say(lang))}</p>' if found else ""


def nothing(facts: Mapping[str, Any]) -> Sentence:
    """What is said of a row in which nothing was found."""
    silent = facts["task"]["task"] == "answer"
    return sentence("explain.silent" if silent else "explain.no_spans")


def _row(one: Explained, truth: str, facts: Mapping[str, Any], lang: str) -> str:
    number, hides = is_number(facts), facts["task"]["task"] in HIDES
    row = "" if one.row is None else escape(say("explain.row", lang, row=one.row))
    place = f"<span>{row}</span>" if row else ""
    true = tone = ""
    if truth and not hides:
        label = escape(clean(truth, LABEL))
        tone = " class=wrong" if not number and truth not in {p.towards for p in one.pulls} else ""
        true = f"<span>{text('explain.truth', lang)} <b><bdi>{label}</bdi></b></span>"
    if not one.pulls:
        plain = "".join(_plain(some, len(one.texts) > 1) for some in one.texts)
        none = f'<p class="notes">{escape(nothing(facts).say(lang))}</p>'
        return f'<li class="card"><div class="top">{place}</div>{plain}{none}</li>'
    pulls = "".join(
        f'<div class="top">{place if at == 0 else ""}<span>{text("explain.answer", lang)} '
        f"<b{tone}><bdi>{escape(answer(one, pull, number, lang))}</bdi></b></span>"
        f"{true if at == 0 else ''}</div>{_pull(one, pull, number, hides, lang)}"
        for at, pull in enumerate(one.pulls)
    )
    return f'<li class="card">{pulls}{_attention(one, lang)}</li>'


def _plain(one: Text, several: bool) -> str:
    name = f"<span>{escape(clean(one.column, LABEL))}</span>" if several else ""
    return f'<p class="cell">{name}<bdi>{escape(visible(one.text[:WHOLE]))}</bdi></p>'


def _pull(one: Explained, pull: Pull, number: bool, hides: bool, lang: str) -> str:
    shown = told(one, pull, WHOLE)
    texts = "".join(coloured(some, several=len(shown) > 1) for some in shown)
    further = sum(some["further"] for some in shown)
    cut = escape(say("explain.cut", lang, words=further)) if further else ""
    top = one.top(pull, TOP)
    most = max((abs(weight) for _, weight in top), default=1.0)
    rows = "".join(_bar(word, weight, most, lang) for word, weight in top)
    says = escape(said(test(one, pull, number, hides), lang))
    return (
        f'{texts}<p class="notes">{cut}</p><ol class="pulls">{rows}</ol><p class="notes">{says}</p>'
    )


def _bar(word: str, weight: float, most: float, lang: str) -> str:
    tone, wide = "for" if weight > 0 else "against", 5 * abs(weight) / most
    return (
        f'<li><bdi>{escape(clean(word, LABEL))}</bdi><i class="{tone}" style="width:{wide:.2f}rem">'
        f"</i>{escape(write(weight, 'gain', lang))}</li>"
    )


def _what_attention_is(explained: Sequence[Explained], lang: str) -> str:
    if not any(text.attention is not None for one in explained for text in one.texts):
        return ""
    return f'<p class="notes">{text("explain.attention", lang)}</p>'


def _attention(one: Explained, lang: str) -> str:
    """Where the network's pool looks, apart from the contributions, and named as what it is."""
    return "".join(_strip(some, lang) for some in one.texts if some.attention is not None)


def _strip(one: Text, lang: str) -> str:
    weights = np.zeros(0) if one.attention is None else one.attention
    label = f'<span class="unread">{text("explain.pool", lang)}</span> '
    even = weights.sum() / max(len(weights), 1)
    if weights.max(initial=0) < UNEVEN * even:
        return f'<p class="cell looked strip">{label}{text("explain.even", lang)}</p>'
    at, parts = 0, []
    for (start, end), weight in zip(one.bounds.tolist(), weights.tolist(), strict=True):
        if end > WHOLE:
            break
        level = int(min(LEVELS * weight / weights.max(), weight / even * 2) + 0.5)
        word, share = escape(visible(one.text[start:end])), escape(write(weight, "percent", lang))
        parts.append(escape(visible(one.text[at:start])))
        parts.append(f'<span class="n{level}" title="{share}">{word}</span>' if level > 1 else word)
        at = end
    return f'<p class="cell looked strip">{label}<bdi>{"".join(parts)}</bdi></p>'


def is_number(facts: Mapping[str, Any]) -> bool:
    """Whether a run answers with a number."""
    return facts["task"]["task"] not in SIGNED
