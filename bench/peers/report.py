"""How measurements are shown: tables, the judgements, the saved page and the figures that it is made of."""

import datetime
import json
import shlex
import statistics
import sys

import machine
from measured import CONTROL, SUBJECT, noise_of
from scenarios import COSTS


def rows(measured):
    """A row of cells for each server, below a row of headings."""
    is_memory = measured.scenario.cost == 'memory'
    more = ('opening, s',) if is_memory else ('user part', 'messages/s', 'generator CPU')
    if measured.scenario.compression:
        more += ('bytes back',)
    yield ('server', COSTS[measured.scenario.cost], *more, f'{SUBJECT} against it')
    for name, series in measured.series.items():
        cost = measured.cost(name)
        middle = {figure: statistics.median(values) for figure, values in series.items()}
        cells = [name, cost.text(1 if cost.median >= 50 else 3)]
        if is_memory:
            cells.append(f"{middle['opening_seconds']:.1f}")
        else:
            cells += [f"{middle['user_share']:.0%}", f"{middle['messages_per_second']:,.0f}",
                      f"{middle['generator_share']:.0%}"]
        if measured.scenario.compression:
            cells.append(f"{middle['bytes_received']:.0f}")
        yield (*cells, '' if name == SUBJECT else measured.ratio(SUBJECT, name).text())


def syscall_rows(measured):
    """A column for each server, a row for each system call that any of them makes more than now and then."""
    by_server = measured.syscalls
    names = {name for calls in by_server.values() for name, count in calls.items() if count >= 0.005}
    yield ('system call', *by_server)
    for name in sorted(names, key=lambda name: -max(calls.get(name, 0) for calls in by_server.values())):
        yield (name, *(f'{calls.get(name, 0):.3f}' for calls in by_server.values()))
    yield ('all', *(f'{sum(calls.values()):.3f}' for calls in by_server.values()))
    if measured.instructions:
        yield ('user instructions',
               *(f'{measured.instructions[name]:,.0f}' if name in measured.instructions else '' for name in by_server))


def judgement_rows(results):
    yield ('scenario', 'server', 'against', 'as good as it, times', 'bar', '', 'system calls', 'user µs')
    for measured in results:
        for each in measured.judgements():
            counted = evidence(measured, each) if each.word == 'undecided' else ('', '')
            word = 'undecided on this machine' if each.word == 'undecided' else each.word.replace('missed', 'MISSED')
            yield (each.scenario, each.server, each.against, each.ratio.text(), f'{each.bar:g}', word, *counted)


def evidence(measured, judgement):
    """System calls and microseconds of user code per message, its own and the other's."""
    both = [name for name in (judgement.server, judgement.against) if name in measured.series]
    calls = [f'{sum(measured.syscalls[name].values()):.3f}' for name in both if name in measured.syscalls]
    user = [f'{user_time(measured, name):.3f}' for name in both if 'cpu' in measured.series[name]]
    return ' : '.join(calls), ' : '.join(user)


def user_time(measured, name):
    series = measured.series[name]
    return statistics.median(share * cpu for share, cpu in zip(series['user_share'], series['cpu']))


def plain_table(cells):
    cells = list(cells)
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    padded = ([cell.ljust(width) for cell, width in zip(row, widths)] for row in cells)
    return '\n'.join('  '.join(row).rstrip() for row in padded)


def markdown_table(cells):
    heading, *body = cells
    lines = [heading, ['---'] * len(heading), *body]
    return '\n'.join('| ' + ' | '.join(line) + ' |' for line in lines)


def how_many(measured):
    interval = 'its 95 % confidence interval' if measured.cost(SUBJECT).sure else 'least to most'
    return f'median ({interval}) of {measured.rounds} round{"s" if measured.rounds > 1 else ""}'


def noise(measured):
    """What the server beside itself says about the machine; nothing where that was not measured."""
    control = measured.control()
    if not control:
        return ''
    return f'Noise, {SUBJECT} beside itself: {control.text()}, so a difference below {noise_of(control):.3f} says nothing.'


def print_measured(measured):
    print(f'{measured.scenario.name}: {measured.scenario.describe()}; {how_many(measured)}')
    print(plain_table(rows(measured)))
    print(noise(measured), end='\n\n', flush=True)


def print_syscalls(measured):
    if measured.syscalls:
        print(f'{measured.scenario.name}: system calls per message, under strace')
        print(plain_table(syscall_rows(measured)), end='\n\n', flush=True)


def print_judgements(results):
    if any(True for measured in results for _ in measured.judgements()):
        print(plain_table(judgement_rows(results)))


def facts(options):
    yield 'machine', machine.processor()
    yield 'kernel', machine.kernel()
    yield 'load average at the end', machine.load_average()
    yield 'cores', f'servers on {options.server_core}, generator on {options.generator_core}'
    yield 'compiler', machine.compiler(options.build)
    yield 'commit', machine.commit()
    if options.commands.uwebsockets_version:
        yield 'uWebSockets', options.commands.uwebsockets_version
    yield 'command', f'`{command_line(options)}`'
    commands = {(name, options.commands.shown(command)): None for scenario in options.scenarios
                for name, (command, _) in options.commands.of(scenario).items() if name != CONTROL}
    for name, command in commands:
        yield f'server {name}', f'`{command}`'


def command_line(options):
    """What was typed, without where things are on this machine."""
    words = ['PATH' if options.uwebsockets and word == str(options.uwebsockets) else word for word in sys.argv[1:]]
    return shlex.join(['bench/peers/run', *words])


def page(told, results):
    yield f'# Servers, side by side, {told["time"][:10]}\n'
    yield 'How it is measured, and what it does not show: [bench/peers](../peers/README.md).\n'
    yield '\n'.join(f'- {name}: {value}' for name, value in told['facts']) + '\n'
    yield '## The bars\n'
    yield markdown_table(judgement_rows(results)) + '\n'
    for measured in results:
        yield f'## {measured.scenario.name}\n'
        yield f'{measured.scenario.describe()}; {how_many(measured)}.\n'
        yield markdown_table(rows(measured)) + '\n'
        if noise(measured):
            yield noise(measured) + '\n'
        if measured.syscalls:
            yield 'System calls per message, under strace:\n'
            yield markdown_table(syscall_rows(measured)) + '\n'


def save(options, results):
    """Writes page and figures beside the earlier ones, never over one of them; returns the page's path."""
    now = datetime.datetime.now(datetime.timezone.utc)
    told = {'time': now.strftime('%Y-%m-%dT%H:%M:%SZ'), 'facts': [list(fact) for fact in facts(options)]}
    stem = f'{now.date().isoformat()}-{options.save}'
    folder = machine.ROOT / 'bench' / 'results'
    target, number = folder / f'{stem}.md', 1
    while target.exists():
        number += 1
        target = folder / f'{stem}-{number}.md'
    target.with_suffix('.json').write_text(as_json(told, results), encoding='utf-8')
    text = [*page(told, results), f'Every round: [{target.stem}.json]({target.stem}.json).']
    target.write_text('\n'.join(text) + '\n', encoding='utf-8')
    print('make docs/performance.md of it: python3 bench/results/make_page.py .')
    return target.relative_to(machine.ROOT)


def as_json(told, results):
    """A line for each server of a scenario: to be read by programs, and by people who look for one of them."""
    text = json.dumps(told | {'results': [measured.as_json() for measured in results]}, ensure_ascii=False)
    return text.replace('{"scenario":', '\n{"scenario":').replace('{"cost":', '\n{"cost":') + '\n'
