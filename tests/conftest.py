"""What holds for every test: examples that hypothesis makes may take as long as they need."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("clausewise", deadline=None)
settings.load_profile("clausewise")
