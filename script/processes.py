"""The processes of a served office: web, workers, beat. Started together, ended together."""

import contextlib
import ctypes
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TypeAlias

# Who works reads these queues; long work has a worker of its own, so that it holds up no mail.
QUEUES = {"worker": "default,mail", "bulk": "print,bulk"}
READY_SECONDS = 60
STOP_SECONDS = 20

Process: TypeAlias = subprocess.Popen[bytes]


class Trouble(Exception):
    """Something a person must mend; the message says what to do."""


def commands(var: Path, host: str, port: int) -> dict[str, list[str]]:
    """Return what web, workers and beat are, each as a Python module and its arguments."""
    host = f"[{host}]" if ":" in host else host
    web = ["gunicorn", "office.wsgi:application", "--bind", f"{host}:{port}", "--preload"]
    web += ["--workers", "2", "--worker-class", "gthread", "--threads", "4", "--keep-alive", "30"]
    web += ["--no-control-socket", "--timeout", "60"]
    workers = {
        name: ["celery", "-A", "office.celery", "worker", "-n", f"{name}@%h", "-Q", queues,
               "-c", "1", "-l", "INFO"]
        for name, queues in QUEUES.items()
    }  # fmt: skip
    beat = ["celery", "-A", "office.celery", "beat", "-l", "INFO"]
    beat += ["--pidfile=", "--schedule", str(var / "celerybeat")]
    return {"web": web, **workers, "beat": beat}


@contextlib.contextmanager
def family(var: Path, members: dict[str, list[str]]) -> Iterator[dict[str, Process]]:
    """Have these processes running; end them all on the way out."""
    (var / "log").mkdir(exist_ok=True)
    running: dict[str, Process] = {}
    try:
        for name, command in members.items():
            with _log_file(var, name) as log:
                running[name] = _child([sys.executable, "-m", *command], log)
        yield running
    finally:
        end(list(running.values()))


def _child(command: list[str], log: IO[bytes]) -> Process:
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,  # Ctrl-C reaches only us; we stop them in order
        preexec_fn=_die_with_parent,  # noqa: PLW1509 (nothing here has threads yet)
    )


def _die_with_parent() -> None:
    set_parent_death_signal = 1
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)


def end(processes: list[Process]) -> None:
    """Ask every process to stop; after a while insist."""
    for process in reversed(processes):
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for process in reversed(processes):
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _log_file(var: Path, name: str) -> IO[bytes]:
    """Open a fresh log and keep the one before it."""
    path = var / "log" / f"{name}.log"
    if path.exists():
        path.replace(path.with_suffix(".1.log"))
    return path.open("ab")


def free_port(host: str, wanted: int | None, anywhere: bool) -> int:
    """Return the port asked for, or a free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    candidates = [wanted] if wanted else [0] if anywhere else range(8000, 8100)
    for port in candidates:
        with socket.socket(family) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                trial.bind((host, port))
                return int(trial.getsockname()[1])
    if wanted:
        raise Trouble(f"port {wanted} is taken.\n  Choose another: --port {wanted + 1}")
    raise Trouble("no port between 8000 and 8099 is free.\n  Choose one: --port N")


def until_ready(address: str, web: Process, var: Path) -> None:
    """Wait for the first page."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and web.poll() is None:
        with contextlib.suppress(OSError, http.client.HTTPException):
            line = http.client.HTTPConnection(address.removeprefix("http://"), timeout=10)
            line.request("GET", "/")
            if line.getresponse().status < http.client.INTERNAL_SERVER_ERROR:
                return
            break
        time.sleep(0.1)
    log = var / "log" / "web.log"
    last = log.read_text(errors="replace").splitlines()[-15:]
    tail = "\n".join(f"  | {line}" for line in last)
    raise Trouble(f"the web process does not answer at {address}. The end of {log}:\n{tail}")
