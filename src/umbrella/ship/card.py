"""The model card: one page of Markdown that says what a shipped file does, how well, and how sure.

It travels in the file's metadata and beside it. Facts that are absent leave their line out; no
figure is made up. Sentences live in base/sentences/ship.py.
"""

import shlex
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePath
from typing import Any

from umbrella.base.catalogue import Sentence, say, sentences
from umbrella.base.wording import DASH, form_of, write
from umbrella.check.selection import noticeable
from umbrella.tasks.task import headline_of, task_class

LABELS_SHOWN = 20
ENGINES = ("python", "numpy", "onnxruntime", "tokenizers", "torch", "scikit-learn")


def card(facts: Mapping[str, Any], lang: str = "en") -> str:
    """Write the card of one shipped file.

    Args:
        facts: the run's run.json, and beside it
            "ladder": its ladder.json;
            "bundle": {"file": name of the shipped file, "bytes": on disk, "one_row_ms": median,
                "cpu": class of processor, "before_bytes": before int8, if it was applied,
                "parity": {"rows", "max_abs", "answers_changed"}}.
        lang: "en" or "zh".

    Returns:
        Markdown that ends with a line break.
    """
    sections = [
        (None, _does(facts, lang)),
        ("good", _score(facts, lang)),
        ("data", _data(facts, lang)),
        ("rungs", _rungs(facts, lang)),
        ("limits", _limits(facts, lang)),
        ("cost", _cost(facts, lang)),
        ("run", _usage(facts, lang)),
        ("made", _made(facts, lang)),
    ]
    blocks = [f"# {_plain(facts.get('name', 'model'))}"]
    for title, lines in sections:
        body = list(lines)
        if body:
            blocks += [f"## {say(f'ship.card.{title}', lang)}"] if title else []
            blocks.append("\n".join(body))
    return "\n\n".join(blocks) + "\n"


def _does(facts: Mapping[str, Any], lang: str) -> Iterable[str]:
    task = facts["task"]
    columns = _list([_code(name) for name in facts["columns"]], lang)
    labels = [_code(label) for label in task.get("labels", task.get("types", []))]
    more = ["…"] if len(labels) > LABELS_SHOWN else []
    shown = _list([*labels[:LABELS_SHOWN], *more], lang)
    told: dict[str, Any] = {"columns": columns, "count": len(labels), "labels": shown}
    if not _ahead(facts):
        silent = "_silent" if task.get("silent") else ""
        told |= {"longest": task["longest"]} if "longest" in task else {}
        yield say(f"ship.card.{task['task']}{silent}", lang, **told)
        return
    roles = facts.get("roles") or {}
    bare = "" if roles.get("time") else "_rows"  # where no column says when
    yield say(f"ship.card.forecast{bare}", lang, **told, horizon=task.get("horizon", 1))
    named, modelled = roles.get("targets") or [], "return" if task.get("log") else "level"
    if roles.get("layout", "long") == "long" and named:
        yield say(f"ship.card.{modelled}", lang, column=_code(named[0]))
    else:  # each column, or each row, is a series
        yield say(f"ship.card.{modelled}_each", lang)


def _ahead(facts: Mapping[str, Any]) -> bool:
    """Whether rows are origins of series."""
    return bool(getattr(task_class(facts["task"]["task"]), "ahead", False))


def _key(facts: Mapping[str, Any], name: str) -> str:
    """Key of a sentence of the card; of a forecast its own, where it has one."""
    own = f"ship.card.{name}_ahead"
    return own if _ahead(facts) and own in sentences() else f"ship.card.{name}"


def _score(facts: Mapping[str, Any], lang: str) -> Iterable[str]:
    name, scores = facts["task"]["task"], facts.get("scores", {})
    headline = headline_of(facts["task"])
    form, test = form_of(headline), scores.get("test")
    if test:
        title = say(f"terms.headline.{headline}", lang)
        yield "- " + _upper(
            say(
                _key(facts, "test_shrunk" if facts.get("shrunk") else "test"),
                lang,
                headline=title,
                rows=test["rows"],
                score=test["score"],
                range=(test["low"], test["high"]),
                form=form,
            )
        )
    verdict = None if facts.get("shrunk") else facts.get("against_naive")
    if verdict is not None:
        yield (
            "- "
            + _upper(Sentence.from_json(verdict["says"]).say(lang))
            + ("。" if lang == "zh" else ".")
        )
    elif test and "baseline" in scores:
        yield "- " + say(
            "ship.card.baseline",
            lang,
            rule=say(f"terms.rule.{name}", lang),
            score=scores["baseline"]["score"],
            p=test.get("p_against_baseline"),
            form=form,
        )
    yield from _choice(facts, form, lang)


def _choice(facts: Mapping[str, Any], form: str, lang: str) -> Iterable[str]:
    """How the model was picked, and of a shrunk one, what its drop was held against."""
    chosen, shrunk = facts.get("selection", {}), facts.get("shrunk")
    if shrunk and facts.get("ladder"):
        yield "- " + say(_key(facts, "picked"), lang, candidates=len(facts["ladder"]))
    elif chosen.get("looks", 0) > 1:
        rows, optimism = facts.get("rows", {}).get("validation", 0), abs(chosen["optimism"])
        key = _key(facts, "looks" if noticeable(optimism, form) else "looks_plain")
        values = {"looks": chosen["looks"], "rows": rows, "optimism": optimism, "form": form}
        yield "- " + say(key, lang, **values)
    if not facts.get("parent"):
        return
    parent, proof = _code(PurePath(facts["parent"]).name), (shrunk or {}).get("proof")
    if not proof:
        yield "- " + say("ship.card.shrunk", lang, parent=parent)
        return
    yield "- " + say(
        _key(facts, "proof"),
        lang,
        parent=parent,
        rows=proof["rows"],
        level=proof["level"],
        bound=max(0.0, -proof["bound"]),  # a sure gain is a drop below zero
        allowed=proof["allowed"],
        # Of an error the drop is a share of the error itself.
        form="size_percent" if task_class(facts["task"]["task"]).sign > 0 else "percent",
    )


