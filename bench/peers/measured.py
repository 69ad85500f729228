"""What measurements mean: paired ratios, the interval of their median, and whether a bar is met."""

import dataclasses
import math
import statistics

from scenarios import RIVAL, Scenario

SUBJECT = 'pushwire'
CONTROL = 'again'  # the subject once more: what differs between the two is noise
CONFIDENCE = 0.95


@dataclasses.dataclass(frozen=True)
class Interval:
    """A median, and between what it lies with `CONFIDENCE`; `sure` is false where there are too few values to say so."""

    median: float
    low: float
    high: float
    sure: bool

    @classmethod
    def of(cls, values):
        """By order statistics, so that nothing is supposed about how the values are spread: the median lies between
        the k-th least and the k-th greatest of n values unless fewer than k fall on one side of it (binomial, 1/2)."""
        ordered = sorted(values)
        number = len(ordered)
        k, missed = 0, 0.0  # the chance that it lies outside
        while k < number // 2 and missed + 2 * math.comb(number, k) / 2**number <= 1 - CONFIDENCE:
            missed += 2 * math.comb(number, k) / 2**number
            k += 1
        return cls(statistics.median(ordered), ordered[max(k, 1) - 1], ordered[-max(k, 1)], k > 0)

    def text(self, digits=3):
        return f'{self.median:,.{digits}f} ({self.low:,.{digits}f} to {self.high:,.{digits}f})'


def noise_of(control):
    """How far from 1 the ratio of a server to itself may be: the width of its interval, stretched to hold 1."""
    return max(control.high, 1.0) - min(control.low, 1.0)


def judge(ratio, bar, control):
    """'met', 'missed', or 'undecided' where the noise of the machine is wider than the margin to the bar."""
    if not ratio.sure or (control and noise_of(control) > abs(ratio.median - bar)):
        return 'undecided'
    if ratio.low >= bar:
        return 'met'
    return 'missed' if ratio.high < bar else 'undecided'


@dataclasses.dataclass(frozen=True)
class Judgement:
    scenario: str
    server: str
    against: str
    ratio: Interval
    bar: float
    word: str


@dataclasses.dataclass
class Measured:
    """All rounds of a scenario. `series` has for each server a list for each figure, with a value for each round."""

    scenario: Scenario
    subjects: list  # pushwire, and other settings of it
    series: dict = dataclasses.field(default_factory=dict)
    syscalls: dict = dataclasses.field(default_factory=dict)  # {server: {name: calls per message}}
    instructions: dict = dataclasses.field(default_factory=dict)  # {server: of user code per message}

    def add(self, server, figures):
        into = self.series.setdefault(server, {})
        for name, value in figures.items():
            into.setdefault(name, []).append(value)

    @property
    def rounds(self):
        return len(next(iter(self.series.values()))['cost'])

    def cost(self, server):
        return Interval.of(self.series[server]['cost'])

    def ratio(self, server, against):
        """How many times as good: the cost of the other over its own, within each round, and only then the median."""
        return Interval.of([other / own for own, other in zip(
            self.series[server]['cost'], self.series[against]['cost'], strict=True)])

    def limit(self):
        """The raw server that costs least; None if there is none."""
        there = [name for name in self.scenario.limits if name in self.series]
        return min(there, key=lambda name: self.cost(name).median, default=None)

    def control(self):
        return self.ratio(SUBJECT, CONTROL) if CONTROL in self.series else None

    def judgements(self):
        """One for each bar that the scenario has, of each subject, as far as whom it is against was measured."""
        for server in self.subjects:
            for against, bar in ((RIVAL, self.scenario.against_rival), (self.limit(), self.scenario.against_limit)):
                if bar and against in self.series:
                    ratio = self.ratio(server, against)
                    yield Judgement(self.scenario.name, server, against, ratio, bar, judge(ratio, bar, self.control()))
            if self.scenario.at_most:
                ratio = Interval.of([self.scenario.at_most / cost for cost in self.series[server]['cost']])
                yield Judgement(self.scenario.name, server, f'{self.scenario.at_most:g} bytes', ratio, 1.0,
                                judge(ratio, 1.0, None))

    def as_json(self):
        return {'scenario': dataclasses.asdict(self.scenario), 'subjects': self.subjects, 'syscalls': self.syscalls,
                'instructions': self.instructions, 'series': self.series}

    @classmethod
    def from_json(cls, read):
        return cls(Scenario(**read['scenario']), read['subjects'], read['series'], read['syscalls'],
                   read['instructions'])
