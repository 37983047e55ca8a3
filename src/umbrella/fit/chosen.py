"""The chosen rung: its files in the run folder, and its network where it computes."""

from dataclasses import replace

import torch
from torch import nn

from umbrella.base.files import write_bytes
from umbrella.base.run import Run
from umbrella.base.tensors import load_tensors, save_tensors
from umbrella.fit.rung import Context, Look, own_settings
from umbrella.fit.sized import HEAD, SETTING, without_sizes
from umbrella.fit.views import View
from umbrella.models.ladders import network_of

WEIGHTS = "weights.safetensors"
FILES = (WEIGHTS, "codecs.json")  # of a rung, that a run has too


def keep(run: Run, chosen: Look, own: bool) -> Look:
    """Copy the rung's files into the run; returns the rung as the run has it.

    Args:
        run: is written to.
        chosen: the rung.
        own: whether what its network says of its own errors is taken; else that head is left out.
    """
    for name in FILES:
        write_bytes(run / name, (chosen.folder / name).read_bytes())
    if own or SETTING not in chosen.facts["choice"]:
        return chosen
    weights = load_tensors(run / WEIGHTS)
    save_tensors(run / WEIGHTS, {k: v for k, v in weights.items() if not k.startswith(HEAD)})
    return replace(chosen, facts=without_sizes(chosen.facts))


def opened(context: Context, chosen: Look) -> tuple[nn.Module, View]:
    """The network with the run's weights, where it computes, and what it reads."""
    step = chosen.step
    view = context.views.get(step.rung, own_settings(chosen.facts["choice"])[0], step.columns)
    network = network_of(chosen.facts["network"])
    weights = load_tensors(context.run / WEIGHTS)
    network.load_state_dict({name: torch.from_numpy(array) for name, array in weights.items()})
    return network.to(context.device.name), view
