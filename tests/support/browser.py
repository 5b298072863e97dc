"""The browser of the tests that look at pages as a person does, where there is one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
QUIET = [
    f"--{name}"
    for name in (
        "no-sandbox",
        "disable-gpu",
        "disable-quic",
        "no-first-run",
        "disable-sync",
        "disable-background-networking",
        "disable-component-update",
    )
]
"""It runs in a container, and asks nobody for anything of its own."""
needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: pages are not seen")


@contextmanager
def started() -> Iterator[Browser]:
    """A browser that ends with the block; only one can run at a time."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()
