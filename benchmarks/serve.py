"""Load on the decision service: clients at once against a server of its own, for some seconds.

Prints requests and errors, the times of answers, and the memory of the server before and after.
``python -m benchmarks.serve --seconds 20 --clients 50``
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from typing import Any

import httpx
import yaml

ROOT = Path(__file__).resolve().parents[1]
CASES = ROOT / "facts" / "cases"
BUNDLE = ROOT / "facts" / "bundles" / "pa-1003.json"


@dataclass
class Load:
    """What came of a load: seconds of each answer, errors, kilobytes of memory."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    before: int = 0
    middle: int = 0
    after: int = 0
    lasted: float = 0.0
    change: float = 0.0
    """Seconds of the clock until one change at the side is answered, before the load."""
    change_work: float = 0.0
    """Seconds of processor time that the server takes for one change, in the mean."""

    def __str__(self) -> str:
        times = quantiles(self.seconds, n=20) if len(self.seconds) > 1 else [0.0] * 19
        return (
            f"{len(self.seconds)} requests in {self.lasted:.0f} s "
            f"({len(self.seconds) / self.lasted:.0f} a second), {len(self.errors)} errors; "
            f"p50 {times[9] * 1000:.0f} ms, p95 {times[18] * 1000:.0f} ms; "
            f"one change at the side alone {self.change * 1000:.0f} ms, of the processor "
            f"{self.change_work * 1000:.0f} ms; memory "
            f"{self.before // 1024} MB before, {self.middle // 1024} MB half-way, "
            f"{self.after // 1024} MB after"
        )


def questions() -> list[tuple[str, str, Any]]:
    """One of each kind of request: pages, what-ifs, the service, FHIR, the form."""
    case = json.loads(
        json.dumps(yaml.safe_load((CASES / "pa-1003.yaml").read_bytes()), default=str)
    )
    asked: list[tuple[str, str, Any]] = [
        ("GET", "/", None),
        ("GET", "/case/pa-1003.yaml", None),
        ("POST", "/api/decide", {"case": case}),
        ("POST", "/api/why", {"case": case}),
        ("GET", "/new", None),
        ("POST", "/fhir/Claim/$submit", json.loads(BUNDLE.read_bytes())),
        ("GET", "/fhir/metadata", None),
    ]
    changes = [f"/case/pa-1003.yaml?set=injections.I2.relief_percent={each}" for each in (48, 51)]
    return asked + [("GET", each, None) for each in changes]


def memory(pid: int) -> int:
    """Kilobytes that a process holds; 0 where the system does not say."""
    try:
        text = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return 0
    return next(int(line.split()[1]) for line in text.splitlines() if line.startswith("VmRSS"))


def worked(pid: int) -> float:
    """Seconds of processor time that a process has taken; 0 where the system does not say."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return 0.0
    user, system = text.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def load(clients: int, seconds: float) -> Load:
    """Ask a new server with this many clients at once for this long."""
    command = [sys.executable, "-m", "clausewise", "serve", str(CASES), "--port", "0"]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        address, _, token = server.stdout.readline().removeprefix("Open ").partition("/?token=")
        headers = {"Authorization": f"Bearer {token.strip()}"}
        found = Load()
        every = questions()
        with httpx.Client(base_url=address, headers=headers, timeout=60) as one:
            for method, place, body in every:  # what is loaded once is loaded before
                one.request(method, place, json=body)
            work = worked(server.pid)
            changes = [_change(one, relief) for relief in range(30, 40)]
            found.change = min(changes)
            found.change_work = (worked(server.pid) - work) / len(changes)
        found.before = memory(server.pid)
        begun = time.monotonic()
        until = begun + seconds
        threads = []
        for each in range(clients):
            rest = (address, headers, _turns(every, each), until, found)
            threads.append(threading.Thread(target=_ask, args=rest))
            threads[-1].start()
        time.sleep(seconds / 2)
        found.middle = memory(server.pid)
        for thread in threads:
            thread.join()
        found.lasted = time.monotonic() - begun
        found.after = memory(server.pid)
        return found
    finally:
        server.terminate()
        server.wait(20)


def _change(client: httpx.Client, relief: int) -> float:
    """Seconds until a case with one changed number is shown, which was not asked for before."""
    begun = time.monotonic()
    place = f"/case/pa-1003.yaml/change?injections.I2.relief_percent={relief}"
    client.get(place, follow_redirects=True).raise_for_status()
    return time.monotonic() - begun


def _turns(every: list[tuple[str, str, Any]], start: int) -> Iterator[tuple[str, str, Any]]:
    number = start
    while True:
        yield every[number % len(every)]
        number += 1


def _ask(
    address: str,
    headers: dict[str, str],
    turns: Iterator[tuple[str, str, Any]],
    until: float,
    found: Load,
) -> None:
    with httpx.Client(base_url=address, headers=headers, timeout=60) as one:
        for method, place, body in turns:
            begun = time.monotonic()
            try:
                answer = one.request(method, place, json=body)
            except httpx.HTTPError as error:
                found.errors.append(f"{method} {place}: {type(error).__name__}")
            else:
                found.seconds.append(time.monotonic() - begun)
                if answer.status_code != 200:
                    found.errors.append(f"{method} {place}: {answer.status_code}")
            if time.monotonic() >= until:
                return


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=20)
    asked = parser.parse_args()
    found = load(asked.clients, asked.seconds)
    print(f"{asked.clients} clients: {found}")
    for each in sorted(set(found.errors))[:10]:
        print(f"  {found.errors.count(each)} x {each}")


if __name__ == "__main__":
    main()
