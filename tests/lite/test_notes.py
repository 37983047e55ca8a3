"""The notes of a file: what they say is checked, and no change of them or of the card is missed."""

import json

import pytest
from handmade import LABELS, bag_bundle, rewrite

from umbrella.base.errors import BundleError
from umbrella.lite import Bundle
from umbrella.lite.envelope import seal, unseal
from umbrella.lite.notes import FORMAT, digest_of


def test_a_file_of_a_newer_version_says_how_to_upgrade():
    data = rewrite(bag_bundle(), format=FORMAT + 1, umbrella="9.1", codecs=None, task=None)
    with pytest.raises(BundleError, match=r"newer version \(Umbrella 9.1.*pip install -U umbrella"):
        Bundle(data)


def test_changed_weights_are_noticed():
    envelope = unseal(bag_bundle())
    model = bytearray(envelope.model)
    at = envelope.model.index(b"table") + 40  # inside the raw weights
    model[at] ^= 1
    with pytest.raises(BundleError, match=r"was changed after it was made: .* its graph"):
        Bundle(seal(bytes(model), envelope.metadata))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"labels": ["bad", "good"]', '"labels": ["good", "bad"]'),
        ('"temperature": 1.0', '"temperature": 3.0'),
        (', "temperature": 1.0', ""),
        ('"columns": ["text"]', '"columns": ["title"]'),
        ('"report": null', '"report": "00"'),
        ('"at": "2026-11-23', '"at": "2025-11-23'),
        ('"format": 1', '"format": 1, "alone": true'),
    ],
)
def test_one_changed_note_is_noticed(old, new):
    envelope = unseal(bag_bundle())
    text = envelope.metadata["umbrella"]
    assert old in text
    changed = envelope.metadata | {"umbrella": text.replace(old, new)}
    with pytest.raises(BundleError, match=r"was changed after it was made: .* its notes or card"):
        Bundle(seal(envelope.model, changed))


@pytest.mark.parametrize("card", ["# A card\n", "# a card", ""])
def test_a_changed_card_is_noticed(card):
    envelope = unseal(bag_bundle())
    with pytest.raises(BundleError, match="its notes or card"):
        Bundle(seal(envelope.model, envelope.metadata | {"card": card}))


def test_notes_laid_out_otherwise_say_the_same():
    envelope = unseal(bag_bundle())
    spec = json.loads(envelope.metadata["umbrella"])
    text = json.dumps(dict(reversed(spec.items())), indent=2, ensure_ascii=False)
    assert Bundle(seal(envelope.model, envelope.metadata | {"umbrella": text})).spec == spec


def test_notes_and_card_do_not_run_into_each_other():
    assert digest_of({"a": 1}, "\n# x") != digest_of({"a": 1}, "# x")
    assert digest_of({"a": 1, "digest": "00"}, "# x") == digest_of({"a": 1}, "# x")


@pytest.mark.parametrize("number", ["NaN", "-Infinity", "1e999"])
def test_notes_with_a_number_that_json_lacks_are_refused(number):
    envelope = unseal(bag_bundle())
    text = envelope.metadata["umbrella"].replace('"report": null', f'"report": {number}')
    with pytest.raises(BundleError, match="notes are damaged"):
        Bundle(seal(envelope.model, envelope.metadata | {"umbrella": text}))


@pytest.mark.parametrize(
    "changes",
    [
        {"format": "1"},
        {"task": None},
        {"task": {"task": "os.system"}},
        {"task": {"task": "classify", "labels": ["one", "two", "three"], "temperature": 1.0}},
        {"task": {"task": "classify", "labels": LABELS}},
        {"task": {"task": "classify", "labels": LABELS, "temperature": 0}},
        {"codecs": []},
        {"codecs": [{"columns": [], "prefix": "", "spec": {}}]},
        {"codecs": [{"columns": ["text"], "prefix": "", "spec": {"codec": "os:system"}}]},
        {"codecs": [{"columns": ["text"], "prefix": "", "spec": {"codec": "text-bag"}}]},
        {"codecs": "text-bag"},
        {"weights": 5},
        {"digest": None},
        {"made": None},
    ],
)
def test_damaged_notes_are_refused(changes):
    with pytest.raises(BundleError) as caught:
        Bundle(rewrite(bag_bundle(), **changes))
    assert len(str(caught.value)) < 400
    assert "was changed" not in str(caught.value)  # refused for what they say, not by a digest


@pytest.mark.parametrize(("key", "part"), [("weights", "graph"), ("digest", "notes or card")])
def test_a_wrong_digest_is_refused(key, part):
    with pytest.raises(BundleError, match=f"the digest of its {part} is"):
        Bundle(rewrite(bag_bundle(), **{key: "00"}))


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "[" * 100_000, '{"format": 1e999}'])
def test_notes_that_are_not_json_of_ours_are_refused(text):
    envelope = unseal(bag_bundle())
    with pytest.raises(BundleError, match="notes are damaged"):
        Bundle(seal(envelope.model, {"umbrella": text}))
