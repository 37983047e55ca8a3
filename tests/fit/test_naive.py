"""What an ordinary split would have claimed stands beside the score on groups never met."""

import zipfile

import numpy as np
import pytest
import realdata

import umbrella
from umbrella.base.catalogue import Sentence
from umbrella.base.progress import Silent
from umbrella.check.finding import plain
from umbrella.data.read import read
from umbrella.fit import naive
from umbrella.fit.naive import shuffled
from umbrella.fit.prepare import prepare
from umbrella.fit.settings import FitSettings

SOLVED = ("most-common", "linear")
MEASURES = 80  # of a person: enough to know each by


def people(leak=1.0, count=160, each=4, seed=0, numbers=False):
    """Rows of people who are known by their measures, and each of whom has one label.

    Args:
        leak: share of the label that hangs on the person; the rest is told by the measure "z".
        numbers: whether the label is a quantity.
    """
    rng = np.random.default_rng(seed)
    faces = rng.normal(0, 3, (count, MEASURES))
    own = rng.permutation(count) % 2
    rows = {f"m{at}": [] for at in range(MEASURES)} | {"z": [], "person": [], "label": []}
    for person in range(count):
        for _ in range(each):
            told = int(rng.integers(2))
            yes = own[person] if rng.random() < leak else told
            for at in range(MEASURES):
                rows[f"m{at}"].append(float(faces[person, at] + rng.normal(0, 0.3)))
            rows["z"].append(float(told + rng.normal(0, 0.1)))
            rows["person"].append(f"p{person:03}")
            rows["label"].append(10.0 * yes + rng.normal(0, 1) if numbers else ("no", "yes")[yes])
    return rows


def fitted(tmp_path, data=None, **settings):
    settings = {"rungs": SOLVED, "group": "person", "shares": (0.6, 0.2, 0.2)} | settings
    return umbrella.fit(data or people(), "label", out=tmp_path / "run", **settings)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return fitted(tmp_path_factory.mktemp("naive"))


def test_where_people_give_their_label_away_the_ordinary_split_claims_more(made):
    found = made.facts["naive"]
    assert found["rung"] == "linear"
    assert found["by"] == "person"
    assert found["random"]["score"] > 0.9
    assert found["groups"]["score"] < 0.75
    rung = next(one for one in made.ladder if one["name"] == "linear")
    assert found["groups"]["score"] == rung["score"]
    assert found["random"]["rows"] == pytest.approx(found["groups"]["rows"], abs=2)
    says = Sentence.from_json(found["says"])
    assert says.key == "fit.naive.more"
    assert "would have claimed" in says.say("en")
    assert "person" in says.say("en")
    assert "随机划分" in says.say("zh")


def test_where_people_do_not_matter_it_says_so(tmp_path):
    found = fitted(tmp_path, people(leak=0.0)).facts["naive"]
    assert found["groups"]["score"] > 0.9
    assert found["says"]["key"] == "fit.naive.same"


def test_of_quantities_a_smaller_error_is_the_flattering_one(tmp_path):
    found = fitted(tmp_path, people(numbers=True), task="regress").facts["naive"]
    assert found["random"]["score"] < found["groups"]["score"]
    assert found["says"]["key"] == "fit.naive.more"
    assert "mean absolute error" in found["says"]["en"]


@pytest.mark.parametrize(
    "settings",
    [{"group": None}, {"group": "none"}, {"rungs": ("most-common",)}],
    ids=["no groups", "groups mixed", "no solved rung"],
)
def test_where_there_is_nothing_to_compare_nothing_is_said(tmp_path, settings):
    data = people()
    if settings.get("group", 1) is None:
        del data["person"]
    assert "naive" not in fitted(tmp_path, data, **settings).facts


def test_a_rung_that_took_long_is_not_fitted_again(tmp_path, monkeypatch):
    monkeypatch.setattr(naive, "SECONDS", 0.0)
    assert "naive" not in fitted(tmp_path).facts
    monkeypatch.setattr(naive, "SECONDS", 15.0)
    assert naive._allowed(0.1, []) == pytest.approx(6.0)


