"""The table of codecs builds what it names and nothing else."""

import subprocess
import sys
from importlib import import_module

import pytest

from umbrella.base.errors import BundleError, ConfigError
from umbrella.data.codecs import CODECS, from_spec, make


@pytest.mark.parametrize("name", CODECS)
def test_every_name_of_the_table_leads_to_a_codec(name):
    module, attribute = CODECS[name].split(":")
    codec = getattr(import_module(module), attribute)
    assert all(hasattr(codec, part) for part in ("fit", "encode", "spec", "from_spec"))
    assert module.startswith("umbrella.data.codecs.")


def test_an_unknown_codec_is_answered_with_the_near_name():
    with pytest.raises(ConfigError, match=r"Did you mean 'text-bag'"):
        make("text-bags")


@pytest.mark.parametrize(
    "spec", [None, [], {}, {"codec": 1}, {"codec": "os:system"}, {"codec": "umbrella.base:x"}]
)
def test_a_spec_that_names_no_known_codec_is_refused(spec):
    with pytest.raises(BundleError):
        from_spec(spec)


def test_codecs_need_neither_torch_nor_polars_nor_sklearn():
    code = (
        "import sys; from umbrella.data.codecs import make;"
        "make('text-bag').fit([['a b']]).encode(['a']);"
        "make('text-tokens').fit([['a b']]).encode(['a']);"
        "print(*{'torch', 'polars', 'sklearn', 'scipy', 'pandas'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
