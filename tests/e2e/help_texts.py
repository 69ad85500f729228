"""What the program says of itself: the commands that it has, and the options of each, by its help texts."""

import re

from program import run


def commands():
    """{"serve": "a WebSocket server that runs as it is", ...}"""
    table = run("--help").stdout.split("Commands:\n")[1].split("\n\n")[0]
    return dict(line.split(maxsplit=1) for line in table.splitlines())


def options(command):
    """["--help", "--host", ...]"""
    before_examples = run(command, "--help").stdout.split("\nExamples:\n")[0]
    found = re.findall(r"^  (?:-\w,)?(--[\w-]+)", before_examples, re.MULTILINE)
    if "--help" not in found:
        raise AssertionError(f"that is no list of options: {before_examples}")
    return found
