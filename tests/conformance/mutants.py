"""Breaks named lines of src/protocol/ and of the client one at a time, and sees that a test fails for each.

Usage: mutants.py ROOT                    all of mutants.txt
       mutants.py ROOT NAME-PATTERN ...   those whose names match, as in a shell
       mutants.py ROOT --check-table      only: each text still occurs exactly once, each pattern names a transcript, or a test

It works in a copy of the tree under build/mutants, with one build for each processor: a mutant costs one compilation, and
as many tests as it survives. Transcripts come first, those that its record names before the others, then the unit
tests of protocol/; of the client the unit tests of engine/, likewise. A mutant that does not compile is a fault of the table.
"""

import concurrent.futures
import fnmatch
import os
import pathlib
import queue
import re
import shutil
import subprocess
import sys
import time

from conformance import read_rows

FIELDS = ("file", "text", "becomes", "first")
# A mutant may run for ever; no suite takes nearly as long.
PATIENCE = 300
# (what a test of it is called, the target, its binary)
PROTOCOL = (("transcript", "transcripts", "tests/transcripts/transcripts"),
            ("unit test", "unit_protocol", "tests/unit/unit_protocol"))
CLIENT = (("unit test", "unit_engine", "tests/unit/unit_engine"),)
CLIENT_FILES = ("src/engine/client_*.?pp", "src/engine/secret.cpp", "src/net/connecting.cpp", "src/net/tls_client_end.cpp")


def suites_of(row):
    return PROTOCOL if row.text("file").startswith("src/protocol/") else CLIENT


def engine_tests(root):
    """As gtest names them: suite.test"""
    return [f"{suite}.{test}" for path in sorted((root / "tests/unit/engine").glob("*_test.cpp"))
            for suite, test in re.findall(r"^TEST\((\w+), (\w+)\)", path.read_text(), re.MULTILINE)]


def read_table(root, faults):
    rows = read_rows(root / "tests/conformance/mutants.txt", FIELDS, faults)
    transcripts = [path.name[:-5] for path in (root / "tests/transcripts").glob("*.wire")]
    tests = engine_tests(root)
    for row in rows:
        path = root / row.text("file")
        of_client = any(fnmatch.fnmatch(row.text("file"), pattern) for pattern in CLIENT_FILES)
        if not (row.text("file").startswith("src/protocol/") or of_client) or not path.is_file():
            faults.append(f"{row.where}: `file` must be a file of src/protocol/, or of the client")
            continue
        found = path.read_text().count(row.text("text")) if row.text("text") else 0
        if found != 1:
            faults.append(f"{row.where}: its `text` occurs {found} times in {row.text('file')}, not once: "
                          f"adapt it to the code, or take another line: {row.text('text')}")
        if not row.text("becomes"):
            faults.append(f"{row.where}: `becomes` is missing")
        for pattern in row.words("first"):
            if not fnmatch.filter(tests if of_client else transcripts, pattern):
                what = f"test {pattern} in tests/unit/engine" if of_client else f"tests/transcripts/{pattern}.wire"
                faults.append(f"{row.where}: there is no {what}")
    return rows


