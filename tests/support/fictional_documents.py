"""Writes the fictional documents of three example cases as PDF, from their text.

Run with ``python -m tests.support.fictional_documents``. The texts stand in ``facts/documents``.
"""

from __future__ import annotations

from datetime import UTC, datetime

from tests.support.places import ROOT

FOLDER = ROOT / "facts" / "documents"


def written(text: str) -> bytes:
    """A document as PDF, a page for each page of its text."""
    from fpdf import FPDF  # takes long to import, and most who import this do not need it

    pdf = FPDF(format="letter")
    pdf.set_creation_date(datetime(2026, 7, 15, tzinfo=UTC))
    for page in text.removesuffix("\f").split("\f"):
        pdf.add_page()
        pdf.set_font("Helvetica", size=11)
        pdf.multi_cell(0, 6, page.strip("\n"))
    return bytes(pdf.output())


def main() -> None:
    """Write a PDF beside each text."""
    for path in sorted(FOLDER.glob("*/text/*.txt")):
        target = path.parents[1] / "pdf" / f"{path.stem}.pdf"
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(written(path.read_text(encoding="utf-8")))


if __name__ == "__main__":
    main()
