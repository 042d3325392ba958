"""A process that has imported everything, and forks an interpreter for whoever asks at its socket."""

import gc
import importlib
import io
import json
import os
import runpy
import select
import signal
import socket
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

IMPORTED = (
    "PIL.PngImagePlugin",
    "pulumi.dynamic",
    "pulumi.runtime.proto",
    "pulumi_retention_messaging",
    "retention_messaging_provider.dynamic",
)
FASTER = 20
LONG = 0.5  # seconds

_sleep = time.sleep


def sleep(seconds: Any) -> None:
    """What is long is shorter here."""
    _sleep(seconds / FASTER if seconds >= LONG else seconds)


def receive(connection: socket.socket) -> tuple[dict[str, Any], list[int]]:
    """What is to be run, and its files 0, 1 and 2."""
    begun, files, _, _ = socket.recv_fds(connection, 4, 3)
    size, told = int.from_bytes(begun, "big"), b""
    while len(told) < size and (more := connection.recv(size - len(told))):
        told += more
    return json.loads(told), files


def become(asked: dict[str, Any], files: list[int], connection: socket.socket) -> None:
    """In the fork: take on the client's files, folder and environment, and end when it does."""
    os.setpgid(0, 0)
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    os.chdir(asked["cwd"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    if "HISTORY_FOLDER" in os.environ:
        Path(os.environ["HISTORY_FOLDER"], "forked", str(os.getpid())).write_text(" ".join(asked["arguments"]))

    def watch() -> None:
        connection.recv(1)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, daemon=True).start()


def run(arguments: list[str]) -> None:
    """As `python` would with these arguments."""
    if arguments[0] == "-u":
        arguments = arguments[1:]
        sys.stdout, sys.stderr = (io.TextIOWrapper(io.FileIO(n, "w"), write_through=True) for n in (1, 2))
    if arguments[0] == "-m":
        sys.argv = arguments[1:]
        sys.path.insert(0, str(Path.cwd()))
        runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = arguments
        sys.path.insert(0, str(Path(arguments[0]).parent))
        runpy.run_path(arguments[0], run_name="__main__")


def serve(path: str) -> list[str]:
    """Fork for everybody who asks, and tell them how it ended. Answers, in a fork, what that is to run."""
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(path + ".new")
    listener.listen(64)
    Path(path + ".new").rename(path)
    clients: dict[int, socket.socket] = {}
    while True:
        waiting: list[Any] = [listener, woken]
        ready = select.select(waiting, [], [])[0]
        if woken in ready:
            os.read(woken, 1024)
        if listener in ready:
            connection = listener.accept()[0]
            try:
                asked, files = receive(connection)
            except (OSError, ValueError):  # the client was killed meanwhile
                continue
            pid = os.fork()
            if pid == 0:
                for other in (listener, *clients.values()):
                    other.close()
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                become(asked, files, connection)
                return list(asked["arguments"])
            for file in files:
                os.close(file)
            clients[pid] = connection
            with suppress(OSError):
                connection.send(pid.to_bytes(4, "big"))
        reap(clients)


def reap(clients: dict[int, socket.socket]) -> None:
    """Tell each client whose fork has ended."""
    while clients:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return
        code = os.waitstatus_to_exitcode(status)
        with clients.pop(pid) as connection, suppress(OSError):
            connection.send(bytes([code % 256]))


if __name__ == "__main__":
    del sys.path[0]  # this folder, which a user's interpreter does not know
    time.sleep = sleep  # before anybody takes the other
    for module in IMPORTED:
        importlib.import_module(module)
    gc.collect()
    gc.freeze()
    try:
        run(serve(sys.argv[1]))
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else bool(end.code)
    else:
        code = 0
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
