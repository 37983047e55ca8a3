"""Before a fit that starts from a checkpoint: what fits which rung, and what the donor has seen."""

from collections.abc import Mapping, Sequence

import numpy as np

from umbrella.base.catalogue import Sentence, sentence
from umbrella.base.errors import ConfigError
from umbrella.data.codecs import codec_class
from umbrella.data.split import Split
from umbrella.fit.donor import Donor
from umbrella.fit.initial import Initial, Start, learns, reads_ids
from umbrella.fit.prepare import Prepared, with_target
from umbrella.fit.steps import Step
from umbrella.fit.views import Views, asks

FOREIGN = ("layer1.0.conv1.weight", "stages.0.blocks.0.conv1.weight")  # layouts met often


def survey(initial: Initial, views: Views, climb: Sequence[Step]) -> dict[str, Start]:
    """What every rung that learns will take, before any is fitted.

    Args:
        initial: the donor beside the data.
        views: of the fit.
        climb: what will be tried.

    Returns:
        Name of the step → its start.

    Raises:
        ConfigError: the donor fits no rung at all.
    """
    out = {}
    for step in climb:
        if not learns(step.rung):
            continue
        kinds = initial.prepared.table.kinds
        wanted = asks(step.rung, {}, step.columns, kinds)
        [kept] = initial.keep(step.rung, wanted)
        if kept is None and reads_ids(codec_class(wanted[0].codec)):
            out[step.name] = Start(donor=initial.donor, unread=True)  # found without any encoding
            continue
        out[step.name] = initial.begin(step.rung, views.get(step.rung, {}, step.columns), {})
    if not any(start.names for start in out.values()):
        raise _useless(initial.donor, out)
    return out


def _useless(donor: Donor, starts: Mapping[str, Start]) -> ConfigError:
    if not starts:
        return ConfigError(
            f"--init {donor.name} cannot be used: no rung that is climbed learns from start "
            f"weights. Leave --init out, or name others with --rungs."
        )
    if any(name in donor.tensors for name in FOREIGN):
        hint = (
            "These are names of another family of residual networks, whose layers differ from "
            "those of resnet here, so that its weights would mean nothing. "
        )
    elif all(start.unread for start in starts.values()):
        hint = (
            "Its ids would be those of another vocabulary. Name the run folder, whose codecs "
            "come along, and read the same columns with the same settings. "
        )
    else:
        hint = ""
    wanted = "; ".join(
        f"{name} has {start.misfit[0]} {list(start.misfit[2])}"
        for name, start in starts.items()
        if start.misfit is not None
    )
    return ConfigError(
        f"--init {donor.name} fits no rung here. It begins with {donor.first}"
        f"{'; ' + wanted if wanted else ''}. {hint}docs/en/init.md lists the names and shapes."
    )


def provenance(donor: Donor, prepared: Prepared) -> Sentence:
    """Whether the start weights may have seen rows that this fit sets aside.

    Raises:
        ConfigError: they have.
    """
    table = prepared.table
    run, plan = donor.run, donor.facts.get("plan", {})
    same = run is not None and donor.facts["fingerprint"] == table.fingerprint
    if run is None or not same or not run.has("split.parquet"):
        return sentence("fit.init.unknown", name=donor.name)
    then = Split.from_parquet(run / "split.parquet")
    rows = np.flatnonzero(with_target(table.raw(plan["target"]).to_list(), plan.get("task")))
    if len(rows) != len(then.part):  # other cells counted as missing then
        return sentence("fit.init.unknown", name=donor.name)
    train, validation = rows[then.rows("train")], rows[then.rows("validation")]
    test = prepared.rows[prepared.part("test")]
    seen = int(np.isin(test, np.concatenate([train, validation])).sum())
    seen += int(np.isin(prepared.rows[prepared.part("validation")], train).sum())
    if seen:
        raise ConfigError(
            f"--init {donor.name} was fitted on {seen:,} of the rows that are set aside here: it "
            f"is of the same data, otherwise split. No score would mean anything. Split as it did "
            f"(the same target, seed, shares and groups), or start from a fit on other data."
        )
    if plan.get("init"):  # what the donor's own donor has seen is written nowhere
        return sentence("fit.init.unknown", name=donor.name)
    return sentence("fit.init.apart", name=donor.name)
