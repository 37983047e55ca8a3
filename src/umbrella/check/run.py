"""Check a run folder: gather the evidence, ask every question, write the report in both forms."""

from pathlib import Path
from typing import Any

from umbrella.base.progress import Progress, Silent
from umbrella.base.run import Run
from umbrella.check.gather import gather
from umbrella.check.html import page
from umbrella.check.report import Report, check


def check_run(
    path: Path | str,
    data: Any = None,
    *,
    pretrained: str | None = None,
    progress: Progress | None = None,
    lang: str = "en",
) -> Report:
    """Judge a finished run.

    Args:
        path: the run folder.
        data: where the data is now, when it has moved.
        pretrained: a published encoder that is asked about meaning; that of the run by default.
        progress: where to show it.
        lang: language of report.html.

    Raises:
        RunError, DataError: the run or its data is absent, damaged or changed.
    """
    progress = progress or Silent()
    report = check(gather(path, data, progress, pretrained), progress)
    run = Run(path)
    run.write("report.json", report.to_json())
    run.write_text("report.html", page(report, lang))
    run.log("checked", verdict=report.verdict)
    return report
