"""Reading a codec's stored form without trusting it: every field has a type and a range."""

from collections.abc import Collection
from typing import Any

from umbrella.base.errors import BundleError


def table(spec: Any, where: str) -> dict[str, Any]:
    """The stored form itself: a dict with text keys.

    Args:
        spec: anything that JSON can hold.
        where: what it should describe, for the message.
    """
    if not isinstance(spec, dict) or not all(isinstance(key, str) for key in spec):
        raise damaged(where, "the whole", spec, "a table of named fields")
    return spec


def field(spec: dict[str, Any], name: str) -> Any:
    """A field that must be there."""
    if name not in spec:
        raise damaged(spec.get("codec"), name, None, "a value")
    return spec[name]


def whole(spec: dict[str, Any], name: str, low: int, high: int) -> int:
    """A whole number in [low, high]."""
    value = field(spec, name)
    if type(value) is not int or not low <= value <= high:
        raise damaged(spec.get("codec"), name, value, f"a whole number from {low} to {high}")
    return value


def flag(spec: dict[str, Any], name: str) -> bool:
    """True or false."""
    value = field(spec, name)
    if type(value) is not bool:
        raise damaged(spec.get("codec"), name, value, "true or false")
    return value


def choice(spec: dict[str, Any], name: str, allowed: Collection[str]) -> str:
    """One of a few words."""
    value = field(spec, name)
    if not isinstance(value, str) or value not in allowed:
        raise damaged(spec.get("codec"), name, value, f"one of {', '.join(sorted(allowed))}")
    return value


def damaged(codec: Any, name: str, value: Any, allowed: str) -> BundleError:
    """Word a field that cannot be used."""
    shown = repr(value)[:60]
    return BundleError(
        f"The stored codec {str(codec)[:40]!r} is damaged: {name} is {shown}, "
        f"allowed is {allowed}. Use an intact copy of the file, or fit again."
    )
