"""A published encoder with a linear layer on the mean of its states, or on the first of them.

Token ids → embeddings → blocks → mean over real tokens → scores. Its sizes are those of the
checkpoint that it starts from; its weights are frozen, tuned or adapted by whoever trains it.
Source: Devlin et al. 2019, arXiv:1810.04805; the mean: Reimers, Gurevych 2019, arXiv:1908.10084.

Rows are read one behind the other, without padding, and padded only where the graph is exported.
Shapes: B rows, T tokens, W width, C outputs.
"""

from dataclasses import dataclass, replace

import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from umbrella.base.errors import ConfigError, unknown
from umbrella.models.blocks import SIZES, check_size, make_head
from umbrella.models.transformer.config import TransformerConfig
from umbrella.models.transformer.pool import first, mean
from umbrella.models.transformer.published import Published
from umbrella.models.transformer.transformer import Transformer

POOLS = ("mean", "first")


@dataclass(frozen=True)
class BertConfig(TransformerConfig):
    """Sizes of the encoder, and what is asked of it.

    Args:
        outputs: C.
        pool: what becomes of a row's states: their "mean", or the "first".
    """

    width: int = 384  # that of MiniLM, as the three below
    layers: int = 6
    heads: int = 12
    mlp_width: int = 1536
    outputs: int = 1
    pool: str = "mean"

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("vocab", "outputs"):
            check_size(name, getattr(self, name), SIZES[name])
        if self.pool not in POOLS:
            raise unknown("pool", str(self.pool), POOLS)
        if self.causal or self.cross or self.padding is None:
            raise ConfigError(
                f"causal={self.causal}, cross={self.cross}, padding={self.padding}: an encoder "
                f"looks both ways, at itself alone, and has a token that pads."
            )


class Bert(Published):
    """Score rows of tokens; see the module docstring for the design."""

    Config = BertConfig

    def __init__(self, config: BertConfig):
        super().__init__()
        self.config = config
        self.body = Transformer(config)
        self.drop = nn.Dropout(config.dropout)
        self.head = make_head(config.width, config.outputs)

    def features(self, ids: Tensor) -> Tensor:
        """The pooled states of each row, float32 [B, W].

        Args:
            ids: int64 [B, T] tokens in [0, vocab), short rows filled with `padding` at their end.
        """
        pool = mean if self.config.pool == "mean" else first
        real_BT = torch.ne(ids, self.config.padding or 0)
        real_BT = real_BT | (torch.arange(ids.shape[1], device=ids.device) == 0)
        if torch.jit.is_tracing():
            states = self.body(ids, real=real_BT)
            return states[:, 0] if pool is first else mean(states, real=real_BT)
        lengths_B = real_BT.sum(dim=1)
        return pool(self.body(ids[real_BT], lengths_B), lengths_B)

    def forward(self, ids: Tensor) -> Tensor:
        """Score each output, float32 [B, C]; arguments as in `features`."""
        return self.head(self.drop(self.features(ids)))  # type: ignore[no-any-return]

    @torch.no_grad()
    def set_solution(self, coef_DW: NDArray, intercept_D: NDArray) -> None:
        """Take over the linear layer that a solver found.

        Args:
            coef_DW: as scikit-learn's `coef_`: one row for two classes (positive means the second)
                or for a number, else a row per class.
            intercept_D: as scikit-learn's `intercept_`.
        """
        coef, intercept = torch.from_numpy(coef_DW), torch.from_numpy(intercept_D)
        if self.config.outputs == 2 and len(coef) == 1:
            coef, intercept = torch.cat([-coef, coef]) / 2, torch.cat([-intercept, intercept]) / 2
        self.head.weight.copy_(coef)
        self.head.bias.copy_(intercept)

    @torch.no_grad()
    def with_tokens(self, kept_V: NDArray, padding: int) -> "Bert":
        """The same network with some rows of its table of tokens.

        Args:
            kept_V: old ids, in the order of the new ones.
            padding: new id of padding.
        """
        made = Bert(replace(self.config, vocab=len(kept_V), padding=padding))
        weights = dict(self.state_dict())
        rows = torch.from_numpy(kept_V)
        weights["body.embed.tokens.weight"] = weights["body.embed.tokens.weight"][rows]
        made.load_state_dict(weights)
        return made.eval()
