"""Makes docs/conformance.md of the tables of clauses, or says what is wrong with them.

Usage: make_page.py ROOT           writes the page
       make_page.py ROOT --check   fails if the page is not as it would be written

Prints one line per fault; exit status 1 if there is any.
"""

import collections
import pathlib
import re
import sys

from conformance import Conformance, read_rows
from mutants import FIELDS

PAGE = "docs/conformance.md"
TITLES = {"clauses-6455": "RFC 6455, the WebSocket protocol", "clauses-7692": "RFC 7692, compression extensions",
          "clauses-http": "HTTP, as far as the opening handshake rests on it"}
LEVELS = {"MUST": "MUST", "MUST NOT": "MUST", "SHOULD": "SHOULD", "SHOULD NOT": "SHOULD", "MAY": "MAY or stated", "fact": "MAY or stated"}

HEAD = """# Conformance

*Made by `./dev conformance` from [tests/conformance](../tests/conformance/README.md): change those files, not this one.*

What the RFCs ask of an endpoint, where the code does it, and which conversation shows it. Each clause was written down from
the RFC first; a test fails if one of them has neither a transcript (or a test) nor a reason, if no comment in the code
cites it, or if a transcript belongs to none. A transcript is a conversation as text
([how to read one](../tests/transcripts/README.md)); `-*` stands for several. A transcript has a role, and a clause for
both roles has transcripts of both. Those of a client are played against a client on a socket, too.
"""


def link(file, text=None):
    return f"[{text or file}](../{file})"


def code(row):
    return "<br>".join(f"{link(place.file, place.file.split('/')[-1])}{' `' + place.name + '`' if place.name else ''}"
                       for place in row.places)


def shown(facts, row):
    links = [link(f"tests/transcripts/{facts.transcripts_of(pattern)[0]}.wire", re.sub(r"([*\[\]])", r"\\\1", pattern))
             for pattern in row.words("shown")]
    if row.text("test"):
        file, _, name = row.text("test").partition(" ")
        links.append(f"{link(file, file.split('/')[-1])} `{name}`")
    return "<br>".join(links)


def sort_key(row):
    return [int(part) for part in row.text("clause").split()[2].split(".")]


def counts(facts):
    lines = ["| | clauses | shown | not shown, and why |", "| --- | ---: | ---: | ---: |"]
    for name, rows in facts.tables:
        for level in dict.fromkeys(LEVELS.values()):
            some = [row for row in rows if LEVELS[row.text("level")] == level]
            if some:
                none = sum(bool(row.text("none")) for row in some)
                lines.append(f"| {TITLES[name].split(',')[0]}, {level} | {len(some)} | {len(some) - none} | {none} |")
    return lines


def clause_tables(facts):
    lines = []
    for name, rows in facts.tables:
        lines += ["", f"## {TITLES[name]}"]
        section = None
        for row in sorted((row for row in rows if not row.text("none")), key=lambda row: (row.text("clause").split()[1], sort_key(row))):
            _, rfc, clause = row.text("clause").split()
            here = (rfc, clause.split(".")[0])
            if here != section:
                section = here
                lines += ["", f"### RFC {rfc}, section {here[1]}", "", "| clause | who | | what | code | shown by |",
                          "| --- | --- | --- | --- | --- | --- |"]
            level = "" if row.text("level") == "fact" else row.text("level")
            lines.append(f"| {clause} | {row.text('role')} | {level} | {row.text('says')} | {code(row)} | {shown(facts, row)} |")
    return lines


def not_shown(facts):
    lines = ["", "## Not shown, and why", "", "| clause | who | | what | why |", "| --- | --- | --- | --- | --- |"]
    for name, rows in facts.tables:
        for row in rows:
            if row.text("none"):
                lines.append(f"| {row.text('clause')} | {row.text('role')} | {row.text('level')} | {row.text('says')} "
                             f"| {row.text('none')} |")
    return lines


def autobahn(facts):
    total = sum(int(row.text("count")) for row in facts.cases)
    lines = ["", "## The cases of the Autobahn Testsuite", "",
             f"Its {total} cases measure both roles from outside. [autobahn.md](autobahn.md) has the commands; no report is",
             "committed yet, so nothing is claimed about its results. Where the same bytes are in our own tests:", "",
             "| cases | | what | shown by |", "| --- | ---: | --- | --- |"]
    for row in facts.cases:
        how = shown(facts, row) if not row.text("none") else row.text("none")
        lines.append(f"| {row.name} | {row.text('count')} | {row.text('says')} | {how} |")
    return lines


def mutants(facts):
    rows = read_rows(facts.root / "tests/conformance/mutants.txt", FIELDS, facts.faults)
    files = collections.Counter(row.text("file") for row in rows)
    return ["", "## Lines that are broken to see a test fail", "",
            f"`./dev check mutants` breaks {len(rows)} lines of the protocol and of the client, one at a time, and fails if no transcript and no unit",
            "test fails for one of them. It is part of `./dev test --full`.", "", "| file | broken lines |", "| --- | ---: |",
            *(f"| {link(file)} | {count} |" for file, count in sorted(files.items()))]


def fuzzing(facts):
    """The table of the latest run that `./dev fuzz` wrote down."""
    runs = sorted((facts.root / "bench/results").glob("*-fuzzing.md"))
    if not runs:
        return []
    text = runs[-1].read_text()
    table = re.search(r"^```text\n.*?^```$", text, re.MULTILINE | re.DOTALL)
    command = re.search(r"^- command: (.*)$", text, re.MULTILINE)
    if not table or not command:
        facts.faults.append(f"bench/results/{runs[-1].name}: it has no command, or no table")
        return []
    return ["", "## Fuzzing", "", f"What {command.group(1)} did, with the executions of a second of processor time and the coverage of each",
            f"target; {link(f'bench/results/{runs[-1].name}', 'machine, commit and raw figures')}.", "", *table.group(0).splitlines()]


def make(facts):
    lines = [*HEAD.splitlines(), "", *counts(facts), *clause_tables(facts), *not_shown(facts), *autobahn(facts), *mutants(facts),
             *fuzzing(facts)]
    return "\n".join(lines) + "\n"


def main(root, check):
    facts = Conformance(root)
    if facts.faults:
        print("\n".join(facts.faults))
        return 1
    page = pathlib.Path(root) / PAGE
    text = make(facts)
    if facts.faults:
        print("\n".join(facts.faults))
        return 1
    if not check:
        page.write_text(text)
    elif not page.is_file() or page.read_text() != text:
        print(f"{PAGE} is not what its sources say. Run ./dev conformance, and commit it.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], "--check" in sys.argv[2:]))
