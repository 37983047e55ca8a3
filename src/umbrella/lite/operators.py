"""The operators that a shipped graph may use: those of our own models and no others.

A file is run when it is loaded, on the probe of its notes, and a graph with a `Loop` may run for
ever. So what a graph may do is settled before onnxruntime sees it. No operator below branches,
repeats, calls a function or reads a file.
"""

from umbrella.base.errors import BundleError

STANDARD = ("", "ai.onnx")  # both name the ONNX standard
OPERATORS = frozenset(
    """
    Abs Add And AveragePool BatchNormalization Cast Clip Concat Constant ConstantOfShape Conv Cos
    CumSum Div DynamicQuantizeLinear Equal Erf Expand Flatten GRU Gather GatherElements Gemm Greater
    GreaterOrEqual Identity IsNaN LSTM LayerNormalization Less LessOrEqual Log LogSoftmax MatMul
    MatMulInteger MaxPool Min Mod Mul Neg NonZero Not Or Pad RNN Range ReduceMax ReduceMean
    ReduceMin ReduceSum Relu Reshape Shape Sigmoid Sin Slice Softmax Split Sqrt Squeeze Sub Tanh
    Transpose Unsqueeze Where
    com.microsoft:DynamicQuantizeLSTM
    """.split()  # noqa: SIM905 (a list would take a line a name)
)  # a rung that needs another one adds it here; tests/lite/test_operators.py says which


def check_operator(domain: str, name: str, file: str) -> None:
    """Refuse a node that none of our models has.

    Args:
        domain: the operator's domain, "" for the ONNX standard.
        name: the operator.
        file: what messages call the file.

    Raises:
        BundleError: it is not among `OPERATORS`.
    """
    full = name if domain in STANDARD else f"{domain}:{name}"
    if full not in OPERATORS:
        raise foreign(file, f"the operator {full[:60]!r}")


def foreign(file: str, what: str) -> BundleError:
    """The refusal of a graph that holds `what`, which none of our models has."""
    return BundleError(
        f"{file} was made by a newer version or another program: its graph has {what}, which no "
        f"model of this version has. Nothing of it was run. Upgrade (pip install -U umbrella), or "
        f"make the file again with `umbrella ship`."
    )
