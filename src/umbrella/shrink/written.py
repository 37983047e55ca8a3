"""The folder of a small run: what it is, what it scored, and every candidate that was tried."""

from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.budget import Budget
from umbrella.base.files import write_bytes
from umbrella.base.run import Run, digests
from umbrella.base.tensors import save_tensors
from umbrella.fit.against_naive import facts_beside_naive
from umbrella.fit.rung import network_spec
from umbrella.fit.sized import is_sized
from umbrella.fit.trained import GRAPH, ROWS
from umbrella.score.cost import cpu_class
from umbrella.score.selection import best_of
from umbrella.shrink.candidate import Candidate, Workshop
from umbrella.shrink.proof import Proof, prove
from umbrella.tasks.task import bounds, for_all


def write_small(
    run: Run,
    shop: Workshop,
    chosen: Candidate,
    proof: Proof,
    tried: list[Candidate],
    budget: Budget,
) -> None:
    """The small run's files; run.json last.

    Args:
        run: its folder, empty.
        shop: where it was made.
        chosen: the candidate that was accepted.
        proof: that it was.
        tried: all candidates, the large model first.
        budget: what was asked for.
    """
    teacher, prepared = shop.teacher, shop.prepared
    parent = teacher.run
    state = {name: tensor.numpy() for name, tensor in chosen.network.state_dict().items()}
    save_tensors(run / "weights.safetensors", state)
    run.write("codecs.json", chosen.codecs.entries())
    if chosen.way is not None:
        write_bytes(run / GRAPH, chosen.graph)
    write_bytes(run / "split.parquet", (parent / "split.parquet").read_bytes())
    test = shop.outputs(chosen, "test")
    save_tensors(run / "test.safetensors", {"outputs": test})
    run.write("ladder.json", _table(shop, tried, chosen))
    facts = teacher.facts | _scored(shop, chosen, tried, test)
    facts |= facts_beside_naive(prepared, shop.outputs(chosen, "validation"), test)
    facts |= {
        "name": run.path.resolve().name,
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "source": str((parent / ROWS).resolve()) if parent.has(ROWS) else facts["source"],
        "parent": str(parent.path.resolve()),
        "rung": chosen.rung,
        "best": chosen.rung,
        "ended": None,
        "network": network_spec(chosen.rung, prepared.kind, chosen.network),
        "choice": chosen.choice,
        "cost": {"bytes": chosen.cost.bytes, "one_row_ms": chosen.cost.milliseconds},
        "shrunk": {
            "budget": {"size": budget.size, "latency": budget.latency, "drop": budget.drop},
            "name": chosen.name,
            "int8": chosen.way is not None,
            "likely": _likely(shop, chosen, tried, budget),
            "alone": chosen.way == "computed",
            "cpu": cpu_class(),
            # Of a large model that says how large its errors may be: whether this one does.
            "sized": is_sized(chosen.network) if is_sized(teacher.network) else None,
            "before": {"bytes": tried[0].cost.bytes, "one_row_ms": tried[0].cost.milliseconds},
            "proof": proof.to_json(),
        },
    }
    files = ("weights.safetensors", "codecs.json", GRAPH, "split.parquet", "test.safetensors")
    facts["digests"] = digests(run, files)
    run.write("run.json", facts)
    run.log("shrunk", name=chosen.name, bytes=chosen.cost.bytes)


def _likely(shop: Workshop, chosen: Candidate, tried: list[Candidate], budget: Budget) -> bool:
    """Whether the smallest file was sought, and this is it among those that the validation rows
    would prove too.
    """
    task, units = shop.teacher.task, shop.prepared.dependent("validation")
    if budget.size is not None or budget.latency is not None:
        return False
    lighter = [one for one in tried[1:] if one.cost.bytes < chosen.cost.bytes]
    found = [
        prove(task, tried[0].scores, one.scores, budget.drop, 1, units).accepted
        for one in (chosen, *lighter)
    ]
    return found[0] and not any(found[1:])


def _scored(
    shop: Workshop, chosen: Candidate, tried: list[Candidate], test: NDArray
) -> dict[str, Any]:
    """Scores of the small run, its task with fresh confidence, and how many were looked at."""
    prepared, task = shop.prepared, chosen.task
    targets, units = prepared.part_targets("test"), prepared.dependent("test")
    scores = task.row_scores(test, targets)
    simple = for_all(prepared.baseline(task), len(targets))
    baseline = task.row_scores(simple, targets)
    near = task.interval(chosen.scores, prepared.dependent("validation"))
    compared = np.stack([task.sign * candidate.scores for candidate in tried])
    selection = best_of(compared, prepared.dependent("validation"))
    mean = float(chosen.scores.mean())
    return {
        "task": task.spec(),
        "scores": {
            "test": {
                "score": float(scores.mean()),
                **bounds(task.interval(scores, units)),
                "rows": len(scores),
                "p_against_baseline": float(task.compare(scores, baseline, units)),
                "metrics": task.metrics(test, targets),
            },
            "baseline": {"score": float(baseline.mean())},
            "validation": {"score": mean, **bounds(near)},
        },
        "selection": {
            "looks": selection.looks,
            "optimism": selection.optimism,
            "corrected": mean - task.sign * selection.optimism,
        },
    }


def _table(shop: Workshop, tried: list[Candidate], chosen: Candidate) -> list[dict[str, Any]]:
    """ladder.json of a small run: every candidate, the large model first."""
    task = shop.teacher.task
    table, units = [], shop.prepared.dependent("validation")
    for candidate in tried:
        around = task.interval(candidate.scores, units)
        table.append(
            {
                "name": candidate.name,
                "score": float(candidate.scores.mean()),
                **bounds(around),
                "bytes": candidate.cost.bytes,
                "one_row_ms": candidate.cost.milliseconds,
                "p_against_best": float(task.compare(candidate.scores, tried[0].scores, units)),
                "chosen": candidate is chosen,
            }
        )
    return table
