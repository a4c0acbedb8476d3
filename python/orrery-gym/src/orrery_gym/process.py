"""The server of environments that this process starts for itself: one, when it is first needed."""

from __future__ import annotations

import atexit
import os
import shlex
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from pathlib import Path

_START_SECONDS = 60.0
_STOP_SECONDS = 10.0

_lock = threading.Lock()
_server: tuple[subprocess.Popen[bytes], Path] | None = None


def socket_path() -> str:
    """Where the environments are served: ``ORRERY_ENVIRONMENTS_SOCKET``, or a server of our own."""
    global _server
    given = os.environ.get("ORRERY_ENVIRONMENTS_SOCKET")
    if given:
        return given
    with _lock:
        if _server is None or _server[0].poll() is not None:
            _server = _start()
        return str(_server[1] / "environments.sock")


def _command() -> list[str]:
    given = os.environ.get("ORRERY_COMMAND")
    if given:
        return shlex.split(given)
    found = shutil.which("orrery")
    if found is None:
        raise FileNotFoundError(
            "there is no orrery on the PATH: set ORRERY_COMMAND to the command that starts it, "
            "or ORRERY_ENVIRONMENTS_SOCKET to a socket of `orrery twin environments`"
        )
    return [found]


def _start() -> tuple[subprocess.Popen[bytes], Path]:
    # The path of a socket is short on every system.
    folder = Path(tempfile.mkdtemp(prefix="orrery-"))
    path = folder / "environments.sock"
    words = [*_command(), "twin", "environments", "--socket", str(path), "--until-eof"]
    with open(folder / "log", "wb") as log:
        # It ends when its standard input does: with this process, however that ends.
        process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=log, stderr=log)
    deadline = time.monotonic() + _START_SECONDS
    while not _answers(path):
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            said = (folder / "log").read_text(errors="replace").strip()
            shutil.rmtree(folder, ignore_errors=True)
            raise RuntimeError(f"`{shlex.join(words)}` did not start: {said or 'it said nothing'}")
        time.sleep(0.02)
    atexit.register(_stop, process, folder, os.getpid())
    return process, folder


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return False
        return True


def _stop(process: subprocess.Popen[bytes], folder: Path, owner: int) -> None:
    # A fork of the owner has it in its list too.
    if os.getpid() != owner:
        return
    if process.stdin is not None:
        process.stdin.close()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
    shutil.rmtree(folder, ignore_errors=True)
