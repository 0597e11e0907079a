"""Notebooks' kernels as forks of one process that has imported torch, torchvision and matplotlib already.

Every lecture and exercise runs in a kernel of its own, and would pay these imports anew: some eight seconds of a core,
three dozen times. Jupyter is told by a kernel specification of the usual name to run this file, which asks that one
process for a fork, hands over its place, variables and streams, and stands for the fork in Jupyter's eyes: it hands
signals on, and neither outlives the other.

A fork has seeds of its own, and imports the course's own modules and the book's package itself. Linux alone; elsewhere,
and with FCN_COURSE_WARM_KERNELS=0, kernels start as always, and so they do when notebooks are saved.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import selectors
import signal
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

SOCKET = "FCN_COURSE_KERNEL_SOCKET"
INLINE = "module://matplotlib_inline.backend_inline"


class WarmKernels:
    """The process that is forked, and the ``variables`` by which Jupyter finds it; it imports when first asked."""

    def __init__(self, folder: Path, environment: Mapping[str, str]):
        import subprocess

        here = str(Path(__file__).resolve())
        kernel = folder / "kernels" / "python3"
        kernel.mkdir(parents=True)
        spec = {"argv": [sys.executable, "-I", "-S", here, "{connection_file}"], "display_name": "Python 3 (ipykernel)"}
        (kernel / "kernel.json").write_text(json.dumps(spec | {"language": "python"}))
        path = os.pathsep.join([str(folder), *filter(None, [environment.get("JUPYTER_PATH")])])
        self.variables = {SOCKET: str(folder / "socket"), "JUPYTER_PATH": path}
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(self.variables[SOCKET])
            listener.listen()
            number = listener.fileno()
            self._process = subprocess.Popen(
                [sys.executable, here, "--serve", str(number)],
                stdin=subprocess.PIPE,
                pass_fds=[number],
                env={**environment, **self.variables},
            )

    def close(self) -> None:
        """End the process, and with it every kernel."""
        self._process.stdin.close()
        self._process.wait()


def serve(listener: socket.socket) -> NoReturn:
    """Fork for each that asks, until standard input ends, and do not return, neither here nor in a fork."""
    noticed, notice = socket.socketpair()
    notice.setblocking(False)
    signal.set_wakeup_fd(notice.fileno())
    signal.signal(signal.SIGCHLD, lambda *_: None)  # without a handler nothing is noticed
    selector, children = selectors.DefaultSelector(), {}
    for source in (sys.stdin.buffer.raw, listener, noticed):
        selector.register(source, selectors.EVENT_READ)
    while True:
        for key, _ in selector.select():
            if key.fileobj is sys.stdin.buffer.raw:
                for _, pid in children.values():
                    os.kill(pid, signal.SIGKILL)
                _end()
            if key.fileobj is noticed:
                noticed.recv(1 << 10)
            elif key.fileobj is listener:
                client, _ = listener.accept()
                asked, streams, *_ = socket.recv_fds(client, 1 << 20, 3)
                _import_what_takes_long()
                if (pid := os.fork()) == 0:
                    signal.set_wakeup_fd(-1)
                    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                    selector.close()
                    for other in (listener, noticed, notice, client, *(each for each, _ in children.values())):
                        other.close()
                    _be_the_kernel(json.loads(asked), streams)
                for stream in streams:
                    os.close(stream)
                children[client.fileno()] = client, pid
                selector.register(client, selectors.EVENT_READ)
            else:
                client, pid = children[key.fd]
                if given := client.recv(1):
                    os.kill(pid, given[0])
                else:  # who asked is gone, by SIGKILL
                    os.kill(pid, signal.SIGKILL)
                    selector.unregister(client)
        for number, (client, pid) in list(children.items()):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                del children[number]
                if client in selector.get_map():
                    selector.unregister(client)
                    client.sendall(bytes([os.waitstatus_to_exitcode(status) & 255]))
                client.close()


def _import_what_takes_long():
    os.environ["JPY_PARENT_PID"] = str(os.getpid())  # read when it is imported: a kernel ends if its parent does
    import ipykernel.kernelapp  # noqa: F401
    import matplotlib.pyplot  # noqa: F401
    import torchvision  # noqa: F401

    gc.freeze()  # what is imported never goes: a fork that looked for garbage there would copy it all


def _be_the_kernel(asked, streams):
    """Take over the asker's place, variables and streams, draw seeds of our own, and run."""
    import random

    import ipykernel.kernelapp
    import matplotlib
    import numpy as np
    import torch

    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(asked["place"])
    os.environ.clear()
    os.environ.update(asked["variables"])
    matplotlib.rcParams["backend"] = os.environ.get("MPLBACKEND", INLINE)  # nothing has been drawn yet
    sys.argv = ["ipykernel_launcher", "-f", asked["connection"]]
    sys.path.remove(str(Path(__file__).resolve().parent))
    random.seed()
    np.random.seed()
    torch.seed()
    ipykernel.kernelapp.launch_new_instance()
    _end()


def _end():
    """As multiprocessing's forks end: to take apart all that torch has imported would take over a second."""
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def ask(connection: str) -> int:
    """Ask for a fork, hand signals on to it, and end as it ends."""
    with socket.socket(socket.AF_UNIX) as server:
        server.connect(os.environ[SOCKET])
        asked = {"connection": connection, "place": os.getcwd(), "variables": dict(os.environ)}
        socket.send_fds(server, [json.dumps(asked).encode()], [0, 1, 2])
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda given, _: server.sendall(bytes([given])))
        status = server.recv(1)
    return status[0] if status else 1


if __name__ == "__main__":
    if sys.argv[1] == "--serve":
        serve(socket.socket(fileno=int(sys.argv[2])))
    else:
        sys.exit(ask(sys.argv[1]))
