"""What a climb will try: every modality's own ladder, then those that read all of them together.

Texts are read as one, numbers, categories and times as one; every column of files by itself.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from umbrella.base.errors import ConfigError, listed, unknown
from umbrella.models.ladders import LADDERS, input_kind
from umbrella.models.rungs import Rung

FUSION = "fusion"
PRETRAINED = "pretrained"  # section of rungs that start from a published encoder
APART = ("image", "audio", "video")  # kinds of which every column needs an encoder of its own
LONGEST = 40  # characters of a column's name in the name of a folder
ORDER = ("table", "text", "audio", "image", "video")  # from light to heavy


@dataclass(frozen=True)
class Modality:
    """Columns that one encoder reads.

    Args:
        name: its kind, or where a kind has several, "image-kitchen".
        kind: names its ladder.
        columns: in order.
    """

    name: str
    kind: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Step:
    """A rung and what it reads.

    Args:
        name: unique in its climb: "cnn", or "image-cnn" where there are several modalities.
        kind: names the ladder that the rung is of.
        rung: from that ladder.
        columns: that it reads.
        section: a climb gives up one section at a time.
    """

    name: str
    kind: str
    rung: Rung
    columns: tuple[str, ...]
    section: str = ""


def modalities(columns: Sequence[str], kinds: Mapping[str, str]) -> list[Modality]:
    """How columns are read when several kinds come together.

    Args:
        columns: input columns.
        kinds: column → kind.
    """
    out: list[Modality] = []
    for kind in ORDER:
        own = tuple(name for name in columns if input_kind(kinds[name]) == kind)
        if not own:
            continue
        if kind not in APART or len(own) == 1:
            out.append(Modality(kind, kind, own))
            continue
        taken: set[str] = set()
        for column in own:
            plain = re.sub(r"[^0-9A-Za-z_一-鿿-]+", "_", column)[:LONGEST]
            name = short = f"{kind}-{plain}"
            number = 2
            while name.casefold() in taken:
                name, number = f"{short}-{number}", number + 1
            taken.add(name.casefold())  # names of folders, which not every system tells by case
            out.append(Modality(name, kind, (column,)))
    return out


def steps(
    kind: str,
    columns: Sequence[str],
    kinds: Mapping[str, str],
    asked: Sequence[str] = (),
    pretrained: bool = False,
) -> list[Step]:
    """The climb, lightest first.

    Args:
        kind: of the inputs together; names the ladder.
        columns: input columns.
        kinds: column → kind.
        asked: names of steps or of their rungs; all by default.
        pretrained: whether there is a published encoder for the rungs that start from one.

    Raises:
        ConfigError: nothing has an asked name, which lists those there are; or one that starts
            from a published encoder was asked for without it.
    """
    whole = [
        Step(rung.name, kind, rung, tuple(columns), _section(rung, "")) for rung in LADDERS[kind]
    ]
    if kind != FUSION:
        out = whole
    else:
        out = whole[:1] + [
            Step(f"{one.name}-{rung.name}", one.kind, rung, one.columns, _section(rung, one.name))
            for one in modalities(columns, kinds)
            for rung in LADDERS[one.kind][1:]
        ]
        out += [replace(step, section=FUSION) for step in whole[1:]]
    names = dict.fromkeys([step.name for step in out] + [step.rung.name for step in out])
    for name in asked:
        if name not in names:
            raise unknown(f"{kind} rung", name, names)
    if not pretrained:
        left_out = [step for step in out if step.rung.pretrained]
        if missed := [name for step in left_out for name in _names(step) & set(asked)]:
            raise _without(missed)
        out = [step for step in out if not step.rung.pretrained]
    return [step for step in out if not asked or _names(step) & set(asked)]


def _section(rung: Rung, usual: str) -> str:
    """Published encoders are climbed even where the rungs that learn from scratch gave up."""
    return PRETRAINED if rung.pretrained else usual


def _names(step: Step) -> set[str]:
    return {step.name, step.rung.name}


def _without(names: Sequence[str]) -> ConfigError:
    return ConfigError(
        f"{listed(list(names))} starts from a published encoder, and none is named. Add "
        f"--pretrained FOLDER_OR_NAME, or --pretrained auto for the one that is installed."
    )
