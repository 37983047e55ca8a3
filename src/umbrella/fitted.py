"""A finished run in Python: check it, shrink it, ship it, ask it, trade on it in thought."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from umbrella.base.budget import Budget, read_latency, read_share, read_size
from umbrella.base.errors import need_installed
from umbrella.base.progress import Progress, pick_progress
from umbrella.base.run import open_run, read_ladder

if TYPE_CHECKING:
    from umbrella.check.backtest import Traded
    from umbrella.check.report import Report
    from umbrella.explain.explain import Explained
    from umbrella.lite.bundle import Bundle
    from umbrella.ship.ship import Shipped
    from umbrella.shrink.shrink import ShrinkWatcher
    from umbrella.trade.account import Terms
    from umbrella.trade.rule import Rule


class Fitted:
    """A finished run: one trained model and everything known about it.

    Args:
        path: the run folder.

    Raises:
        RunError: not a run folder, damaged, or made by a newer version.
    """

    def __init__(self, path: Path | str) -> None:
        self.run, self.facts = open_run(path)

    @property
    def path(self) -> Path:
        """The run folder."""
        return self.run.path

    @property
    def scores(self) -> dict[str, Any]:
        """Headline score with its 95 % interval on validation and test rows, and the baseline's."""
        return dict(self.facts.get("scores", {}))

    @property
    def ladder(self) -> list[dict[str, Any]]:
        """Every rung tried, lightest first: score, interval, cost, verdict."""
        return read_ladder(self.run)

    @property
    def data(self) -> tuple[Any, dict[str, Any]]:
        """What the run was fitted on, None where nobody knows, and how `read` takes it."""
        from umbrella.fit.trained import ROWS, reading

        kept = self.path / ROWS
        source = kept if kept.is_file() else self.facts.get("source")
        return source, reading(self.facts["plan"], kept=kept.is_file())

    def check(
        self,
        data: Any = None,
        *,
        pretrained: str | None = None,
        progress: bool | Progress = False,
        lang: str = "en",
    ) -> "Report":
        """Ask whether the model will hold; writes report.json and report.html into the run.

        Args:
            data: where the data is now, when it has moved.
            pretrained: a published encoder that is asked which labels the texts speak against, and
                which rows say the same in other words; by default the one of the fit.
            progress: show bars.
            lang: language of report.html, "en" or "zh".
        """
        need_training()
        from umbrella.check.run import check_run

        return check_run(
            self.path, data, pretrained=pretrained, progress=shown(progress), lang=lang
        )

    def shrink(
        self,
        *,
        size: str | int | None = None,
        latency: str | float | None = None,
        drop: str | float = "1%",
        out: Path | str | None = None,
        data: Any = None,
        minutes: float | None = None,
        progress: bool | Progress = False,
        watcher: "ShrinkWatcher | None" = None,
        fresh: bool = False,
    ) -> "Fitted":
        """Make a smaller run and prove on unseen rows that it is no worse than `drop` allows.

        Args:
            size: bytes on disk, e.g. "300KB".
            latency: time of one row, e.g. "2ms".
            drop: how much the score may fall, e.g. "1%".
            out: folder of the new run; the old name with "-small" by default.
            data: where the data is now, when it has moved.
            minutes: time budget of the search.
            progress: show bars.
            watcher: called back as the search goes.
            fresh: replace an earlier small run in that folder.

        Raises:
            BudgetError: nothing meets the budget, or the rows cannot prove it.
        """
        need_training()
        from umbrella.shrink.shrink import shrink_run

        budget = make_budget(size, latency, drop)
        made = shrink_run(
            self.path,
            budget,
            out,
            data=data,
            minutes=minutes,
            fresh=fresh,
            progress=shown(progress),
            watcher=watcher,
        )
        return Fitted(made.path)

    def ship(
        self,
        path: Path | str | None = None,
        *,
        data: Any = None,
        lang: str = "en",
        progress: bool | Progress = False,
    ) -> "Shipped":
        """Write one file that runs without torch, after proving that it answers as the run does.

        Args:
            path: the .onnx file; by default named after the run folder, in the current one.
            data: where the data is now, when it has moved.
            lang: language of the model card, "en" or "zh".
            progress: show bars.

        Returns:
            The file's path, size, latency and parity with the run.
        """
        need_training()
        from umbrella.ship.ship import ship_run

        return ship_run(self.path, path, data=data, lang=lang, progress=shown(progress))

    def checkpoint(self, folder: Path | str | None = None) -> Path:
        """Write the encoder of a run that fills blanks as a folder that `transformers` reads.

        Args:
            folder: by default named after the run folder, in the current one.

        Returns:
            The folder: config.json, model.safetensors, tokenizer.json.
        """
        need_training()
        from umbrella.ship.checkpoint import ship_checkpoint

        return ship_checkpoint(self.path, folder)

    def backtest(
        self,
        data: Any = None,
        *,
        rule: "Rule | None" = None,
        terms: "Terms | None" = None,
        tries: int | None = None,
        lang: str = "en",
        progress: bool | Progress = False,
    ) -> "Traded":
        """Trade on forecasts of the test stretch, in thought; writes backtest.json and .svg.

        Args:
            data: where the data is now, when it has moved.
            rule: when a forecast is worth a position.
            terms: what trading costs; 5 basis points of the value traded if left out.
            tries: models and rules tried in all; what the run knows of by default.
            lang: language of the figure, "en" or "zh".
            progress: show bars.
        """
        need_training()
        from umbrella.check.backtest import backtest_run

        return backtest_run(
            self.path,
            data,
            rule=rule,
            terms=terms,
            tries=tries,
            lang=lang,
            progress=shown(progress),
        )

    def explain(
        self,
        texts: Any = None,
        *,
        source: Any = None,
        rows: Sequence[int] = (),
        out: Path | str | None = None,
        data: Any = None,
        reading: Mapping[str, Any] | None = None,
        lang: str = "en",
        progress: bool | Progress = False,
    ) -> "list[Explained]":
        """Say which words moved the answers to texts, and whether that can be believed.

        Args:
            texts: a text, several, or dicts; in place of them rows of a table.
            source: a table with rows to explain; the run's own data by default.
            rows: numbers of rows from 1; the first of a table, some test rows of the run's own.
            out: an .html file for a picture of it.
            data: where the run's own data is now, when it has moved.
            reading: further arguments of the reader of `source`.
            lang: language of the picture, "en" or "zh".
            progress: show bars.

        Raises:
            ConfigError: the run reads no texts, or its answers are not moved by words.
        """
        need_training()
        from umbrella.base.files import write_bytes
        from umbrella.check.explained_page import page
        from umbrella.explain import asked
        from umbrella.explain.explain import Explainer
        from umbrella.explain.run import explain_rows
        from umbrella.fit.trained import load_trained
        from umbrella.lite.rows import to_columns

        trained = load_trained(self.path)
        explainer = Explainer(trained)
        if texts is not None:
            wanted = asked.Asked.of(to_columns(texts, trained.codecs.columns))
        elif source is not None:
            wanted = asked.of_table(trained, source, rows, dict(reading or {}))
        else:
            wanted = asked.of_run(trained, rows, data)
        found = explain_rows(explainer, wanted, shown(progress))
        if out is not None:
            write_bytes(Path(out), page(found, wanted, self.facts, lang).encode("utf-8"))
        return found

    def predict(self, rows: Any) -> list[dict[str, Any]]:
        """Answer rows: texts, dicts, a dict of lists or a frame.

        Returns:
            A dict a row, e.g. {"label": "positive", "probability": 0.93}.
        """
        return bundle_of(self).predict(rows)


def need_training() -> None:
    """Make sure that the extra which trains is installed.

    Raises:
        MissingExtraError: it is not; the message holds the pip line.
    """
    for module in ("torch", "safetensors", "sklearn", "onnx"):
        need_installed(module, "train")


def make_budget(size: str | int | None, latency: str | float | None, drop: str | float) -> Budget:
    """A budget from amounts as people write them."""
    return Budget(
        None if size is None else read_size(str(size)),
        None if latency is None else read_latency(str(latency)),
        read_share(str(drop)),
    )


def shown(progress: bool | Progress) -> Progress:
    """A way to show progress, of a wish or of one that is there."""
    return pick_progress(progress) if isinstance(progress, bool) else progress


def bundle_of(opened: "Fitted | Bundle") -> "Bundle":
    """What was opened as a bundle; of a run folder the one that it would ship."""
    if not isinstance(opened, Fitted):
        return opened
    need_training()
    from umbrella.ship.ship import bundle_run

    return bundle_run(opened.path)
