"""What each verb prints: tables and sentences for people, JSON for machines.

Results go to standard output; bars, notes and explanations to standard error.
"""

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from umbrella.base.catalogue import Sentence, pick_language, say
from umbrella.base.grid import columns, width
from umbrella.base.plain import plain
from umbrella.base.progress import pick_progress
from umbrella.base.wording import DASH, form_of, write

if TYPE_CHECKING:
    from umbrella.api import Fitted
    from umbrella.check.report import Report
    from umbrella.compare.run import Comparison
    from umbrella.fit.fit import Watcher
    from umbrella.fit.prepare import Prepared
    from umbrella.fit.rung import Look
    from umbrella.lite.predict import Summary
    from umbrella.ship.future import Foreseen
    from umbrella.ship.ship import Shipped
    from umbrella.shrink.candidate import Candidate
    from umbrella.shrink.proof import Proof
    from umbrella.shrink.shrink import ShrinkWatcher

AFTERWARDS = (
    "fit.read",
    "fit.read.chances",
    "fit.short",
    "fit.init.unknown",
    "giveaway.note",
    "fit.pretrained.cut",
    "forecast_fit.sized.kept",
    "forecast_fit.sized.dropped",
)  # notes that only a finished fit can give
SAID_ABOVE = ("data.split.twins", "series.frequency")  # notes that the first line holds
AGAINST = {
    "best": "fit.best",
    "worse": "fit.worse",
    "within doubt": "fit.doubt",
    "untold": "fit.untold",
}  # a rung's verdict
NAIVE = ("last-value", "drift", "seasonal-naive")  # rungs of series that know nothing
PLAIN = "accuracy"  # the score that needs no name beside its figure


