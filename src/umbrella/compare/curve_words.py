"""What learning curves say, as one paragraph: where a rung pays and where it does not."""

from collections.abc import Mapping, Sequence
from typing import Any

from umbrella.base.catalogue import Sentence, sentence
from umbrella.base.wording import form_of


def curve_words(facts: Mapping[str, Any], headline: str, sign: int) -> list[Sentence]:
    """The sentences, in order.

    Args:
        facts: the part "curve" of compare.json.
        headline: name of the score.
        sign: 1 where higher scores are better, −1 where lower ones are.
    """
    form, out = form_of(headline), list[Sentence]()
    for other in facts["ahead"]:
        pairs = list(zip(facts["sizes"], other["points"], strict=True))
        sure = [(size, point) for size, point in pairs if point["clear"]]
        better = [(size, point) for size, point in sure if point["value"] > 0]
        worse = [(size, point) for size, point in sure if point["value"] < 0]
        doubt = [size for size, point in pairs if not point["clear"]]
        names = {"name": other["name"], "base": facts["base"]}
        if better:
            key = "pays" if other["pretrained"] else "ahead"
            out.append(_sized(f"compare.curve.{key}", better, form, names))
        if worse:
            key = "costs" if other["pretrained"] else "behind"
            out.append(_sized(f"compare.curve.{key}", worse, form, names))
        if doubt:
            out.append(sentence("compare.curve.doubt", sizes=_list(doubt), **names))
        out += _needs(facts, other["name"], form, sign)
    return out


def _sized(
    key: str, points: Sequence[tuple[int, Mapping[str, Any]]], form: str, names: Mapping[str, str]
) -> Sentence:
    """At which sizes, and by how much at the first and the last of them."""
    (first, least), (last, most) = points[0], points[-1]
    known: dict[str, Any] = {**names, "sizes": _list([size for size, _ in points])}
    gain = _gain(least, form)
    if len(points) > 1:
        values = {"first": first, "last": last, "by": gain, "then": _gain(most, form)}
        gain = sentence("compare.curve.from_to", **values)
    return sentence(key, gain=gain, **known)


def _gain(point: Mapping[str, Any], form: str) -> Sentence:
    """How far the one ahead is ahead."""
    low, high = point["low"], point["high"]
    low, high = (low, high) if point["value"] > 0 else (-high, -low)
    return sentence("compare.curve.by", gain=abs(point["value"]), range=(low, high), form=form)


def _needs(facts: Mapping[str, Any], name: str, form: str, sign: int) -> list[Sentence]:
    """How many labels bring a rung to what the other gets from all of them."""
    points = {rung["name"]: [one["value"] for one in rung["points"]] for rung in facts["rungs"]}
    goal, sizes = points[facts["base"]][-1], facts["sizes"]
    enough = [
        size for size, value in zip(sizes, points[name], strict=True) if sign * value >= sign * goal
    ]
    if not enough or enough[0] == sizes[-1]:
        return []
    values = {"name": name, "base": facts["base"], "few": enough[0], "most": sizes[-1]}
    return [sentence("compare.curve.needs", score=goal, form=form, **values)]


def _list(sizes: Sequence[int]) -> str:
    return " · ".join(f"{size:,}" for size in sizes)
