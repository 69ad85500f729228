"""The statistics say what they are meant to: intervals that hold the median, and no verdict that noise could have given."""

import random
import unittest

from counting import read_perf, read_strace
from measured import Interval, Measured, judge, noise_of
from rivals import PROGRAMS
from scenarios import RIVAL, SCENARIOS, Scenario


def interval(low, median, high, sure=True):
    return Interval(median, low, high, sure)


class Intervals(unittest.TestCase):
    def test_lies_between_the_fourth_and_the_twelfth_of_fifteen(self):
        values = list(range(1, 16))
        random.Random(1).shuffle(values)
        self.assertEqual(Interval.of(values), interval(4, 8, 12))

    def test_takes_the_least_and_the_most_of_six_and_is_sure(self):
        self.assertEqual(Interval.of([3, 1, 2, 6, 5, 4]), interval(1, 3.5, 6))

    def test_is_not_sure_of_five(self):
        self.assertEqual(Interval.of([3, 1, 2, 5, 4]), interval(1, 3, 5, sure=False))
        self.assertEqual(Interval.of([7]), interval(7, 7, 7, sure=False))

    def test_holds_the_true_median_as_often_as_it_says(self):
        source = random.Random(2)
        held = 0
        for _ in range(2000):
            found = Interval.of([source.lognormvariate(0, 0.3) for _ in range(15)])  # its median is 1
            held += found.low <= 1 <= found.high
        self.assertGreater(held / 2000, 0.95)
        self.assertLess(held / 2000, 0.98)


class Judging(unittest.TestCase):
    QUIET = interval(0.999, 1.0, 1.001)

    def test_a_bar_is_met_or_missed_where_the_interval_lies_on_one_side_of_it(self):
        self.assertEqual(judge(interval(1.06, 1.08, 1.1), 1.05, self.QUIET), 'met')
        self.assertEqual(judge(interval(1.01, 1.02, 1.04), 1.05, self.QUIET), 'missed')
        self.assertEqual(judge(interval(1.05, 1.06, 1.07), 1.05, self.QUIET), 'met')

    def test_is_undecided_where_the_interval_holds_the_bar(self):
        self.assertEqual(judge(interval(1.04, 1.06, 1.08), 1.05, self.QUIET), 'undecided')

    def test_is_undecided_where_the_control_is_wider_than_the_margin(self):
        self.assertEqual(judge(interval(1.06, 1.07, 1.08), 1.05, interval(0.985, 1.0, 1.015)), 'undecided')
        self.assertEqual(judge(interval(1.06, 1.07, 1.08), 1.05, interval(0.995, 1.0, 1.005)), 'met')

    def test_a_control_that_is_off_is_noise_however_narrow(self):
        self.assertAlmostEqual(noise_of(interval(0.95, 0.951, 0.952)), 0.05)
        self.assertAlmostEqual(noise_of(interval(0.99, 1.0, 1.02)), 0.03)

    def test_is_undecided_with_too_few_rounds(self):
        self.assertEqual(judge(interval(2, 2, 2, sure=False), 1.05, self.QUIET), 'undecided')


class Scenarios(unittest.TestCase):
    def measured(self, scenario, costs):
        made = Measured(scenario, ['pushwire'])
        for server, values in costs.items():
            for value in values:
                made.add(server, {'cost': value})
        return made

    def test_ratios_are_taken_within_a_round(self):
        drifting = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0]  # the machine gets slower, for both
        made = self.measured(Scenario('x'), {'pushwire': drifting, 'other': [1.5 * cost for cost in drifting]})
        self.assertEqual(made.ratio('pushwire', 'other'), interval(1.5, 1.5, 1.5))

    def test_the_limit_is_the_cheaper_of_the_raw_servers(self):
        scenario = Scenario('x', limits=('raw_a', 'raw_b', 'raw_not_built'), against_limit=0.9)
        made = self.measured(scenario, {'raw_a': [3.0] * 6, 'raw_b': [2.0] * 6, 'pushwire': [2.1] * 6})
        self.assertEqual(made.limit(), 'raw_b')
        self.assertEqual([(each.against, each.word) for each in made.judgements()], [('raw_b', 'met')])

    def test_memory_has_a_bar_of_its_own(self):
        scenario = Scenario('x', cost='memory', at_most=256)
        for cost, word in ((250.0, 'met'), (300.0, 'missed')):
            made = self.measured(scenario, {'pushwire': [cost] * 6})
            self.assertEqual([each.word for each in made.judgements()], [word])

    def test_no_bar_is_judged_against_who_was_not_measured(self):
        made = self.measured(Scenario('x', against_rival=1.05), {'pushwire': [1.0] * 6})
        self.assertEqual(list(made.judgements()), [])

    def test_figures_survive_their_file(self):
        made = self.measured(SCENARIOS['echo-64x50'], {'pushwire': [1.0, 2.0], RIVAL: [2.0, 3.0]})
        self.assertEqual(Measured.from_json(made.as_json()).as_json(), made.as_json())

    def test_a_message_on_the_wire_has_header_and_key(self):
        self.assertEqual([Scenario('x', size=size).wire_bytes for size in (64, 126, 65535, 65536, 1 << 20)],
                         [70, 134, 65543, 65550, 1048590])


class Counting(unittest.TestCase):
    def test_reads_the_summary_of_strace(self):
        table = ('% time     seconds  usecs/call     calls    errors syscall\n'
                 '------ ----------- ----------- --------- --------- ----------------\n'
                 ' 60.00    0.600000           6       100         2 recvfrom\n'
                 ' 40.00    0.400000           8        50           sendto\n'
                 '100.00    1.000000           6       150         2 total\n')
        self.assertEqual(read_strace(table, 50), {'recvfrom': 2.0, 'sendto': 1.0})

    def test_reads_perf_and_sees_that_a_machine_does_not_count(self):
        self.assertEqual(read_perf('# started\n\n5000,,instructions:u,1,100.00,,\n', 50), 100.0)
        self.assertIsNone(read_perf('<not supported>,,instructions:u,0,100.00,,\n', 50))


class Rivals(unittest.TestCase):
    def test_names_do_not_collide_with_those_that_the_runner_gives(self):
        self.assertFalse({RIVAL, 'pushwire', 'again'} & set(PROGRAMS))


if __name__ == '__main__':
    unittest.main()
