"""Counts what noise does not blur, per message: system calls with strace, instructions of user code with perf. Both slow
down what they watch, so they get runs of their own."""

import shutil
import signal
import subprocess
import tempfile


def syscalls_per_message(pid, load):
    """{system call: calls}, or None without strace. `load` sends messages from beginning to end, and says how many."""
    if not shutil.which('strace'):
        return None
    with tempfile.NamedTemporaryFile('r') as table:
        tracer = subprocess.Popen(
            ['strace', '-c', '-f', '-p', str(pid), '-o', table.name],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        try:
            if 'attached' not in tracer.stderr.readline():
                return None  # whoever runs this may not trace
            messages = load()
        finally:
            if tracer.poll() is None:
                tracer.send_signal(signal.SIGINT)
            tracer.communicate()
        return read_strace(table.read(), messages)


def instructions_per_message(pid, load):
    """None without perf, or where the machine counts no instructions: most virtual ones do not."""
    if not shutil.which('perf') or not can_count_instructions():
        return None
    with tempfile.NamedTemporaryFile('r') as table:
        watcher = subprocess.Popen(
            ['perf', 'stat', '-x', ',', '-e', 'instructions:u', '-p', str(pid), '-o', table.name],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            messages = load()
        finally:
            watcher.send_signal(signal.SIGINT)
            watcher.wait()
        return read_perf(table.read(), messages)


def can_count_instructions():
    done = subprocess.run(['perf', 'stat', '-x', ',', '-e', 'instructions:u', 'true'], capture_output=True, text=True)
    return read_perf(done.stderr, 1) is not None


def read_strace(table, messages):
    """Its summary has: percent, seconds, microseconds, calls, errors where there were any, name."""
    calls = {}
    for line in table.splitlines():
        fields = line.split()
        if len(fields) >= 5 and fields[3].isdigit() and fields[-1] != 'total':
            calls[fields[-1]] = int(fields[3]) / messages
    return calls


def read_perf(table, messages):
    """A line of fields, the count first; where it cannot count it says so there."""
    for line in table.splitlines():
        count, _, rest = line.partition(',')
        if 'instructions' in rest and count.isdigit():
            return int(count) / messages
    return None
