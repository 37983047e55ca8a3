"""Networks without numbers, to be filled from a file: no memory is taken, no chance is drawn."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

DRAWS = (nn.init.normal_, nn.init.uniform_, nn.init.kaiming_uniform_, Tensor.normal_)


class _Undrawn(TorchFunctionMode):
    """Random fillings leave their tensor as it is: on "meta" they would import a compiler."""

    def __torch_function__(
        self,
        function: Callable[..., Any],
        types: Iterable[type],
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        del types
        given = dict(kwargs or {})
        if function in DRAWS:
            return args[0] if args else given["tensor"]
        return function(*args, **given)


@contextmanager
def blank() -> Iterator[None]:
    """Networks made inside have shapes and no numbers."""
    with torch.device("meta"), _Undrawn():
        yield
