"""The codec that says which modalities a row has."""

import numpy as np
import pytest

from umbrella.base.errors import BundleError, ConfigError, DataError
from umbrella.data.codecs import from_spec
from umbrella.data.codecs.present import Present


def test_a_modality_is_there_when_any_of_its_columns_has_a_cell():
    columns = [["1", None, "", "2"], [None, None, "", "3"], ["a.png", "b.png", None, b""]]
    got = Present((0, 0, 1)).encode(columns)["present"]
    np.testing.assert_array_equal(got, [[1, 1], [0, 1], [0, 0], [1, 0]])
    assert got.dtype == np.float32


def test_it_comes_back_from_its_spec_and_says_the_same():
    codec = Present((0, 1, 1))
    again = from_spec(codec.spec())
    columns = [["x", None], [None, None], ["y", ""]]
    np.testing.assert_array_equal(
        codec.encode(columns)["present"], again.encode(columns)["present"]
    )


@pytest.mark.parametrize("groups", [(), (1,), (0, 2), (0, True), ("0",), (0, -1), (0.0,)])
def test_groups_that_leave_a_modality_out_are_refused(groups):
    with pytest.raises(ConfigError, match="in turn"):
        Present(groups)


@pytest.mark.parametrize("groups", [None, "01", [0, 2], [[0]], [None], {}])
def test_a_damaged_spec_is_refused(groups):
    with pytest.raises(BundleError, match="groups"):
        Present.from_spec({"codec": "present", "groups": groups})


def test_columns_must_be_as_many_as_were_named():
    with pytest.raises(DataError, match="reads 2 columns and was given 1"):
        Present((0, 1)).encode([["a"]])
