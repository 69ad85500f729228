"""The check of the texts finds what it is there to find."""

import pathlib
import tempfile
import unittest

from check_docs import Text, compare, faults

ENGLISH = """# Title
## Run
```sh
./dev run     # builds first
echo "done"
```
```cpp
server.start();  // blocks
```
```text
listening
```
"""
CHINESE = """# 标题
## 运行
```sh
./dev run     # 先构建
echo "完成"
```
```cpp
// 阻塞
server.start();
```
```text
正在监听
```
"""


class Pairs(unittest.TestCase):
    def differences(self, english, chinese):
        return list(compare(Text(english), Text(chinese)))

    def test_accepts_a_translation_of_headings_comments_and_shown_words(self):
        self.assertEqual([], self.differences(ENGLISH, CHINESE))

    def test_finds_a_missing_heading_and_another_level(self):
        self.assertEqual(1, len(self.differences(ENGLISH, CHINESE.replace("## 运行\n", ""))))
        self.assertEqual(1, len(self.differences(ENGLISH, CHINESE.replace("## 运行", "### 运行"))))

    def test_finds_code_that_differs(self):
        self.assertEqual(1, len(self.differences(ENGLISH, CHINESE.replace("./dev run", "./dev test"))))
        self.assertEqual(1, len(self.differences(ENGLISH, CHINESE.replace("server.start()", "server.启动()"))))
        self.assertEqual(1, len(self.differences(ENGLISH, CHINESE.replace("```cpp", "```php"))))

    def test_does_not_take_an_address_for_a_comment(self):
        block = "```js\nnew WebSocket('ws://localhost:9502');\n```\n"
        self.assertEqual(1, len(self.differences(block, block.replace("localhost", "example"))))

    def test_finds_words_that_differ_without_being_chinese(self):
        self.assertEqual(1, len(self.differences(ENGLISH, CHINESE.replace("正在监听", "listens"))))

    def test_does_not_take_a_comment_in_a_block_for_a_heading(self):
        self.assertEqual([], Text("```sh\n# not a heading\n```\n").headings)


class Links(unittest.TestCase):
    def faults_of(self, text):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder).resolve()
            (root / "README.md").write_text(text, encoding="utf-8")
            (root / "other.md").write_text("# 快速 Start, now\n", encoding="utf-8")
            return list(faults(root))

    def test_accepts_links_that_lead_somewhere(self):
        self.assertEqual([], self.faults_of(
            "# Here\n[a](other.md) [b](other.md#快速-start-now) [c](#here) [d](https://example.org/x) `[e](no.md)`\n"))

    def test_finds_links_that_lead_nowhere(self):
        self.assertEqual(1, len(self.faults_of("[a](missing.md)\n")))
        self.assertEqual(1, len(self.faults_of("[a](other.md#elsewhere)\n")))
        self.assertEqual(1, len(self.faults_of('<img alt="" src="shot.png">\n')))
        self.assertEqual(1, len(self.faults_of("[a](../outside.md)\n")))


if __name__ == "__main__":
    unittest.main()
