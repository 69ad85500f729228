"""Breaks the engine on purpose, one line at a time, and sees that the simulator finds each break.

A fault is a line of faults.txt that was replaced. Each is applied to a copy of the tree under build/faults,
the simulator is built there, and run over 1,000 seeds until it finds something. Prints a table; exit status 1 if a
fault was not found, or no longer fits the source.

Usage: find_faults.py [NAME ...]        only the faults named
       find_faults.py --check-table     only: each line is still there, once
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[3]
COPY = ROOT / "build" / "faults" / "tree"
BUILD = ROOT / "build" / "faults" / "build"
SEEDS = 1000


def read_faults(path):
    """Blocks of four lines: name, file, '- ' and the line as it is, '+ ' and the line as it is broken."""
    faults = []
    text = "\n".join(line for line in path.read_text().split("\n") if not line.startswith("#"))
    for block in re.split(r"\n\s*\n", text.strip()):
        name, file, before, after = block.split("\n")
        assert before.startswith("- ") and after.startswith("+ "), block
        faults.append((name, file, before[2:], after[2:]))
    return faults


def places_of(line, lines):
    return [i for i, each in enumerate(lines) if each.strip() == line.strip()]


def check_table(faults):
    """How many faults no longer fit the source."""
    unfit = 0
    for name, file, before, _ in faults:
        count = len(places_of(before, (ROOT / file).read_text().split("\n")))
        if count != 1:
            print(f"{name}: {count} lines of {file} are: {before}\n  Adapt tests/sim/faults/faults.txt to the code.")
            unfit += 1
    return unfit


def run(*command, **how):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **how)


def copy_tree():
    shutil.rmtree(COPY, ignore_errors=True)
    COPY.mkdir(parents=True)
    for name in ("CMakeLists.txt", "apps", "bench", "include", "src", "tests"):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, COPY / name, ignore=shutil.ignore_patterns("node_modules"))
        else:
            shutil.copy2(source, COPY / name)


def build():
    run("cmake", "--build", str(BUILD), "--target", "pushwire_sim")


def search():
    """What the simulator says of the first seed that it finds something in, or None."""
    simulator = BUILD / "tests" / "sim" / "pushwire_sim"
    found = subprocess.run(
        [simulator, "--seeds", str(SEEDS)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=900
    ).stdout.decode(errors="replace")
    said = re.findall(r"^seed (\d+): BROKEN: (.*)$", found, re.M)
    if said:
        return said[-1]
    ended = re.search(r"^seed (\d+): the process was ended", found, re.M)
    if not ended:
        return None
    why = re.search(r"^pushwire: (broken invariant: .*)$", found, re.M)
    return ended[1], why[1] if why else "the process was ended by a signal"


def main(names):
    faults = read_faults(pathlib.Path(__file__).with_name("faults.txt"))
    unfit = check_table(faults)
    if unfit or names == ["--check-table"]:
        return 1 if unfit else 0
    copy_tree()
    run("cmake", "-G", "Ninja", "-S", str(COPY), "-B", str(BUILD), "-DCMAKE_BUILD_TYPE=Release", "-DPUSHWIRE_TESTS=ON",
        "-DPUSHWIRE_APPS=OFF", "-DPUSHWIRE_EXAMPLES=OFF")
    build()
    if found := search():
        print(f"without a fault: seed {found[0]}: {found[1]}")
        return 1
    missed = 0
    for name, file, before, after in faults:
        if names and name not in names:
            continue
        path = COPY / file
        whole = path.read_text()
        lines = whole.split("\n")
        lines[places_of(before, lines)[0]] = after
        path.write_text("\n".join(lines))
        try:
            build()
            found = search()
        finally:
            path.write_text(whole)
            os.utime(path)
        missed += found is None
        print(f"{name:44} " + (f"seed {found[0]:>4}  {found[1]}" if found else "NOT FOUND"), flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
