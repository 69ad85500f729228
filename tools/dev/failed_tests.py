"""Prints the last lines of each test that failed, of a file that CTest wrote with --output-junit.

Usage: failed_tests.py FILE
"""

import sys
import xml.etree.ElementTree

LINES = 40

for test in xml.etree.ElementTree.parse(sys.argv[1]).getroot().iter("testcase"):
    if test.get("status") == "fail":
        print(f"== {test.get('name')} failed; its last lines:")
        print(*(test.findtext("system-out") or "").splitlines()[-LINES:], "", sep="\n")
