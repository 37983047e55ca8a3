"""Make one candidate: train it on the large model's answers, export it, quantize it, measure it."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from umbrella.base.catalogue import sentence
from umbrella.base.errors import BudgetError
from umbrella.base.progress import Progress
from umbrella.base.seeds import derive
from umbrella.data.arrays import Arrays, encode
from umbrella.data.codecs.cells import Cells, slices, take
from umbrella.data.codecs.columns import Columns, padded
from umbrella.fit.cost import Cost, export, measure_graph
from umbrella.fit.device import Device, use_threads
from umbrella.fit.loop import Data, outputs_of, train
from umbrella.fit.prepare import Prepared
from umbrella.fit.rung import augmenter, loop_config, own_settings
from umbrella.fit.sized import SETTING, is_sized
from umbrella.fit.solve import solve
from umbrella.fit.trained import Trained, graph_outputs
from umbrella.fit.views import Ask, View, Views, keep_none
from umbrella.models.ladders import Rung, build
from umbrella.models.onnx import OUTPUT, SIZES
from umbrella.shrink.distill import DistillConfig, Student, features_of, make_objective
from umbrella.shrink.plan import Idea
from umbrella.shrink.quantize import Way, int8
from umbrella.shrink.tokens import (
    COMMON,
    can_lose_tokens,
    fewer_tokens_of,
    seen_tokens,
    settings_of,
)
from umbrella.tasks.task import Task

SAMPLES = 24  # real batches of one row that judge a quantised graph's speed and change


@dataclass(frozen=True)
class Candidate:
    """A model that could take the large one's place.

    Args:
        name: for tables.
        rung: name of its rung.
        network: in float32.
        codecs: fitted.
        graph: the ONNX bytes that would ship.
        way: how the graph holds int8, "stored" or "computed" (see quantize.py); None in float32.
        cost: bytes on disk and time of one row, measured on the graph.
        scores: headline score of every validation row [n], as the rungs of a fit are scored.
        task: read as the candidate's own validation rows say.
    """

    name: str
    rung: str
    choice: dict[str, Any]
    network: nn.Module
    codecs: Columns
    graph: bytes
    way: str | None
    cost: Cost
    scores: NDArray[np.float64]
    task: Task


@dataclass
class Workshop:
    """What all candidates of one search share.

    Args:
        teacher: the large model.
        prepared: its data.
        views: encodings, each made once.
        device: where students train.
        progress: where to show it.
        soft, hidden: the large model's outputs and features of every row, once asked for.
        encoded: the last codecs and part that were encoded, and the arrays.
        seen: the last codecs that were asked which tokens training rows hold, and these.
    """

    teacher: Trained
    prepared: Prepared
    views: Views
    device: Device
    progress: Progress
    soft: NDArray[np.float32] | None = None
    hidden: NDArray[np.float32] | None = None
    encoded: tuple[Any, str, Arrays] | None = None
    seen: tuple[Any, NDArray[np.int64]] | None = None

    def _keep(self, step: Rung, wanted: Sequence[Ask]) -> list[Any | None]:
        """For students that read by a published tokenizer the one that the large model has."""
        own = [part.codec for part in self.teacher.codecs.parts]
        return own if step.pretrained else keep_none(step, wanted)

    def make(self, idea: Idea, seconds: float | None, computed: bool = False) -> list[Candidate]:
        """A candidate in float32 and in int8, where int8 makes it smaller.

        Args:
            idea: what to make.
            seconds: time budget of its training, or None.
            computed: try int8 arithmetic as well, which wide layers gain speed from.
        """
        quantised = self.teacher.graph
        if idea.given and quantised is not None:
            way = "computed" if self.teacher.alone else "stored"
            teacher = self.teacher
            return [self._candidate(idea, teacher.network, teacher.codecs, quantised, way)]
        if idea.given:
            network, codecs = self.teacher.network, self.teacher.codecs
        else:
            network, codecs = self._student(idea, seconds)
        return [
            *self._exported(idea, network, codecs, computed),
            *self._with_fewer_tokens(idea, network, codecs, computed),
        ]

    def _exported(
        self, idea: Idea, network: nn.Module, codecs: Columns, computed: bool, fewer: str = ""
    ) -> list[Candidate]:
        """A network as candidates; with `fewer` tokens in int8 alone, where it can be had."""
        cells = self.prepared.examples("validation")
        graph = export(network, codecs, cells)
        out = [] if fewer else [self._candidate(idea, network, codecs, graph, None)]
        ways: tuple[Way, ...] = ("stored", "computed") if computed else ("stored",)
        for way in ways:
            try:
                small = int8(graph, samples=_samples(codecs, cells), way=way)
            except BudgetError:  # nothing in it is large enough to gain from int8
                continue
            if way == "stored" or small.operators:
                out.append(self._candidate(idea, network, codecs, small.model, way, fewer))
        return out

    def _with_fewer_tokens(
        self, idea: Idea, network: nn.Module, codecs: Columns, computed: bool
    ) -> list[Candidate]:
        """The same from the same training, with tokens left out that its rows do not need."""
        if not can_lose_tokens(network, codecs):
            return []
        if self.seen is None or self.seen[0] is not codecs:
            self.seen = codecs, seen_tokens(codecs, self.prepared)
        out: list[Candidate] = []
        for common in COMMON:
            made = fewer_tokens_of(network, codecs, self.seen[1], common)
            if made is not None:
                name = f" tokens {made[1].sizes['vocab']:,}"
                out += self._exported(idea, *made, computed, name)
        return out

    def outputs(self, candidate: Candidate, part: str) -> NDArray[np.float32]:
        """What the candidate's graph answers for a part."""
        alone = candidate.way == "computed"
        return self._graph_outputs(candidate.graph, candidate.codecs, part, alone)

    def _candidate(
        self,
        idea: Idea,
        network: nn.Module,
        codecs: Columns,
        graph: bytes,
        way: str | None,
        fewer: str = "",
    ) -> Candidate:
        outputs = self._graph_outputs(graph, codecs, "validation", way == "computed")
        task, targets = self.teacher.task, self.prepared.part_targets("validation")
        scores, own = (
            task.as_fitted().row_scores(outputs, targets),
            task.calibrated(outputs, targets, *self._sizes(network, graph, codecs, way)),
        )
        cost = measure_graph(graph, codecs, self.prepared.examples("validation"))
        name = idea.name + fewer
        name += {None: "", "stored": " int8", "computed": " int8 computed"}[way]
        choice = self._choice(idea) | (settings_of(network) if fewer else {})
        return Candidate(
            name, idea.rung.name, choice, network, codecs, graph, way, cost, scores, own
        )

    def _choice(self, idea: Idea) -> dict[str, Any]:
        """An idea's settings; where the large model says how large its errors may be, so does every
        small one that is trained by steps, and no other can.
        """
        choice = {name: value for name, value in idea.choice.items() if name != SETTING}
        says = is_sized(self.teacher.network) and (idea.given or idea.rung.solver == "gradient")
        return choice | ({SETTING: True} if says else {})

    def _sizes(
        self, network: nn.Module, graph: bytes, codecs: Columns, way: str | None
    ) -> tuple[NDArray[np.float32], ...]:
        """How large a graph says its errors on validation rows may be; nothing of most."""
        if not is_sized(network):
            return ()
        return (self._graph_outputs(graph, codecs, "validation", way == "computed", SIZES),)

    def _graph_outputs(
        self, graph: bytes, codecs: Columns, part: str, alone: bool, name: str = OUTPUT
    ) -> NDArray[np.float32]:
        known, its_part, arrays = self.encoded or (None, "", {})
        if known is not codecs or its_part != part:  # a codec's graphs come one after the other
            arrays = encode(codecs, self.prepared.batches(part))
            self.encoded = (codecs, part, arrays)
        return graph_outputs(graph, arrays, np.arange(len(self.prepared.part(part))), alone, name)

    def _student(self, idea: Idea, seconds: float | None) -> tuple[nn.Module, Any]:
        view_choice, network_choice, solver_choice = own_settings(self._choice(idea))
        self.views.keep = self._keep
        view = self.views.get(idea.rung, view_choice)
        torch.manual_seed(derive(self.teacher.facts["plan"]["seed"], "student", idea.name))
        task = self.teacher.task
        network = build(idea.rung, view.codecs.sizes, outputs=task.outputs, **network_choice)
        if idea.rung.pretrained:
            network.take_layers(self.teacher.network)  # type: ignore[operator]
        data = self.views.data(view)
        if idea.rung.solver != "gradient":
            plan = self.teacher.facts["plan"]
            settings = {**dict(idea.rung.train), **solver_choice}
            settings |= {"balance": plan["balance"], "seed": plan["seed"]}
            with self.progress.stage(sentence("stage.solve", name=idea.name)):
                solve(idea.rung.solver, network, data, task, settings, seconds)
            taught = any(weight.requires_grad for weight in network.parameters())
            if not taught or self.teacher.facts["network"]["rung"] == idea.rung.name:
                return network, view.codecs  # the same solver on fewer features: no more to learn
            self._teach(idea, network, data, seconds)
            return network, view.codecs
        self._distill(idea, network, data, seconds)
        return network, view.codecs

    def _teach(self, idea: Idea, network: nn.Module, data: Data, seconds: float | None) -> None:
        """Go on from what a solver found, and go back to it where the large model's answers did no
        good: a closed form may well know better than a network.
        """
        alone, before = copy.deepcopy(network.state_dict()), self._validated(network, data)
        self._distill(idea, network, data, seconds)
        if self._validated(network, data) < before:
            network.load_state_dict(alone)

    def _validated(self, network: nn.Module, data: Data) -> float:
        """Headline score of the validation rows of the last stretch, higher is better."""
        task, rows = self.teacher.task.as_fitted(), data.validation
        outputs = outputs_of(network, data.encoded, rows, Device("cpu"))
        return task.sign * float(task.row_scores(outputs, data.targets[rows]).mean())

    def _distill(
        self,
        idea: Idea,
        network: nn.Module,
        data: Data,
        seconds: float | None,
    ) -> None:
        self._listen()
        assert self.soft is not None
        width = None if self.hidden is None else self.hidden.shape[1]
        student = Student(network, width)
        plan = self.teacher.facts["plan"]
        balance = bool(plan["balance"])
        config = loop_config(
            idea.rung,
            len(data.train),
            idea.choice,
            seed=derive(plan["seed"], "distill", idea.name),
            average=plan["average"],
            balance=balance,
            epochs=plan["epochs"],
        )
        objective = make_objective(
            self.teacher.task, DistillConfig(), self.soft, self.hidden, balance
        )
        use_threads(network, config.batch)
        with self.progress.stage(sentence("stage.distill", name=idea.name), 1) as stage:
            train(
                student,
                data,
                self.teacher.task,
                config,
                self.device,
                seconds=seconds,
                stage=stage,
                objective=objective,
                augment=augmenter(idea.rung, self.teacher.task),
            )
        network.to("cpu").eval()

    def _listen(self) -> None:
        """Ask the teacher once about every row."""
        if self.soft is not None:
            return
        view = self._teacher_view()
        rows = np.arange(len(self.prepared.rows))
        network = self.teacher.network.to(self.device.name)
        with self.progress.stage(sentence("stage.ask")):
            graph = self.teacher.graph
            if graph is None:
                outputs = outputs_of(network, view.arrays, rows, self.device)
            else:
                outputs = graph_outputs(graph, view.arrays, rows, self.teacher.alone)
            self.hidden = features_of(network, view.arrays, rows, self.device)
        network.to("cpu")
        self.soft = outputs / np.float32(getattr(self.teacher.task, "temperature", 1.0))
        offsets = np.array(getattr(self.teacher.task, "offsets", ()), dtype=np.float32)
        self.soft[..., : len(offsets)] += offsets  # where each label has one

    def _teacher_view(self) -> View:
        return View(self.teacher.codecs, encode(self.teacher.codecs, self.prepared.batches()))


def _samples(codecs: Columns, cells: Cells) -> list[dict[str, NDArray]]:
    return [padded(codecs.encode(row)) for row in slices(take(cells, slice(SAMPLES)), 1)]
