"""What the user may say about a fit. Each field is one flag of `umbrella fit`."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from umbrella.base.errors import ConfigError
from umbrella.models.ladders import LADDERS

INSTALLED = "auto"  # said instead of a published encoder's name: whichever is installed
NO_GROUP = "none"  # said instead of a column: look for no groups
SEVERAL = "multilabel"  # the task of several labels a row
AS = ("return", "level")  # what a forecast may be of
FOLDS = 3  # stretches of time that choose a forecast
SHOWN = 40  # characters of a value in a message
CALLED = {  # parts of a plan that no flag names
    "fingerprint": "the data (its rows, columns or files, or how they are read)",
    "init_sha256": "the weights that --init names",
    "pretrained_sha256": "the weights that --pretrained names",
    "sentences_sha256": "the lines of --sentences",
}
UNSAID: tuple[Any, ...] = (None, "", [], {})  # values of settings that were left out
FLAGS = {"kinds": "kind", "target_as": "as"}  # fields whose flag has another name
RESOURCES = ("minutes", "threads", "device")  # may change between a run and its continuation


@dataclass(frozen=True)
class FitSettings:
    """Settings of one fit.

    Args:
        target: column to predict; by default the one named "label", as in a folder by class.
        task: what is asked, or None to infer it from the target.
        separator: what stands between the labels of a cell, where a row has several; found by
            default. The task is multilabel then.
        use: input columns, or empty for every column that a rung can read.
        kinds: column → kind, where inference should not decide.
        group: column whose values never straddle parts; by default one is sought in id-like
            columns and file names, and "none" forbids that.
        time: column that orders the rows; parts are then cut in time.
        shares: shares of train, validation and test.
        validation: file of the rows that models are chosen by, or None to cut them from the data.
        test: file of the rows that judge the chosen one, likewise.
        horizon: steps ahead that are forecast, which makes the task a forecast; or None.
        series: column that tells series apart; by default one is sought.
        day_first: whether 03/04/2024 is in April, where the dates cannot tell.
        zone: whose clocks showed times without an offset, e.g. "Europe/Berlin", or None.
        wide: whether each column is a series: those of `target`, or all of numbers.
        season: steps of one season; by default what the frequency has.
        folds: stretches of time that choose among forecasts, one after the other.
        known: input columns whose future is known when a forecast is made.
        features: what networks read beside columns: names of umbrella.series.features; ("none",);
            or empty to choose inside the training part what helps, also among the columns of `use`.
        target_as: "return" (changes of the logarithm) or "level"; by default returns for prices.
        quantiles: whether networks say how large their errors may be, origin by origin.
        rungs: names of the rungs to climb, or empty for the whole ladder.
        patience: heavier rungs in a row that may bring nothing before the climb ends.
        tune: trials per rung that search its settings on the validation rows.
        minutes: budget for the whole ladder, or None.
        sentences: text file, a sentence a line, that teaches the language model of transcribe; by
            default the training transcripts do. Other lines in it make another fit.
        init: run folder or .safetensors file whose weights networks start from, or None.
        pretrained: published encoder that further rungs of a text ladder start from: a folder, an
            installed package, a name on the hub, or "auto" for one that is installed; or None.
        balance: whether rare classes weigh as much as common ones.
        average: decay of the weight average; 0 switches it off.
        epochs: passes over the training rows at most, or None for the rung's own.
        seed: all randomness follows from it.
        threads: CPU threads, or None for a rule.
        device: "auto", "cpu", "cuda".
    """

    target: str = ""
    task: str | None = None
    separator: str | None = None
    use: tuple[str, ...] = ()
    kinds: Mapping[str, str] = field(default_factory=dict)
    group: str | None = None
    time: str | None = None
    shares: tuple[float, float, float] = (0.8, 0.1, 0.1)
    validation: str | None = None
    test: str | None = None
    horizon: int | None = None
    series: str | None = None
    day_first: bool | None = None
    zone: str | None = None
    wide: bool = False
    season: int | None = None
    folds: int = FOLDS
    known: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    target_as: str | None = None
    quantiles: bool = False
    rungs: tuple[str, ...] = ()
    patience: int = 3
    tune: int = 0
    minutes: float | None = None
    sentences: str = ""
    init: str | None = None
    pretrained: str | None = None
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
        if self.separator is not None:
            self._take_separator(self.separator)
        self._take_weights()
        least = {
            "patience": 1,
            "tune": 0,
            "epochs": 1,
            "threads": 1,
            "horizon": 1,
            "season": 1,
            "folds": 1,
        }
        for name, low in least.items():
            value = getattr(self, name)
            if value is not None and value < low:
                raise ConfigError(f"--{name} {value} must be at least {low}.")
        object.__setattr__(self, "features", _names(self.features))
        if self.target_as not in (None, *AS):
            raise ConfigError(
                f"--as {self.target_as!r} is unknown. Choose one of: {', '.join(AS)}."
            )
        self._require_forecast()
        if self.time is not None and self.parts:
            raise ConfigError(
                f"--time cuts parts in time, and --{next(iter(self.parts))} gives one. Leave one "
                f"of the two out."
            )
        if self.group is not None and self.group == self.target:
            raise ConfigError(
                f"--group and --target are both {self.target!r}. Name another column."
            )

    @property
    def parts(self) -> dict[str, str]:
        """The parts that the user gave → their files."""
        given = {"validation": self.validation, "test": self.test}
        return {name: file for name, file in given.items() if file is not None}

    def _take_weights(self) -> None:
        """Names of weights to start from and of files, also as a Path from Python."""
        for name in ("init", "pretrained", "validation", "test"):
            value = getattr(self, name)
            if value is not None and not isinstance(value, str):
                object.__setattr__(self, name, str(value))
        if self.init is not None and self.pretrained is not None:
            raise ConfigError(
                "--init and --pretrained are both given. --init continues a model of your own, "
                "--pretrained adds rungs that start from a published encoder: leave one out."
            )
        named = (self.init, self.pretrained, self.horizon) != (None, None, None)
        if not named and _starts_published(self.rungs):
            object.__setattr__(self, "pretrained", INSTALLED)

    def _take_separator(self, separator: str) -> None:
        """What separates several labels says that there are several."""
        if separator == "":
            raise ConfigError("--separator is empty. Name what stands between labels, e.g. /.")
        if self.task not in (None, SEVERAL):
            raise ConfigError(
                f"--separator {separator!r} stands between several labels, and --task is "
                f"{self.task}. Leave one of the two out."
            )
        object.__setattr__(self, "task", SEVERAL)

    def _require_forecast(self) -> None:
        """Refuse flags that a forecast would not heed, and the flags of one without --horizon."""
        ahead = self.horizon is not None
        odd = {
            "--group": ahead and self.group is not None,
            "--task": ahead and self.task not in (None, "forecast"),
            "--horizon": not ahead and self.task == "forecast",
            "--series": not ahead and self.series is not None,
            "--day-first": not ahead and self.day_first is not None,
            "--zone": not ahead and self.zone is not None,
            "--wide": not ahead and self.wide,
            "--season": not ahead and self.season is not None,
            "--folds": not ahead and self.folds != FOLDS,
            "--known": not ahead and bool(self.known),
            "--quantiles": not ahead and self.quantiles,
            "--features": not ahead and bool(self.features),
            "--validation": ahead and self.validation is not None,
            "--test": ahead and self.test is not None,
            "--pretrained": ahead and self.pretrained is not None,
            "--as": not ahead and self.target_as is not None,
        }
        for flag, wrong in odd.items():
            if wrong and flag == "--horizon":
                raise ConfigError("A forecast needs --horizon: how many steps ahead, e.g. 7.")
            if wrong:
                rest = "says nothing to a forecast" if ahead else "needs --horizon beside it"
                raise ConfigError(f"{flag} {rest}. Leave it out.")

    def plan(self) -> dict[str, Any]:
        """What defines the run, JSON-safe: all but the resources."""
        told = {k: v for k, v in asdict(self).items() if k not in RESOURCES}
        return {k: list(v) if isinstance(v, tuple) else v for k, v in told.items()}


def _names(features: Any) -> tuple[str, ...]:
    """Names of features, also from one text; none where they are left to be chosen."""
    names = features.replace(",", " ").split() if isinstance(features, str) else features
    return () if tuple(names) == ("auto",) else tuple(names)


def _starts_published(rungs: tuple[str, ...]) -> bool:
    """Whether a rung that starts from a published encoder is named, or that of one modality."""
    names = {rung.name for ladder in LADDERS.values() for rung in ladder if rung.pretrained}
    return any(one in names or one.endswith(tuple(f"-{name}" for name in names)) for one in rungs)


def settings_of(plan: Mapping[str, Any]) -> FitSettings:
    """The settings that a plan was made of; resources are as by default."""
    known = {f.name for f in fields(FitSettings)}
    given: dict[str, Any] = {
        k: tuple(v) if isinstance(v, list) else v for k, v in plan.items() if k in known
    }
    return FitSettings(**given)


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """What tells two plans apart, in the words of the command line; "" for equal ones.

    A setting that an older version did not know is equal to one that is left out.

    Args:
        old: what the folder holds.
        new: what is asked now.
    """
    told = []
    for name in sorted({*old, *new}):
        there, here = old.get(name), new.get(name)
        if there == here or all(value in UNSAID for value in (there, here)):
            continue
        if name in CALLED:
            told.append(CALLED[name])
        elif name == "reading":
            told.append(differences(there or {}, here or {}))
        else:
            told.append(f"{_flag(name)} ({_short(there)} there, {_short(here)} here)")
    return ", ".join(told)


def _flag(name: str) -> str:
    return "shares" if name == "shares" else f"--{FLAGS.get(name, name.replace('_', '-'))}"


def _short(value: Any) -> str:
    if isinstance(value, Mapping):
        value = [f"{name}={kind}" for name, kind in value.items()]
    text = ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    text = "not given" if value is None or text == "" else text
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
