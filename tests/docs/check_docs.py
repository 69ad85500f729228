"""Checks the texts: each English and Chinese pair says the same, and relative links lead somewhere.

A pair is X.md and X.zh-CN.md. They must have the same headings, by number and level, and the same
code blocks, where these may differ:
  - comments, and lines with nothing but a comment;
  - in blocks that show words, not code (no language, `text`, `console`, `mermaid`), and in what
    `echo` and `printf` say in a shell block: any line that is Chinese in the Chinese text.

Usage: check_docs.py ROOT. Prints one line per fault; exit status 1 if there is any.
"""

import pathlib
import re
import subprocess
import sys
import urllib.parse

CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})\s*([^\s`]*)")
HEADING = re.compile(r"^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$")
LINK = re.compile(r"!?\[(?:[^\[\]]|\[[^\]]*\])*\]\(\s*<?([^)\s>]+)>?[^)]*\)")
HTML_LINK = re.compile(r"""<(?:img|a|source)\b[^>]*?\b(?:src|href|srcset)=["']([^"']+)["']""")

SLASHES = "cpp c c++ js javascript php ts json5 go rust java css".split()
HASHES = "sh bash shell console toml yaml yml cmake python py ini dockerfile text conf wire".split()
SHELLS = ("sh", "bash", "shell", "console")
WORDS = ("", "text", "console", "mermaid")
ECHO = re.compile(r"^\s*(echo|printf)\b")


class Text:
    """One Markdown file, taken apart: headings [(level, title)], blocks [(line, language, lines)], prose lines."""

    def __init__(self, source):
        self.headings, self.blocks, self.prose = [], [], []
        fence, block = None, None
        for number, line in enumerate(source.splitlines(), 1):
            if fence:
                if re.fullmatch(rf" {{0,3}}{re.escape(fence[0])}{{{len(fence)},}}\s*", line):
                    fence = None
                else:
                    block.append(line)
                continue
            opening = FENCE.match(line)
            if opening:
                fence, block = opening[1], []
                self.blocks.append((number, opening[2].lower(), block))
                continue
            heading = HEADING.match(line)
            if heading:
                self.headings.append((len(heading[1]), heading[2]))
            self.prose.append((number, line))

    def anchors(self):
        """The names by which links reach the headings, as GitHub makes them."""
        seen, names = {}, set()
        for _, title in self.headings:
            plain = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", title)
            name = re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-")
            count = seen.get(name, 0)
            seen[name] = count + 1
            names.add(f"{name}-{count}" if count else name)
        for _, line in self.prose:
            names.update(re.findall(r"""<a\b[^>]*\b(?:id|name)=["']([^"']+)["']""", line))
        return names


def without_comments(language, lines):
    """The lines of a block without comments and without empty lines."""
    text = "\n".join(lines)
    if language in SLASHES:
        text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
        text = re.sub(r"(?m)(^|\s)//.*$", "", text)
    if language in HASHES:
        text = re.sub(r"(?m)(^|\s)#.*$", "", text)
    if language in ("html", "xml", "svg"):
        text = re.sub(r"<!--.*?-->", "", text, flags=re.S)
    if language in ("js", "javascript", "html", "php"):
        text = re.sub(r"(?m)(^|\s)//.*$", "", text)
    return [line.rstrip() for line in text.splitlines() if line.strip()]


def same_line(language, english, chinese):
    if english == chinese:
        return True
    may_be_translated = language in WORDS or (language in SHELLS and ECHO.match(english))
    return bool(may_be_translated and CHINESE.search(chinese))


def compare(english, chinese):
    """Yields what differs between two texts."""
    levels = [[level for level, _ in text.headings] for text in (english, chinese)]
    if levels[0] != levels[1]:
        yield f"headings differ: levels {levels[0]} in English, {levels[1]} in Chinese"
    if len(english.blocks) != len(chinese.blocks):
        yield f"{len(english.blocks)} code blocks in English, {len(chinese.blocks)} in Chinese"
        return
    for (line, language, ours), (other_line, other_language, theirs) in zip(english.blocks, chinese.blocks):
        where = f"the code block at line {line} (Chinese: line {other_line})"
        if language != other_language:
            yield f"{where} is '{language}' in English, '{other_language}' in Chinese"
            continue
        ours, theirs = without_comments(language, ours), without_comments(language, theirs)
        if len(ours) != len(theirs):
            yield f"{where} has {len(ours)} lines in English, {len(theirs)} in Chinese"
            continue
        for a, b in zip(ours, theirs):
            if not same_line(language, a, b):
                yield f"{where} differs: '{a.strip()}' and '{b.strip()}'"


def broken_links(root, file, texts):
    """Yields what is wrong with the relative links of one text. `texts` holds them all, by path."""
    for number, line in texts[file].prose:
        line = re.sub(r"(`+).*?\1", "", line)
        for target in LINK.findall(line) + HTML_LINK.findall(line):
            if re.match(r"[a-z][a-z0-9+.-]*:|//", target):
                continue
            path, _, anchor = urllib.parse.unquote(target).partition("#")
            reached = (file.parent / path).resolve() if path else file
            if not reached.is_relative_to(root) or not reached.exists():
                yield f"line {number}: the link {target} leads nowhere"
            elif anchor and reached in texts and anchor not in texts[reached].anchors():
                yield f"line {number}: the link {target} names a heading that is not there"


def texts_of(root):
    """The Markdown files of the tree: what git tracks or would add, or all where there is no git."""
    listing = subprocess.run(
        ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.md"],
        capture_output=True, check=False)
    if listing.returncode == 0:
        files = [root / name for name in listing.stdout.decode().split("\0") if name]
    else:
        ignored = {"build", "node_modules"}
        files = [p for p in root.rglob("*.md") if not ignored.intersection(p.relative_to(root).parts)]
    return {p.resolve(): Text(p.read_text(encoding="utf-8")) for p in sorted(files) if p.is_file()}


def faults(root):
    """Yields one line of text per fault in the tree at `root`."""
    texts = texts_of(root)
    for file, text in texts.items():
        name = file.relative_to(root)
        for what in broken_links(root, file, texts):
            yield f"{name}: {what}"
        if file.name.endswith(".zh-CN.md"):
            english = file.with_name(file.name.replace(".zh-CN.md", ".md"))
            if english not in texts:
                yield f"{name}: there is no {english.name} beside it"
                continue
            for what in compare(texts[english], text):
                yield f"{name}: {what}"


def main():
    found = list(faults(pathlib.Path(sys.argv[1]).resolve()))
    print("\n".join(found) if found else "The texts agree, and their links lead somewhere.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
