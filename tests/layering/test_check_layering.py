"""The layering check finds what it is there to find."""

import pathlib
import tempfile
import unittest

from check_layering import breaches


class Layering(unittest.TestCase):
    def found(self, **files):
        """The breaches of a tree with these files; `__` in a key stands for a slash."""
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder).resolve()
            tree = {
                "src/net/loop.hpp": "",
                "src/protocol/frame.hpp": "",
                "include/pushwire/error.hpp": "",
                "include/pushwire/server.hpp": "",
                "include/pushwire/protocol/session.hpp": "",
            }
            tree.update({key.replace("__", "/") + ".cpp": text for key, text in files.items()})
            for name, text in tree.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text, encoding="utf-8")
            return list(breaches(root))

    def test_accepts_what_the_table_allows(self):
        self.assertEqual([], self.found(
            src__engine__a='#include "net/loop.hpp"\n#include <pushwire/server.hpp>\n#include <vector>\n',
            src__protocol__a='#include "frame.hpp"\n#include <pushwire/error.hpp>\n#include <chrono>\n',
            src__net__a="#include <sys/socket.h>\n#include <thread>\n",
            apps__pushwire__a='#include <pushwire/server.hpp>\n#include "page.hpp"\n',
        ))

    def test_finds_a_module_that_another_may_not_see(self):
        self.assertEqual(1, len(self.found(src__protocol__a='#include "net/loop.hpp"\n')))
        self.assertEqual(1, len(self.found(src__protocol__a='#include "../net/loop.hpp"\n')))
        self.assertEqual(1, len(self.found(src__net__a="#include <pushwire/protocol/session.hpp>\n")))
        self.assertEqual(1, len(self.found(src__net__a="#include <pushwire/server.hpp>\n")))

    def test_finds_a_pure_module_that_is_not_pure(self):
        for header in ("sys/socket.h", "thread", "mutex", "atomic", "random", "iostream", "unistd.h"):
            self.assertEqual(1, len(self.found(src__pubsub__a=f"#include <{header}>\n")), header)
        self.assertEqual(1, len(self.found(src__protocol__a="auto t = std::chrono::steady_clock::now();\n")))

    def test_finds_private_headers_in_programs(self):
        self.assertEqual(1, len(self.found(examples__a='#include "net/loop.hpp"\n')))

    def test_finds_private_headers_in_the_php_extension(self):
        self.assertEqual([], self.found(php__a="#include <php.h>\n#include <pushwire/protocol/session.hpp>\n"))
        self.assertEqual(1, len(self.found(php__a='#include "net/loop.hpp"\n')))
        self.assertEqual(1, len(self.found(php__a='#include "../src/net/loop.hpp"\n')))
        self.assertEqual(1, len(self.found(php__a="#include <openssl/ssl.h>\n")))

    def test_finds_what_the_php_extension_may_not_see(self):
        self.assertEqual([], self.found(
            php__a="#include <php.h>\n#include <zend_exceptions.h>\n#include <ext/standard/info.h>\n#include <sys/mman.h>\n"
                   "#include <span>\n#include <pushwire/protocol/session.hpp>\n",
        ))
        for include in ('"net/loop.hpp"', '"../src/net/loop.hpp"', "<net/loop.hpp>", "<pushwire/../../src/net/loop.hpp>",
                        "<openssl/ssl.h>", "<boost/url.hpp>", "<liburing.h>"):
            self.assertEqual(1, len(self.found(php__a=f"#include {include}\n")), include)

    def test_finds_foreign_headers_in_public_ones(self):
        self.assertEqual(1, len(self.found(include__pushwire__a="#include <openssl/ssl.h>\n")))


if __name__ == "__main__":
    unittest.main()
