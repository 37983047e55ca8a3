"""Search for a smaller model within a budget, and prove on unseen rows what was lost.

    say what the proof rows can prove at best → make candidates, judged on validation rows alone →
    keep those within budget → prove the best of them on the test rows → write a new run

The test rows see no step of the search. Each proof is a look at them; see proof.py.
"""

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from umbrella.base.budget import Budget
from umbrella.base.catalogue import Sentence, sentence
from umbrella.base.errors import BudgetError, RunError, UmbrellaError
from umbrella.base.progress import Progress, Silent
from umbrella.base.run import LOCK, Run, read_ladder
from umbrella.fit.device import find_device
from umbrella.fit.prepare import Prepared
from umbrella.fit.trained import Trained, load_trained, read_rows
from umbrella.fit.views import Views
from umbrella.models.ladders import own_size, rung
from umbrella.shrink.candidate import Candidate, Workshop
from umbrella.shrink.looks import read_looks, write_looks
from umbrella.shrink.plan import ideas
from umbrella.shrink.proof import Proof, best_margin, changed_share, independent, prove, too_few
from umbrella.shrink.written import write_small

LOOKS = 3  # proofs one search may try
WORTH = 0.98  # of its size that a smaller model may keep at most, to be worth the name
NOTES = 5_000  # bytes kept free for the card and the notes of the shipped file
GRAPH_LEAST = 1_000  # bytes of the smallest graph there is: one that repeats the last season


@dataclass(frozen=True)
class ShrinkWatcher:
    """Who wants to see a search as it goes.

    Args:
        said: called with what should be known of the search before it starts.
        margin: called with the proof rows, the best provable drop (or None) and the allowed one.
        candidate: called with each candidate and what `judge` says of it.
        proof: called with each candidate put to the proof.
    """

    margin: Callable[[int, float | None, float], None] = lambda *_: None
    candidate: Callable[[Candidate, str], None] = lambda *_: None
    proof: Callable[[Candidate, Proof], None] = lambda *_: None
    said: Callable[[Sentence], None] = lambda *_: None


def shrink_run(
    path: Path | str,
    budget: Budget,
    out: Path | str | None = None,
    *,
    data: Any = None,
    minutes: float | None = None,
    fresh: bool = False,
    progress: Progress | None = None,
    watcher: ShrinkWatcher | None = None,
) -> Run:
    """Make a smaller run next to a finished one.

    Args:
        path: the finished run.
        budget: what the small model may cost.
        out: its folder; the old name with "-small" by default.
        data: where the data is now, when it has moved.
        minutes: time budget of the search.
        fresh: replace an earlier small run in that folder.
        progress, watcher: where to show it.

    Raises:
        BudgetError: no candidate meets the budget, or the rows cannot prove it.
        RunError, DataError: the run or its data is absent, damaged or changed.
    """
    progress, watcher = progress or Silent(), watcher or ShrinkWatcher()
    teacher = load_trained(path)
    old = teacher.run.path
    run = Run(out if out is not None else old.with_name(f"{old.name}-small"))
    if run.path.resolve() == old.resolve():
        raise RunError(f"{old} cannot be shrunk into itself. Choose another folder with --out.")
    with run.lock():
        _refuse_full(run, fresh)
        with progress.stage(sentence("stage.read")):
            prepared = read_rows(teacher, data)
        looks = read_looks(teacher)
        _announce(teacher, prepared, budget, looks, watcher)
        device = find_device("auto")
        shop = Workshop(teacher, prepared, Views(prepared, progress), device, progress)
        tried, fitting = _search(shop, budget, minutes, watcher)
        chosen, proof = _prove(shop, fitting, tried, budget, looks, watcher)
        _clear(run)
        write_small(run, shop, chosen, proof, tried, budget)
    return run


def _refuse_full(run: Run, fresh: bool) -> None:
    """Refuse a folder that holds anything, unless it is a small run that may go."""
    others = [p.name for p in run.path.iterdir() if p.name != LOCK]
    if not others:
        return
    ours = run.has("run.json") and run.read("run.json").get("parent")
    if not (fresh and ours):
        raise RunError(
            f"{run.path} holds files already ({', '.join(sorted(others)[:4])}). Choose another "
            f"folder with --out" + (", or replace that small run with --fresh." if ours else ".")
        )


def _clear(run: Run) -> None:
    """Make room for the new small run, now that it exists and is proven."""
    for path in run.path.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != LOCK:
            path.unlink()


