"""The command that serves the workbench and the decision service."""

from __future__ import annotations

import ipaddress
import secrets
import socket
from pathlib import Path
from typing import Annotated

import typer

from clausewise.cli.errors import fail, say

PORT = 8377


def serve(
    place: Annotated[
        Path, typer.Argument(help="A folder of cases and audits, or a cohort (.ndjson).")
    ] = Path(),
    port: Annotated[int, typer.Option("--port", help="The port; 0 takes a free one.")] = PORT,
    host: Annotated[str, typer.Option("--host", help="The address to listen on.")] = "127.0.0.1",
    certificate: Annotated[
        Path | None, typer.Option("--tls-certificate", help="A PEM file, for another host.")
    ] = None,
    key: Annotated[Path | None, typer.Option("--tls-key", help="Its key, a PEM file.")] = None,
    documents: Annotated[
        Path | None,
        typer.Option("--documents", help="A folder with a folder of documents for each case."),
    ] = None,
    save: Annotated[
        bool,
        typer.Option("--save", help="Let cases be saved into the folder, as new files."),
    ] = False,
    unencrypted: Annotated[
        bool,
        typer.Option(
            "--unencrypted-network",
            help="Serve another host without TLS: everybody on the network can read all cases.",
        ),
    ] = False,
) -> None:
    """A workbench in the browser, with a decision service (extra serve); Ctrl-C ends it."""
    if not place.exists():
        fail(f"{place}: there is no such folder or file")
    if not (place.is_dir() or place.is_file()):
        fail(f"{place}: neither a file nor a folder")
    if documents is not None and not documents.is_dir():
        fail(f"{documents}: a folder of documents is needed")
    if (certificate is None) != (key is None):
        fail("--tls-certificate and --tls-key are given together")
    if save and not place.is_dir():
        fail(f"{place}: cases are saved into a folder, and this is none")
    for path in (certificate, key):
        if path is not None and not path.is_file():
            fail(f"{path}: there is no such file")
    if unencrypted and (_is_loopback(host) or certificate is not None):
        fail("--unencrypted-network is for another host without TLS; leave it out")
    if not _is_loopback(host) and certificate is None and not unencrypted:
        fail(
            f"{host} can be reached from the network: give --tls-certificate and --tls-key, or "
            "--unencrypted-network, which lets everybody on the network read all cases"
        )
    try:
        from clausewise.serve.app import application
        from clausewise.serve.connections import server
    except ImportError as error:
        fail(f"serve needs the extra clausewise[serve]: {error.name} is not installed")
    listener = _listener(host, port)
    number = listener.getsockname()[1]
    token = secrets.token_urlsafe(24)
    names = {host, "127.0.0.1", "localhost"} if _is_loopback(host) else {host}
    app = application(
        place,
        token,
        {f"{_bracketed(name)}:{number}" for name in names},
        documents=documents,
        save=save,
    )
    scheme = "http" if certificate is None else "https"
    typer.echo(f"Open {scheme}://{_bracketed(host)}:{number}/?token={token}")
    say("The address is a key: who has it can read the cases. Ctrl-C ends.")
    server(app, certificate, key).run(sockets=[listener])


def _listener(host: str, port: int) -> socket.socket:
    """A socket that listens; fails with a sentence where it cannot."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)  # so that the address answers as soon as it is printed
    except (OSError, OverflowError) as error:
        fail(f"{host}:{port} cannot be served: {getattr(error, 'strerror', None) or error}")
    return listener


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _bracketed(host: str) -> str:
    """An address as it stands in a URL."""
    return f"[{host}]" if ":" in host else host
