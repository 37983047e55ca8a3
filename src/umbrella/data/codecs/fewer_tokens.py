"""A tokenizer with fewer tokens: texts that need none of the others are cut as before.

Left are the tokens asked for, those with a meaning of their own (start, end, padding, unknown), and
letters, so that a word whose token is gone falls into pieces and not out of the text. Ids are
numbered anew in their old order. WordPiece, byte pairs and Unigram, in the JSON of `tokenizers`.
"""

import json
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.errors import ConfigError, listed

KINDS = ("WordPiece", "BPE", "Unigram")
MOST_LETTERS = 512  # letters of texts that keep a token of their own, the commonest of the table


def fewer_tokens(tokenizer: str, wanted: Iterable[int]) -> tuple[str, NDArray[np.int64]]:
    """The tokenizer with the tokens wanted, and no more than it needs beside them.

    Args:
        tokenizer: JSON text.
        wanted: old ids.

    Returns:
        JSON text, and the old id of every new one [V], rising.

    Raises:
        ConfigError: a kind of tokenizer that cannot be cut.
    """
    made = json.loads(tokenizer)
    model = made["model"]
    kind = model.get("type")
    if kind not in KINDS:
        raise ConfigError(
            f"A tokenizer of type {kind} cannot be cut to fewer tokens. These can: {listed(KINDS)}."
        )
    names = _names(model)
    added = {int(one["id"]): one["content"] for one in made.get("added_tokens") or ()}
    keep = {number for number in wanted if number in names} | set(added)
    keep |= {number for number, name in names.items() if name in _always(model)}
    texts = {names[number] for number in keep if number in names}
    if kind == "BPE":
        ids = {name: number for number, name in names.items()}
        keep |= _parts(model, texts, ids)
    else:
        keep |= _letters(names, texts, model.get("continuing_subword_prefix") or "")
    old = np.array(sorted(keep), np.int64)
    new = {int(number): at for at, number in enumerate(old)}
    _renumber_model(model, names, new)
    for one in made.get("added_tokens") or ():
        one["id"] = new[int(one["id"])]
    _renumber(made.get("post_processor"), new)
    return json.dumps(made, ensure_ascii=False), old


def _names(model: dict[str, Any]) -> dict[int, str]:
    """Id → token of the model itself."""
    if model["type"] == "Unigram":
        return {number: piece for number, (piece, _) in enumerate(model["vocab"])}
    return {number: name for name, number in model["vocab"].items()}


def _always(model: dict[str, Any]) -> set[str]:
    """What every text may need."""
    unknown = {model["unk_token"]} if model.get("unk_token") else set()
    if model["type"] == "Unigram" and model.get("unk_id") is not None:
        unknown = {model["vocab"][model["unk_id"]][0]}
    if model["type"] == "BPE":  # its letters: with all bytes among them nothing is unknown
        unknown |= {name for name in model["vocab"] if len(name) == 1}
        unknown |= {name for name in model["vocab"] if len(name) == 6 and name.startswith("<0x")}
    return unknown


def _letters(names: dict[int, str], texts: set[str], prefix: str) -> set[int]:
    """Ids of the letters that kept tokens are made of, at the beginning of a word and inside."""
    letters = {letter for text in texts for letter in text.removeprefix(prefix)}
    alone = [n for n, name in sorted(names.items()) if len(name.removeprefix(prefix)) == 1]
    return set([n for n in alone if names[n].removeprefix(prefix) in letters][: 2 * MOST_LETTERS])


def _parts(model: dict[str, Any], texts: set[str], ids: dict[str, int]) -> set[int]:
    """Ids of what kept tokens are merged from; merges that make others are thrown away."""
    pairs = [tuple(m) if isinstance(m, list) else tuple(m.split(" ")) for m in model["merges"]]
    needed = set(texts)
    for left, right in reversed(pairs):  # parts are merged before what is made of them
        if left + right in needed:
            needed |= {left, right}
    model["merges"] = [list(pair) for pair in pairs if "".join(pair) in needed]
    return {ids[name] for name in needed if name in ids}


def _renumber_model(model: dict[str, Any], names: dict[int, str], new: dict[int, int]) -> None:
    if model["type"] == "Unigram":
        model["vocab"] = [model["vocab"][number] for number in sorted(new) if number in names]
        if model.get("unk_id") is not None:
            model["unk_id"] = new[model["unk_id"]]
        return
    model["vocab"] = {names[old]: number for old, number in new.items() if old in names}


def _renumber(told: Any, new: dict[int, int]) -> None:
    """Ids inside a post-processor: lists of ids, and pairs of a token and its id."""
    if not isinstance(told, dict):
        return
    for inner in told.get("processors") or ():
        _renumber(inner, new)
    for one in (told.get("special_tokens") or {}).values():
        one["ids"] = [new[number] for number in one["ids"]]
    for name in ("sep", "cls"):
        if isinstance(told.get(name), list):
            told[name][1] = new[told[name][1]]
