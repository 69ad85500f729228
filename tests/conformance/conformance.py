"""The tables of clauses, the transcripts and the code: what belongs to what, and what is wrong with it.

`make_page.py` makes docs/conformance.md of it; README.md says how the tables are written.
"""

import fnmatch
import pathlib
import re

LEVELS = ("MUST", "MUST NOT", "SHOULD", "SHOULD NOT", "MAY", "fact")
ROLES = ("server", "client", "both")
CLAUSE = re.compile(r"RFC (\d+) (\d+(?:\.\d+)*)")
# A comment cites "RFC 6455 5.5.2, 5.5.3"; "RFC 6455 4.1, 2." is the second point of 4.1, not its section 2.
CITATION = re.compile(r"RFC (\d+) (\d+(?:\.\d+)*(?:(?:,| and) \d+(?:\.\d+)+)*)")
DEFINITION = re.compile(r"^(?:\S.*?[\s*&])?~?(?:(?:[\w]+::)*(?:operator\S+|~?\w+))\(")
NAME = re.compile(r"((?:\w+::)*~?\w+)\(")
TYPE = re.compile(r"^\s*(?:struct|class|enum class|enum) (\w+)")
CONSTANT = re.compile(r"^\s*(?:inline )?(?:static )?constexpr .*?(\w+) =")
NO_FUNCTION = re.compile(r"^\s*(?:if|for|while|switch|return|case|else|do|PUSHWIRE_ASSERT)\b")


class Row:
    """One record of a table: an id, and fields of one or more words."""

    def __init__(self, file, line, name):
        self.file, self.line, self.name = file, line, name
        self.fields = {}

    def text(self, field):
        return self.fields.get(field, "")

    def words(self, field):
        return self.text(field).split()

    @property
    def where(self):
        return f"{self.file}:{self.line}: {self.name}"


def read_rows(path, known, faults):
    """The records of a table: a line with an id, and under it, indented, `field value`; between them empty lines."""
    rows = []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if not line.startswith(" "):
            rows.append(Row(path.name, number, line.strip()))
            continue
        field, _, value = line.strip().partition(" ")
        if field not in known:
            faults.append(f"{path.name}:{number}: unknown field '{field}'; there are {', '.join(known)}")
        elif not rows or not value.strip():
            faults.append(f"{path.name}:{number}: '{field}' stands under no id, or has no value")
        elif field in rows[-1].fields:
            rows[-1].fields[field] += " " + value.strip()
        else:
            rows[-1].fields[field] = value.strip()
    seen = {}
    for row in rows:
        if row.name in seen:
            faults.append(f"{row.where}: the id is taken by line {seen[row.name]}")
        seen[row.name] = row.line
    return rows


class Place:
    """Where the code cites a clause: a file, and the function, type or constant there (none: the file as a whole)."""

    def __init__(self, file, name):
        self.file, self.name = file, name

    def key(self):
        return (self.file, self.name)


def name_of(line):
    for pattern in (TYPE, CONSTANT):
        if found := pattern.match(line):
            return found.group(1)
    if NO_FUNCTION.match(line) or not DEFINITION.match(line.strip()):
        return None
    found = NAME.search(line)
    return found.group(1) if found else None


def places_in(file, text):
    """[(RFC, section, Place)] of the comments in one source file."""
    lines = text.splitlines()
    result = []
    for i, line in enumerate(lines):
        before, comment, after = line.partition("//")
        if not comment or "RFC" not in after:
            continue
        name = None
        alone = not before.strip()
        if alone:  # what the comment stands above
            below = next((one for one in lines[i + 1:] if not one.strip().startswith("//")), "")
            if not before and (not below.strip() or below.startswith("#")):
                name = ""  # the head of the file
            elif not before or file.endswith(".hpp") or below.rstrip().endswith("{"):
                name = name_of(below)
        elif file.endswith(".hpp"):
            name = name_of(before)
        if name is None:  # what it stands in
            above = (name_of(one) for one in reversed(lines[:i + 1]) if one[:1].strip() and one[:1] not in "}/#")
            name = next((one for one in above if one), "")
        for rfc, sections in CITATION.findall(after):
            for section in re.split(r",? and |, ", sections):
                result.append((rfc, section, Place(file, name)))
    return result


