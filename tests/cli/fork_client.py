"""Run by the CLI in an interpreter's place: asks for a forked one, and ends as that does. Imports next to nothing."""

import _socket
import array
import json
import os
import signal
import sys

path, *arguments = sys.argv[1:]
server = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
server.connect(path)
cwd = os.getcwd()  # noqa: PTH109 - pathlib takes long to import
asked = json.dumps({"arguments": arguments, "cwd": cwd, "environment": dict(os.environ)}).encode()
server.sendmsg([len(asked).to_bytes(4, "big")], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, array.array("i", [0, 1, 2]))])
sent = 0
while sent < len(asked):
    sent += server.send(asked[sent:])
for file in (0, 1, 2):
    os.close(file)
pid = int.from_bytes(server.recv(4), "big")
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, lambda number, frame: os.kill(pid, number))
os._exit((server.recv(1) or b"\x01")[0])
