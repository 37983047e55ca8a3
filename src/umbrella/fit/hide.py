"""Other words hidden at every step while a network learns to fill blanks.

Of the words of a row a share is drawn. Of their tokens eight in ten are hidden, one in ten becomes
another token and one in ten stays as it is: a network that only met masks would be lost without
them. Sources: Devlin et al. 2019, arXiv:1810.04805; Liu et al. 2019, arXiv:1907.11692 (anew at
every step). The same seed draws the same places, so a training that goes on is bitwise the same.

Shapes: B rows, T tokens, M blanks of a row, before and after.
"""

from typing import Any

import torch
from torch import Tensor

from umbrella.data.codecs.text_blanks import NONE, TextBlanks
from umbrella.fit.augment import Mix

HIDDEN, CHANGED = 0.8, 0.9  # of drawn tokens, up to which share they are hidden, then changed


class Hide:
    """Vary batches, as `augment.Augment` does; `Hide(codec)(inputs, seed)`.

    Args:
        codec: what made the rows.
    """

    def __init__(self, codec: TextBlanks) -> None:
        self.mask, self.vocab, self.share = codec.mask, codec.vocab, codec.config.share
        allowed = torch.ones(codec.vocab, dtype=torch.bool)
        allowed[torch.from_numpy(codec.special)] = False
        self.others = torch.nonzero(allowed).squeeze(1)

    def __call__(
        self, inputs: dict[str, Tensor], seed: int
    ) -> tuple[dict[str, Tensor], Mix | None]:
        """Hide other words.

        Args:
            inputs: as the codec gives them, padded.
            seed: all that is drawn follows from it.
        """
        draw = torch.Generator().manual_seed(seed)
        ids, words = inputs["ids"], inputs["words"]
        whole = _restored(ids, inputs["places"], inputs["truth"])
        chosen = self._drawn(words, draw)
        fate = torch.rand(ids.shape, generator=draw).to(ids.device)
        at = torch.randint(len(self.others), ids.shape, generator=draw)
        other = self.others[at].to(ids.device)
        shown = torch.where(chosen & (fate < CHANGED), other, whole)
        shown = torch.where(chosen & (fate < HIDDEN), self.mask, shown)
        most = max(1, int(chosen.sum(dim=1).max()))
        # Those drawn first, in the order of their places; what follows them is padding.
        order = torch.argsort(~chosen, dim=1, stable=True)[:, :most]
        real = chosen.gather(1, order)
        places = torch.where(real, order, 0)
        truth = torch.where(real, whole.gather(1, order), NONE)
        return inputs | {"ids": shown, "places": places, "truth": truth}, None

    def _drawn(self, words: Tensor, draw: Any) -> Tensor:
        """Which tokens are of the words drawn, bool [B, T]: a share of each row, one at least."""
        counts = words.amax(dim=1)
        widest = max(1, int(counts.max()))
        keys = torch.rand((len(words), widest), generator=draw).to(words.device)
        keys = keys.masked_fill(torch.arange(widest, device=words.device) >= counts[:, None], 2.0)
        rank = keys.argsort(dim=1, stable=True).argsort(dim=1, stable=True)
        wanted = (counts * self.share).round().clamp_min(1)
        hit = rank < wanted[:, None]
        return hit.gather(1, (words - 1).clamp_min(0)) & (words > 0)


def _restored(ids: Tensor, places: Tensor, truth: Tensor) -> Tensor:
    """The text before anything was hidden."""
    real = truth != NONE
    rows = torch.arange(len(ids), device=ids.device)[:, None].expand_as(places)
    whole = ids.clone()
    whole[rows[real], places[real]] = truth[real]
    return whole
