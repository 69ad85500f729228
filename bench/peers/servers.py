"""Servers under measurement: which command each takes in a scenario, and the running process."""

import os
import pathlib
import resource
import shlex
import subprocess
import tempfile
import time

from measured import CONTROL, SUBJECT
from rivals import HERE, PROGRAMS, LeftOut, UWebSockets
from scenarios import RIVAL

START_PATIENCE_S = 20
STOP_PATIENCE_S = 10
TICK_S = 1 / os.sysconf('SC_CLK_TCK')


class Failure(Exception):
    """Something that ends the measurement, in one line."""


class Server:
    """A running server: pinned to a core, known by the address on the first line that it prints."""

    def __init__(self, name, command, core, environment=()):
        self.name = name
        # A file and no pipe: a server that prints more than a pipe holds would stand still.
        self._stdout = tempfile.TemporaryFile()
        try:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=self._stdout, env=os.environ | dict(environment),
                preexec_fn=lambda: prepare_process(core))
        except OSError as error:
            raise Failure(f'cannot start {name}: {error}') from error
        try:
            self.address = self._wait_for_address()
        except BaseException:
            self.stop()
            raise

    @property
    def pid(self):
        return self._process.pid

    def is_websocket(self):
        return self.address.startswith('ws')

    def user_and_system_time(self):
        """Seconds, of all threads: the fields 14 and 15 of stat, counted behind the name in brackets."""
        fields = pathlib.Path(f'/proc/{self.pid}/stat').read_text().rpartition(')')[2].split()
        return int(fields[11]) * TICK_S, int(fields[12]) * TICK_S

    def _wait_for_address(self):
        deadline = time.monotonic() + START_PATIENCE_S
        while time.monotonic() < deadline:
            first, newline, _ = os.pread(self._stdout.fileno(), 4096, 0).partition(b'\n')
            if newline:
                return self._address_in(first.decode(errors='replace'))
            if self._process.poll() is not None:
                raise Failure(f'{self.name} ended with status {self._process.returncode} before it listened')
            time.sleep(0.02)
        raise Failure(f'{self.name} printed no first line within {START_PATIENCE_S} s')

    def _address_in(self, line):
        address = line.removeprefix('listening on ').strip().rstrip('/').replace('//0.0.0.0:', '//127.0.0.1:')
        if address.startswith(('tcp://', 'ws://', 'wss://')):
            return address
        raise Failure(f"the first line of {self.name} must be 'listening on ws://HOST:PORT', not '{line}'")

    def stop(self):
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(STOP_PATIENCE_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._stdout.close()


def prepare_process(core):
    os.sched_setaffinity(0, {core})
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


class Certificate:
    """For 127.0.0.1, signed by itself: ECDSA with P-256, as servers have them today."""

    def __init__(self):
        self._folder = tempfile.TemporaryDirectory()
        self.file, self.key = (str(pathlib.Path(self._folder.name, name)) for name in ('cert.pem', 'key.pem'))
        try:
            subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes',
                            '-days', '2', '-subj', '/CN=127.0.0.1', '-keyout', self.key, '-out', self.file],
                           check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise Failure(f'openssl cannot make a certificate: {error}') from error


class Commands:
    """Who takes part. `of` gives {name: (command, environment)} for a scenario, the limits first and the control last,
    and says once of each server why it is left out."""

    def __init__(self, build, variants, rivals, uwebsockets, others):
        self.build = build
        self.variants = variants  # {name: more arguments for pushwire serve}
        self.others = others  # {name: command}
        self.rivals = rivals  # names
        self.left_out = {}
        self._certificate = None
        self._uwebsockets = None
        if uwebsockets:
            try:
                self._uwebsockets = UWebSockets(uwebsockets)
            except LeftOut as why:
                raise Failure(str(why)) from why
        else:
            self.left_out[RIVAL] = 'it is in no registry: --uwebsockets PATH names a checkout of it'

    @property
    def subjects(self):
        return [SUBJECT, *self.variants]

    @property
    def uwebsockets_version(self):
        return self._uwebsockets and self._uwebsockets.version()

    def of(self, scenario):
        chosen = {name: (self._raw(name, scenario), ()) for name in scenario.limits if self._has(name)}
        for name in self.subjects:
            chosen[name] = (self._pushwire(scenario, self.variants.get(name, [])), ())
        if self._uwebsockets:
            how = ' over TLS' * scenario.tls + ' with compression' * scenario.compression
            self._add(chosen, RIVAL, lambda: (self._uwebsockets_command(scenario), ()), how)
            if scenario.tls and scenario.cost == 'memory' and RIVAL in chosen:
                chosen[f'{RIVAL} low-memory'] = ([*chosen[RIVAL][0], 'low-memory'], ())
        if scenario.tls or scenario.compression:
            if self.rivals:
                self.left_out['the others'] = 'they are measured without TLS and compression only'
        else:
            for name in self.rivals:
                self._add(chosen, name, lambda name=name: (
                    PROGRAMS[name].prepare(self.build / 'bench' / 'rivals', name), PROGRAMS[name].environment))
            chosen |= {name: (command, ()) for name, command in self.others.items()}
        return chosen | {CONTROL: chosen[SUBJECT]}

    def shown(self, command):
        """A command as a page shows it: without where things are on this machine."""
        known = {str(self.build): 'build', str(HERE): 'rivals'}
        if self._certificate:
            known[os.path.dirname(self._certificate.file)] = 'TMP'
        text = shlex.join(command)
        for path, name in known.items():
            text = text.replace(path, name)
        return text

    def _add(self, chosen, name, prepare, how=''):
        if name + how in self.left_out:
            return
        try:
            chosen[name] = prepare()
        except LeftOut as why:
            self.left_out[name + how] = str(why)

    def _has(self, raw):
        there = os.access(self.build / 'bench' / raw, os.X_OK)
        if not there:
            self.left_out[raw] = 'it is not built: that needs liburing 2.3'
        return there

    def _raw(self, name, scenario):
        return [str(self.build / 'bench' / name), '--message-bytes', str(scenario.wire_bytes)]

    def _pushwire(self, scenario, more):
        command = [str(self.build / 'pushwire'), 'serve', '--host', '127.0.0.1', '--port', '0', '--workers', '1',
                   '--log-level', 'error', *more]
        if scenario.compression:
            command += ['--compression', 'on']
        if scenario.tls:
            command += ['--tls-cert', self._certified().file, '--tls-key', self._certified().key]
        return command

    def _uwebsockets_command(self, scenario):
        command = self._uwebsockets.prepare(self.build / 'bench' / 'rivals', scenario.tls, scenario.compression)
        return [*command, '0', self._certified().file, self._certified().key] if scenario.tls else command

    def _certified(self):
        self._certificate = self._certificate or Certificate()
        return self._certificate
