"""An encoder that fills blanks: BERT's, its own from the start or one that was published.

Token ids → embeddings → blocks → states at blanks → linear, activation, norm → scores of every
token, by the same vectors that tokens come in by. Sources: Devlin et al. 2019, arXiv:1810.04805;
Press, Wolf 2017, arXiv:1608.05859 (shared vectors).

Rows are read one behind the other, without padding, and padded only where the graph is exported.
Shapes: B rows, T tokens, M blanks of a row, Q of all rows, W width, V vocabulary.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from umbrella.models.text.bert import BertConfig
from umbrella.models.text.guess import answer, check_width
from umbrella.models.transformer.heads import LanguageHead
from umbrella.models.transformer.published import Published
from umbrella.models.transformer.transformer import Transformer

QUIET = 0.2  # scale of a new head: it begins at how common tokens are, not at noise


@dataclass(frozen=True)
class FillerConfig(BertConfig):
    """Sizes of the encoder, and what is learned of it.

    Args:
        transform: activation between the last state and the scores; "" is the blocks' own, or
            GELU where RoBERTa and ELECTRA have it whatever their blocks do.
        frozen: whether the body stays as it came, and the head alone learns.
    """

    transform: str = ""
    frozen: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        check_width(self.outputs, self.vocab)
        kin = self.place_offset or self.embed_width != self.width
        own = "gelu" if kin or self.gated else self.activation
        object.__setattr__(self, "transform", self.transform or own)


class Filler(Published):
    """Fill blanks; see the module docstring for the design."""

    Config = FillerConfig

    def __init__(self, config: FillerConfig):
        super().__init__()
        self.config = config
        self.body = Transformer(config)
        self.head = LanguageHead(config, bias=True, transform=config.transform)
        nn.init.constant_(self.head.norm.weight, QUIET)  # type: ignore[arg-type]
        self.body.requires_grad_(not config.frozen)

    def forward(
        self, ids: Tensor, places: Tensor, truth: Tensor, words: Tensor | None = None
    ) -> Tensor:
        """Answers to all blanks, float32 [B, M, WIDTH].

        Args:
            ids, places, truth: as the codec "text-blanks" gives them.
            words: not looked at; whoever hides other words needs them.
        """
        del words
        real_BT = torch.ne(ids, self.config.padding or 0)
        real_BT = real_BT | (torch.arange(ids.shape[1], device=ids.device) == 0)
        if torch.jit.is_tracing():
            states_BTW = self.body(ids, real=real_BT)
            wide = places.unsqueeze(2).expand(-1, -1, states_BTW.shape[2])
            return answer(states_BTW.gather(1, wide), truth, self._scores, False)
        lengths_B = real_BT.sum(dim=1)
        with torch.set_grad_enabled(torch.is_grad_enabled() and not self.config.frozen):
            self.body.train(self.training and not self.config.frozen)
            states_NW = self.body(ids[real_BT], lengths_B)
        starts_B1 = (lengths_B.cumsum(0) - lengths_B).unsqueeze(1)
        at_Q = (starts_B1 + places)[truth >= 0]
        return answer(states_NW[at_Q], truth, self._scores, self.training)

    def _scores(self, states: Tensor) -> Tensor:
        return self.head(states, self.body.embed.tokens.weight)  # type: ignore[no-any-return]
