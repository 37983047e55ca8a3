"""The entries of a `config.json`, each of the type it must have."""

from collections.abc import Mapping
from typing import Any

from umbrella.base.errors import DataError, listed

ACTIVATIONS = {
    "gelu": "gelu",
    "gelu_new": "gelu_tanh",
    "gelu_pytorch_tanh": "gelu_tanh",
    "relu": "relu",
    "silu": "silu",
    "swish": "silu",
}


class Settings:
    """A config file.

    Args:
        raw: what the file holds.
        tied: whether the output shares the token vectors, as the weights tell; None where they do
            not, and the config is believed.
    """

    def __init__(self, raw: Mapping[str, Any], tied: bool | None = None):
        self.raw, self._tied = raw, tied

    def tied(self, default: bool = True) -> bool:
        """Whether the output shares the token vectors."""
        if self._tied is None:
            return self.flag("tie_word_embeddings", default)
        return self._tied

    def whole(self, name: str, default: int | None = None) -> int:
        """A whole number."""
        value = self._get(name, default)
        if type(value) is not int:
            raise self._wrong(name, value, "a whole number")
        return value

    def number(self, name: str, default: float | None = None) -> float:
        """Any number."""
        value = self._get(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._wrong(name, value, "a number")
        return float(value)

    def flag(self, name: str, default: bool | None = None) -> bool:
        """True or false."""
        value = self._get(name, default)
        if not isinstance(value, bool):
            raise self._wrong(name, value, "true or false")
        return value

    def word(self, name: str, default: str | None = None) -> str:
        """A word."""
        value = self._get(name, default)
        if not isinstance(value, str):
            raise self._wrong(name, value, "a word")
        return value

    def table(self, name: str) -> "Settings":
        """A table inside; empty where absent."""
        value = self.raw.get(name) or {}
        if not isinstance(value, dict):
            raise self._wrong(name, value, "a table")
        return Settings(value)

    def activation(self, name: str, default: str | None = None) -> str:
        """Our name of an activation."""
        value = self.word(name, default)
        if value not in ACTIVATIONS:
            raise self._wrong(name, value, f"one of {listed(list(ACTIVATIONS))}")
        return ACTIVATIONS[value]

    def require(self, name: str, *allowed: Any) -> None:
        """Refuse a setting that these networks cannot follow; absent or null is fine."""
        value = self.raw.get(name)
        if value is not None and value not in allowed:
            words = " or ".join(str(a).lower() for a in allowed) or "absent"
            raise DataError(
                f"config.json says {name}={value!r}, which is not supported: it must be {words}. "
                f"Choose another checkpoint."
            )

    def labels(self) -> tuple[str, ...]:
        """Names of classes or tags, in order; empty where none are told."""
        told = self.table("id2label").raw
        try:
            return tuple(str(told[str(n)]) for n in range(len(told)))
        except KeyError as error:
            raise self._wrong("id2label", dict(told), "numbered from 0 without gaps") from error

    def _get(self, name: str, default: Any) -> Any:
        value = self.raw.get(name)
        if value is None and default is None:
            raise DataError(
                f"config.json has no {name!r}. It is not the whole config of this architecture; "
                f"take the file that was published with the weights."
            )
        return default if value is None else value

    def _wrong(self, name: str, value: Any, allowed: str) -> DataError:
        return DataError(
            f"config.json says {name}={value!r}, which must be {allowed}. Take the file that was "
            f"published with the weights."
        )
