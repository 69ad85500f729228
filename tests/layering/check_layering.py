"""Checks that each source file includes only what its module may see.

The table below is the one of docs/architecture.md. A breach usually does not link either; this
says so earlier, and it sees what linking cannot: headers, and the modules that must stay pure.

Usage: check_layering.py ROOT. Prints one line per breach; exit status 1 if there is any.
"""

import pathlib
import re
import sys

MAY_SEE = {
    "base": set(),
    "protocol": {"base"},
    "pubsub": {"base"},
    "net": {"base"},
    "engine": {"base", "protocol", "pubsub", "net"},
    "broker": {"base", "pubsub", "net"},
}
# Folders that know the library by its public headers only, as its users do.
OUTSIDE = ("apps", "php", "examples")
# The PHP extension stands on PHP, the system and the library, and not on what the library stands on.
EXTENSION = "php"
EXTENSION_MAY_INCLUDE = re.compile(
    r"[a-z_0-9]+|pushwire/.*|(php|zend|SAPI)\w*\.h|ext/.*|(sys|linux|netinet|arpa)/.*"
    r"|(unistd|fcntl|poll|signal|pthread|sched|grp|pwd)\.h"
)

# The public headers in include/pushwire/ itself are plain types, for every module, but for these,
# which declare the engine. Those in include/pushwire/MODULE/ belong to that module.
ENGINE_HEADERS = {"pushwire.hpp", "server.hpp", "server_group.hpp", "client.hpp", "handshake.hpp"}
PLAIN = "plain"
USERS = "users"

SYSTEM_CALLS = re.compile(
    r"(sys|netinet|arpa|linux)/.*|(unistd|fcntl|poll|netdb|signal|pthread|sched)\.h|csignal|net/if\.h|liburing\.h"
)
# No sockets, no time of day, no threads, no randomness, no logging: bytes and times come in as arguments.
IMPURE = re.compile(
    r"thread|mutex|shared_mutex|condition_variable|atomic|future|semaphore|latch|barrier|stop_token"
    r"|random|ctime|time\.h|i?ostream|istream|fstream|filesystem|print|cstdio|stdio\.h"
    r"|openssl/rand\.h|(spdlog|fmt|boost/asio)/.*|boost/asio\.hpp"
)
READS_A_CLOCK = re.compile(r"\b\w*clock::now\b|\b(clock_gettime|gettimeofday)\b")
PURE = ("protocol", "pubsub")
NO_SYSTEM_CALLS = (*PURE, "engine")

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
SUFFIXES = {".hpp", ".cpp", ".h", ".def"}


def sources(folder):
    return sorted(p for p in folder.rglob("*") if p.suffix in SUFFIXES and p.is_file())


def public_module(path):
    """The module of a header named by its path under include/pushwire/."""
    if len(path.parts) > 1:
        return path.parts[0]
    return "engine" if path.name in ENGINE_HEADERS else PLAIN


def included_module(root, file, quoted, name):
    """The module that an include reaches; None for what is not ours, or lies beside the file."""
    if quoted and (file.parent / name).is_file():
        target = (file.parent / name).resolve()
    else:
        target = next((base / name for base in (root / "src", root / "include") if (base / name).is_file()), None)
    if target is None:
        return None
    target = target.resolve()
    for base, module in ((root / "src", lambda p: p.parts[0]), (root / "include/pushwire", public_module)):
        if target.is_relative_to(base.resolve()):
            return module(target.relative_to(base.resolve()))
    return None


def breaches_of_file(root, file, module):
    """Yields (line number, what is wrong). `module` is a key of MAY_SEE, PLAIN, or USERS."""
    is_public = file.is_relative_to(root / "include")
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if module in PURE and READS_A_CLOCK.search(line):
            yield number, f"{module} reads a clock; time is an input"
        if module == "net" and not is_public and "websocket" in line.lower():
            yield number, "net knows the word 'websocket'; it moves bytes"
        include = INCLUDE.match(line)
        if not include:
            continue
        quoted, name = include[1] == '"', include[2]
        if is_public and not name.startswith("pushwire/") and not re.fullmatch(r"[a-z_0-9]+", name):
            yield number, f"a public header includes {name}, which is neither std nor its own"
        if module in PURE and IMPURE.fullmatch(name):
            yield number, f"{module} is pure and may not include {name}"
        if module in NO_SYSTEM_CALLS and SYSTEM_CALLS.fullmatch(name):
            yield number, f"{module} may not include {name}; system calls are net's"
        reached = included_module(root, file, quoted, name)
        if module == USERS:
            if reached and (not name.startswith("pushwire/") or ".." in name):
                yield number, f"{name} is not public; only <pushwire/...> is"
            elif file.is_relative_to(root / EXTENSION) and not quoted and not EXTENSION_MAY_INCLUDE.fullmatch(name):
                yield number, f"the extension may not include {name}, which is neither the library's, PHP's nor the system's"
        elif reached not in (None, module, PLAIN, *MAY_SEE.get(module, ())):
            yield number, f"{module} may not see {reached} ({name})"


def breaches(root):
    """Yields one line of text per breach in the tree at `root`."""
    jobs = []
    for folder in sorted(p for p in (root / "src").glob("*") if p.is_dir()):
        if folder.name in MAY_SEE:
            jobs += [(file, folder.name) for file in sources(folder)]
        else:
            yield f"src/{folder.name}: a module that the table in tests/layering does not know"
    public = root / "include/pushwire"
    jobs += [(file, public_module(file.relative_to(public))) for file in sources(public)]
    for folder in OUTSIDE:
        jobs += [(file, USERS) for file in sources(root / folder)]
    for file, module in jobs:
        for number, what in breaches_of_file(root, file, module):
            yield f"{file.relative_to(root)}:{number}: {what}"


def main():
    found = list(breaches(pathlib.Path(sys.argv[1]).resolve()))
    print("\n".join(found) if found else "Every file includes only what its module may see.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
