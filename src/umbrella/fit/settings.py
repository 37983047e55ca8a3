"""What the user may say about a fit. Each field is one flag of `umbrella fit`."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from umbrella.base.errors import ConfigError

NO_GROUP = "none"  # said instead of a column: look for no groups
RESOURCES = ("minutes", "threads", "device")  # may change between a run and its continuation


@dataclass(frozen=True)
class FitSettings:
    """Settings of one fit.

    Args:
        target: column to predict; by default the one named "label", as in a folder by class.
        task: what is asked, or None to infer it from the target.
        use: input columns, or empty for every column that a rung can read.
        kinds: column → kind, where inference should not decide.
        group: column whose values never straddle parts; by default one is sought in id-like
            columns and file names, and "none" forbids that.
        time: column that orders the rows; parts are then cut in time.
        shares: shares of train, validation and test.
        rungs: names of the rungs to climb, or empty for the whole ladder.
        patience: heavier rungs in a row that may bring nothing before the climb ends.
        tune: trials per rung that search its settings on the validation rows.
        minutes: budget for the whole ladder, or None.
        sentences: text file, a sentence a line, that teaches the language model of transcribe; by
            default the training transcripts do. Other lines in it make another fit.
        init: run folder or .safetensors file whose weights networks start from, or None.
        balance: whether rare classes weigh as much as common ones.
        average: decay of the weight average; 0 switches it off.
        epochs: passes over the training rows at most, or None for the rung's own.
        seed: all randomness follows from it.
        threads: CPU threads, or None for a rule.
        device: "auto", "cpu", "cuda".
    """

    target: str = ""
    task: str | None = None
    use: tuple[str, ...] = ()
    kinds: Mapping[str, str] = field(default_factory=dict)
    group: str | None = None
    time: str | None = None
    shares: tuple[float, float, float] = (0.8, 0.1, 0.1)
    rungs: tuple[str, ...] = ()
    patience: int = 3
    tune: int = 0
    minutes: float | None = None
    sentences: str = ""
    init: str | None = None
    balance: bool = False
    average: float = 0.995
    epochs: int | None = None
    seed: int = 0
    threads: int | None = None
    device: str = "auto"

    def __post_init__(self) -> None:
        if self.minutes is not None and not self.minutes > 0:
            raise ConfigError(
                f"--minutes {self.minutes} is not above 0. Leave it out for no limit."
            )
        if not 0 <= self.average < 1:
            raise ConfigError(f"--average {self.average} is not in [0, 1). Use 0 to switch it off.")
        if self.init is not None and not isinstance(self.init, str):  # a Path, from Python
            object.__setattr__(self, "init", str(self.init))
        least = {"patience": 1, "tune": 0, "epochs": 1, "threads": 1}
        for name, low in least.items():
            value = getattr(self, name)
            if value is not None and value < low:
                raise ConfigError(f"--{name} {value} must be at least {low}.")
        if self.group is not None and self.group == self.target:
            raise ConfigError(
                f"--group and --target are both {self.target!r}. Name another column."
            )

    def plan(self) -> dict[str, Any]:
        """What defines the run, JSON-safe: all but the resources."""
        fields = {k: v for k, v in asdict(self).items() if k not in RESOURCES}
        return {k: list(v) if isinstance(v, tuple) else v for k, v in fields.items()}
