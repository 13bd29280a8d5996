"""Runs a program on a terminal of its own, for tests/support/terminal.ts.

    on_pty.py ROWS COLUMNS PROGRAM [ARGUMENT...]

What the program prints goes to stdout. Each line of stdin is a JSON object of what happens to the terminal or
to the program: {"type": TEXT}, {"resize": [ROWS, COLUMNS]}, {"signal": NUMBER}, {"hangUp": true}. The exit code
is the program's, or 128 and the signal that ended it.
"""

import fcntl
import json
import os
import pty
import select
import struct
import sys
import termios


def set_size(terminal, rows, columns):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def obey(line, child, terminal):
    """Does what a line says; gives the terminal, or None when it is hung up."""
    command = json.loads(line)
    if "type" in command:
        os.write(terminal, command["type"].encode())
    if "resize" in command:
        set_size(terminal, *command["resize"])
    if "signal" in command:
        os.kill(child, command["signal"])
    if "hangUp" in command:
        os.close(terminal)
        return None
    return terminal


def relay(child, terminal):
    """Passes on what is printed and what is told, until the program has closed its terminal."""
    told = b""
    while terminal is not None:
        ready, _, _ = select.select([terminal, 0], [], [])
        if terminal in ready:
            try:
                printed = os.read(terminal, 65536)
            except OSError:
                return
            if printed == b"":
                return
            os.write(1, printed)
        if 0 in ready:
            told += os.read(0, 65536)
            *lines, told = told.split(b"\n")
            for line in lines:
                if terminal is not None:
                    terminal = obey(line, child, terminal)


def main():
    rows, columns = int(sys.argv[1]), int(sys.argv[2])
    child, terminal = pty.fork()
    if child == 0:
        set_size(0, rows, columns)
        os.execvp(sys.argv[3], sys.argv[3:])
    relay(child, terminal)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    sys.exit(128 - status if status < 0 else status)


main()
