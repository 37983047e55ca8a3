"""Where a network trains: CUDA when there is one, in bfloat16; else the CPU, mostly in float32.

On most CPUs bfloat16 is emulated and several times slower. Those with units for products of
matrices (AMX) make convolutions of pictures in it two to three times faster; recurrences and small
attention become slower there too, so that a network must ask for it. Small networks run faster on
one thread than on two: the hand-over costs more than the work.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from umbrella.base.errors import ConfigError

THREAD_WORK = 3_000_000  # multiply-adds of a batch per token and thread that make a thread pay


@dataclass(frozen=True)
class Device:
    """A place to compute.

    Args:
        name: "cpu", "cuda" or "cuda:1".
    """

    name: str

    @property
    def is_cuda(self) -> bool:
        """Whether this is a CUDA device."""
        return self.name.startswith("cuda")

    def autocast(self, half: bool = False) -> AbstractContextManager:
        """bfloat16 products of matrices where they are fast; plain float32 elsewhere.

        Args:
            half: whether the network gains from them on a CPU with units for them.
        """
        if self.is_cuda and torch.cuda.is_bf16_supported():
            return torch.autocast("cuda", dtype=torch.bfloat16)
        if half and not self.is_cuda and has_matrix_units():
            return torch.autocast("cpu", dtype=torch.bfloat16)
        return nullcontext()

    def put(self, batch: dict[str, NDArray]) -> dict[str, Tensor]:
        """Arrays → tensors here; on CUDA through pinned memory without waiting."""
        tensors = {name: torch.from_numpy(array) for name, array in batch.items()}
        if not self.is_cuda:
            return tensors
        return {
            name: tensor.pin_memory().to(self.name, non_blocking=True)
            for name, tensor in tensors.items()
        }

    def feed(
        self, order: Iterable[NDArray], collate: Callable[[NDArray], dict[str, NDArray]]
    ) -> Iterator[tuple[NDArray, dict[str, Tensor]]]:
        """Batches in order; on CUDA the next one is made while this one is computed."""
        if not self.is_cuda:
            for rows in order:
                yield rows, self.put(collate(rows))
            return
        with ThreadPoolExecutor(1) as pool:
            ahead = None
            for rows in order:
                job = (rows, pool.submit(self._ready, collate, rows))
                if ahead is not None:
                    yield ahead[0], ahead[1].result()
                ahead = job
            if ahead is not None:
                yield ahead[0], ahead[1].result()

    def _ready(
        self, collate: Callable[[NDArray], dict[str, NDArray]], rows: NDArray
    ) -> dict[str, Tensor]:
        return self.put(collate(rows))


def has_matrix_units() -> bool:
    """Whether this processor multiplies matrices of bfloat16 in units of their own (AMX)."""
    ask = getattr(torch.cpu, "get_capabilities", None)  # older ones of torch cannot tell
    return ask is not None and bool(ask().get("amx_bf16"))


def find_device(asked: str | None = None) -> Device:
    """The best device there is, or the one asked for.

    Raises:
        ConfigError: a device was asked for that is not here.
    """
    if asked is None or asked == "auto":
        return Device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        torch.zeros(1, device=asked)
    except (RuntimeError, AssertionError) as error:
        raise ConfigError(
            f"Device {asked!r} is not here. Leave --device out for the best there is, or use cpu."
        ) from error
    return Device(asked)


def use_threads(network: nn.Module, batch: int, asked: int | None = None) -> int:
    """Set how many threads torch uses, by a rule that does not depend on timing.

    Args:
        network: its dense weights say how much work a token is; look-ups cost nothing.
        batch: rows in a batch.
        asked: the user's own number, which wins.

    Returns:
        The number of threads set.
    """
    dense = sum(
        weight.numel()
        for module in network.modules()
        if not isinstance(module, nn.Embedding)
        for weight in module.parameters(recurse=False)
    )
    threads = asked or int(min(_cores(), max(1, dense * batch // THREAD_WORK)))
    torch.set_num_threads(threads)
    return threads


def _cores() -> int:
    import os

    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
