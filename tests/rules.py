"""The rules of the tree, as functions from one source file to the complaints about it.

A rule reads a file's syntax tree and never runs it. `test_architecture.py` applies them to the
package and, so that no rule can fall asleep, to planted bad sources.
"""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

LAYERS: tuple[frozenset[str], ...] = (
    frozenset({"base"}),
    frozenset({"series"}),
    frozenset({"data", "models", "score"}),
    frozenset({"pretrained"}),
    frozenset({"tasks", "trade"}),
    frozenset({"fit"}),
    frozenset({"explain", "unlabelled"}),
    frozenset({"check"}),
    frozenset({"compare"}),
    frozenset({"shrink"}),
    frozenset({"ship"}),
    frozenset({"serve", "studio", "api", "fitted", "labelled"}),
    frozenset({"cli", "commands", "flags", "show", "sklearn", "__init__", "__main__"}),
)
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}
PEERS = frozenset({"api", "fitted", "labelled", *LAYERS[-1]})  # the roof: may see each other
LITE_SEES = (
    "base",
    "series",
    "data.codecs",
    "score.decode",
    "score.ctc",
    "score.conformal",
    "score.fan",
    "score.tracking",
    "score.chain",
    "score.extract",
    "lite",
)
SEES_LITE = RANK["shrink"]  # the first layer that may run a shipped file

TORCH_FREE = (
    "base",
    "series",
    "trade",
    "data",
    "lite",
    *(f"score.{name}" for name in ("metrics", "decode", "doubt", "selection", "calibration")),
    *(f"score.{name}" for name in ("ctc", "language", "edit")),
    *(f"score.{name}" for name in ("forecast", "signal", "diebold", "blocks", "conformal")),
    *(f"score.{name}" for name in ("fan", "tracking", "chain", "entities")),
    *(f"score.{name}" for name in ("answers", "extract", "guess", "stored")),
    "score.trading",
)
LIGHT = (
    "base",
    "series",
    "data.codecs",
    "lite",
    "score.decode",
    "score.ctc",
    "score.language",
    "score.conformal",
    "score.fan",
    "score.tracking",
    "score.chain",
    "score.extract",
)  # as shipped
HEAVY = frozenset({"sklearn", "polars", "matplotlib", "onnx", "onnxscript", "optuna"})
PICKLES = frozenset({"pickle", "cPickle", "_pickle", "cloudpickle", "dill", "joblib", "shelve"})
UNPICKLERS = frozenset({"torch.load", "torch.save", "pickle.load", "marshal.loads"})
ARCHIVE = "pretrained.archive"  # alone may call torch.load, and as numbers only: weights_only=True
VAGUE = frozenset({"utils", "util", "helpers", "helper", "common", "misc", "tools"})
KINDS = frozenset({"number", "category", "text", "image", "audio", "video", "time"})
KNOW_KINDS = ("data", "models", "tasks")
MAX_FILE, MAX_FUNCTION = 400, 60


@dataclass(frozen=True)
class Source:
    """One file of the package.

    Args:
        place: its dotted place below the package, e.g. "models.text.conv"; a package's own file
            has the package's place, the root's is "__init__".
        text: the source.
    """

    place: str
    text: str
    tree: ast.Module = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "tree", ast.parse(self.text))

    @property
    def part(self) -> str:
        """The layer it belongs to: the first word of its place."""
        return self.place.split(".")[0]


def read_tree(root: Path) -> list[Source]:
    """Every source file below a package's folder."""
    return [
        Source(place(path, root), path.read_text("utf-8")) for path in sorted(root.rglob("*.py"))
    ]


def place(path: Path, root: Path) -> str:
    """`root/models/text/conv.py` → "models.text.conv"."""
    parts = list(path.relative_to(root).with_suffix("").parts)
    if parts[-1] == "__init__" and len(parts) > 1:
        parts.pop()
    return ".".join(parts)


