"""The token and the address under which the tests ask the workbench."""

from __future__ import annotations

TOKEN = "a-token-of-the-tests"
HOST = "127.0.0.1:8377"