class Conformance:
    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.faults = []
        here = self.root / "tests/conformance"
        fields = ("clause", "role", "level", "says", "code", "shown", "test", "none")
        self.tables = [(path.stem, read_rows(path, fields, self.faults)) for path in sorted(here.glob("clauses-*.txt"))]
        self.rows = [row for _, rows in self.tables for row in rows]
        self.cases = read_rows(here / "autobahn.txt", ("count", "says", "shown", "test", "none"), self.faults)
        self.roles = {path.stem: self.role_of(path) for path in sorted((self.root / "tests/transcripts").glob("*.wire"))}
        self.places = {}
        for folder in ("src/protocol", "include/pushwire"):
            for path in sorted((self.root / folder).rglob("*.[hc]pp")):
                for rfc, section, place in places_in(str(path.relative_to(self.root)), path.read_text()):
                    self.places.setdefault((rfc, section), {})[place.key()] = place
        self.check()

    @staticmethod
    def role_of(path):
        found = re.search(r"^role (\w+)", path.read_text(), re.MULTILINE)
        return found.group(1) if found else ""

    # --- what belongs to a row

    def transcripts_of(self, pattern):
        return fnmatch.filter(self.roles, pattern)

    def code_of(self, row):
        """The places that cite the row's clause. `code` names those that are meant, or another section that is cited."""
        rfc, section = CLAUSE.fullmatch(row.text("clause")).groups()
        wanted = row.words("code")
        sections = [word for word in wanted if word[0].isdigit()] or [section]
        names = [word for word in wanted if not word[0].isdigit()]
        found = {}
        for one in sections:
            found.update(self.places.get((rfc, one), {}))
        if names:
            for name in names:
                if not any(place.name == name for place in found.values()):
                    self.faults.append(f"{row.where}: no comment in {name} cites RFC {rfc} {', '.join(sections)}")
            found = {key: place for key, place in found.items() if place.name in names}
        # A definition stands for its declaration.
        defined = {place.name for place in found.values() if place.file.endswith(".cpp")}
        return [found[key] for key in sorted(found) if key[0].endswith(".cpp") or key[1] not in defined]

    # --- what is wrong

    def check(self):
        used = set()
        for row in self.rows:
            self.check_fields(row)
            used |= self.check_shown(row)
        for row in self.cases:
            used |= self.check_shown(row)
            if not row.text("count").isdigit() or not row.text("says"):
                self.faults.append(f"{row.where}: it needs `count` (of cases) and `says`")
        for name in sorted(set(self.roles) - used):
            self.faults.append(f"{name}.wire covers nothing: name it under `shown` of a clause in tests/conformance/clauses-*.txt")

    def check_fields(self, row):
        if not CLAUSE.fullmatch(row.text("clause")):
            self.faults.append(f"{row.where}: `clause` must be like 'RFC 6455 5.1'")
            row.fields["clause"] = "RFC 0 0"
        if row.text("role") not in ROLES:
            self.faults.append(f"{row.where}: `role` must be one of {', '.join(ROLES)}")
        if row.text("level") not in LEVELS:
            self.faults.append(f"{row.where}: `level` must be one of {', '.join(LEVELS)}")
        if not row.text("says"):
            self.faults.append(f"{row.where}: `says` is missing: what the RFC asks, in a sentence")
        if row.text("none"):
            return
        row.places = self.code_of(row)
        if not row.places and not row.text("test"):
            self.faults.append(f"{row.where}: no comment in src/protocol or include/pushwire cites {row.text('clause')}")

    def check_shown(self, row):
        used = set()
        for pattern in row.words("shown"):
            found = self.transcripts_of(pattern)
            if not found:
                self.faults.append(f"{row.where}: there is no tests/transcripts/{pattern}.wire")
            used.update(found)
        if row.text("test"):
            file, _, name = row.text("test").partition(" ")
            path = self.root / file
            if not path.is_file() or not name or name not in path.read_text():
                self.faults.append(f"{row.where}: there is no test '{name}' in {file}")
        if row.text("none"):
            if used or row.text("test"):
                self.faults.append(f"{row.where}: it is shown, and has a reason why it is not; one of them is wrong")
        elif not used and not row.text("test"):
            self.faults.append(f"{row.where}: covered by nothing: it needs `shown`, `test`, or a reason under `none`")
        role = row.text("role")
        if used and role:
            roles = {self.roles[name] for name in used}
            for one in ("server", "client") if role == "both" else (role,):
                if one not in roles:
                    self.faults.append(f"{row.where}: none of its transcripts has 'role {one}'")
        return used
