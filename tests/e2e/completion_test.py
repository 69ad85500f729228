"""What `pushwire completion` prints, in the shells that it is for: each test types a line, and looks at what is offered for
its last word. The options and the commands are those of the help texts."""

import os
import pathlib
import re
import shlex
import shutil
import subprocess
import tempfile
import unittest

import help_texts
from program import PATIENCE, run
from terminal import Terminal


class Shell:
    """The tests of a shell, which says what is `offered(line)`: a set of words."""

    NAME = None

    @classmethod
    def setUpClass(cls):
        if not shutil.which(cls.NAME):
            raise unittest.SkipTest(f"there is no {cls.NAME} here; ./dev setup test installs it")

    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        done = run("completion", self.NAME)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.script = self.folder / "_pushwire"
        self.script.write_text(done.stdout)
        self.work = self.folder / "work"
        for name in ("certs", "other"):
            (self.work / name).mkdir(parents=True)
        for name in ("a key.pem", "pushwire.toml", "certs/b.pem"):
            (self.work / name).touch()
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "LC_ALL": "C.UTF-8", "TERM": "vt100"}

    def test_offers_every_command(self):
        offered = self.offered("pushwire ")
        self.assertLessEqual(set(help_texts.commands()), offered)

    def test_offers_every_option_of_every_command(self):
        for command in help_texts.commands():
            with self.subTest(command):
                self.assertEqual(self.offered(f"pushwire {command} --"), set(help_texts.options(command)))

    def test_offers_only_what_begins_so(self):
        self.assertEqual(self.offered("pushwire se"), {"serve"})
        self.assertEqual(self.offered("pushwire serve --tls-c"), {"--tls-cert", "--tls-client-ca", "--tls-client-cert"})
        self.assertEqual(self.offered("pushwire serve --io e"), {"epoll"})

    def test_offers_the_choices_of_a_value(self):
        for line, choices in {"pushwire serve --io ": {"auto", "epoll", "io_uring"},
                              "pushwire serve --takeover --tls-min-version ": {"1.2", "1.3"},
                              "pushwire serve --workers ": {"auto"},
                              "pushwire bench --mode ": {"echo", "fanout", "handshake", "idle"},
                              "pushwire completion ": {"bash", "zsh", "fish"}}.items():
            with self.subTest(line):
                self.assertLessEqual(choices, self.offered(line))

    def test_offers_the_choices_after_an_equals_sign(self):
        self.assertEqual(self.offered("pushwire serve --io=e"), {"epoll"})

    def test_offers_files_where_an_option_takes_one(self):
        self.assertEqual(self.offered("pushwire serve --tls-cert "),
                         {"a key.pem", "pushwire.toml", "certs", "other"})
        self.assertEqual(self.offered("pushwire serve --tls-cert a\\ k"), {"a key.pem"})
        self.assertEqual(self.offered("pushwire bench --json p"), {"pushwire.toml"})

    def test_offers_files_where_a_command_takes_one(self):
        self.assertLessEqual({"a key.pem", "pushwire.toml", "certs", "other"}, self.offered("pushwire decode --all "))
        self.assertEqual(self.offered("pushwire decode --hex p"), {"pushwire.toml"})

    def test_offers_files_of_that_ending_only(self):
        self.assertEqual(self.offered("pushwire serve --config "), {"pushwire.toml", "certs", "other"})

    def test_offers_nothing_where_anything_may_stand(self):
        for line in ("pushwire serve --port ", "pushwire serve --host 1", "pushwire bench --rate ", "pushwire nonsense "):
            with self.subTest(line):
                self.assertEqual(self.offered(line), set())


class TypedTo(Shell):
    """A shell in a terminal, where `pushwire` is a function that shows how it was called."""

    INSERT_ALL = None  # the keys that put all that is offered into the line

    def setUp(self):
        super().setUp()
        self.start(self.SET_UP)

    def start(self, *lines):
        self.terminal = self.enterContext(Terminal(*self.COMMAND, folder=self.work, environment=self.environment))
        self.terminal.run('pushwire() { printf "<%s>" "$@"; }')
        for line in lines:
            self.terminal.run(line.format(folder=self.folder))

    def called(self, typed):
        return re.findall("<([^>]*)>", self.terminal.run(typed))

    def offered(self, line):
        words = self.called(line + self.INSERT_ALL)
        if words == self.called(line):
            return set()
        before = len(shlex.split(line + "…")) - 2  # `pushwire`, and the word to be completed
        return {re.sub(r"^--[\w-]+=", "", each) for each in words[before:]} - {"-h"}

    def test_completes_what_is_typed(self):
        for typed, called in {"pushwire ser\t--takeo\t--io ep\t": ["serve", "--takeover", "--io", "epoll"],
                              "pushwire serve --io=ep\t": ["serve", "--io=epoll"],
                              "pushwire serve --tls-cert a\t--takeo\t": ["serve", "--tls-cert", "a key.pem", "--takeover"],
                              "pushwire serve --tls-cert cer\tb\t": ["serve", "--tls-cert", "certs/b.pem"],
                              "pushwire serve --config pu\t": ["serve", "--config", "pushwire.toml"],
                              "pushwire completion z\t": ["completion", "zsh"]}.items():
            with self.subTest(typed):
                self.assertEqual(self.called(typed), called)


class Bash(TypedTo, unittest.TestCase):
    NAME = "bash"
    COMMAND = ("bash", "--norc", "--noprofile", "-i")
    SET_UP = 'source "{folder}/_pushwire"'
    INSERT_ALL = "\x1b*"


class Zsh(TypedTo, unittest.TestCase):
    NAME = "zsh"
    COMMAND = ("zsh", "-f", "-i")
    SET_UP = ('fpath+=("{folder}"); autoload -Uz compinit; compinit -u -D; zle -C insert-all complete-word _generic; '
              "bindkey '^X*' insert-all; zstyle ':completion:insert-all:*' completer _all_matches _complete; "
              "zstyle ':completion:insert-all:*' insert yes")
    INSERT_ALL = "\x18*"

    def test_is_completed_by_a_script_that_is_sourced(self):
        self.start("autoload -Uz compinit; compinit -u -D", 'source "{folder}/_pushwire"')
        self.assertEqual(self.called("pushwire ser\t--takeo\t"), ["serve", "--takeover"])


class Fish(Shell, unittest.TestCase):
    NAME = "fish"

    def listed(self, line):
        """What `complete` says: a line for each, and after a tabulator, what it is."""
        call = f'source "{self.script}"; complete --do-complete $argv[1]'
        done = subprocess.run(["fish", "--no-config", "-c", call, line], cwd=self.work, text=True, env=self.environment,
                              capture_output=True, timeout=PATIENCE)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return [each.split("\t")[0] for each in done.stdout.splitlines()]

    def offered(self, line):
        words = (re.sub(r"^--[\w-]+=", "", each) for each in self.listed(line))
        return {each.replace("\\ ", " ").removesuffix("/") for each in words} - {"-h"}

    def test_offers_files_of_that_ending_only(self):
        """Or rather first: so fish does it everywhere."""
        self.assertEqual(self.listed("pushwire serve --config ")[0], "pushwire.toml")


if __name__ == "__main__":
    unittest.main()