def _announce(
    teacher: Trained, prepared: Prepared, budget: Budget, looks: int, watcher: ShrinkWatcher
) -> None:
    """Say what can be proven before any work is done, and of forecasts what candidates are judged
    by: the last stretch alone, for they learn from the earlier ones.
    """
    if budget.size is not None and budget.size < NOTES + GRAPH_LEAST:
        raise BudgetError(
            f"--size {budget.size:,} bytes is less than any file takes: {NOTES / 1000:g} kB are "
            f"kept for its card and notes, and the smallest network there is takes "
            f"{GRAPH_LEAST / 1000:g} kB. The floor is {(NOTES + GRAPH_LEAST) / 1000:g} kB, and "
            f"what learned something takes a few more: --size 12KB, say."
        )
    count, units = len(prepared.part("test")), prepared.dependent("test")
    rows = independent(count, units)
    if too_few(teacher.task, count, units):
        raise BudgetError(
            f"{rows:,} test moments are too few to prove anything of forecasts "
            f"{teacher.task.outputs} steps ahead. Fit again with a longer history, or with a "
            f"smaller --horizon."
        )
    if budget.size is not None:
        left = budget.size - NOTES
        watcher.said(sentence("shrink.room", size=budget.size, left=left, notes=NOTES))
    judged = _judged_by(teacher, len(prepared.part("validation")))
    if judged is not None:
        watcher.said(judged)
    margin = best_margin(teacher.task, rows, looks + 1)
    watcher.margin(rows, margin, budget.drop)
    if margin is not None and margin > budget.drop:
        raise BudgetError(
            f"{rows:,} independent test rows can prove a drop of {100 * margin:.2f} points at best,"
            f" even if no answer changes; --drop is {100 * budget.drop:.2f} points. Allow --drop "
            f"{100 * margin * 1.5:.1f}%, or fit with more rows."
        )


def _judged_by(teacher: Trained, rows: int) -> Sentence | None:
    """How the figures of candidates differ from that of the fit, which walked through time."""
    walked = [one.get("walk", 1) for one in read_ladder(teacher.run) if one.get("chosen")]
    if teacher.facts.get("shrunk") or not walked or walked[0] < 2:
        return None
    score = teacher.facts["scores"]["validation"]["score"]
    return sentence("shrink.judged_by", n=rows, score=score, stretches=walked[0])


def _search(
    shop: Workshop, budget: Budget, minutes: float | None, watcher: ShrinkWatcher
) -> tuple[list[Candidate], list[Candidate]]:
    """Make candidates; returns all of them, and those that fit, best first."""
    facts = shop.teacher.facts
    network = facts["network"]
    plan = ideas(facts["kind"], network["rung"], facts["choice"], _dial(shop.teacher))
    deadline = None if minutes is None else time.monotonic() + 60 * minutes
    tried: list[Candidate] = []
    fitting: list[Candidate] = []
    with shop.progress.stage(sentence("stage.search"), len(plan)) as stage:
        for index, idea in enumerate(plan):
            left = None if deadline is None else deadline - time.monotonic()
            if left is not None and left <= 0:
                break
            share = None if left is None else left / (len(plan) - index)
            try:
                made = shop.make(idea, share, computed=budget.latency is not None)
            except UmbrellaError as error:
                shop.teacher.run.log("candidate failed", name=idea.name, why=str(error))
                continue
            for candidate in made:
                tried.append(candidate)
                verdict = judge(shop, candidate, tried[0], budget)
                watcher.candidate(candidate, verdict)
                fitting += [candidate] if verdict == "fits" else []
            stage.advance(1)
    return tried, sorted(fitting, key=lambda c: _rank(shop, c, tried[0], budget))


def _dial(teacher: Trained) -> int:
    """What the size dial of the large model stands at."""
    facts = teacher.facts
    step = rung(facts["kind"], facts["network"]["rung"])
    place, name = step.dial.split(".")
    if place == "view":
        allowed = int(facts["choice"].get(step.dial, own_size(step)))
        # Few texts have fewer features than are allowed.
        return min(allowed, int(teacher.codecs.sizes.get("vocab", allowed)))
    return int(facts["network"]["config"][name])


def judge(shop: Workshop, candidate: Candidate, old: Candidate, budget: Budget) -> str:
    """Whether a candidate keeps to size, latency and, on validation rows, to the drop.

    Returns:
        "fits", "as_is" for the large model itself, or what it breaks: "too_large", "too_slow" or
        "too_weak".
    """
    cost = candidate.cost
    if candidate is old:
        return "as_is"
    if budget.size is not None and cost.bytes + NOTES > budget.size:
        return "too_large"
    quicker = budget.latency is not None and cost.milliseconds < old.cost.milliseconds
    if cost.bytes > WORTH * old.cost.bytes and not quicker:
        return "too_large"
    if budget.latency is not None and cost.milliseconds > budget.latency:
        return "too_slow"
    return "too_weak" if _loss(shop, candidate, old) > budget.drop else "fits"


