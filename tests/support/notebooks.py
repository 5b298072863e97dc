"""Notebooks: made from their sources, executed, and compared with what is committed.

``python -m tests.support.notebooks`` makes and executes all of them anew.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from tests.support.places import ROOT

FOLDER = ROOT / "notebooks"
PICTURE = FOLDER / "pa-1003.svg"
"""The picture that the README shows."""
SOURCES = sorted(FOLDER.glob("*.py"))


def executed(source: Path) -> Any:
    """The notebook of a source in py:percent form, run from top to bottom.

    Raises ``nbclient.exceptions.CellExecutionError`` when a cell fails.
    """
    import jupytext
    from nbclient import NotebookClient

    notebook = jupytext.read(source)
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number}"
    notebook.metadata.pop("jupytext", None)
    resources = {"metadata": {"path": str(FOLDER)}}
    NotebookClient(notebook, timeout=900, kernel_name="python3", resources=resources).execute()
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if "outputs" in cell:
            cell["outputs"] = _joined_streams(cell["outputs"])
    # The state of widgets is of no use to a reader, and differs from run to run.
    notebook.metadata.pop("widgets", None)
    notebook.metadata.pop("language_info", None)
    for cell in notebook.cells:
        if "outputs" in cell:
            cell["outputs"] = [each for each in cell["outputs"] if not _is_widget(each)]
    return notebook


def _is_widget(output: Any) -> bool:
    """Whether an output needs a running kernel; the panel leaves its picture beside it."""
    return "application/vnd.jupyter.widget-view+json" in output.get("data", {})


def picture() -> str:
    """The picture of the README, as SVG."""
    import clausewise as cw

    return cw.graph(FOLDER.parent / "facts" / "cases" / "pa-1003.yaml").svg


def words_of(svg: str) -> list[str]:
    """The words of a picture, in order."""
    return re.findall(r"<text[^>]*>([^<]*)<", svg)


def _joined_streams(outputs: list[Any]) -> list[Any]:
    """Printed text in one piece: how a kernel cuts it differs from run to run."""
    found: list[Any] = []
    for output in outputs:
        if found and output["output_type"] == found[-1]["output_type"] == "stream":
            found[-1]["text"] += output["text"]
        else:
            found.append(output)
    return found


def essence(notebook: Any) -> list[Any]:
    """What a reader sees: sources and outputs; of a picture its words, which no
    renderer moves."""
    seen: list[Any] = []
    for cell in notebook["cells"]:
        outputs = []
        for output in cell.get("outputs", ()):
            data = {name: _joined(text) for name, text in output.get("data", {}).items()}
            data.pop("image/png", None)  # a plot: its bytes differ from one version to the next
            drawn = data.get("image/svg+xml") or data.get("text/html", "")
            if "<svg" in drawn:
                data = {"words": words_of(drawn)}
            outputs.append(data or _joined(output.get("text", "")))
        seen.append((cell["cell_type"], _joined(cell["source"]), outputs))
    return seen


def _joined(text: Any) -> Any:
    return "".join(text) if isinstance(text, list) else text


def committed(source: Path) -> Any:
    """The notebook that stands beside a source."""
    return json.loads(source.with_suffix(".ipynb").read_text(encoding="utf-8"))


def main() -> None:
    """Make and execute every notebook."""
    import jupytext

    for source in SOURCES:
        jupytext.write(executed(source), source.with_suffix(".ipynb"))
    PICTURE.write_text(picture(), encoding="utf-8")


if __name__ == "__main__":
    main()