def test_it_changes_nothing_else_of_the_fit(made, tmp_path, monkeypatch):
    monkeypatch.setattr(naive, "SECONDS", 0.0)
    other = fitted(tmp_path)
    for name in ("scores", "rung", "selection", "task"):
        assert made.facts[name] == other.facts[name]
    assert [r.get("score") for r in made.ladder] == [r.get("score") for r in other.ladder]


@pytest.fixture(scope="module")
def prepared():
    data = people(count=40, each=6)
    for name, cells in data.items():  # ten rows once more, word for word
        data[name] = cells + cells[:10]
    settings = FitSettings(target="label", group="person", seed=3)
    return prepare(read(data), settings, Silent())


def test_the_test_rows_are_no_part_of_it(prepared):
    mixed = shuffled(prepared, 3)
    test = set(prepared.rows[prepared.part("test")].tolist())
    assert len(test) > 10
    assert not test & set(mixed.rows.tolist())
    read_back = sum(len(batch["m0"]) for batch in mixed.batches())
    assert read_back == len(mixed.rows) == len(prepared.rows) - len(test)
    kept = np.flatnonzero(mixed.keep)
    assert np.array_equal(kept, mixed.rows)
    assert len(mixed.part("test")) == 0


def test_parts_are_as_large_as_before_and_groups_are_mixed(prepared):
    mixed = shuffled(prepared, 3)
    for part in ("train", "validation"):
        assert len(mixed.part(part)) == pytest.approx(len(prepared.part(part)), abs=3)
    people_of = [
        set(mixed.table.raw("person").gather(mixed.rows[mixed.part(part)]).to_list())
        for part in ("train", "validation")
    ]
    assert len(people_of[0] & people_of[1]) > 5
    assert np.array_equal(mixed.targets, prepared.targets[np.isin(prepared.rows, mixed.rows)])


def test_twins_stay_on_one_side(prepared):
    mixed = shuffled(prepared, 3)
    place = dict(zip(mixed.rows.tolist(), mixed.split.part, strict=True))
    cluster = dict(zip(prepared.rows.tolist(), prepared.twins.cluster.tolist(), strict=True))
    sides = {}
    for row, part in place.items():
        sides.setdefault(cluster[row], set()).add(int(part))
    assert all(len(parts) == 1 for parts in sides.values())
    assert any(list(cluster.values()).count(one) > 1 for one in sides)


def test_too_few_rows_leave_it_out_and_the_fit_goes_on(tmp_path, monkeypatch):
    from umbrella.base.errors import DataError

    def none(*_):
        raise DataError("too few")

    monkeypatch.setattr(naive, "shuffled", none)
    assert "naive" not in fitted(tmp_path).facts


def test_the_report_tells_it_among_what_cannot_be_known(made):
    gaps = made.check().find("unseen").details["gaps"]
    assert made.facts["naive"]["says"] in plain(gaps)


def test_both_languages_print_it(made, capsys):
    from umbrella.show import Screen

    for lang, words in (("en", "ordinary split would have claimed"), ("zh", "随机划分")):
        Screen(lang).fitted(made)
        assert words in capsys.readouterr().out


def test_spoken_digits_by_new_speakers_are_harder_than_an_ordinary_split_claims(tmp_path):
    with zipfile.ZipFile(realdata.path("fsdd") / "fsdd_wav.zip") as file:
        some = sorted(n for n in file.namelist() if int(n[:-4].split("_")[-1]) < 12)
        file.extractall(tmp_path, some)
    rows = [f"{name},{name.split('/')[-1][0]}" for name in some]
    (tmp_path / "digits.csv").write_text("\n".join(["file,label", *rows]))
    made = umbrella.fit(tmp_path / "digits.csv", out=tmp_path / "run", rungs=SOLVED)
    found = made.facts["naive"]
    assert found["random"]["score"] > found["groups"]["score"] + 0.05
