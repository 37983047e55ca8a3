"""Examples with pictures of their files, or coloured words: as the report keeps and shows them."""

import re
from collections.abc import Callable, Mapping
from html import escape
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.catalogue import Sentence, say
from umbrella.check.drawing import EDGE, TINY
from umbrella.check.evidence import Evidence
from umbrella.check.explained import looked, together
from umbrella.explain.explain import Explained

# Nothing else is ever put into a page as a source.
_OURS = re.compile(r"data:image/(?:png|jpeg);base64,[A-Za-z0-9+/]+={0,2}")

Examples = list[dict[str, Any]]


def illustrated(evidence: Evidence, worst: Examples, best: Examples) -> dict[str, Any]:
    """Details of a finding: the worst rows; where columns name files, drawn, and the best ones too.

    Args:
        evidence: draws the rows.
        worst, best: one dict a row, with its number from 1 as "row".
    """
    if evidence.look is not None and worst:
        return _explained(evidence.look, worst)
    if evidence.draw is None:
        return {"examples": worst}
    both = [*worst, *best]
    drawn = evidence.draw(np.array([example["row"] - 1 for example in both], dtype=np.int64))
    made = [example | {"drawn": some} for example, some in zip(both, drawn, strict=True)]
    return {"examples": made[: len(worst)], "best": made[len(worst) :]}


def _explained(look: Callable[[NDArray], list[Explained]], worst: Examples) -> dict[str, Any]:
    """The worst rows with the words that moved their answers, and whether that can be believed."""
    found = look(np.array([example["row"] - 1 for example in worst], dtype=np.int64))
    pairs = [(example, looked(one, example)) for example, one in zip(worst, found, strict=True)]
    made = [example | ({"looked": seen} if seen else {}) for example, seen in pairs]
    said = together(found, number="confidence" not in worst[0])
    return {"examples": made} | ({"pictures": said.to_json()} if said else {})


def pictures(example: Mapping[str, Any], lang: str) -> str:
    """An example's pictures as HTML; nothing where it has none.

    Args:
        example: as `illustrated` made it, or read back from a stored report.
        lang: "en" or "zh".
    """
    drawn = example.get("drawn", [])
    items = "".join(_picture(one, example["row"], lang) for one in drawn)
    return f'<div class="drawn">{items}</div>' if items else ""


def _picture(one: Mapping[str, Any], row: int, lang: str) -> str:
    if "why" in one:
        why = Sentence.from_json(one["why"]).say(lang)
        return f"<span>{escape(why)}</span>"
    if not _OURS.fullmatch(str(one["uri"])):
        return ""
    about = Sentence.from_json(one["about"])
    told = escape(say("report.alt", lang, column=one["column"], row=row, about=about.say(lang)))
    wide, high = int(one["wide"]), int(one["high"])
    look = ""
    if about.key == "report.drawn.sound":
        look = ' class="sound"'
    elif max(wide, high) <= TINY:  # whole pixels, not a blur
        times = max(EDGE // max(wide, high, 1), 1)
        wide, high, look = wide * times, high * times, ' class="tiny"'
    return (
        f'<img{look} src="{one["uri"]}" alt="{told}" title="{told}" width="{wide}" height="{high}">'
    )
