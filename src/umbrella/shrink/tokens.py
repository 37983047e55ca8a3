"""Fewer tokens: of a published encoder's table those that the training rows need.

Half of a small encoder's bytes are vectors of tokens, most of which the texts at hand never use.
Rows that learn are read as before, to the token; a word that is new is read in smaller pieces. What
that costs is for the proof to say.
"""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import nn

from umbrella.base.errors import ConfigError
from umbrella.data.codecs.columns import Columns
from umbrella.fit.prepare import Prepared

COMMON = (8_000, 0)  # of a table's first tokens, the commonest, that stay beside those seen
WORTH = 0.9  # share of the table that may stay, to be worth it


def seen_tokens(codecs: Columns, prepared: Prepared) -> NDArray[np.int64]:
    """Ids that training rows hold."""
    seen: set[int] = set()
    for cells in prepared.batches("train"):
        seen.update(np.unique(codecs.encode(cells)["ids"].values).tolist())  # type: ignore[union-attr]
    return np.array(sorted(seen), np.int64)


def fewer_tokens_of(
    network: nn.Module, codecs: Columns, seen: NDArray[np.int64], common: int
) -> tuple[nn.Module, Columns] | None:
    """A network and its codec with the tokens seen, and the commonest ones beside.

    Args:
        network: has `with_tokens`.
        codecs: one codec, of a published tokenizer.
        seen: ids to keep.
        common: further ids, the first of the table.

    Returns:
        None where hardly a token would go, or the tokenizer cannot be cut.
    """
    [part] = codecs.parts
    try:
        codec, kept = part.codec.cut({*seen.tolist(), *range(common)})
    except ConfigError:
        return None
    if len(kept) > WORTH * part.codec.vocab:
        return None
    made: Any = network
    return made.with_tokens(kept, codec.padding), Columns((replace(part, codec=codec),))


def can_lose_tokens(network: nn.Module, codecs: Columns) -> bool:
    """Whether a model reads by a published tokenizer, and by that alone."""
    one = len(codecs.parts) == 1 and hasattr(codecs.parts[0].codec, "cut")
    return one and hasattr(network, "with_tokens")


def settings_of(network: nn.Module) -> dict[str, Any]:
    """The settings that differ once tokens are gone."""
    config: Any = network.config
    return {"network.vocab": config.vocab, "network.padding": config.padding}