def _data(facts: Mapping[str, Any], lang: str) -> Iterable[str]:
    rows = facts.get("rows")
    if rows:
        # A path would tell where on whose machine the data lies; its last part is enough.
        source = PurePath(facts["source"]).name if facts.get("source") else facts.get("name", "")
        digest = str(facts.get("fingerprint", ""))[:12] or DASH
        key, walked = _key(facts, "source"), dict[str, Any]()
        if not facts.get("shrunk"):  # small models were judged by the last stretch alone
            walked = (facts.get("against_naive") or {}).get("chosen_by") or {}
        if walked.get("stretches", 1) > 1:
            key = "ship.card.source_walk"
        yield "- " + say(key, lang, source=_code(source), fingerprint=digest, **rows, **walked)
    if facts.get("twins", {}).get("rows"):
        yield "- " + say("ship.card.twins", lang, count=facts["twins"]["rows"])
    if facts.get("bad_rows"):
        yield "- " + say("ship.card.bad", lang, count=facts["bad_rows"])
    yield "- " + say("ship.card.licence", lang)


def _rungs(facts: Mapping[str, Any], lang: str) -> Iterable[str]:
    ladder = facts.get("ladder") or []
    if not ladder:
        return
    form = form_of(headline_of(facts["task"]))
    shrunk = bool(facts.get("shrunk"))
    head = say(_key(facts, "rungs.head_shrunk" if shrunk else "rungs.head"), lang)
    yield f"| {head} |"
    yield "|" + "---|" * (head.count("|") + 1)
    for rung in ladder:
        if "error" in rung:
            failed = [say("ship.card.rungs.failed", lang), *[DASH] * 4]
            yield f"| {' | '.join([rung['name'], *failed])} |"
            continue
        name = f"**{rung['name']}**" if rung.get("chosen") else rung["name"]
        best = rung.get("verdict") == "best"
        cells = [
            name,
            write(rung["score"], form, lang),
            write((rung["low"], rung["high"]), form, lang),
            write(rung.get("bytes"), "bytes", lang),
            write(rung.get("one_row_ms"), "ms", lang),
            say("ship.card.best", lang) if best else write(rung.get("p_against_best"), "p", lang),
        ]
        yield f"| {' | '.join(cells)} |"


def _limits(facts: Mapping[str, Any], lang: str) -> Iterable[str]:
    names = ["shift", "labels", "sets", "speech", "empty", "groups"]
    if _ahead(facts):
        names = ["ahead"]
    several = "thresholds" in facts["task"]
    unfit = {"labels" if several else "sets"}
    unfit |= set() if several or facts["task"].get("labels") else {"labels"}
    unfit |= set() if facts["task"].get("symbols") else {"speech"}
    for name in (name for name in names if name not in unfit):
        yield "- " + say(f"ship.card.limit.{name}", lang)


def _cost(facts: Mapping[str, Any], lang: str) -> Iterable[str]:
    bundle = facts.get("bundle", {})
    if "bytes" in bundle:
        ms, cpu = bundle.get("one_row_ms"), bundle.get("cpu", DASH)
        yield "- " + say(_key(facts, "size"), lang, bytes=bundle["bytes"], ms=ms, cpu=cpu)
    if "before_bytes" in bundle:
        yield "- " + say("ship.card.int8", lang, before=bundle["before_bytes"])
    if "parity" in bundle:
        parity = bundle["parity"]
        yield "- " + say(
            _key(facts, "parity"),
            lang,
            rows=parity["rows"],
            change=parity["max_abs"],
            changed=parity["answers_changed"],
        )


def _usage(facts: Mapping[str, Any], lang: str) -> Iterable[str]:
    file = str(facts.get("bundle", {}).get("file", "model.onnx"))
    columns = facts["columns"]
    shown = {name: facts.get("examples", {}).get(name, "a text") for name in columns}
    row = next(iter(shown.values())) if len(columns) == 1 else shown
    yield say("ship.card.installed", lang)
    yield ""
    ahead = facts["task"].get("horizon")
    yield "```sh"
    if ahead:
        yield f"umbrella predict {shlex.quote(file)} history.csv --future {ahead} -o forecast.csv"
        yield "```"
        return
    yield f"umbrella predict {shlex.quote(file)} new.csv -o answers.csv"
    yield "```"
    yield ""
    yield "```python"
    yield "import umbrella"
    yield ""
    yield f"umbrella.load({file!r}).predict([{row!r}])"
    yield "```"


def _made(facts: Mapping[str, Any], lang: str) -> Iterable[str]:
    versions = facts.get("versions", {})
    if versions:
        listed = _list([f"{name} {versions[name]}" for name in ENGINES if name in versions], lang)
        umbrella, made = versions.get("umbrella", DASH), facts.get("made", DASH)
        yield say("ship.card.versions", lang, umbrella=umbrella, made=made, versions=listed)


def _list(words: Sequence[str], lang: str) -> str:
    return ("、" if lang == "zh" else ", ").join(words)


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _plain(text: Any) -> str:
    """One line of the user's own words."""
    return " ".join(str(text).split())


def _code(text: Any) -> str:
    """The user's own words as code, so that nothing in them reads as Markdown."""
    return f"`{_plain(text).replace('`', chr(39)).replace('|', '/') or ' '}`"
