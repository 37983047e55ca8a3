"""What networks share that put a head of their own on a published encoder.

How far below the head a weight lies, which maps low ranks may adapt, how the published weights come
in, and how a network begins as a larger one with blocks left out.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

import torch
from torch import Tensor, nn

Adaptable = tuple[nn.Module, str, tuple[int, ...]]


class Published(nn.Module):
    """A network with a `body`, which is a Transformer, and a `head`; its config has `layers`."""

    fresh: ClassVar[tuple[str, ...]] = ("head.",)  # how names of weights begin that are all new
    config: Any
    body: Any
    head: Any

    def take_body(self, tensors: Mapping[str, Tensor]) -> None:
        """Take over the weights of a published body.

        Args:
            tensors: as a Transformer's state dict.
        """
        self.body.load_state_dict(tensors)

    def depth_of(self, name: str) -> int:
        """How many layers lie above a weight: 0 for what is new, then from the last block down.

        Args:
            name: as in `named_parameters`.
        """
        layers: int = self.config.layers
        if name.startswith("body.stack.blocks."):
            return layers - int(name.split(".")[3])
        return layers + 1 if name.startswith("body.embed.") and not self.is_fresh(name) else 0

    def is_fresh(self, name: str) -> bool:
        """Whether a weight of this name is all new, so that it learns wherever others are frozen.

        Args:
            name: as in `named_parameters`.
        """
        return name.startswith(self.fresh)

    def adaptable(self) -> list[Adaptable]:
        """The linear maps that low ranks may adapt: their owner, their name in it, and how many
        outputs each part has that gets a rank of its own (queries, keys and values are one map).
        """
        config, found = self.config, list[Adaptable]()
        for block in self.body.stack.blocks:
            attention: Any = block.attention
            mlp: Any = block.mlp
            found.append((attention, "mix_in", (config.inner, config.shared, config.shared)))
            found.append((attention, "mix_out", (config.width,)))
            found.append((mlp, "0", (mlp[0].out_features,)))
            found.append((mlp, "2", (config.width,)))
        return found

    @torch.no_grad()
    def take_layers(self, larger: "Published") -> None:
        """Begin as a larger network of the same widths with some of its blocks left out, evenly,
        the last one kept (Sajjad et al. 2020, arXiv:2004.03844; Sanh et al. 2019).
        """
        many, few = larger.config.layers, self.config.layers
        kept = dict(larger.state_dict())
        for number, block in enumerate(self.body.stack.blocks):
            taken = ((number + 1) * many) // few - 1
            block.load_state_dict(larger.body.stack.blocks[taken].state_dict())
        blocks = "body.stack.blocks."
        others = {name: x for name, x in kept.items() if not name.startswith(blocks)}
        own = {name: x for name, x in self.state_dict().items() if name.startswith(blocks)}
        self.load_state_dict(others | own)
