"""One layer of a Transformer: attention, then a two-layer network at each place.

    norms first:  x + attention(norm x),  then x + mlp(norm x)
    norms after:  norm(x + attention x),  then norm(x + mlp x)
    with a memory: attention across to it between the two

Sources: Vaswani et al. 2017, arXiv:1706.03762; Xiong et al. 2020, arXiv:2002.04745 (norms first).
Shapes: as in attention.py.
"""

from torch import Tensor, nn

from umbrella.models.transformer.attention import Attention
from umbrella.models.transformer.cache import Cache
from umbrella.models.transformer.config import TransformerConfig
from umbrella.models.transformer.look import EVERYTHING, Look
from umbrella.models.transformer.mlp import make_mlp
from umbrella.models.transformer.norms import make_norm


class Block(nn.Module):
    """See the module docstring.

    Args:
        config: of the whole; with its `cross`, or the argument, the block also looks at a memory.
        cross: see there.
        layer: number of the block, by which a cache knows it.
    """

    def __init__(self, config: TransformerConfig, cross: bool | None = None, layer: int = 0):
        super().__init__()
        self.first = config.norm_place == "pre"
        self.cross = config.cross if cross is None else cross
        self.norm_attention = make_norm(config, config.width)
        self.attention = Attention(config, layer=layer)
        if self.cross:
            self.norm_across = make_norm(config, config.width)
            self.across = Attention(config, across=True, layer=layer)
        self.norm_mlp = make_norm(config, config.width)
        self.mlp = make_mlp(config)
        self.drop = nn.Dropout(config.dropout)

    def forward(
        self,
        x: Tensor,
        look: Look = EVERYTHING,
        *,
        memory: Tensor | None = None,
        look_across: Look = EVERYTHING,
        cache: Cache | None = None,
        places: Tensor | None = None,
    ) -> Tensor:
        """States after the block, in the shape of `x`; arguments as in `Attention`."""
        if self.first:
            own = self.attention(self.norm_attention(x), look, cache=cache, places=places)
            x = x + self.drop(own)
            if self.cross:
                x = x + self.drop(self.across(self.norm_across(x), look_across, memory, cache))
            return x + self.drop(self.mlp(self.norm_mlp(x)))
        own = self.attention(x, look, cache=cache, places=places)
        x = self.norm_attention(x + self.drop(own))
        if self.cross:
            x = self.norm_across(x + self.drop(self.across(x, look_across, memory, cache)))
        return self.norm_mlp(x + self.drop(self.mlp(x)))  # type: ignore[no-any-return]