def _loss(shop: Workshop, candidate: Candidate, old: Candidate) -> float:
    """How much worse on the validation rows, as the budget counts it."""
    before, after = float(old.scores.mean()), float(candidate.scores.mean())
    if shop.teacher.task.sign > 0:
        return before - after
    return (after - before) / (before or 1.0)


def _rank(shop: Workshop, candidate: Candidate, old: Candidate, budget: Budget) -> tuple:
    """Best first. With a size or latency asked for, the least change; else the smallest file of
    those that the validation rows would already prove, and then the others by their change.
    """
    task, units = shop.teacher.task, shop.prepared.dependent("validation")
    moved = changed_share(task, old.scores, candidate.scores)
    worse = max(0.0, _loss(shop, candidate, old)) + 0.25 * moved
    if budget.size is not None or budget.latency is not None:
        return (worse, candidate.cost.bytes)
    likely = prove(task, old.scores, candidate.scores, budget.drop, 1, units).accepted
    return (not likely, candidate.cost.bytes if likely else worse)


def _prove(
    shop: Workshop,
    fitting: list[Candidate],
    tried: list[Candidate],
    budget: Budget,
    looks: int,
    watcher: ShrinkWatcher,
) -> tuple[Candidate, Proof]:
    """Put the best candidates to the proof, one after the other, until one is accepted."""
    task, targets = shop.teacher.task, shop.prepared.part_targets("test")
    if not fitting:
        raise BudgetError(_nothing_fits(shop, tried, budget))
    before, units = (
        task.row_scores(shop.outputs(tried[0], "test"), targets),
        shop.prepared.dependent("test"),
    )
    seen: list[tuple[float, str, Proof]] = []
    for candidate in fitting[:LOOKS]:
        looks += 1
        write_looks(shop.teacher, looks)
        after = candidate.task.row_scores(shop.outputs(candidate, "test"), targets)
        proof = prove(task, before, after, budget.drop, looks, units)
        watcher.proof(candidate, proof)
        if proof.accepted:
            return candidate, proof
        seen.append((proof.bound, candidate.name, proof))
    bound, name, proof = max(seen, key=lambda one: one[0])
    if not np.isfinite(bound):
        raise BudgetError(
            f"None of the {len(seen)} best candidates could be proven: errors of neighbouring test "
            f"moments hang together for so long that {proof.rows:,} rows are too few. Fit again "
            f"with a longer history, or with a smaller --horizon."
        )
    unit = "points" if task.sign > 0 else "% of the error"
    more = "a longer history" if getattr(task, "ahead", False) else "more rows"
    raise BudgetError(
        f"None of the {len(seen)} best candidates could be proven to lose less than "
        f"{100 * budget.drop:.2f} {unit}: {name}, the nearest, may lose {-100 * bound:.2f} {unit} "
        f"({100 * proof.level:.1f} % confidence). Allow a larger --drop or --size, or fit with "
        f"{more}."
    )


def _nothing_fits(shop: Workshop, tried: list[Candidate], budget: Budget) -> str:
    old = tried[0]
    if len(tried) == 1:
        return (
            f"{old.name} is the smallest there is already: its file takes {old.cost.bytes:,} bytes,"
            f" and nothing lighter could be made. Ship it as it is with: umbrella ship."
        )
    asked = []
    if budget.size is not None:
        asked.append(f"size {budget.size:,} bytes")
    if budget.latency is not None:
        asked.append(f"latency {budget.latency:g} ms")
    unit = "points" if shop.teacher.task.sign > 0 else "% of the error"
    asked.append(f"drop {100 * budget.drop:g} {unit}")
    smallest = min(tried, key=lambda c: c.cost.bytes)
    worse = 100 * _loss(shop, smallest, old)
    honest = [c for c in tried if _loss(shop, c, old) <= budget.drop]
    near = min(honest, key=lambda c: c.cost.bytes)
    fast = min(honest, key=lambda c: c.cost.milliseconds)
    than = "worse" if worse >= 0 else "better"
    return (
        f"None of {len(tried)} candidates meets {', '.join(asked)}. Smallest within the drop: "
        f"{near.name}, {near.cost.bytes:,} bytes, {near.cost.milliseconds:.2f} ms; fastest: "
        f"{fast.name}, {fast.cost.milliseconds:.2f} ms. Smallest of all: {smallest.name}, "
        f"{smallest.cost.bytes:,} bytes, {abs(worse):.1f} {unit} {than}. Card and notes of the "
        f"shipped file take {NOTES:,} bytes more. Allow more with --size, --latency or --drop."
    )
