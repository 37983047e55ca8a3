"""From Chinese reviews to one small file, in Python: fit, check, ship, predict.

Run it:  python examples/reviews.py [FOLDER]
"""

import sys
from pathlib import Path

import umbrella

TEXTS = ["房间很干净，早餐也不错", "等了一个小时，没有人道歉"]


def main(folder: Path) -> None:
    """Fit the two lightest rungs, say what is known of the chosen one, ship it and ask it."""
    run = umbrella.fit(
        "reviews-zh", target="label", rungs=["most-common", "bow-svm"], out=folder / "run"
    )
    for rung in run.ladder:
        print(f"{rung['name']:12} {rung['score']:.1%} ({rung['low']:.1%} to {rung['high']:.1%})")
    test = run.scores["test"]
    print(f"test rows    {test['score']:.1%} ({test['low']:.1%} to {test['high']:.1%})")
    for finding in run.check().findings:
        print(f"{finding.verdict:12} {finding.says.say('en')}")
    file = run.ship(folder / "reviews.onnx").path
    for text, answer in zip(TEXTS, umbrella.load(file).predict(TEXTS), strict=True):
        print(f"{answer['label']}  {answer['probability']:.2f}  {text}")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "runs/example"))
