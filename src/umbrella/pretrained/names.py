"""Tensors of a file by their names into a network, and back; what does not fit is refused aloud."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from umbrella.base.errors import DataError, listed
from umbrella.models.transformer.attention import Attention
from umbrella.pretrained.family import Family, Row

NUMBERED = re.compile(r"(?<=blocks\.)\d+(?=\.)")
SHOWN = 6  # names in a message


@dataclass
class Faults:
    """What does not fit."""

    missing: list[str] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)
    misshapen: list[str] = field(default_factory=list)

    def refuse(self, where: str) -> None:
        """Raise if there is anything.

        Raises:
            DataError: names and counts.
        """
        kinds = (
            ("missing", self.missing),
            ("unexpected", self.unexpected),
            ("of another shape", self.misshapen),
        )
        told = "; ".join(
            f"{len(names)} {kind} ({listed(names, SHOWN)})" for kind, names in kinds if names
        )
        if told:
            raise DataError(
                f"The weights of {where} do not fit its config.json: {told}. Nothing was loaded. "
                f"Take both files from one published checkpoint, or name an architecture that "
                f"fits under 'architectures' in config.json."
            )


class Names:
    """The names of one file.

    Args:
        family: whose they are.
        present: every name in the file.
    """

    def __init__(self, family: Family, present: Iterable[str]):
        self.family, self.present = family, set(present)
        has = any(name.startswith(family.prefix) for name in self.present)
        self.prefix = family.prefix if family.prefix and has else ""

    def row(self, ours: str) -> Row | None:
        """Where one of our parameters comes from, with the names as they stand in this file."""
        number = match[0] if (match := NUMBERED.search(ours)) else ""
        plain = NUMBERED.sub("#", ours)
        stem, _, last = plain.rpartition(".")
        found = self.family.rows.get(plain)
        ending = ""
        if found is None:
            found, ending = self.family.rows.get(stem), f".{last}"
        if found is None:
            return None
        theirs = tuple(self.spell(name.replace("#", number)) + ending for name in found.theirs)
        return Row(theirs, found.turned and last == "weight", found.lifted, found.optional)

    def spell(self, name: str) -> str:
        """A name of the table as it stands in this file."""
        return self.prefix + name[1:] if name.startswith(".") else name

    def copies(self) -> dict[str, str]:
        """Copies of tied tensors that files may hold → what they copy."""
        return {self.spell(copy): self.spell(whole) for copy, whole in self.family.copies}

    def aside(self, unused: Iterable[str]) -> set[str]:
        """Those that are known and have no use here."""
        known = [re.compile(pattern) for pattern in self.family.aside]
        return {name for name in unused if any(p.search(name) for p in known)}


def take(
    network: nn.Module, names: Names, read: Callable[[str], Tensor], where: str
) -> tuple[dict[str, Tensor], set[str]]:
    """Every parameter of a network from a file.

    Args:
        network: untrained; may live on the "meta" device.
        names: of the file.
        read: gives a tensor by its name in the file.
        where: the checkpoint, for messages.

    Returns:
        Our names → tensors, and the names in the file that have no use but are known.

    Raises:
        DataError: tensors are missing, unexpected or misshapen.
    """
    faults, used, state = Faults(), set(), {}
    copies = names.copies()
    instead = {whole: copy for copy, whole in copies.items() if copy in names.present}
    for ours, parameter in network.named_parameters():
        row = names.row(ours)
        if row is None:
            raise KeyError(f"the table of names has no row for {ours}")
        theirs = [n if n in names.present else instead.get(n, n) for n in row.theirs]
        used.update(theirs)
        if absent := [name for name in theirs if name not in names.present]:
            if not row.optional:
                faults.missing += absent
            else:
                state[ours] = torch.zeros(parameter.shape)
            continue
        parts = [_turn(read(name), row) for name in theirs]
        if fault := _misfit(parts, parameter.shape, theirs):
            faults.misshapen.append(fault)
            continue
        state[ours] = parts[0] if len(parts) == 1 else torch.cat(parts)
    unused = names.present - used
    tied = {name for name in unused & set(copies) if copies[name] in used}
    faults.misshapen += _untied(tied, copies, names.present, read)
    aside = names.aside(unused - tied)
    faults.unexpected = sorted(unused - tied - aside)
    faults.refuse(where)
    return state, aside


def give(network: nn.Module, names: Names) -> dict[str, Tensor]:
    """Every parameter of a network under the file's names, in the file's layout."""
    out: dict[str, Tensor] = {}
    for ours, parameter in network.named_parameters():
        row = names.row(ours)
        if row is None:
            raise KeyError(f"the table of names has no row for {ours}")
        if row.optional and not any(name in names.present for name in row.theirs):
            continue
        parts = parameter.detach().split(_sizes(network, ours, parameter, len(row.theirs)))
        for theirs, part in zip(row.theirs, parts, strict=True):
            turned = part.t() if row.turned else part
            out[theirs] = (turned.unsqueeze(0) if row.lifted else turned).contiguous()
    for copy, whole in names.copies().items():
        if copy in names.present and copy not in out and whole in out:
            out[copy] = out[whole].clone()
    return out


def _turn(tensor: Tensor, row: Row) -> Tensor:
    if row.turned and tensor.ndim == 2:
        return tensor.t()
    return tensor[0] if row.lifted and tensor.ndim > 1 else tensor


def _misfit(parts: list[Tensor], shape: torch.Size, theirs: list[str]) -> str:
    """What is wrong with the shapes of the parts of a tensor; "" for nothing."""
    same = all(part.ndim == len(shape) and part.shape[1:] == shape[1:] for part in parts)
    if same and sum(len(part) for part in parts) == shape[0]:
        return ""
    found = " + ".join(str(list(part.shape)) for part in parts)
    return f"{' + '.join(theirs)}: {found} where config.json asks for {list(shape)}"


def _untied(
    tied: set[str], copies: Mapping[str, str], present: set[str], read: Callable[[str], Tensor]
) -> list[str]:
    """Copies that differ from what they should copy."""
    return [
        f"{copy} differs from {copies[copy]}, to which config.json ties it"
        for copy in sorted(tied)
        if copies[copy] in present and not torch.equal(read(copy), read(copies[copy]))
    ]


def _sizes(network: nn.Module, ours: str, parameter: Tensor, parts: int) -> list[int]:
    """Rows of each part of a tensor."""
    owner = network.get_submodule(".".join(ours.split(".")[:-2]))
    if isinstance(owner, Attention) and parts == 3:
        return [owner.config.inner, owner.config.shared, owner.config.shared]
    return [len(parameter) // parts] * parts
