"""Makes docs/performance.md and its plots of the figures in bench/results, for each scenario of the newest file that has it.

Usage: make_page.py ROOT           writes the page
       make_page.py ROOT --check   fails if the page is not as it would be written
"""

import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'peers'))

from measured import CONTROL, SUBJECT, Measured, judge  # noqa: E402
from plot import plot_of  # noqa: E402
from report import judgement_rows, markdown_table  # noqa: E402
from scenarios import COSTS, RIVAL, SCENARIOS  # noqa: E402

PAGE = 'docs/performance.md'
PLOTS = (('performance-rival.svg', 'times as good as uWebSockets', RIVAL),
         ('performance-limit.svg', 'times as good as the limit, which is 1', 'limit'))

HEAD = """# Performance

*Made by `python3 bench/results/make_page.py .` from the figures in [bench/results](../bench/results/README.md): measure
again instead of changing this text. [bench/peers](../bench/peers/README.md) says how it is measured, and what it does not
show.*

What a message costs the server in processor time, beside other servers and beside **the limit**: raw TCP, without
WebSocket, on the same machine in the same seconds. One worker on one core, the load on another, every reply compared.
A ratio above 1 means that Pushwire does more with the same processor (or answers sooner, or takes less memory). It is the
median of the ratios within each round, with its 95 % confidence interval (least and most where there were fewer than six
rounds).
"""


class Result:
    """A scenario with the file that it is from."""

    def __init__(self, file, told, measured):
        self.file, self.told, self.measured = file, told, measured

    @property
    def name(self):
        return self.measured.scenario.name


def newest_results(folder):
    """For each scenario of the newest file that has it, in the order of the table of scenarios."""
    newest = {}
    files = [(json.loads(file.read_text(encoding='utf-8')), file) for file in folder.glob('*.json')]
    for told, file in sorted(files, key=lambda each: each[0]['time']):
        for read in told['results']:
            measured = Measured.from_json(read)
            newest[measured.scenario.name] = Result(file.name, told, measured)
    order = list(SCENARIOS)
    return sorted((each for each in newest.values() if each.name in order), key=lambda each: order.index(each.name))


def sources(results):
    for file in dict.fromkeys(each.file for each in results):
        told = next(each.told for each in results if each.file == file)
        known = dict(told['facts'])
        page = file.replace('.json', '.md')
        yield (f'- [{page}](../bench/results/{page}): {known["machine"]}; {known["kernel"]}; {known["compiler"]}; '
               f'commit {known["commit"][:12]}' + (f'; uWebSockets {known["uWebSockets"]}' if 'uWebSockets' in known else ''))


def count_of_words(results):
    words = [judgement.word for each in results for judgement in each.measured.judgements()
             if judgement.server == SUBJECT]
    return (f'Of {len(words)} bars, {words.count("met")} are met, {words.count("missed")} missed, and '
            f'{words.count("undecided")} undecided: there the noise of the machine is wider than the margin to the bar, or '
            'the rounds are too few. Then system calls and microseconds of user code per message, its own and the '
            "other's, say more.")


def won_and_lost(results):
    """Against every server that is no limit: who is better, with certainty, in what."""
    won, lost = [], []
    for each in results:
        for name in each.measured.series:
            if name in (SUBJECT, CONTROL) or name.startswith('raw_') or name in each.measured.subjects:
                continue
            ratio = each.measured.ratio(SUBJECT, name)
            row = (each.name, name, ratio.text(2))
            word = judge(ratio, 1.0, each.measured.control())
            if word == 'met':
                won.append(row)
            elif word == 'missed':
                lost.append(row)
    return won, lost


def table_or(rows, otherwise):
    heading = ('scenario', 'against', f'{SUBJECT} against it, times')
    return markdown_table([heading, *rows]) if rows else otherwise


def every_cost(results):
    names = list(dict.fromkeys(name for each in results for name in each.measured.series
                               if name != CONTROL and not name.startswith('raw_')))
    yield ('scenario', 'what', 'the limit', *names)
    for each in results:
        measured = each.measured
        limit = measured.limit()
        yield (each.name, COSTS[measured.scenario.cost], short(measured, limit) if limit else '',
               *(short(measured, name) if name in measured.series else '' for name in names))


def short(measured, name):
    cost = measured.cost(name).median
    return f'{cost:,.0f}' if cost >= 100 else f'{cost:.3g}'


def plot_rows(results, against):
    for each in results:
        other = RIVAL if against == RIVAL else each.measured.limit()
        if other in each.measured.series:
            bar = each.measured.scenario.against_rival if against == RIVAL else each.measured.scenario.against_limit
            yield each.name, each.measured.ratio(SUBJECT, other), bar


def page_of(results):
    yield HEAD
    if not results:
        yield 'Nothing has been measured yet.'
        return
    yield '\n'.join(sources(results)) + '\n'
    for file, title, _ in PLOTS:
        yield f'![Pushwire, by scenario: {title}]({file})\n'
    yield '## The bars\n'
    yield count_of_words(results) + '\n'
    yield markdown_table(judgement_rows(each.measured for each in results)) + '\n'
    won, lost = won_and_lost(results)
    yield '## What Pushwire loses\n'
    yield table_or(lost, 'Nothing of what was measured, with certainty.') + '\n'
    yield '## What it wins\n'
    yield table_or(won, 'Nothing of what was measured, with certainty.') + '\n'
    yield '## All costs\n'
    yield 'Less is better. Medians; the intervals, and who was how busy, are in the files named above.\n'
    yield markdown_table(every_cost(results)) + '\n'
    yield '## The scenarios\n'
    yield '\n'.join(f'- `{each.name}`: {each.measured.scenario.describe()}; {each.measured.rounds} rounds'
                    for each in results)


def files_of(root):
    """{path: text} of all that is made."""
    results = newest_results(root / 'bench' / 'results')
    made = {PAGE: '\n'.join(page_of(results)) + '\n'}
    for file, title, against in PLOTS if results else ():
        made[f'docs/{file}'] = plot_of(f'Pushwire: {title}', list(plot_rows(results, against)))
    return {root / path: text for path, text in made.items()}


def main():
    made = files_of(pathlib.Path(sys.argv[1]).resolve())
    if '--check' not in sys.argv:
        for path, text in made.items():
            path.write_text(text, encoding='utf-8')
        return 0
    old = [path for path, text in made.items() if not path.exists() or path.read_text(encoding='utf-8') != text]
    for path in old:
        print(f'{path.name} is not what bench/results says: run python3 bench/results/make_page.py .')
    return 1 if old else 0


if __name__ == '__main__':
    sys.exit(main())
