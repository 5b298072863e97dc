"""The command that serves: where it listens, and what it refuses to do."""

from __future__ import annotations

import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.support.command import run
from tests.support.places import ROOT


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "example.org", "::"])
def test_another_host_needs_tls_or_a_switch_that_says_what_it_means(host: str) -> None:
    outcome = run("serve", ".", "--host", host)
    assert outcome.exit_code == 2
    assert "--unencrypted-network" in outcome.output


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nowhere"], "there is no such folder"),
        ([".", "--tls-key", "key.pem"], "given together"),
        ([".", "--tls-key", "key.pem", "--tls-certificate", "c.pem"], "there is no such file"),
        ([".", "--port", "99999"], "cannot be served"),
    ],
)
def test_what_cannot_be_served_is_told(
    arguments: list[str], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = run("serve", *arguments)
    assert outcome.exit_code == 2
    assert told in outcome.output


def test_the_address_that_is_printed_opens_the_cases_and_ctrl_c_ends() -> None:
    command = [sys.executable, "-m", "clausewise", "serve", "facts/cases", "--port", "0"]
    started = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert started.stdout is not None
        address = started.stdout.readline().removeprefix("Open ").strip()
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        with opener.open(address.replace("/?", "/policies?"), timeout=60) as answer:
            assert b"MM-1508" in answer.read()
    finally:
        started.send_signal(signal.SIGINT)
        assert started.wait(20) in (0, 130)
