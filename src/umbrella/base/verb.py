"""A package that is also its verb: `umbrella.fit` holds modules, and `umbrella.fit(...)` fits.

Importing `umbrella.fit.loop` puts the package `fit` in place of any function of that name, so the
package itself must answer the call, whichever came first.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import Any

VERBS = {"umbrella.fit": "umbrella.api:fit", "umbrella.compare": "umbrella.api:compare"}


class _Verb(ModuleType):
    def __call__(self, *args: Any, **settings: Any) -> Any:
        module, name = VERBS[self.__name__].split(":")
        return getattr(import_module(module), name)(*args, **settings)


def make_verb(package: str) -> None:
    """Let a package answer calls; the function it stands for is imported at the first call."""
    sys.modules[package].__class__ = _Verb
