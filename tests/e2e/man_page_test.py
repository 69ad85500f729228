"""The man pages: one for the program and one for each command, with every option, and without fault in the eyes of mandoc and
groff."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

import help_texts
from program import PATIENCE, run

SECTIONS = "NAME SYNOPSIS DESCRIPTION OPTIONS FILES EXAMPLES".split() + ["EXIT STATUS", "SEE ALSO"]


def plain(text):
    """Without what makes it bold on a typewriter."""
    return re.sub(".\b", "", text)


class ManPages(unittest.TestCase):
    NEEDS = None

    @classmethod
    def setUpClass(cls):
        if not shutil.which(cls.NEEDS):
            raise unittest.SkipTest(f"there is no {cls.NEEDS} here; ./dev setup test installs it")

    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.pages = {"pushwire": self.page("--help=man")}
        for command in help_texts.commands():
            self.pages[f"pushwire-{command}"] = self.page(command, "--help=man")
        (self.folder / "man1").mkdir()
        for name, page in self.pages.items():
            self.path(name).write_text(page)

    def path(self, name):
        return self.folder / "man1" / f"{name}.1"

    def page(self, *arguments):
        done = run(*arguments)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout

    def made_of(self, *command):
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, cwd=self.folder,
                              env={**os.environ, "MANPATH": str(self.folder)})
        return done.stdout, done.stderr


class Mandoc(ManPages):
    NEEDS = "mandoc"

    def text(self, name):
        """As it is read, in lines that are not broken."""
        text, faults = self.made_of("mandoc", "-T", "utf8", "-O", "width=1000", str(self.path(name)))
        self.assertEqual(faults, "")
        return plain(text)

    def test_are_without_fault(self):
        for name in self.pages:
            with self.subTest(name):
                faults, _ = self.made_of("mandoc", "-T", "lint", "-W", "style", str(self.path(name)))
                self.assertEqual(faults, "")

    def test_have_the_sections_of_a_man_page(self):
        for command in ("serve", "bench"):
            found = re.findall(r"^[A-Z][A-Z ]+$", self.text(f"pushwire-{command}"), re.MULTILINE)
            self.assertLessEqual(set(SECTIONS), set(found))
            self.assertEqual(command == "serve", "SIGNALS" in found)

    def test_have_every_option(self):
        for command in help_texts.commands():
            options = self.text(f"pushwire-{command}").split("\nOPTIONS\n")[1].split("\nEXIT STATUS\n")[0]
            with self.subTest(command):
                found = re.findall(r"^     (?:-\w, )?(--[\w-]+)", options, re.MULTILINE)
                self.assertEqual(found, help_texts.options(command))

    def test_say_what_the_help_text_says(self):
        text = self.text("pushwire-serve")
        for said in ("--io auto | epoll | io_uring", "--listen ADDRESS ...", "--config FILE.toml",
                     "Whose X-Forwarded-For is believed: 10.0.0.0/8,2001:db8::7,loopback,unix (nobody's)",
                     "With --tls-client-ca: whether a client may have none (required)",
                     "The largest message that a compressed one may inflate to (as --max-message)",
                     "--allowed-origins 'https://example.org,https://*.example.org'",
                     'answers "server received message: ..." and has a web page', "pushwire(1)"):
            self.assertIn(said, text)
        self.assertRegex(self.text("pushwire-decode"), r"EXIT STATUS\n +0 +All is well-formed\.\n")
        self.assertIn("--json [FILE | -]", self.text("pushwire-bench"))
        self.assertIn("wss://… or tcp://HOST:PORT", self.text("pushwire-bench"))

    def test_of_the_program_names_all_others(self):
        text = self.text("pushwire")
        for command, summary in help_texts.commands().items():
            self.assertIn(f"pushwire-{command}(1)", text)
            self.assertIn(summary, text)

    def test_are_of_a_day_that_can_be_given(self):
        os.environ["SOURCE_DATE_EPOCH"] = "951782400"
        try:
            self.assertIn(".Dd February 29, 2000\n", self.page("serve", "--help=man"))
        finally:
            del os.environ["SOURCE_DATE_EPOCH"]


class Groff(ManPages):
    NEEDS = "groff"

    def test_are_without_fault(self):
        for name in self.pages:
            with self.subTest(name):
                text, faults = self.made_of("groff", "-mandoc", "-ww", "-Tutf8", str(self.path(name)))
                self.assertEqual(faults, "")
                self.assertIn("\nEXAMPLES\n", plain(text))


if __name__ == "__main__":
    unittest.main()
