"""Every sentence of the terminal and HTML reports, in English and 中文, by key.

The sentences live in `base/sentences/AREA.py`; a key begins with its area: "check.gap.line".
A template holds raw values and says how to write them: "{score:percent}" (see wording.py), so
that a figure is formatted in the language in which it is read.
"""

import math
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import Any

from umbrella.base.errors import ConfigError, unknown
from umbrella.base.wording import Template

AREAS = (
    "terms",
    "data",
    "stage",
    "check",
    "report",
    "fit",
    "compare",
    "shrink",
    "ship",
    "predict",
    "modalities",
    "labels",
    "giveaway",
    "trade",
    "answer",
    "series",
    "forecast",
    "forecast_fit",
    "forecast_page",
    "leak",
    "features",
    "tag",
    "fill",
    "explain",
    "unlabelled",
)
LANGUAGES = ("en", "zh")
WIDE = re.compile("） (?=[0-9+−±])")


@dataclass(frozen=True)
class Sentence:
    """A sentence not yet said: it can be stored, and said in either language later.

    Args:
        key: its key in the catalogue.
        values: what fills its fields: numbers, text, (low, high) pairs, or further sentences.
    """

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def say(self, lang: str) -> str:
        """The sentence in "en" or "zh"."""
        return say(self.key, lang, **self.values)

    def to_json(self) -> dict[str, Any]:
        """JSON-safe; the English wording rides along for people who read the file."""
        values = {name: _to_json(value) for name, value in self.values.items()}
        return {"key": self.key, "values": values, "en": self.say("en")}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Sentence":
        """Build back from `to_json()`; ConfigError when the key is not ours."""
        if stored["key"] not in sentences():
            raise unknown("sentence", str(stored["key"]), sentences())
        return cls(stored["key"], {name: _from_json(v) for name, v in stored["values"].items()})


def sentence(key: str, /, **values: Any) -> Sentence:
    """A sentence to be said later."""
    return Sentence(key, values)


def say(key: str, lang: str, /, **values: Any) -> str:
    """Say a sentence.

    Args:
        key: "area.name".
        lang: "en" or "zh".
        values: what fills its fields.

    Raises:
        ConfigError: no sentence has this key, or no such language.
    """
    known = sentences()
    if key not in known:
        raise unknown("sentence", key, known)
    if lang not in LANGUAGES:
        raise unknown("language", lang, LANGUAGES)
    told = Template(lang).vformat(known[key][LANGUAGES.index(lang)], (), values)
    return WIDE.sub("）", told)  # a wide bracket brings its own space


@cache
def sentences() -> dict[str, tuple[str, str]]:
    """All areas in one table: key → (English, 中文).

    Raises:
        ConfigError: a key appears twice, or does not begin with its area.
    """
    table: dict[str, tuple[str, str]] = {}
    for area in AREAS:
        for key, both in import_module(f"umbrella.base.sentences.{area}").SENTENCES.items():
            if key in table or not key.startswith(f"{area}."):
                raise ConfigError(
                    f"Sentence {key!r} of area {area!r} is a duplicate or lies in the wrong file. "
                    f"Give it a new key that begins with {area + '.'!r}."
                )
            table[key] = both
    return table


def pick_language(asked: str | None = None, places: Mapping[str, str] = os.environ) -> str:
    """The language of reports: what was asked, else the locale, else English.

    Args:
        asked: the value of --lang: "en", "zh", or a longer tag such as "zh-CN"; None to look.
        places: where LC_ALL, LC_MESSAGES and LANG are looked up, in this order.

    Raises:
        ConfigError: a language that the catalogue does not hold.
    """
    if asked:
        language = asked.strip().lower().replace("_", "-").split("-")[0]
        if language not in LANGUAGES:
            raise ConfigError(
                f"--lang {asked} is not a language of the reports. Choose en or zh (中文)."
            )
        return language
    found = next((places[n] for n in ("LC_ALL", "LC_MESSAGES", "LANG") if places.get(n)), "")
    return "zh" if found.lower().startswith("zh") else "en"


def _to_json(value: Any) -> Any:
    if isinstance(value, Sentence):
        return {"sentence": value.to_json()}
    if isinstance(value, tuple):
        return [_to_json(part) for part in value]
    if isinstance(value, int | str | None):
        return value
    return float(value) if math.isfinite(value) else None  # a dash when read back


def _from_json(value: Any) -> Any:
    if isinstance(value, dict):
        return Sentence.from_json(value["sentence"])
    return tuple(value) if isinstance(value, list) else value
