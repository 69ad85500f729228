"""A network of a test's own, in which every port is free and nobody else is: for what has its port in its text.

As a program, it runs a command there: own_network.py COMMAND [ARGUMENT...]. Exit status 77: skipped, with the reason.
"""

import ctypes
import fcntl
import os
import socket
import struct
import sys


def take_a_network_of_our_own():
    """Moves this process into a new network namespace, where every port is free, or says why not."""
    new_net, new_user = 0x40000000, 0x10000000
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(new_net) != 0 and libc.unshare(new_user | new_net) != 0:
        return os.strerror(ctypes.get_errno())
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        get_flags, set_flags, up = 0x8913, 0x8914, 0x1
        request = fcntl.ioctl(any_socket, get_flags, struct.pack("16sh14x", b"lo", 0))
        flags = struct.unpack("16sh14x", request)[1]
        fcntl.ioctl(any_socket, set_flags, struct.pack("16sh14x", b"lo", flags | up))
    return None


if __name__ == "__main__":
    why_not = take_a_network_of_our_own()
    if why_not:
        print(f"skipped: no network namespace can be made here: {why_not}")
        sys.exit(77)
    os.execvp(sys.argv[1], sys.argv[1:])
