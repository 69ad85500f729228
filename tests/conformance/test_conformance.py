"""The check itself: each of its findings, on a small repository of its own."""

import pathlib
import tempfile
import unittest

from conformance import Conformance, places_in
from mutants import read_table

CLAUSE = """6455-5.1-unmasked
  clause RFC 6455 5.1
  role server
  level MUST
  says a server closes a connection on which a frame comes that is not masked
  shown 5.1-unmasked
"""
CODE = """// RFC 6455 5.1
error check_second_byte(unsigned length) {
    return length > 125 ? error::control_frame_too_long : error::none;
}
"""


class InARepository(unittest.TestCase):
    def setUp(self):
        self.root = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.write("tests/conformance/autobahn.txt", "")
        self.write("tests/conformance/clauses-6455.txt", CLAUSE)
        self.write("tests/transcripts/5.1-unmasked.wire", "# RFC 6455 5.1: masked\nrole server\n")
        self.write("src/protocol/frame.cpp", CODE)

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


class Clauses(InARepository):
    def expect(self, *parts):
        faults = Conformance(self.root).faults
        self.assertEqual(len(faults), 1 if parts else 0, faults)
        for part in parts:
            self.assertIn(part, faults[0])

    def clause(self, old, new):
        self.write("tests/conformance/clauses-6455.txt", CLAUSE.replace(old, new))

    def test_finds_nothing_where_all_is_right(self):
        self.expect()
        self.clause("5.1-unmasked\n", "5.1-un*\n")
        self.expect()

    def test_finds_a_clause_with_neither_transcript_nor_reason(self):
        self.write("tests/conformance/clauses-6455.txt", CLAUSE + "\n" + CLAUSE.replace("5.1-unmasked\n", "5.1-other\n", 1)
                   .replace("  shown 5.1-unmasked\n", ""))
        self.expect("6455-5.1-other", "covered by nothing")

    def test_takes_a_reason_or_a_test_for_a_transcript(self):
        other = CLAUSE.replace("5.1-unmasked\n", "5.1-other\n", 1)
        self.write("tests/e2e/some_test.py", "def test_masks(self)")
        for instead in ("none about what people see", "test tests/e2e/some_test.py test_masks"):
            with self.subTest(instead):
                self.write("tests/conformance/clauses-6455.txt",
                           CLAUSE + "\n" + other.replace("shown 5.1-unmasked", instead))
                self.expect()
        self.write("tests/conformance/clauses-6455.txt",
                   CLAUSE + "\n" + other.replace("shown 5.1-unmasked", "test tests/e2e/some_test.py test_unmasks"))
        faults = Conformance(self.root).faults
        self.assertIn("there is no test 'test_unmasks'", faults[0])

    def test_finds_a_reason_beside_a_transcript(self):
        self.clause("  shown", "  none not to be seen\n  shown")
        self.expect("one of them is wrong")

    def test_finds_a_transcript_that_is_not_there(self):
        self.clause("shown 5.1-unmasked", "shown 5.1-unmasked 5.1-missing")
        self.expect("there is no tests/transcripts/5.1-missing.wire")

    def test_finds_a_transcript_that_covers_nothing(self):
        self.write("tests/transcripts/9-more.wire", "role server\n")
        self.expect("9-more.wire covers nothing")

    def test_finds_a_clause_that_no_comment_cites(self):
        self.write("src/protocol/frame.cpp", CODE.replace("5.1", "5.3"))
        self.expect("no comment", "cites RFC 6455 5.1")

    def test_finds_a_function_that_does_not_cite_the_clause(self):
        self.clause("  shown", "  code check_second_byte check_third_byte\n  shown")
        self.expect("no comment in check_third_byte cites")

    def test_finds_a_role_that_no_transcript_has(self):
        self.clause("role server", "role both")
        self.expect("'role client'")

    def test_finds_a_record_that_is_not_well_formed(self):
        for old, new, part in (("level MUST", "level OUGHT", "`level`"), ("role server", "role proxy", "`role`"),
                               ("  says", "  sais", "unknown field 'sais'"), ("RFC 6455 5.1", "section 5.1", "`clause`")):
            with self.subTest(new):
                self.clause(old, new)
                self.assertIn(part, "\n".join(Conformance(self.root).faults))
        self.write("tests/conformance/clauses-6455.txt", CLAUSE + "\n" + CLAUSE)
        self.expect("the id is taken by line 1")


class Places(unittest.TestCase):
    def names(self, text, file="src/protocol/a.cpp"):
        return [(section, place.name) for rfc, section, place in places_in(file, text)]

    def test_names_what_a_comment_stands_above_or_in(self):
        self.assertEqual(self.names("// RFC 6455 5.1\nerror check(int a,\n            int b) {\n"), [("5.1", "check")])
        self.assertEqual(self.names("void session::fail(error why) {\n    end(why);  // RFC 6455 7.1.7\n}\n"),
                         [("7.1.7", "session::fail")])
        self.assertEqual(self.names("void f() {\n    // RFC 6455 5.4: so\n    answer(x);\n}\n"), [("5.4", "f")])
        self.assertEqual(self.names("class reader {\n    // RFC 6455 9.1\n    bool read() noexcept {\n"), [("9.1", "read")])
        self.assertEqual(self.names("// Masking (RFC 6455 5.3)\n\n#include <a>\nvoid f() {\n"), [("5.3", "")])
        self.assertEqual(self.names("/// RFC 6455 5.2\nenum class opcode : int {", "include/a.hpp"), [("5.2", "opcode")])
        self.assertEqual(self.names("    /// RFC 6455 7.1.2\n    void close(int code);\n", "include/a.hpp"),
                         [("7.1.2", "close")])

    def test_reads_several_sections_but_no_numbered_points(self):
        self.assertEqual([section for section, _ in self.names("// RFC 6455 5.5.2, 5.5.3: x\n// RFC 6455 4.1, 2. of\nvoid f() {")],
                         ["5.5.2", "5.5.3", "4.1"])


class Mutants(InARepository):
    def faults(self, text):
        self.write("tests/conformance/mutants.txt", "length\n  file src/protocol/frame.cpp\n  becomes 126\n" + text)
        faults = []
        read_table(self.root, faults)
        return "\n".join(faults)

    def test_finds_a_text_that_does_not_occur_once(self):
        self.assertEqual(self.faults("  text 125\n  first 5.1-*\n"), "")
        self.assertIn("occurs 0 times", self.faults("  text 127\n"))
        self.assertIn("occurs 2 times", self.faults("  text length\n"))

    def test_finds_a_pattern_that_names_no_transcript(self):
        self.assertIn("there is no tests/transcripts/6-*.wire", self.faults("  text 125\n  first 6-*\n"))


if __name__ == "__main__":
    unittest.main()