def imports(source: Source) -> Iterator[str]:
    """Every dotted name a file imports, also inside functions, also by name at run time."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = "." * node.level + (node.module or "")
            if start == "umbrella":
                yield start  # asks the root, which sees everything
            yield from (f"{start}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call):
            yield from _imported_by_call(node)


def _imported_by_call(node: ast.Call) -> Iterator[str]:
    name = ast.unparse(node.func).rsplit(".", 1)[-1]
    if name in ("import_module", "__import__", "need") and node.args:
        first = node.args[0]
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield first.value


def own_imports(source: Source) -> Iterator[str]:
    """The imported places inside the package: "data.read.read" for `from umbrella.data.read …`."""
    for name in imports(source):
        if name == "umbrella":
            yield "__init__"
        elif name.startswith("umbrella."):
            yield name.removeprefix("umbrella.")


def within(at: str, *places: str) -> bool:
    """Whether a dotted place is one of the given ones or below it."""
    return any(at == one or at.startswith(one + ".") for one in places)


def layer_faults(source: Source) -> list[str]:
    """Imports that point down the tree, sideways, or through a relative path."""
    faults = [f"write imports in full, not {n!r}" for n in imports(source) if n.startswith(".")]
    return faults + [fault for at in own_imports(source) if (fault := _fault(source, at))]


def _fault(source: Source, at: str) -> str:
    mine, other = source.part, at.split(".")[0]
    if other not in RANK and other != "lite":
        other = "__init__"  # `from umbrella import load` asks the root for a name
    if mine == "lite":
        return "" if within(at, *LITE_SEES) else f"lite may not import {at}"
    if mine not in RANK:
        return f"{mine} has no layer: give it a place in LAYERS"
    if other == "lite":
        return "" if RANK[mine] >= SEES_LITE else f"{mine} may not import lite"
    if other == mine or RANK[other] < RANK[mine] or {mine, other} <= PEERS:
        return ""
    return f"{mine} may not import {at}: move the shared piece up the tree"


def modality_faults(source: Source) -> list[str]:
    """Folders under models/ that lean on each other; fusion may see all.

    models/transformer is no modality but a shared piece, as models/blocks.py is: all may see it,
    and it sees none of them.
    """
    parts = source.place.split(".")
    if len(parts) < 2 or parts[0] != "models" or parts[1] == "fusion":
        return []
    folders = {"text", "image", "audio", "video", "table", "series", "fusion", "language", "policy"}
    others = {at.split(".")[1] for at in own_imports(source) if within(at, "models") and "." in at}
    others = (others & folders) - {parts[1]}
    return [f"models.{parts[1]} imports models.{o}: use models/blocks.py" for o in sorted(others)]


def heavy_faults(source: Source) -> list[str]:
    """Libraries imported where they are kept out."""
    banned = {"torch"} if within(source.place, *TORCH_FREE) else set()
    if within(source.place, *LIGHT):
        banned |= {"torch", *HEAVY}
    found = {name.lstrip(".").split(".")[0] for name in imports(source)}
    return [f"{source.place} may not import {name}" for name in sorted(found & banned)]


def pickle_faults(source: Source) -> list[str]:
    """Anything that reads or writes a pickle."""
    found = {name.split(".")[0] for name in imports(source)} & PICKLES
    faults = [f"no pickle, so no {name}" for name in sorted(found)]
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call):
            if ast.unparse(node.func) in UNPICKLERS and not _numbers_only(source, node):
                faults.append(f"no pickle, so no {ast.unparse(node.func)}")
            faults += ["no pickle, so no allow_pickle" for k in node.keywords if _allows(k)]
    return faults


def _numbers_only(source: Source, call: ast.Call) -> bool:
    given = {k.arg: k.value.value for k in call.keywords if isinstance(k.value, ast.Constant)}
    is_load = ast.unparse(call.func) == "torch.load"
    return source.place == ARCHIVE and is_load and given.get("weights_only") is True


def _allows(keyword: ast.keyword) -> bool:
    off = isinstance(keyword.value, ast.Constant) and keyword.value.value is False
    return keyword.arg == "allow_pickle" and not off


def kind_faults(source: Source) -> list[str]:
    """Comparisons of a kind with a kind's name where only `Task` should be asked."""
    if within(source.place, *KNOW_KINDS):
        return []
    faults = []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            if any(map(_speaks_of_kind, sides)) and any(map(_names_a_kind, sides)):
                faults.append(f"line {node.lineno}: `{ast.unparse(node)}` belongs in a task")
        elif isinstance(node, ast.Match) and _speaks_of_kind(node.subject):
            faults.append(f"line {node.lineno}: `match {ast.unparse(node.subject)}`")
    return faults


def _speaks_of_kind(node: ast.expr) -> bool:
    names = (getattr(part, "id", "") or getattr(part, "attr", "") for part in ast.walk(node))
    return any("kind" in name.lower() for name in names)


def _names_a_kind(node: ast.expr) -> bool:
    return any(isinstance(p, ast.Constant) and p.value in KINDS for p in ast.walk(node))


def size_faults(source: Source) -> list[str]:
    """Files and functions too long, a file without its opening sentence, a vague name."""
    faults = []
    if not ast.get_docstring(source.tree):
        faults.append("say in one sentence what this file is for")
    if (lines := len(source.text.splitlines())) > MAX_FILE:
        faults.append(f"{lines} lines: split the file (at most {MAX_FILE})")
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            # The signature of a verb is its table of flags: on the command line only bodies count.
            first = node.body[0] if within(source.place, "commands") else node
            length = (node.end_lineno or node.lineno) - first.lineno + 1
            if length > MAX_FUNCTION:
                faults.append(f"{node.name} has {length} lines: split it (at most {MAX_FUNCTION})")
    vague = VAGUE & set(source.place.split("."))
    return faults + [f"name the file for what it holds, not {name!r}" for name in sorted(vague)]


def cycles(sources: Sequence[Source]) -> list[str]:
    """A ring of files that import each other, if there is one."""
    places = {source.place for source in sources}
    graph: dict[str, set[str]] = {}
    for source in sources:
        names = (at if at in places else at.rpartition(".")[0] for at in own_imports(source))
        graph[source.place] = {at for at in names if at in places and at != source.place}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return [" → ".join(error.args[1])]
    return []


RULES = (layer_faults, modality_faults, heavy_faults, pickle_faults, kind_faults, size_faults)


def complaints(source: Source) -> list[str]:
    """What all rules say about one file."""
    return [fault for rule in RULES for fault in rule(source)]
