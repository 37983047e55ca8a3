"""Puts this folder on the path, so that tests share realdata.py, handmade.py and rules.py."""

import pytest
import torch

torch.set_num_threads(1)  # the tests' tensors are small: a second thread only costs


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory):
    """A cache of the session's own: the user's is neither read nor filled."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield
