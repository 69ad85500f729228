"""What measurements mean and how they are shown: paired ratios, tables, the verdict, the saved page."""

import dataclasses
import datetime
import json
import os
import pathlib
import platform
import shlex
import statistics
import subprocess
import sys

LIMIT = 'raw'
SUBJECT = 'pushwire'
BAR = 1.15
BAR_SCENARIO = 'echo-64x50'

# Where the limit itself differs by more between two rounds, the machine was doing something else as well.
QUIET_SPREAD = 1.10

ROOT = pathlib.Path(__file__).resolve().parents[2]


@dataclasses.dataclass(frozen=True)
class Scenario:
    name: str
    size: int
    connections: int
    depth: int
    type: str
    mode: str = 'echo'

    def describe(self):
        if self.mode == 'handshake':
            return f'{self.connections} opening handshakes at once; a message is a handshake'
        if self.mode == 'fanout':
            return (f'{self.size} B {self.type} to {self.connections} subscribers, '
                    f'{self.depth} publication{"s" if self.depth > 1 else ""} in flight; a message is a delivery')
        return (f'{self.size} B {self.type}, {self.connections} connections, '
                f'{self.depth} in flight on each')


@dataclasses.dataclass(frozen=True)
class Spread:
    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values):
        return cls(statistics.median(values), min(values), max(values))

    def text(self, digits):
        return f'{self.median:.{digits}f} ({self.least:.{digits}f} to {self.most:.{digits}f})'


def cpu_of(lines):
    return [line['cpu']['server_us_per_message'] for line in lines]


def paired_ratio(lines, against):
    """The ratio is taken within each round, and only then the median of it."""
    return Spread.of([one / other for one, other in zip(cpu_of(lines), cpu_of(against), strict=True)])


def rows(by_server):
    """A row of cells for each server, below a row of headings."""
    yield ('server', 'CPU µs/message', 'messages/s', 'generator CPU', 'against raw', f'{SUBJECT} against it')
    for name, lines in by_server.items():
        cpu = Spread.of(cpu_of(lines))
        digits = 1 if cpu.median >= 100 else 3
        yield (
            name,
            cpu.text(digits),
            f"{statistics.median(line['messages_per_second'] for line in lines):,.0f}",
            f"{statistics.median(line['cpu']['generator_share'] for line in lines):.0%}",
            '' if name == LIMIT else paired_ratio(lines, by_server[LIMIT]).text(3),
            '' if name == SUBJECT else paired_ratio(by_server[SUBJECT], lines).text(3),
        )


def syscall_rows(by_server):
    """A column for each server, a row for each system call that any of them makes more than now and then."""
    names = {name for calls in by_server.values() for name, count in calls.items() if count >= 0.005}
    yield ('system call', *by_server)
    for name in sorted(names, key=lambda name: -max(calls.get(name, 0) for calls in by_server.values())):
        yield (name, *(f'{calls.get(name, 0):.3f}' for calls in by_server.values()))
    yield ('all', *(f'{sum(calls.values()):.3f}' for calls in by_server.values()))


def plain_table(cells):
    cells = list(cells)
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    padded = ([cell.ljust(width) for cell, width in zip(row, widths)] for row in cells)
    return '\n'.join('  '.join(row).rstrip() for row in padded)


def markdown_table(cells):
    heading, *body = cells
    lines = [heading, ['---'] * len(heading), *body]
    return '\n'.join('| ' + ' | '.join(line) + ' |' for line in lines)


def noise(by_server):
    """A sentence if the limit was not steady, else nothing."""
    limit = Spread.of(cpu_of(by_server[LIMIT]))
    if limit.most <= limit.least * QUIET_SPREAD:
        return ''
    return (f'The machine was not quiet: the dearest round of {LIMIT} cost '
            f'{limit.most / limit.least:.2f} times the cheapest.')


def print_scenario(scenario, by_server):
    print(f'{scenario.name}: {scenario.describe()}; median (least to most) of {len(by_server[LIMIT])} rounds')
    print(plain_table(rows(by_server)))
    if noise(by_server):
        print(noise(by_server))
    print(flush=True)


def print_syscalls(scenario, by_server):
    print(f'{scenario.name}: system calls per message, under strace')
    print(plain_table(syscall_rows(by_server)), end='\n\n', flush=True)


