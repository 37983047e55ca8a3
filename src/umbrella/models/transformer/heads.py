"""What is asked of states: tokens, classes, tags, spans. One head each serves all families.

Shapes: [..., W] states, padded or packed; B rows, V vocabulary, C outputs.
"""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from umbrella.models.blocks import make_head
from umbrella.models.transformer.config import TransformerConfig
from umbrella.models.transformer.mlp import make_activation
from umbrella.models.transformer.norms import make_norm
from umbrella.models.transformer.pool import first
from umbrella.models.transformer.transformer import Lengths


class LanguageHead(nn.Module):
    """Scores of every token at every place, by the token vectors or by weights of its own.

    Args:
        config: of the decoder, or of the encoder whose blanks are filled.
        bias: whether every token has a score of its own.
        transform: activation of the layer between (linear, activation, norm) of encoders that fill
            blanks; "" for none.
        scale: by which states are multiplied first.
    """

    def __init__(
        self,
        config: TransformerConfig,
        *,
        bias: bool = False,
        transform: str = "",
        scale: float = 1.0,
    ):
        super().__init__()
        self.scale = scale
        features = config.embed_width if transform or config.tied else config.width
        if transform:
            self.dense = nn.Linear(config.width, features)
            self.activation = make_activation(transform)
            self.norm = make_norm(config, features)
        self.transform = transform
        if not config.tied:
            self.weight = nn.Parameter(torch.empty(config.vocab, features))
            nn.init.normal_(self.weight, std=0.02)
        self.bias = nn.Parameter(torch.zeros(config.vocab)) if bias else None

    def forward(self, states: Tensor, tokens: Tensor) -> Tensor:
        """Scores [..., V].

        Args:
            states: [..., W]; give only the places that are asked for, scores are wide.
            tokens: the token vectors, [V, W]; used where the head is tied.
        """
        if self.transform:
            states = self.norm(self.activation(self.dense(states)))
        if self.scale != 1.0:
            states = states * self.scale
        return functional.linear(states, getattr(self, "weight", tokens), self.bias)


class PoolHead(nn.Module):
    """First token → linear → activation → [B, W]."""

    def __init__(self, config: TransformerConfig, activation: str = "tanh"):
        super().__init__()
        self.dense = nn.Linear(config.width, config.width)
        self.activation = nn.Tanh() if activation == "tanh" else make_activation(activation)

    def forward(self, states: Tensor, lengths: Lengths | None = None) -> Tensor:
        """Vectors of rows, [B, W], from states [B, T, W] or packed ones with their lengths."""
        return self.activation(self.dense(first(states, lengths)))  # type: ignore[no-any-return]


class ClassifyHead(nn.Module):
    """First token → linear → activation → dropout → linear → [B, C]."""

    def __init__(self, config: TransformerConfig, outputs: int, activation: str = "tanh"):
        super().__init__()
        self.pool = PoolHead(config, activation)
        self.drop = nn.Dropout(config.dropout)
        self.out = make_head(config.width, outputs)

    def forward(self, states: Tensor, lengths: Lengths | None = None) -> Tensor:
        """Scores of rows, [B, C], from states [B, T, W] or packed ones with their lengths."""
        return self.out(self.drop(self.pool(states, lengths)))  # type: ignore[no-any-return]


class TagHead(nn.Module):
    """Every place → dropout → linear → [..., C]: tags; with C = 2 first and last of an answer."""

    def __init__(self, config: TransformerConfig, outputs: int):
        super().__init__()
        self.drop = nn.Dropout(config.dropout)
        self.out = make_head(config.width, outputs)

    def forward(self, states: Tensor, lengths: Lengths | None = None) -> Tensor:
        """Scores [..., C] of states [..., W]."""
        del lengths  # every place answers for itself
        return self.out(self.drop(states))  # type: ignore[no-any-return]


class Headed(nn.Module):
    """A Transformer with the heads that it has, by name: "pool", "lm", "mask", "classify", …"""

    def __init__(self, body: nn.Module, heads: dict[str, nn.Module]):
        super().__init__()
        self.body, self.heads = body, nn.ModuleDict(heads)

    def forward(self, head: str, *inputs: Any, **named: Any) -> Tensor:
        """What a head says; inputs as the body takes them."""
        states = self.body(*inputs, **named)
        lengths = named.get("lengths", inputs[1] if len(inputs) > 1 else None)
        return self.ask(head, states, lengths)

    def ask(self, head: str, states: Tensor, lengths: Lengths | None = None) -> Tensor:
        """What a head says of states that the body made."""
        asked = self.heads[head]
        if isinstance(asked, LanguageHead):
            last = getattr(self.body, "decoder", self.body)
            return asked(states, last.embed.tokens.weight)  # type: ignore[no-any-return,union-attr]
        return asked(states, lengths)  # type: ignore[no-any-return]
