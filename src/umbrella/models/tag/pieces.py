"""What networks that label pieces share: how a piece is seen, and the chain that is answered.

    id, pair or letters → vectors side by side;   scores of labels, rules, places → one chain

Letters go through filters of three and the largest answer of each (Ma, Hovy 2016, "End-to-end
sequence labeling via bi-directional LSTM-CNNs-CRF"). Layout of the chain: base/chain.py.

Shapes: B rows, P pieces, K letters of a piece, C labels, F features.
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from umbrella.base.chain import FORMS, MORE, NEVER, OUTSIDE
from umbrella.base.errors import ConfigError
from umbrella.models.blocks import check_size, check_sizes, make_embedding

UNKNOWN = 1  # the id of a piece that the codec does not know
LETTER_WIDTH, FILTERS = 24, 48


@dataclass(frozen=True)
class PiecesConfig:
    """Sizes that the codec "text-pieces" and the task decide, and the one dial.

    Args:
        vocab: ids of pieces.
        pairs: ids of pairs; 0 where none are given.
        alphabet: ids of letters; 0 where none are given.
        letters: K.
        outputs: C + 2.
        width: the dial.
        dropout: share of features left out while learning.
        forget: share of pieces taken for unknown while learning, so that unknown ones are no news.
    """

    vocab: int
    outputs: int
    pairs: int = 0
    alphabet: int = 0
    letters: int = 0
    width: int = 128
    dropout: float = 0.5
    forget: float = 0.02

    def __post_init__(self) -> None:
        check_sizes(self)
        check_chain(self.outputs)
        for name in ("pairs", "alphabet", "letters"):
            if getattr(self, name):
                check_size(name, getattr(self, name), 2**24)
        if not 0 <= self.forget < 1:
            raise ConfigError(f"forget={self.forget!r} is not in [0, 1). Use 0 to switch it off.")


def check_chain(outputs: int) -> None:
    """Refuse a width that no chain has.

    Raises:
        ConfigError: it is not 3 + 4 K.
    """
    if type(outputs) is not int or outputs < MORE + 1 or (outputs - MORE - 1) % FORMS:
        raise ConfigError(f"outputs={outputs!r} is not 3 + 4 × the number of types.")


class Seen(nn.Module):
    """Pieces as vectors, float32 [B, P, F].

    Args:
        config: sizes, by the names of `PiecesConfig`.
    """

    def __init__(self, config: Any):
        super().__init__()
        self.forget = config.forget
        own = max(8, config.width // 2)
        self.embed = make_embedding(config.vocab, own)
        self.features = own
        self.pairs = self.letters = self.filters = None
        if config.pairs:
            self.pairs = make_embedding(config.pairs, max(8, config.width // 4))
            self.features += self.pairs.embedding_dim
        if config.alphabet:
            self.letters = make_embedding(config.alphabet, LETTER_WIDTH)
            self.filters = nn.Conv1d(LETTER_WIDTH, FILTERS, 3, padding=1)
            self.features += FILTERS

    def forward(self, ids: Tensor, pairs: Tensor | None, letters: Tensor | None) -> Tensor:
        """See the pieces.

        Args:
            ids: int64 [B, P]; 0 is padding.
            pairs: int64 [B, P], where the codec gives them.
            letters: int64 [B, P, K], likewise.
        """
        if self.training and self.forget:
            gone = torch.rand(ids.shape, device=ids.device) < self.forget
            ids = torch.where(gone & (ids > 0), UNKNOWN, ids)
        seen = [self.embed(ids)]
        if self.pairs is not None and pairs is not None:
            seen.append(self.pairs(pairs))
        if self.letters is not None and self.filters is not None and letters is not None:
            flat = self.letters(letters.flatten(0, 1)).transpose(1, 2)  # [B · P, width, K]
            best = self.filters(flat).relu().amax(dim=2)
            seen.append(best.reshape(*letters.shape[:2], FILTERS))
        return torch.cat(seen, dim=2)


def make_rules(outputs: int) -> nn.Parameter:
    """Scores of labels that follow each other, begin and end, [C + 2, C], nearly silent; never all
    0, which would mean that there are none.
    """
    return nn.Parameter(0.01 * torch.randn(outputs, outputs - MORE))


def as_chain(scores_BPC: Tensor, bounds_BP2: Tensor, rules: Tensor | None = None) -> Tensor:
    """Everything that reading an answer takes, float32 [B, C + 2 + P, C + 2].

    Padding says outside for certain and NEVER else, as do rows that are stacked with longer ones,
    so that no output depends on a row's neighbours.

    Args:
        scores_BPC: of the labels of every piece.
        bounds_BP2: int64, first character and end of every piece; −1 is padding.
        rules: as `make_rules`; None where neighbours say nothing.
    """
    chances_BPC = scores_BPC.float().log_softmax(dim=2).clamp_min(NEVER)
    pieces = torch.cat([chances_BPC, bounds_BP2.to(chances_BPC.dtype)], dim=2)
    count = scores_BPC.shape[2]
    outside = torch.arange(count + MORE, device=pieces.device) == OUTSIDE
    beyond = torch.where(outside, 0.0, NEVER)
    pieces = torch.where(bounds_BP2[:, :, 1:] > 0, pieces, beyond)
    if rules is None:
        rules = torch.zeros(count + MORE, count, device=scores_BPC.device)
    head = functional.pad(rules.float(), (0, MORE))
    return torch.cat([head.unsqueeze(0).expand(pieces.shape[0], -1, -1), pieces], dim=1)
