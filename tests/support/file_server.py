"""A server on this machine that hands out one file and misbehaves: each way has a path of its own."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGE = b"\n <!DOCTYPE html><html>please log in</html>"
DEAD = "http://127.0.0.1:9/dead"  # the discard port: refused at once
RANGES = {"ranges", "shifted", "short-said", "cut", "stall", "slow", "busy"}


class FileServer(ThreadingHTTPServer):
    """Hands out one file.

    Attributes:
        content: the file's bytes.
        asked: (path, Range) of every request.
        ways: which way a path goes, if it is called otherwise.
        released: set, it ends every silence.
        pause: seconds after each 16 KB of ``slow``.
    """

    daemon_threads = True

    def __init__(self, content: bytes = b""):
        super().__init__(("127.0.0.1", 0), Handler)
        self.content, self.asked, self.ways, self.released = content, [], {}, threading.Event()
        self.url, self.pause = f"http://127.0.0.1:{self.server_port}", 0.0

    def handle_error(self, request, client_address):
        """A client that went away is what these tests are about."""


@contextmanager
def serving(content: bytes = b"") -> Iterator[FileServer]:
    """A :class:`FileServer` that runs within."""
    with FileServer(content) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield server
        finally:
            server.released.set()
            server.shutdown()


class Handler(BaseHTTPRequestHandler):
    """The ways, by path:

    whole (knows no ranges), ranges, cut (a quarter of the file at a time), short (half of it, no ranges), shifted
    (resumes at another byte), long-said and short-said (a wrong length), more (bytes after the end), unsaid (no
    length), page and disguised (a web page), wrong (as many other bytes), moved, circle, stall (falls silent
    after half, the first time), silent, busy (the first two times), slow (a little at a time), other: 404.
    """

    def do_GET(self):
        server, way = self.server, self.path.strip("/")
        way = server.ways.get(way, way)
        server.asked.append((self.path, self.headers.get("Range")))
        if way == "silent":
            return server.released.wait(20)
        if way in ("moved", "circle"):
            self.send_response(302)
            self.send_header("Location", "/ranges" if way == "moved" else "/circle")
            return self.end_headers()
        if way == "busy" and len(server.asked) < 3:
            return self.send_error(503)
        body = self.body(way)
        if body is None:
            return self.send_error(404)
        start = 0
        if (asked := self.headers.get("Range")) and way in RANGES:
            start = int(re.fullmatch(r"bytes=(\d+)-", asked)[1])
            if start >= len(body):
                return self.send_error(416)
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start + (way == 'shifted')}-{len(body) - 1}/{len(body)}")
        else:
            self.send_response(200)
        said = {"long-said": 1000, "short-said": -((len(body) - start) // 2)}.get(way, 0) + len(body) - start
        self.send_header("Content-Type", "text/html" if way == "page" else "application/x-tar")
        if way != "unsaid":
            self.send_header("Content-Length", str(said))
        self.end_headers()
        self.send(way, body[start:])

    def body(self, way):
        """The whole of what this way takes for the file; None if it has none."""
        content = self.server.content
        if way in ("page", "disguised"):
            return PAGE
        if way == "wrong":
            return bytes(len(content))
        if way == "more":
            return content + b"more"
        known = RANGES | {"whole", "short", "long-said", "unsaid"}
        return content if way in known else None

    def send(self, way, rest):
        whole = len(self.server.content)
        if way == "slow":
            for place in range(0, len(rest), 1 << 14):
                self.wfile.write(rest[place : place + (1 << 14)])
                time.sleep(self.server.pause)
            return
        stalls = way == "stall" and not self.headers.get("Range")
        sent = whole // 2 if stalls else {"short": whole // 2, "cut": whole // 4}.get(way, len(rest))
        self.wfile.write(rest[:sent])
        if stalls and self.server.released.wait(20):
            self.wfile.write(rest[sent:])

    def log_message(self, *args):
        """Quiet."""
