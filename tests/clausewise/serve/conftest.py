"""The application over a folder of two example cases, asked without a network."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from clausewise.cli.commands_serve import _listener
from clausewise.serve.app import application
from clausewise.serve.connections import server
from tests.support.fictional_documents import FOLDER
from tests.support.places import CASE_FOLDER
from tests.support.served import HOST, TOKEN


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("served")
    for name in ("pa-1001.yaml", "pa-1003.yaml"):
        shutil.copy(CASE_FOLDER / name, place / name)
    (place / "bad.yaml").write_text("format: clausewise-case/1\ncase: [1\n", encoding="utf-8")
    return place


@pytest.fixture(scope="session")
def client(folder: Path) -> Iterator[TestClient]:
    """A client that has the token."""
    app = application(folder, TOKEN, {HOST}, documents=FOLDER)
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with TestClient(app, f"http://{HOST}", headers=headers, follow_redirects=False) as found:
        yield found


@pytest.fixture(scope="session")
def site(folder: Path) -> Iterator[str]:
    """The address of a server that runs."""
    listener = _listener("127.0.0.1", 0)
    address = f"127.0.0.1:{listener.getsockname()[1]}"
    served = application(folder, TOKEN, {address}, documents=FOLDER)
    running = server(served)
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    yield f"http://{address}"
    running.should_exit = True
    thread.join(10)


@pytest.fixture
def stranger(folder: Path) -> Iterator[TestClient]:
    """A client without the token."""
    with TestClient(
        application(folder, TOKEN, {HOST}), f"http://{HOST}", follow_redirects=False
    ) as found:
        yield found
