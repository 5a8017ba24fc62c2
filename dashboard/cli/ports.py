"""Whether the app can listen where it is asked to, looked at before anything says that it runs there."""

from __future__ import annotations

import errno
import socket
import sys

from data.errors import SettingsProblem


def refuse_if_taken(address: str, port: int) -> None:
    """SettingsProblem when nobody can listen on the address and port, with the way out."""
    try:
        family, kind, protocol, _name, place = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as trial:
            if sys.platform != "win32":
                # As the server does: else a port just left would count as taken for a minute.
                trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(place)
    except socket.gaierror as unknown:
        raise SettingsProblem(
            f"--address {address} is no address of this machine ({unknown.strerror}). Use 127.0.0.1 for this machine "
            "only, or 0.0.0.0 for all its networks."
        ) from None
    except OSError as refused:
        raise SettingsProblem(_why(refused, address, port)) from None


def _why(refused: OSError, address: str, port: int) -> str:
    if refused.errno == errno.EADDRINUSE:
        return (
            f"Port {port} is taken: another program listens there, perhaps Churn Review itself. Stop it, or choose "
            f"another port: python -m dashboard serve --port {port + 1 if port < 65_535 else 8501}"
        )
    if refused.errno == errno.EACCES:
        return (
            f"This user may not listen on port {port}. Choose one from 1024 on: python -m dashboard serve --port 8501"
        )
    return (
        f"Nothing can listen on {address}, port {port} ({refused.strerror}). Use --address 127.0.0.1, or an address "
        "that this machine has."
    )
