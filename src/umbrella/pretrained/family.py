"""What must be known of a family of published models: its settings, its names, its heads.

A table of names is text, one row a line:

    ours = theirs                  both `.weight` and `.bias` where neither is named
    ours = theirs + theirs         theirs one under the other (queries, keys, values)
    ours = theirs ^T               theirs turned over (a layer stored as inputs × outputs)
    ours = theirs ^1               theirs has one row more in front: [1, V] for [V]
    ?ours = theirs                 may be absent, and is then zero
    theirs == theirs               a copy that files may hold of a tied tensor

`#` is the number of a block; a name that begins with a dot belongs to the body, whose names carry
the family's prefix in files of networks with a head.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from torch import nn

from umbrella.models.transformer.config import TransformerConfig
from umbrella.pretrained.settings import Settings

Build = Callable[[TransformerConfig, Settings, int], nn.Module]


@dataclass(frozen=True)
class Row:
    """One line of a table: where a tensor of ours comes from.

    Args:
        theirs: names, one under the other.
        turned: whether each is transposed.
        lifted: whether it has one row more in front.
        optional: whether it may be absent.
    """

    theirs: tuple[str, ...]
    turned: bool = False
    lifted: bool = False
    optional: bool = False


@dataclass(frozen=True)
class Family:
    """See the module docstring.

    Args:
        types: what `model_type` may say.
        prefix: before the body's names in files of networks with a head, e.g. "bert."; "" if none.
        body: makes the untrained body from the settings.
        table: names.
        architectures: what `architectures` may say → the heads of such a network.
        heads: head → makes it, from the body's config, the settings and the number of outputs.
        counted: head → the tensor whose first dimension is the number of outputs.
        aside: patterns of tensors that are known and not used; kept for writing back.
        tokens: which kind of `vocab` files its tokenizer has, see tokenizer.py.
    """

    types: tuple[str, ...]
    prefix: str
    body: Callable[[Settings], nn.Module]
    table: str
    architectures: Mapping[str, tuple[str, ...]]
    heads: Mapping[str, Build]
    counted: Mapping[str, str] = field(default_factory=dict)
    aside: tuple[str, ...] = ()
    tokens: str = ""

    @cached_property
    def rows(self) -> dict[str, Row]:
        """Our names, with `#` for numbers → where they come from."""
        return dict(_row(*line.split(" = ")) for line in self.table.splitlines() if " = " in line)

    @cached_property
    def copies(self) -> list[tuple[str, str]]:
        """Copies of tied tensors and what they copy."""
        pairs = (line.split(" == ") for line in self.table.splitlines() if " == " in line)
        return [(copy.strip(), whole.strip()) for copy, whole in pairs]


def _row(ours: str, theirs: str) -> tuple[str, Row]:
    ours, theirs = ours.strip(), theirs.strip()
    turned, lifted = theirs.endswith("^T"), theirs.endswith("^1")
    names = theirs.removesuffix("^T").removesuffix("^1").split("+")
    row = Row(tuple(n.strip() for n in names), turned, lifted, ours.startswith("?"))
    return ours.removeprefix("?"), row
