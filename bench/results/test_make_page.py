"""The page of figures says what the figures say: the newest of each scenario, and what is lost as well as what is won."""

import json
import pathlib
import tempfile
import unittest
import xml.etree.ElementTree

from make_page import files_of, newest_results

from measured import Interval, Measured
from plot import plot_of
from scenarios import SCENARIOS

FACTS = [['machine', 'a machine'], ['kernel', 'Linux'], ['compiler', 'g++'], ['commit', 'c0ffee' * 6]]


def measured(scenario, **costs):
    made = Measured(SCENARIOS[scenario], ['pushwire'])
    for server, cost in costs.items():
        for number in range(8):
            made.add(server, {'cost': cost + number / 1000, 'cpu': cost, 'user_share': 0.25})
    return made


class Page(unittest.TestCase):
    def setUp(self):
        folder = self.enterContext(tempfile.TemporaryDirectory())
        self.root = pathlib.Path(folder)
        (self.root / 'bench' / 'results').mkdir(parents=True)
        (self.root / 'docs').mkdir()

    def write(self, name, time, *results):
        told = {'time': time, 'facts': FACTS, 'results': [each.as_json() for each in results]}
        (self.root / 'bench' / 'results' / name).write_text(json.dumps(told))

    def page(self):
        return files_of(self.root)[self.root / 'docs' / 'performance.md']

    def test_each_scenario_is_of_the_newest_file_that_has_it(self):
        self.write('2026-01-02-b.json', '2026-01-02T00:00:00Z', measured('echo-64x50', pushwire=1.0, uwebsockets=2.0))
        self.write('2026-01-01-z.json', '2026-01-01T00:00:00Z', measured('echo-64x50', pushwire=1.0, uwebsockets=3.0),
                   measured('handshake-32', pushwire=1.0, uwebsockets=3.0))
        found = newest_results(self.root / 'bench' / 'results')
        self.assertEqual([(each.name, each.file) for each in found],
                         [('echo-64x50', '2026-01-02-b.json'), ('handshake-32', '2026-01-01-z.json')])

    def test_tells_what_is_lost_and_what_is_won(self):
        self.write('a.json', '2026-01-01T00:00:00Z', measured('echo-64x50', pushwire=2.0, uwebsockets=1.0, ws=9.0))
        lost, won = self.page().split('## What Pushwire loses')[1].split('## All costs')[0].split('## What it wins')
        self.assertIn('| echo-64x50 | uwebsockets | 0.5', lost)
        self.assertIn('| echo-64x50 | ws | 4.', won)
        self.assertIn('1 missed', self.page())

    def test_neither_wins_nor_loses_where_the_control_differs_by_as_much(self):
        self.write('a.json', '2026-01-01T00:00:00Z', measured('echo-64x50', pushwire=1.0, again=1.3, ws=1.2))
        self.assertEqual(self.page().count('Nothing of what was measured, with certainty.'), 2)

    def test_says_that_nothing_has_been_measured(self):
        self.assertIn('Nothing has been measured yet.', self.page())


class Plot(unittest.TestCase):
    def test_is_xml_with_a_dot_and_a_bar_for_each_row(self):
        text = plot_of('a < b', [('one', Interval(1.1, 1.0, 1.2, True), 1.05), ('two', Interval(0.9, 0.8, 1.0, True), 0)])
        drawn = xml.etree.ElementTree.fromstring(text)
        kinds = [each.get('class') for each in drawn]
        self.assertEqual((kinds.count('dot'), kinds.count('bar'), kinds.count('one')), (2, 1, 1))

    def test_has_marks_with_room_for_their_numbers_and_one_at_1(self):
        for low, high in ((0.97, 1.03), (0.4, 1.2), (0.2, 6.0), (1.2, 40.0)):
            with self.subTest((low, high)):
                text = plot_of('x', [('one', Interval(low, low, high, True), 0)])
                marks = [float(each.text) for each in xml.etree.ElementTree.fromstring(text)
                         if each.get('text-anchor') == 'middle']
                self.assertIn(1, marks)
                self.assertLessEqual(marks[0], low)
                self.assertTrue(2 <= len(marks) <= 16, marks)


if __name__ == '__main__':
    unittest.main()
