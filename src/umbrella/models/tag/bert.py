"""A published encoder labels the pieces of a text, each by the state of its first token.

    tokens → windows → embeddings → blocks → first token of every piece → linear → labels, or a
    chain of labels in which neighbours have a say (a conditional random field)

Where the tokenizer drops capitals, embeddings are told the shape of the piece that a token is of
(Xx, XX, xX, X) as its type: so a published encoder begins as it was and learns what capitals mean.
Pieces that share a token are told apart by a bias on their labels: the first of several, inner
ones, the last.

Source: Devlin et al. 2019, arXiv:1810.04805, section 5.3. Shapes: B rows, T tokens, P pieces, W
width, C labels.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import ClassVar

import torch
from torch import Tensor, nn

from umbrella.base.chain import MORE
from umbrella.base.errors import ConfigError
from umbrella.models.blocks import SIZES, check_size, make_head
from umbrella.models.tag.pieces import as_chain, check_chain, make_rules
from umbrella.models.transformer.config import TransformerConfig
from umbrella.models.transformer.published import Published
from umbrella.models.transformer.transformer import Transformer
from umbrella.models.transformer.windows import Frame, cut, states_of

TYPES = "embed.types.weight"
SHARES = 4  # alone in its token; the first of several; the last; between


@dataclass(frozen=True)
class TagBertConfig(TransformerConfig):
    """Sizes of the encoder, and what is asked of it.

    Args:
        outputs: C + 2.
        chain: whether labels have a say in their neighbours'.
        begin, end: tokens around a text, as the codec "text-places" says.
        shapes: shapes of pieces, likewise; 0 where capitals stay.
        window: tokens that are read together at most; fewer where the encoder has fewer places.
    """

    width: int = 384  # that of MiniLM, as the three below
    layers: int = 6
    heads: int = 12
    mlp_width: int = 1536
    outputs: int = 3
    chain: bool = False
    begin: tuple[int, ...] = ()
    end: tuple[int, ...] = ()
    shapes: int = 0
    window: int = 512

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("begin", "end"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        check_size("vocab", self.vocab, SIZES["vocab"])
        check_chain(self.outputs)
        if self.causal or self.cross or self.padding is None:
            raise ConfigError(
                f"causal={self.causal}, cross={self.cross}, padding={self.padding}: an encoder "
                f"looks both ways, at itself alone, and has a token that pads."
            )
        self.frame  # noqa: B018 - refuses a window that is too small

    @property
    def frame(self) -> Frame:
        """What a window is."""
        places = min(self.window, self.places or self.window)
        return Frame(places, self.begin, self.end, int(self.padding or 0))

    @property
    def body(self) -> TransformerConfig:
        """The encoder's own settings."""
        own = {f.name: getattr(self, f.name) for f in fields(TransformerConfig)}
        return TransformerConfig(**own | {"types": self.shapes or self.types})


class TagBert(Published):
    """Label pieces; see the module docstring for the design."""

    Config = TagBertConfig
    fresh: ClassVar[tuple[str, ...]] = ("head.", "rules", "shares.")

    def __init__(self, config: TagBertConfig):
        super().__init__()
        self.config = config
        self.body = Transformer(config.body)
        if config.shapes:
            self.fresh = (*TagBert.fresh, "body.embed.types.")  # type: ignore[misc]
        labels = config.outputs - MORE
        self.drop = nn.Dropout(config.dropout)
        self.head = make_head(config.width, labels)
        self.shares = nn.Embedding(SHARES, labels)
        nn.init.zeros_(self.shares.weight)
        self.rules = make_rules(config.outputs) if config.chain else None

    def take_body(self, tensors: Mapping[str, Tensor]) -> None:
        """Take over a published body; every shape begins as the type that all its texts have."""
        own = dict(tensors)
        if self.config.shapes:
            shape = (self.config.shapes, self.config.embed_width)
            first = own[TYPES][:1] if TYPES in own else torch.zeros(1, shape[1])
            own[TYPES] = first.expand(shape).clone()
        super().take_body(own)

    def forward(
        self, ids: Tensor, bounds: Tensor, firsts: Tensor, shapes: Tensor | None = None
    ) -> Tensor:
        """The chain, float32 [B, C + 2 + P, C + 2].

        Args:
            ids, bounds, firsts, shapes: as the codec "text-places" gives them.
        """
        windows = cut(ids, self.config.frame)
        states_BPW = states_of(self.body, windows, firsts, shapes)
        scores_BPC = self.head(self.drop(states_BPW)) + self.shares(_shared(firsts, bounds))
        return as_chain(scores_BPC, bounds, self.rules)


def _shared(firsts_BP: Tensor, bounds_BP2: Tensor) -> Tensor:
    """How pieces share their token, [B, P]: 1 where with the next, 2 where with the one before."""
    same = (firsts_BP[:, 1:] == firsts_BP[:, :-1]) & (bounds_BP2[:, 1:, 1] > 0)
    same = same.long()
    return nn.functional.pad(same, (0, 1)) + 2 * nn.functional.pad(same, (1, 0))