def verdict(by_scenario):
    """Whether the bar is met, and a sentence that says so."""
    if BAR_SCENARIO not in by_scenario:
        return False, f'no verdict: the bar is about {BAR_SCENARIO}, which was not measured'
    by_server = by_scenario[BAR_SCENARIO]
    ratio = paired_ratio(by_server[SUBJECT], by_server[LIMIT])
    met = ratio.median <= BAR
    word = 'met' if met else 'MISSED'
    return met, (f'verdict: {word}: in {BAR_SCENARIO} {SUBJECT} costs {ratio.text(3)} times the limit; '
                 f'the bar is {BAR}')


def output_of(command):
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ''


def processor():
    fields = dict(line.split(':', 1) for line in output_of(['lscpu']).splitlines() if ':' in line)
    model = fields.get('Model name', 'unknown').strip()
    virtual = fields.get('Hypervisor vendor', '').strip()
    return f"{model}, {os.cpu_count()} cores" + (f', virtual ({virtual})' if virtual else '')


def compiler(build):
    """What CMake noted when it configured the binaries, since those were measured."""
    try:
        text = (build / 'CMakeCache.txt').read_text()
    except OSError:
        return 'unknown (no CMakeCache.txt)'
    entries = (line for line in text.splitlines() if '=' in line and not line.startswith(('#', '//')))
    values = {key.split(':', 1)[0]: value for key, value in (line.split('=', 1) for line in entries)}
    version = output_of([values.get('CMAKE_CXX_COMPILER', 'c++'), '--version']).splitlines()
    kind = values.get('CMAKE_BUILD_TYPE', '')
    of_kind = values.get(f'CMAKE_CXX_FLAGS_{kind.upper()}', '')
    flags = f"{values.get('CMAKE_CXX_FLAGS', '')} {of_kind}".strip()
    return f"{version[0] if version else 'unknown'}; {kind or 'no build type'}; {flags or 'no flags'}"


def commit():
    changed = output_of(['git', 'status', '--porcelain', '--untracked-files=no'])
    head = output_of(['git', 'rev-parse', 'HEAD']) or 'unknown'
    return f'{head} with uncommitted changes' if changed else head


def facts(options):
    yield 'machine', processor()
    yield 'kernel', f'{platform.system()} {platform.release()}'
    yield 'cores', f'servers on {options.server_core}, generator on {options.generator_core}'
    yield 'compiler', compiler(options.build)
    yield 'commit', commit()
    yield 'command', f'`{shlex.join(["bench/peers/run", *sys.argv[1:]])}`'
    modes = dict.fromkeys(scenario.mode for scenario in options.scenarios)
    commands = dict.fromkeys((name, shlex.join(command)) for mode in modes
                             for name, command in options.commands(mode).items())
    for name, command in commands:
        yield f'server {name}', f'`{command}`'


def page(options, measured, syscalls, lines, sentence):
    yield f'# Echo, side by side, {datetime.date.today().isoformat()}\n'
    yield 'How it is measured, and what it does not show: [bench/peers](../peers/README.md).\n'
    yield '\n'.join(f'- {name}: {value}' for name, value in facts(options)) + '\n'
    yield f'**{sentence[0].upper()}{sentence[1:]}.**\n'
    for scenario, by_server in measured.items():
        yield f'## {scenario.name}\n'
        yield f'{scenario.describe()}; median (least to most) of {len(by_server[LIMIT])} rounds.\n'
        yield markdown_table(rows(by_server)) + '\n'
        if noise(by_server):
            yield noise(by_server) + '\n'
        if scenario in syscalls:
            yield 'System calls per message, under strace:\n'
            yield markdown_table(syscall_rows(syscalls[scenario])) + '\n'
    yield '## Raw output\n'
    yield '```json\n' + '\n'.join(json.dumps(line) for line in lines) + '\n```'


def save(options, measured, syscalls, lines, sentence):
    """Writes the page beside the earlier ones, never over one of them; returns its path."""
    folder = ROOT / 'bench' / 'results'
    folder.mkdir(parents=True, exist_ok=True)
    stem = f'{datetime.date.today().isoformat()}-echo'
    target, number = folder / f'{stem}.md', 1
    while target.exists():
        number += 1
        target = folder / f'{stem}-{number}.md'
    target.write_text('\n'.join(page(options, measured, syscalls, lines, sentence)) + '\n', encoding='utf-8')
    return target.relative_to(ROOT)
