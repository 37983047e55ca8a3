"""What was asked for and only some of the rungs can do: said once, before anything is fitted."""

from collections.abc import Sequence

from umbrella.base.catalogue import Sentence, sentence
from umbrella.fit.channels import NONE, reads_features
from umbrella.fit.settings import FitSettings
from umbrella.fit.steps import Step


def unheeded(settings: FitSettings, climb: Sequence[Step]) -> list[Sentence]:
    """Notes on `quantiles` and `features` that rungs of a climb do not heed.

    Args:
        settings: of the fit.
        climb: the rungs that are tried.
    """
    notes = []
    plain = [step.name for step in climb if step.rung.solver != "gradient"]
    if settings.quantiles and plain:
        notes.append(sentence("forecast_fit.quantiles", rungs=", ".join(plain)))
    named = settings.features if settings.features != NONE else ()
    if named and not any(reads_features(step.rung) for step in climb):
        told = {"names": ", ".join(named), "rungs": ", ".join(step.name for step in climb)}
        notes.append(sentence("features.unread", count=len(climb), **told))
    return notes
