"""What the experiment found, as one paragraph: who is ahead, by what, and the price of fairness."""

from collections.abc import Mapping, Sequence

from umbrella.base.catalogue import Sentence, sentence
from umbrella.compare.budget import Budget
from umbrella.compare.predictions import CNN, LOCAL, MLP, Evidence, Marked
from umbrella.models.signal.reach import parameters
from umbrella.score.crossed import Estimate


def paragraph(
    evidence: Evidence, gains: Mapping[str, Estimate], marked: Sequence[Marked], budget: Budget
) -> list[Sentence]:
    """The sentences, in order.

    Args:
        evidence: the finished arms.
        gains: what each assumption gives, by name.
        marked: the predictions; what they did not bear out is not concluded.
        budget: the networks.
    """
    sure = {one.name: one.held and one.clear for one in marked}
    out = [_lead(evidence, gains["total"]), _parts(evidence, gains), _shuffle(evidence)]
    if sure["same"] and sure["falls"]:
        out.append(sentence("compare.why.order"))
    out.append(_moves(evidence))
    if "budget" in gains:
        out.append(_price(evidence, gains["budget"], budget))
    return out


def _lead(evidence: Evidence, total: Estimate) -> Sentence:
    ahead = "cnn" if total.value > 0 else "mlp"
    return sentence(
        f"compare.why.{ahead if total.clear else 'neither'}",
        cnn=_score(evidence, CNN),
        mlp=_score(evidence, MLP),
        gain=_gain(total, evidence.form),
        form=evidence.form,
    )


def _parts(evidence: Evidence, gains: Mapping[str, Estimate]) -> Sentence:
    names = ("locality", "sharing", "pooling")
    return sentence(
        "compare.why.parts", **{name: _gain(gains[name], evidence.form) for name in names}
    )


def _shuffle(evidence: Evidence) -> Sentence:
    return sentence(
        "compare.why.shuffle",
        mlp=_score(evidence, MLP),
        mlp_after=_score(evidence, MLP, "shuffled"),
        cnn=_score(evidence, CNN),
        cnn_after=_score(evidence, CNN, "shuffled"),
        form=evidence.form,
    )


def _moves(evidence: Evidence) -> Sentence:
    return sentence(
        "compare.why.moves",
        most=max(evidence.shifts),
        cnn=_gain(_turned(evidence.fall_moved(CNN)), evidence.form),
        mlp=_gain(_turned(evidence.fall_moved(MLP)), evidence.form),
    )


def _price(evidence: Evidence, gain: Estimate, budget: Budget) -> Sentence:
    return sentence(
        "compare.why.budget",
        weights=budget.weights,
        channels=budget.configs[LOCAL].width,
        others=budget.configs["shared"].width,
        wide=budget.wide.width,
        more=parameters(budget.wide),
        score=_score(evidence, "wide"),
        gain=_gain(gain, evidence.form),
        form=evidence.form,
    )


def _score(evidence: Evidence, name: str, order: str = "ordered") -> float:
    return float(evidence.scores(name, order).mean())


def _gain(estimate: Estimate, form: str) -> Sentence:
    """A gain with its interval, and a word where it is within doubt."""
    return sentence(
        "compare.gain" if estimate.clear else "compare.gain_doubt",
        gain=estimate.value,
        range=(estimate.low, estimate.high),
        form=form,
    )


def _turned(loss: Estimate) -> Estimate:
    """A loss as a gain below 0."""
    return Estimate(-loss.value, -loss.high, -loss.low, loss.error, loss.seeds, loss.rows, loss.p)