class Screen:
    """One verb's output.

    Args:
        lang: "en", "zh", or None for the locale's.
        as_json: print one JSON object at the end and nothing else on standard output.
    """

    def __init__(self, lang: str | None, as_json: bool = False) -> None:
        self.lang, self.as_json = pick_language(lang), as_json
        self.saw_data, self.form = False, "number"
        self.room = 13
        self.progress = pick_progress(lang=self.lang)

    def say(self, key: str, /, **values: Any) -> str:
        """A sentence of the catalogue in this screen's language."""
        return say(key, self.lang, **values)

    def tell(self, text: str) -> None:
        """A line for people on standard output; nothing when machines listen."""
        if not self.as_json:
            print(plain(text), flush=True)

    def note(self, text: str) -> None:
        """A line beside the result, on standard error."""
        self.progress.say(text)

    # -- fit --------------------------------------------------------------------------------

    def watch_fit(self) -> "Watcher":
        """Callbacks for a fit under way."""
        from umbrella.fit.fit import Watcher

        return Watcher(self._data, self._look, lambda one: self.note(f"  {one.say(self.lang)}"))

    def _data(self, prepared: "Prepared") -> None:
        from umbrella.fit.heading import heading
        from umbrella.fit.steps import steps

        self.saw_data, self.form = True, form_of(prepared.task.headline)
        climb = steps(prepared.kind, prepared.columns, prepared.table.kinds, pretrained=True)
        self.room = max(13, *(width(step.name) for step in climb))
        opening, *rest = heading(prepared, self.lang)
        self.note(opening)
        for line in rest:
            self.note(f"  {line}")
        table = prepared.table
        for one in (*table.notes, *prepared.notes, *prepared.split.notes):
            if one.key not in SAID_ABOVE:
                self.note(f"  {one.say(self.lang)}")
        if table.bad:
            first = table.bad[0]
            self.note(
                self.say("fit.bad_rows", bad=table.bad_rows, place=first.place, reason=first.reason)
            )

    def _look(self, look: "Look") -> None:
        facts = look.facts
        score = write(facts["score"], self.form, self.lang)
        self.note(
            f"  {look.name:<{self.room}} {score}  {write(facts['seconds'], 'seconds', self.lang)}"
        )

    def fitted(self, made: "Fitted") -> None:
        """The ladder's table, the choice and the first look at the test rows."""
        facts, ladder = made.facts, made.ladder
        if self.as_json:
            print(
                json.dumps({**facts, "path": str(made.path), "ladder": ladder}, ensure_ascii=False)
            )
            return
        if not self.saw_data:
            self.note(self.say("fit.done_before"))
        headline, form = _headline(facts)
        useless = facts["scores"]["test"]["p_against_baseline"] >= 0.05
        verdict = facts.get("against_naive")
        if verdict is None and (useless or facts["rung"] == "most-common"):
            test = facts["scores"]["test"]
            values = {"p": test["p_against_baseline"], "n": test["rows"]}
            self.tell(self.say(f"fit.useless.{facts['task']['task']}", **values))
        self._ladder(ladder, headline, form, "fit.head.row" if verdict is None else "fit.head.one")
        self._choice(facts, ladder, form)
        self._remarks(facts, ladder)
        if "naive" in facts:
            self.tell(Sentence.from_json(facts["naive"]["says"]).say(self.lang))
        if both := facts.get("together"):
            key = "better" if both["better"] else "no_better"
            self.tell(self.say(f"modalities.{key}", form=form, **both))
        cut = [rung["name"] for rung in ladder if rung.get("stopped") == "time"]
        if cut:
            self.tell(self.say("fit.cut", rungs=", ".join(cut)))
        if facts["ended"] in ("patience", "kinds"):
            key = f"fit.ended.{facts['ended']}"
            self.tell(self.say(key, patience=facts["plan"]["patience"]))
        elif facts["ended"] == "budget":
            self.tell(self.say("fit.ended.budget", minutes=facts["minutes"]))
        self._test(facts, headline, form, made.path)
        if verdict is not None:
            self.tell(Sentence.from_json(verdict["says"]).say(self.lang))

    def _remarks(self, facts: dict[str, Any], ladder: list[dict[str, Any]]) -> None:
        """What only the finished fit could tell."""
        for rung in (one for one in ladder if one.get("best_of")):
            self.tell(self.say("fit.best_of", rung=rung["name"], count=rung["best_of"]))
        for note in map(Sentence.from_json, facts["notes"]):
            if note.key in AFTERWARDS:
                self.tell(note.say(self.lang))

    def _ladder(self, ladder: list[dict[str, Any]], headline: str, form: str, one: str) -> None:
        heads = ("rung", "score", "size", "row", "fit", "best")
        rows = [[self.say(one if name == "row" else f"fit.head.{name}") for name in heads]]
        if headline != PLAIN:
            rows[0][1] = f"{rows[0][1]} · {self.say(f'terms.headline.{headline}')}"
        for rung in ladder:
            if "error" in rung:
                rows.append([rung["name"], self.say("fit.failed", why=rung["error"])])
                continue
            trivial = rung["name"] == "most-common"
            rows.append(
                [
                    rung["name"],
                    self._score(rung, form),
                    DASH if trivial else write(rung["bytes"], "bytes", self.lang),
                    DASH if trivial else write(rung["one_row_ms"], "ms", self.lang),
                    write(rung["seconds"], "seconds", self.lang),
                    self._against(rung),
                ]
            )
        self.tell(columns(rows))

    def _score(self, rung: dict[str, Any], form: str) -> str:
        return self.say(
            "fit.score", score=rung["score"], range=(rung["low"], rung["high"]), form=form
        )

    def _against(self, rung: dict[str, Any]) -> str:
        return self.say(AGAINST[rung["verdict"]], p=rung["p_against_best"])

    def _choice(self, facts: dict[str, Any], ladder: list[dict[str, Any]], form: str) -> None:
        from umbrella.check.selection import noticeable

        scored = [rung for rung in ladder if "error" not in rung]
        near = [rung for rung in scored if rung["verdict"] != "worse"]
        selection, verdict = facts["selection"], facts.get("against_naive")
        naive = min((one for one in scored if one["name"] in NAIVE), key=_score, default=None)
        optimism = abs(selection["optimism"])
        key = "best" if len(near) == 1 else "lightest"
        if len(scored) == 1:
            key = "only"
        elif any(rung["verdict"] == "untold" for rung in scored):
            key = "untold"
        elif key == "lightest" and naive and naive["verdict"] == "worse":
            key = "beyond"
        elif not noticeable(optimism, form):
            key += "_plain"
        self.tell(
            self.say(
                f"fit.chosen.{key}",
                rung=facts["rung"],
                naive=DASH if naive is None else naive["name"],
                looks=selection["looks"],
                optimism=optimism,
                form=form,
            )
        )
        if verdict is not None and facts["best"] != facts["rung"]:
            score = next(rung["score"] for rung in scored if rung["name"] == facts["best"])
            self.tell(self.say("forecast_fit.unproven", rung=facts["best"], score=score, form=form))

    def _test(self, facts: dict[str, Any], headline: str, form: str, path: Path) -> None:
        test = facts["scores"]["test"]
        ahead = "against_naive" in facts
        key = "fit.test" if headline == PLAIN else "fit.test_named"
        key = "forecast_fit.test" if ahead else key
        said = self.say(
            key,
            n=test["rows"],
            score=test["score"],
            range=(test["low"], test["high"]),
            form=form,
            headline=self.say(f"terms.headline.{headline}"),
        )
        room = max(2, min(shutil.get_terminal_size().columns, 100) - width(said) - len(str(path)))
        self.tell(said + " " * room + str(path))
        for line in ("interval", "p", "looks", "test"):
            of_rows = line == "p" or not ahead
            key = f"fit.explain.{line}" if of_rows else f"forecast_fit.explain.{line}"
            self.note(f"  {self.say(key)}")
        self.note(self.say("fit.next", command=f"umbrella check {path}"))

    # -- check ------------------------------------------------------------------------------

    def checked(self, made: "Fitted", report: "Report") -> None:
        """The report, and where its page lies."""
        from umbrella.check.terminal import show

        if self.as_json:
            print(json.dumps(report.to_json(), ensure_ascii=False))
            return
        show(report, self.lang)
        self.tell(str(made.path / "report.html"))

    def compared(self, made: "Comparison") -> None:
        """The tables, the verdicts, and where the page lies."""
        from umbrella.compare.terminal import show

        if self.as_json:
            print(json.dumps({**made.facts, "path": str(made.path)}, ensure_ascii=False))
            return
        show(made.facts, self.lang)
        self.tell(str(made.path / "compare.html"))

    # -- shrink -----------------------------------------------------------------------------

    def watch_shrink(self, made: "Fitted") -> "ShrinkWatcher":
        """Callbacks for a search under way."""
        from umbrella.shrink.shrink import ShrinkWatcher
        from umbrella.tasks.task import task_class

        (headline, form), kind = _headline(made.facts), task_class(made.facts["task"]["task"])
        heading = "shrink.tried.ahead" if getattr(kind, "ahead", False) else "shrink.tried"

        def margin(rows: int, best: float | None, _: float) -> None:
            if best is not None:
                self.note(self.say("shrink.provable", n=rows, margin=best, form=form))

        def candidate(one: "Candidate", verdict: str) -> None:
            if verdict == "as_is":  # the large model comes first
                self.note(self.say(heading, headline=self.say(f"terms.headline.{headline}")))
            cost = write(one.cost.bytes, "bytes", self.lang)
            row = write(one.cost.milliseconds, "ms", self.lang)
            score = write(float(one.scores.mean()), form, self.lang)
            told = self.say(f"shrink.{verdict}")
            self.note(f"  {one.name:<28} {cost:>9} {row:>9}  {score}  {told}")

        def proof(one: "Candidate", found: "Proof") -> None:
            if not found.accepted:  # else it is told with the result
                self.note(f"{one.name}: {found.says(kind).say(self.lang)}")

        def said(what: Sentence) -> None:
            self.note(what.say(self.lang))

        return ShrinkWatcher(margin, candidate, proof, said)

    def shrunk(self, made: "Fitted") -> None:
        """Before, after, and the proof."""
        from umbrella.shrink.proof import Proof
        from umbrella.tasks.task import task_class

        facts = made.facts
        if self.as_json:
            print(json.dumps({**facts, "path": str(made.path)}, ensure_ascii=False))
            return
        shrunk, kind = facts["shrunk"], task_class(facts["task"]["task"])
        before, ahead = shrunk["before"], getattr(kind, "ahead", False)
        name = shrunk["name"]
        name = self.say("shrink.likely", name=name) if shrunk.get("likely") else name
        self.tell(f"{self.say('shrink.picked')}{'：' if self.lang == 'zh' else ': '}{name}")
        self.tell(
            self.say(
                "shrink.result.ahead" if ahead else "shrink.result",
                before=before["bytes"],
                after=facts["cost"]["bytes"],
                times=before["bytes"] / facts["cost"]["bytes"],
                before_ms=before["one_row_ms"],
                after_ms=facts["cost"]["one_row_ms"],
            )
        )
        self.tell(Proof(**shrunk["proof"]).says(kind).say(self.lang))
        if shrunk.get("sized") is not None:
            self.tell(self.say(f"shrink.sized.{'yes' if shrunk['sized'] else 'no'}"))
        self.tell(self.say("shrink.machine", cpu=shrunk["cpu"], threads=1))
        self.tell(str(made.path))

    # -- ship and predict ---------------------------------------------------------------------

    def shipped(self, made: "Shipped") -> None:
        """The file, what it costs, and its parity with the run."""
        if self.as_json:
            facts = {
                "path": str(made.path),
                "card": str(made.card),
                "bytes": made.bytes,
                "one_row_ms": made.one_row_ms,
                "cpu": made.cpu,
                "parity": made.parity.__dict__,
            }
            print(json.dumps(facts))
            return
        self.tell(
            self.say(
                "ship.shipped_ahead" if made.modelled else "ship.shipped",
                file=str(made.path),
                bytes=made.bytes,
                ms=made.one_row_ms,
                rows=made.parity.rows,
            )
        )
        if made.modelled:
            self.tell(made.modelled.say(self.lang))
        self.tell(str(made.card))

    def forecast(self, found: "Foreseen", out: Path | None) -> None:
        """How much was forecast, where, and what is odd about it."""
        steps, series = len(found.futures[0].stamps), len(found.futures)
        if out is not None:
            self.note(self.say("predict.future", steps=steps, series=series, file=str(out)))
        if learned := found.says():
            self.note(learned.say(self.lang))
        for note in found.notes:
            self.note(note.say(self.lang))

    def predicted(self, summary: "Summary", seconds: float) -> None:
        """How many rows were answered, and where."""
        if self.as_json and summary.out is not None:
            print(
                json.dumps(
                    {
                        "rows": summary.rows,
                        "unanswered": summary.unanswered,
                        "out": str(summary.out),
                    }
                )
            )
            return
        if summary.out is not None:
            done = self.say(
                "predict.done",
                rows=summary.rows - summary.unanswered,
                seconds=seconds,
                file=str(summary.out),
            )
            self.note(done if summary.rows else self.say("predict.none"))
        if summary.noted:
            self.note(self.say("predict.empty", rows=summary.noted))


def _score(rung: dict[str, Any]) -> float:
    return float(rung["score"])


def _headline(facts: dict[str, Any]) -> tuple[str, str]:
    """Name and form of a run's headline score."""
    from umbrella.tasks.task import headline_of

    headline = headline_of(facts["task"])
    return headline, form_of(headline)
