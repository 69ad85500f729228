"""Takes the programs out of README.md and docs/tutorial.md, so that they are built and run like the examples.

Usage: programs_of_texts.py ROOT OUT. Writes OUT/tutorial_everybody.cpp, and the program that the tutorial ends with:
OUT/tutorial_chat.cpp with OUT/page.hpp. Fails if a text's first program is not examples/greet.cpp.
"""

import pathlib
import re
import sys


def blocks(text):
    return re.findall(r"^```cpp\n(.*?)^```$", text, flags=re.M | re.S)


def write(path, content):
    if not path.exists() or path.read_text(encoding="utf-8") != content:
        path.write_text(content, encoding="utf-8")


def main():
    root, out = map(pathlib.Path, sys.argv[1:])
    greet = (root / "examples/greet.cpp").read_text(encoding="utf-8")
    readme = blocks((root / "README.md").read_text(encoding="utf-8"))
    tutorial = blocks((root / "docs/tutorial.md").read_text(encoding="utf-8"))
    if readme[0] != greet or tutorial[0] != greet:
        sys.exit("the first program in README.md or docs/tutorial.md is not examples/greet.cpp")
    _, everybody, names, page, serve_page = tutorial

    start = "    server.start();\n"
    include = "#include <pushwire/pushwire.hpp>\n"
    if names.count(start) != 1 or names.count(include) != 1:
        sys.exit("docs/tutorial.md: there is no one place to add the page to")
    chat = names.replace(include, include + '\n#include "page.hpp"\n').replace(start, serve_page + start)

    out.mkdir(parents=True, exist_ok=True)
    write(out / "tutorial_everybody.cpp", everybody)
    write(out / "tutorial_chat.cpp", chat)
    write(out / "page.hpp", page)


if __name__ == "__main__":
    main()
