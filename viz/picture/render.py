"""Running Graphviz: which program draws, what it can write, and a time limit for every picture.

A system ``dot`` is preferred; without one, the program of the ``graphviz-pure`` wheel draws, which
is found in the environment's scripts folder even when that is not on the path.
"""

from __future__ import annotations

import shutil
import subprocess
import sysconfig
from functools import cache
from pathlib import Path

from clausewise.viz.errors import RenderError

SECONDS = 20
"""A picture that takes longer is given up."""
PURE_FORMATS = ("svg", "png")
SYSTEM_FORMATS = ("svg", "png", "pdf")


@cache
def renderer() -> tuple[str, tuple[str, ...]]:
    """The program that draws and the formats it writes; raises RenderError without one."""
    system = shutil.which("dot")
    if system is not None:
        return system, SYSTEM_FORMATS
    scripts = Path(sysconfig.get_path("scripts"))
    pure = shutil.which("graphviz-pure", path=str(scripts)) or shutil.which("graphviz-pure")
    if pure is not None:
        return pure, PURE_FORMATS
    raise RenderError(
        "No Graphviz runs here: install the Python package graphviz-pure or the system's Graphviz."
    )


def rendered(source: str, kind: str) -> bytes:
    """The picture in a format ("svg", "png", "pdf").

    Raises RenderError when no program draws it, or not within the time limit.
    """
    program, formats = renderer()
    if kind not in formats:
        raise RenderError(
            f"{Path(program).name} writes no {kind}, only {', '.join(formats)}; "
            "the system's Graphviz writes PDF, and so does a browser that prints the SVG."
        )
    command = [program, "-q", f"-T{kind}"]
    if kind == "png":
        command.append("-Gdpi=144")
    try:
        done = subprocess.run(
            command, input=source.encode("utf-8"), capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise RenderError(f"The picture took longer than {SECONDS} seconds to draw.") from None
    except OSError as error:
        raise RenderError(f"{program} does not run: {error.strerror}.") from None
    if done.returncode or not done.stdout:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise RenderError(f"Graphviz failed: {said[0] if said else 'it wrote nothing'}")
    return done.stdout
