"""Names in sentences: from tags in a file to one file that marks names. Run: python examples/tag.py

Takes a file of your own, a token and its tag a line: python examples/tag.py FOLDER names.conll
"""

import random
import sys
import tempfile
from pathlib import Path

import umbrella

PEOPLE = ("Ada", "Bo", "Cleo", "Dov", "Eli", "Fay", "Gil", "Hana", "Ivo", "June", "Kai", "Lea")
ENDS = ("berg", "dale", "field", "ford", "land", "man", "sen", "ton", "wood", "worth")
TOWNS = ("Oslo", "Bonn", "Rome", "Lima", "Cairo", "Quito", "Perth", "Turin")


def sentence(draw: random.Random) -> str:
    """A sentence about somebody somewhere: a token and its tag a line."""
    family = "".join(draw.choices("aeioklmnrst", k=3)).title() + draw.choice(ENDS)
    tokens = [(draw.choice(PEOPLE), "B-PER"), (family, "I-PER")]
    tokens += [(word, "O") for word in draw.choice(("went home to", "wrote from", "left")).split()]
    tokens += [(draw.choice(TOWNS), "B-LOC"), (draw.choice((".", "!", "again")), "O")]
    return "\n".join(f"{token} {tag}" for token, tag in tokens)


folder = Path(sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp())
source = Path(sys.argv[2]) if len(sys.argv) > 2 else folder / "names.conll"
if not source.exists():
    draw = random.Random(0)
    source.write_text("\n\n".join(sentence(draw) for _ in range(300)) + "\n", encoding="utf-8")

run = umbrella.fit(source, rungs=["dictionary", "window"], out=folder / "names")
print(f"F1 {run.scores['test']['score']:.0%} on {run.facts['rows']['test']} test rows")
print(run.check().find("names").says.say("en"))
run.ship(folder / "names.onnx")

marked = umbrella.load(folder / "names.onnx")
for span in marked.predict(["Zoe Karlsen wrote from Lima ."])[0]["spans"]:
    print(f"{span['type']} {span['text']} ({span['score']:.0%})")
