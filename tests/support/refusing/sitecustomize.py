"""A network that is refused. Python runs this at its start, if the folder is on PYTHONPATH: see tests.tools.no_network.

What goes to this machine itself passes: loopback addresses, its own name, sockets that are files. Each address that is
refused is written, with who asked for it, to the file that ``FCN_COURSE_REFUSED`` names, if it is set.

It stands by itself, so that it works where nothing of the course is to be found.
"""

import errno
import ipaddress
import os
import socket
import traceback

RECORD = "FCN_COURSE_REFUSED"
OWN = ("", "localhost", "localhost.localdomain", "ip6-localhost", socket.gethostname())


def is_own(host):
    """If this is an address or a name of this machine itself; None and "" are what servers listen on."""
    host = host.decode("ascii", "replace") if isinstance(host, (bytes, bytearray)) else host
    if host is None or host in OWN:
        return True
    try:
        address = ipaddress.ip_address(str(host).partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def refuse(host):
    """Raise what a machine without a network raises."""
    if os.environ.get(RECORD):
        with open(os.environ[RECORD], "a", encoding="utf-8") as file:
            file.write(f"{host}\n{''.join(traceback.format_stack(limit=12))}\n")
    raise OSError(errno.ENETUNREACH, f"the network is refused here, and {host} is not this machine")


def guarded(method):
    """A method of a socket whose last argument is where to: (host, port, ...), or the path of a file."""

    def call(self, *args):
        if isinstance(args[-1], tuple) and not is_own(args[-1][0]):
            refuse(args[-1][0])
        return method(self, *args)

    return call


def guarded_ex(connect_ex):
    """The one that returns its error instead of raising it."""

    def call(self, address):
        try:
            return connect(self, address)
        except OSError as error:
            if error.errno == errno.ENETUNREACH:
                return errno.ENETUNREACH
            raise

    connect = guarded(connect_ex)
    return call


def guarded_lookup(function):
    """A function that asks for the address of a name."""

    def call(host, *args, **kwargs):
        return function(host, *args, **kwargs) if is_own(host) else refuse(host)

    return call


for name in ("connect", "sendto"):
    setattr(socket.socket, name, guarded(getattr(socket.socket, name)))
socket.socket.connect_ex = guarded_ex(socket.socket.connect_ex)
for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex"):
    setattr(socket, name, guarded_lookup(getattr(socket, name)))
