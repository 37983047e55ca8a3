"""Start weights from a checkpoint: which of them fit which rung, and what is copied.

A tensor fits by its name and shape. A rung whose size dial stands elsewhere is built at the size
that the checkpoint's shapes tell, unless a trial asks for another. The head is whatever changes
shape with the number of answers; it is taken over only where the answers may be the same. Ids mean
nothing without the vocabulary that gave them, so rungs that read ids take the run's codec along,
and start at random where there is none.

A rung of which less than `USEFUL` fits starts at random altogether. Solved rungs take nothing.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from umbrella.base.catalogue import Sentence, sentence
from umbrella.base.errors import ConfigError
from umbrella.data.codecs.columns import Columns
from umbrella.fit.donor import Donor
from umbrella.fit.prepare import Prepared
from umbrella.fit.views import Ask, View
from umbrella.models.ladders import build, own_size
from umbrella.models.rungs import Rung
from umbrella.models.rungs.fusion import FUSED

USEFUL = 0.3  # least share of a rung's weights, head aside, that makes a start of it
TRIED = 8  # sizes that the shapes may hint at
ANSWERS = ("task", "labels", "symbols")  # of a task's spec: what the outputs of a head stand for


@dataclass(frozen=True)
class Start:
    """What one rung takes from a donor.

    Args:
        names: tensors that are copied; none where the rung starts at random.
        share: of the weights outside the head that fit, in [0, 1].
        settings: of the network that follow the donor, as "network.x".
        donor: that they are copied from.
        misfit: a tensor that does not fit, with its shapes there and here; None where all do.
        unread: whether the donor lacks the vocabulary that the rung's ids would need.
    """

    names: tuple[str, ...] = ()
    share: float = 0.0
    settings: Mapping[str, Any] = field(default_factory=dict)
    donor: Donor | None = None
    misfit: tuple[str, tuple[int, ...] | None, tuple[int, ...]] | None = None
    unread: bool = False

    def fill(self, network: nn.Module) -> None:
        """Copy the tensors into a network that has its start weights."""
        if self.donor is not None and self.names:
            taken = {name: self.donor.tensors[name] for name in self.names}
            network.load_state_dict(taken, strict=False)

    def facts(self) -> dict[str, Any]:
        """For result.json and the log; empty where no checkpoint was named."""
        if self.donor is None:
            return {}
        return {"init": {"share": self.share, "tensors": len(self.names), **self.settings}}

    def says(self, rung: str) -> Sentence:
        """What the user is told about a rung."""
        assert self.donor is not None
        values: dict[str, Any] = {"rung": rung, "name": self.donor.name, "share": self.share}
        if self.names:
            return sentence("fit.init.fits", **values, size=self._size())
        if self.unread:
            return sentence("fit.init.unread", **values)
        if self.misfit is None:
            return sentence("fit.init.random", **values)
        name, there, here = self.misfit
        have = sentence("fit.init.absent") if there is None else str(list(there))
        return sentence("fit.init.misfit", **values, tensor=name, there=have, here=str(list(here)))

    def _size(self) -> Sentence | str:
        for name, size in self.settings.items():
            return sentence("fit.init.size", dial=name.split(".")[1], count=size)
        return ""


@dataclass(frozen=True)
class Initial:
    """A donor beside the data of a fit.

    Args:
        donor: see donor.py.
        prepared: the data.
        started: names of the steps that take weights from it, once that is known.
    """

    donor: Donor
    prepared: Prepared
    started: frozenset[str] = frozenset()

    def keep(self, rung: Rung, wanted: Sequence[Ask]) -> list[Any | None]:
        """For each codec that a rung asks for the donor's own, or None: see `Views.keep`."""
        if not learns(rung) or len(wanted) != 1:
            return [None] * len(wanted)
        ask = wanted[0]
        kinds = [self.prepared.table.kinds[name] for name in ask.columns]
        codec = self.donor.codec(ask.codec, ask.settings, ask.columns, kinds)
        if codec is None or not self.fit(rung, codec.sizes, {}).names:
            return [None]
        return [codec]

    def begin(self, rung: Rung, view: View, choice: Mapping[str, Any]) -> Start:
        """What a rung takes.

        Args:
            rung: from a ladder.
            view: that it reads.
            choice: settings of a trial, which the donor does not overrule.
        """
        if not learns(rung):
            return Start()
        return self._read(rung, view.codecs, choice)

    def _read(self, rung: Rung, codecs: Columns, choice: Mapping[str, Any]) -> Start:
        for part in codecs.parts:
            if reads_ids(type(part.codec)) and not self.donor.brought(part.codec):
                return Start(donor=self.donor, unread=True)
        own = {
            name.removeprefix("network."): value
            for name, value in choice.items()
            if name.startswith("network.")
        }
        return self.fit(rung, codecs.sizes, own)

    def fit(self, rung: Rung, sizes: Mapping[str, Any], own: Mapping[str, Any]) -> Start:
        """The best start, at the rung's own size or at one that the donor's shapes tell.

        Args:
            rung: from a ladder.
            sizes: what its codec decides.
            own: settings of its network that are not to be changed.
        """
        best = self._at(rung, sizes, own, {})
        place, dial = rung.dial.split(".")
        if place == "network" and dial not in own:
            for size in self._hints(rung, sizes, own):
                try:
                    found = self._at(rung, sizes, own, {dial: size})
                except ConfigError:  # no such size, e.g. not a multiple of a head's
                    continue
                best = max(best, found, key=lambda start: start.share)
        if best.share >= USEFUL:
            return best
        return Start((), best.share, {}, self.donor, best.misfit)

    def _hints(self, rung: Rung, sizes: Mapping[str, Any], own: Mapping[str, Any]) -> list[int]:
        """Sizes of the dial at which dimensions of the donor would agree, likeliest first."""
        usual = own_size(rung)
        votes: Counter[int] = Counter()
        for name, here in self._blank(rung, sizes, own).state_dict().items():
            there = self.donor.tensors.get(name)
            if there is None or there.ndim != here.ndim:
                continue
            for want, have in zip(here.shape, there.shape, strict=True):
                times = want // usual
                if times and want % usual == 0 and have % times == 0:
                    votes[have // times] += 1
        return [size for size, _ in votes.most_common(TRIED) if size not in (0, usual)]

    def _at(
        self,
        rung: Rung,
        sizes: Mapping[str, Any],
        own: Mapping[str, Any],
        dial: Mapping[str, int],
    ) -> Start:
        """What fits when the dial stands at one size."""
        network = self._blank(rung, sizes, {**own, **dial})
        other = self._blank(rung, sizes, {**own, **dial}, extra=2).state_dict()
        here = network.state_dict()
        head = {name for name, tensor in here.items() if other[name].shape != tensor.shape}
        fits = [name for name, tensor in here.items() if self._agrees(name, tensor)]
        counted = {n: x.numel() for n, x in network.named_parameters() if n not in head}
        share = sum(counted.get(name, 0) for name in fits) / max(sum(counted.values()), 1)
        misfit = next((name for name in counted if name not in fits), None)
        return Start(
            tuple(name for name in fits if name not in head or self.same_answers),
            share,
            {f"network.{name}": size for name, size in dial.items()},
            self.donor,
            None if misfit is None else (misfit, self._shape(misfit), tuple(here[misfit].shape)),
        )

    def _agrees(self, name: str, here: Tensor) -> bool:
        there = self.donor.tensors.get(name)
        return (
            there is not None
            and there.shape == here.shape
            and there.is_floating_point() == here.is_floating_point()
        )

    def _shape(self, name: str) -> tuple[int, ...] | None:
        there = self.donor.tensors.get(name)
        return None if there is None else tuple(there.shape)

    def _blank(
        self, rung: Rung, sizes: Mapping[str, Any], own: Mapping[str, Any], extra: int = 0
    ) -> nn.Module:
        """The rung's network without numbers: shapes cost nothing, and no randomness is used up."""
        with torch.device("meta"):
            return build(rung, sizes, outputs=self.prepared.task.outputs + extra, **own)

    @property
    def same_answers(self) -> bool:
        """Whether the donor's head may mean the same answers; of a bare file the shape decides."""
        then, now = self.donor.facts.get("task"), self.prepared.task.spec()
        return then is None or all(then.get(name) == now.get(name) for name in ANSWERS)


def learns(rung: Rung) -> bool:
    """Whether a rung can start from weights: solved ones cannot, and fusions are not supported."""
    return rung.solver == "gradient" and rung.codec != FUSED


def reads_ids(codec: Any) -> bool:
    """Whether the arrays of a codec mean nothing without what it learned: ids, columns of a table.

    Args:
        codec: its class.
    """
    return bool(codec.several) or hasattr(codec, "vocab")


def start_of(initial: Initial | None, rung: Rung, view: View, choice: Mapping[str, Any]) -> Start:
    """What a rung starts from; nothing where the fit names no checkpoint."""
    return Start() if initial is None else initial.begin(rung, view, choice)
