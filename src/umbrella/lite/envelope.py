"""The shipped file as bytes: an ONNX model with our notes appended, read without the onnx package.

An ONNX file is one protobuf message, and appending a field to such a message adds it to the
message. So a bundle is the model's own bytes followed by `metadata_props` records, and the sha256
of the weights is the digest of the file with every top-level `metadata_props` record taken out.
Field numbers are those of onnx.proto (ONNX IR version 10); wire format: protobuf.dev/encoding.

Everything here happens before onnxruntime sees a byte, because onnxruntime reads external data
relative to the current folder even when a model is given as bytes (seen in 1.32), and because a
graph that loops for ever would hang it.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from umbrella.base.errors import BundleError
from umbrella.lite.operators import check_operator, foreign

MAX_BYTES = 2**31 - 1  # protobuf's own limit on one message
MAX_TAG = 2**32 - 1  # a field's number and wire type
MAX_DEPTH = 48  # messages inside messages; a subgraph costs three
VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5  # wire types
METADATA = 14  # ModelProto.metadata_props
FLOAT32, FLOAT16 = 1, 10  # TensorProto.data_type
DTYPES = {FLOAT32: "<f4", FLOAT16: "<f2"}
NAME, DATA_TYPE, RAW, EXTERNAL, LOCATION = 8, 2, 9, 13, 14  # fields of TensorProto
OPERATOR, DOMAIN = 4, 7  # fields of NodeProto
UNUSED = {20: "training steps", 25: "functions"}  # fields of ModelProto that no model of ours has

# message → field number → message it holds; only the paths that lead to a tensor
INSIDE: dict[str, dict[int, str]] = {
    "model": {7: "graph"},
    "graph": {1: "node", 5: "tensor", 15: "sparse"},
    "node": {5: "attribute"},
    "attribute": {5: "tensor", 6: "graph", 10: "tensor", 11: "graph", 22: "sparse", 23: "sparse"},
    "sparse": {1: "tensor", 2: "tensor"},
}
FOREIGN = {  # first bytes → what the file really is
    b"\x80\x02": "a Python pickle",
    b"\x80\x03": "a Python pickle",
    b"\x80\x04": "a Python pickle",
    b"\x80\x05": "a Python pickle",
    b"PK\x03\x04": "a zip archive (a .pt, .npz or .xlsx file)",
    b"\x1f\x8b": "a gzip file",
    b"\x28\xb5\x2f\xfd": "a zstandard file",
    b"<": "a web page or XML",
    b"{": "JSON",
    b"version https://git-lfs": "a Git LFS pointer (run `git lfs pull`)",
    b"\x89HDF": "an HDF5 file",
    b"PAR1": "a Parquet file",
}


@dataclass(frozen=True)
class Envelope:
    """What a file holds beside its graph.

    Args:
        model: the bytes without metadata; what `weights` in a bundle's spec is the digest of.
        metadata: the notes, key → text.
    """

    model: bytes
    metadata: Mapping[str, str]

    @property
    def digest(self) -> str:
        """sha256 of `model`, hexadecimal."""
        return hashlib.sha256(self.model).hexdigest()


def seal(model: bytes, metadata: Mapping[str, str]) -> bytes:
    """An ONNX file with exactly these notes; notes that the model already had are dropped."""
    parts = [unseal(model).model]
    for key, value in metadata.items():
        entry = _record(1, key.encode()) + _record(2, value.encode())
        parts.append(_record(METADATA, entry))
    return b"".join(parts)


def unseal(data: bytes, name: str = "the file") -> Envelope:
    """Take a file apart into its model and its notes; check every node and tensor on the way.

    Args:
        data: the whole file.
        name: what messages call it.

    Raises:
        BundleError: empty, another format, cut short, larger than protobuf allows, an operator
            that none of our models has, weights kept in another file, weights that are not a
            number, or one key twice.
    """
    _refuse_foreign(data, name)
    view = memoryview(data)
    kept: list[memoryview] = []
    metadata: dict[str, str] = {}
    try:
        for number, start, end, value in _fields(view):
            if number == METADATA:
                key, text = _entry(value)
                if key in metadata:
                    raise ValueError(f"the note {key!r} is there twice")
                metadata[key] = text
                continue
            kept.append(view[start:end])
            if number in UNUSED:
                raise foreign(name, UNUSED[number])
            if number in INSIDE["model"]:
                _check(value, INSIDE["model"][number], name, 0)
    except ValueError as error:
        raise BundleError(
            f"{name} is damaged or cut short ({error}). Copy or download it again, or make it "
            f"again with `umbrella ship`."
        ) from error
    return Envelope(b"".join(kept), metadata)


def _refuse_foreign(data: bytes, name: str) -> None:
    if not data:
        raise BundleError(f"{name} is empty. Copy it again, or make it with `umbrella ship`.")
    if len(data) > MAX_BYTES:
        raise BundleError(f"{name} holds {len(data):,} bytes; an ONNX file ends at {MAX_BYTES:,}.")
    head = data[:64].lstrip(b"\xef\xbb\xbf \t\r\n")  # an ONNX file begins with 0x08
    tail = "Nothing of it was run. Give a file that `umbrella ship` made."
    if data[8:9] == b"{" and int.from_bytes(data[:8], "little") < len(data):
        raise BundleError(f"{name} is not an ONNX file but safetensors weights. {tail}")
    if data[4:8] == b"ORTM":  # onnxruntime would not read it as ONNX, whatever else it is
        raise BundleError(f"{name} is not an ONNX file but one in onnxruntime's own format. {tail}")
    for magic, what in FOREIGN.items():
        if head.startswith(magic):
            raise BundleError(f"{name} is not an ONNX file but {what}. {tail}")


def _check(value: memoryview, message: str, name: str, depth: int) -> None:
    """Walk down to every node and tensor of a message."""
    if depth > MAX_DEPTH:
        raise ValueError(f"messages nested deeper than {MAX_DEPTH}")
    if message == "tensor":
        _check_tensor(value, name)
        return
    if message == "node":
        _check_node(value, name)
    inside = INSIDE[message]
    for number, _, _, part in _fields(value):
        if number in inside:
            _check(part, inside[number], name, depth + 1)


def _check_node(value: memoryview, name: str) -> None:
    said: dict[int, str] = {}
    for number, _, _, part in _fields(value):
        if number in said:  # which of the two onnxruntime takes depends on their wire types
            raise ValueError("a node with two operators")
        if number in (OPERATOR, DOMAIN):
            said[number] = bytes(part).decode("utf-8", "replace")
    check_operator(said.get(DOMAIN, ""), said.get(OPERATOR, ""), name)


def _check_tensor(value: memoryview, name: str) -> None:
    fields = {number: part for number, _, _, part in _fields(value)}
    label = bytes(fields.get(NAME, b"")).decode("utf-8", "replace") or "without a name"
    location = fields.get(LOCATION, b"")
    if EXTERNAL in fields or any(location):
        raise BundleError(
            f"{name} keeps the tensor {label} in another file beside it, which is refused: a "
            f"bundle is one file. Make it again with `umbrella ship`."
        )
    dtype = DTYPES.get(_varint(fields[DATA_TYPE], 0)[0]) if DATA_TYPE in fields else None
    raw = fields.get(RAW, memoryview(b""))
    if dtype and len(raw) and len(raw) % np.dtype(dtype).itemsize == 0:
        broken = int(np.isnan(np.frombuffer(raw, dtype)).sum())
        if broken:
            raise BundleError(
                f"{name} holds {broken:,} weights that are not a number (tensor {label}). The "
                f"training behind it failed; fit again and ship that run."
            )


def _entry(value: memoryview) -> tuple[str, str]:
    fields = {number: bytes(part).decode() for number, _, _, part in _fields(value)}
    return fields.get(1, ""), fields.get(2, "")


def _fields(view: memoryview) -> Iterator[tuple[int, int, int, memoryview]]:
    """Every field of a message: number, where its record starts and ends, and its content."""
    at = 0
    while at < len(view):
        start = at
        tag, at = _varint(view, at)
        number, wire = tag >> 3, tag & 7
        if number == 0 or tag > MAX_TAG:  # protobuf drops higher bits, and so reads another number
            raise ValueError("a field without a proper number")
        if wire == VARINT:
            begin, (_, at) = at, _varint(view, at)
        elif wire == BYTES:
            size, begin = _varint(view, at)
            at = begin + size
        elif wire in (FIXED64, FIXED32):
            begin, at = at, at + (8 if wire == FIXED64 else 4)
        else:
            raise ValueError(f"wire type {wire}")
        if at > len(view):
            raise ValueError(f"{at - len(view):,} bytes are missing at the end")
        yield number, start, at, view[begin:at]


def _varint(view: memoryview, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if at >= len(view):
            raise ValueError("it ends inside a number")
        byte = view[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
    raise ValueError("a number longer than 64 bits")


def _record(number: int, content: bytes) -> bytes:
    return _to_varint(number << 3 | BYTES) + _to_varint(len(content)) + content


def _to_varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