class Tree:
    """A copy of the repository with a build of its own, kept from one run to the next."""

    def __init__(self, root, number):
        self.source = root / f"build/mutants/{number}"
        self.build = self.source / "build/dev"
        listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=root,
                                check=True, capture_output=True, text=True).stdout.split("\0")
        files = {name for name in listed if name and (root / name).is_file()}
        if self.source.is_dir():
            for path in self.source.rglob("*"):
                name = path.relative_to(self.source)
                if path.is_file() and name.parts[0] != "build" and str(name) not in files:
                    path.unlink()
        for name in files:
            copy = self.source / name
            if not copy.is_file() or copy.read_bytes() != (root / name).read_bytes():
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(root / name, copy)

    def configure(self):
        subprocess.run(["cmake", "--preset", "dev", "-DPUSHWIRE_APPS=OFF", "-DPUSHWIRE_EXAMPLES=OFF"],
                       cwd=self.source, check=True, stdout=subprocess.DEVNULL)

    def compile(self, target, jobs=1):
        # So that ccache, where it is, takes the trees for one.
        return subprocess.run(["cmake", "--build", self.build, "-j", str(jobs), "--target", target],
                              env={**os.environ, "CCACHE_BASEDIR": str(self.source)}, capture_output=True, text=True)

    def fate(self, suites, first=()):
        """("killed", the first test that fails) or ("survived", "") or ("broken", why it does not compile)."""
        for kind, target, binary in suites:
            compiled = self.compile(target)
            if compiled.returncode != 0:
                errors = re.findall(r"^.*error.*$", compiled.stdout, re.MULTILINE)
                return "broken", (errors or [compiled.stdout[-200:]])[0]
            for chosen in self.tried_first(target, first) + [[]]:
                if failed := self.failing_test([self.build / binary, *chosen]):
                    return "killed", f"{kind} {failed}"
        return "survived", ""

    def tried_first(self, target, first):
        """What is said to its binary, before it runs all: files, or a filter."""
        folder = self.source / "tests/transcripts"
        files = sorted({str(path) for pattern in first for path in folder.glob(pattern + ".wire")})
        if target == "transcripts" and files:
            return [files]
        return [["--gtest_filter=" + ":".join(first)]] if target == "unit_engine" and first else []

    def failing_test(self, command):
        try:
            done = subprocess.run([*command, "--gtest_fail_fast"], cwd=self.source, capture_output=True, text=True,
                                  errors="replace", timeout=PATIENCE)
        except subprocess.TimeoutExpired as late:
            return f"{last_begun((late.stdout or b'').decode(errors='replace'))} (it does not end)"
        if done.returncode == 0:
            return None
        failed = re.search(r"^\[  FAILED  \] ([^ ,]+)", done.stdout, re.MULTILINE)
        return tidy(failed.group(1)) if failed else last_begun(done.stdout) + " (it crashes)"


def tidy(test):
    """The runner calls 5.2-opcode-3.wire `transcript.5.2_opcode_3`."""
    return test.removeprefix("transcript.").replace("_", "-") if test.startswith("transcript.") else test


def last_begun(output):
    begun = re.findall(r"^\[ RUN      \] (\S+)", output, re.MULTILINE)
    return tidy(begun[-1]) if begun else "?"


def break_and_test(tree, row):
    path = tree.source / row.text("file")
    original = path.read_text()
    try:
        path.write_text(original.replace(row.text("text"), row.text("becomes")))
        return tree.fate(suites_of(row), row.words("first"))
    finally:
        path.write_text(original)


def main(root, arguments):
    root = pathlib.Path(root).resolve()
    faults = []
    rows = read_table(root, faults)
    if faults or "--check-table" in arguments:
        print("\n".join(faults) or f"{len(rows)} mutants, each with a text that occurs once")
        return 1 if faults else 0
    if arguments:
        rows = [row for row in rows if any(fnmatch.fnmatch(row.name, pattern) for pattern in arguments)]

    begin = time.monotonic()
    processors = len(os.sched_getaffinity(0))
    needed = [suite for suite in (*PROTOCOL, *CLIENT) if any(suite in suites_of(row) for row in rows)]
    trees = [Tree(root, number) for number in range(min(processors, len(rows)))]
    for tree in trees:
        tree.configure()
        for _, target, _ in needed:
            tree.compile(target, processors)
    what, how = trees[0].fate(needed)
    if what != "survived":
        print(f"It is {what} without a mutant already: {how}")
        return 1
    free = queue.SimpleQueue()
    for tree in trees:
        free.put(tree)

    def run(row):
        tree = free.get()
        try:
            return break_and_test(tree, row)
        finally:
            free.put(tree)

    counts = {"killed": 0, "survived": 0, "broken": 0}
    with concurrent.futures.ThreadPoolExecutor(len(trees)) as pool:
        for row, (what, how) in zip(rows, pool.map(run, rows)):
            counts[what] += 1
            said = {"killed": how, "survived": "SURVIVED: no test fails", "broken": f"DOES NOT COMPILE: {how}"}[what]
            print(f"{row.name:54} {row.text('file').removeprefix('src/').removeprefix('protocol/'):24} {said}", flush=True)
    print(f"{counts['killed']} killed, {counts['survived']} survived, {counts['broken']} not compiled, "
          f"in {time.monotonic() - begin:.0f} s")
    return 0 if rows and counts["killed"] == len(rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
