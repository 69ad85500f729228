"""The servers of others: how each is built, and which command starts it. Sources are in rivals/."""

import dataclasses
import os
import pathlib
import shlex
import subprocess

HERE = pathlib.Path(__file__).resolve().parent / 'rivals'
OPTIMISED = ('-O3', '-march=native', '-flto=auto')


class LeftOut(Exception):
    """Why a rival is not measured."""


@dataclasses.dataclass(frozen=True)
class Program:
    """A rival, made of one source by one command; a script has none. In both, {out} is the program that comes of it."""

    needs: str
    command: tuple
    there: str = ''  # a file that npm installs
    source: str = ''
    build: tuple = ()
    environment: tuple = ()

    def prepare(self, folder, name):
        if self.there and not (HERE / self.there).exists():
            raise LeftOut(f'{self.needs} is not installed')
        if self.source:
            build([part.format(out=folder / name) for part in self.build], folder / name, [HERE / self.source],
                  self.needs, self.environment)
        return [part.format(out=folder / name, here=HERE) for part in self.command]


def cpp(needs, source, standard, *more):
    return Program(needs, ('{out}',), source=source,
                   build=('c++', f'-std={standard}', *OPTIMISED, str(HERE / source), '-o', '{out}', *more))


PROGRAMS = {
    'beast': cpp('libboost1.81-dev', 'beast_echo.cpp', 'c++20', '-DBOOST_ASIO_DISABLE_THREADS'),
    'libwebsockets': cpp('libwebsockets-dev', 'libwebsockets_echo.cpp', 'c++20', '-lwebsockets'),
    'websocketpp': cpp('libwebsocketpp-dev', 'websocketpp_echo.cpp', 'c++17'),
    'gorilla': Program('golang-go and golang-github-gorilla-websocket-dev', ('{out}',), source='gorilla.go',
                       build=('go', 'build', '-o', '{out}', str(HERE / 'gorilla.go')),
                       environment=(('GO111MODULE', 'off'), ('GOPATH', '/usr/share/gocode'), ('GOMAXPROCS', '1'))),
    'bun': Program('the npm package bun', ('{here}/node_modules/bun/bin/bun.exe', '{here}/bun.js'),
                   there='node_modules/bun/bin/bun.exe'),
    'ws': Program('the npm package ws (and nodejs)', ('node', '{here}/ws.mjs'), there='node_modules/ws'),
}


def build(command, target, sources, needs, environment=()):
    """Runs a compiler, unless this same command made the target and all that it is made of is older."""
    made_by = target.with_name(target.name + '.command')
    if (target.exists() and made_by.exists() and made_by.read_text() == shlex.join(command)
            and all(source.stat().st_mtime < target.stat().st_mtime for source in sources)):
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        done = subprocess.run(command, capture_output=True, text=True, env=os.environ | dict(environment))
    except OSError as error:
        raise LeftOut(f'{error.strerror}: {command[0]} (it needs {needs})') from error
    if done.returncode != 0:
        said = [line for line in done.stderr.splitlines() if 'error' in line or 'cannot' in line]
        raise LeftOut(f'it does not build (it needs {needs}): {(said or [shlex.join(command)])[0]}')
    made_by.write_text(shlex.join(command))


class UWebSockets:
    """Built from a checkout, with the flags of its own makefiles; once for each of plain, TLS, and deflate."""

    def __init__(self, checkout):
        self.checkout = checkout
        if not (checkout / 'uSockets' / 'src' / 'libusockets.h').exists():
            raise LeftOut(f'{checkout} is no checkout of uWebSockets with its submodule uSockets')

    def prepare(self, folder, tls=False, compression=False):
        name = 'uwebsockets' + ('-tls' if tls else '') + ('-deflate' if compression else '')
        sockets = self.checkout / 'uSockets' / 'src'
        flags = [*OPTIMISED, f'-I{sockets}', '-DLIBUS_USE_OPENSSL' if tls else '-DLIBUS_NO_SSL']
        units = [*sockets.glob('*.c'), *sockets.glob('eventing/*.c'), *sockets.glob('crypto/*.c')]
        if tls:
            units += sockets.glob('crypto/*.cpp')
        objects = []
        for unit in units:
            objects.append(folder / f'{name}.objects' / f'{unit.parent.name}-{unit.stem}.o')
            compiler = ['cc', '-std=c11'] if unit.suffix == '.c' else ['c++', '-std=c++17']
            build([*compiler, *flags, '-c', str(unit), '-o', str(objects[-1])], objects[-1], [unit], 'a C compiler')
        if tls:
            flags.append('-DTLS')
        flags += ['-DDEFLATE', '-DUWS_USE_LIBDEFLATE'] if compression else ['-DUWS_NO_ZLIB']
        libraries = ['-lssl', '-lcrypto'] * tls + ['-lz', '-ldeflate'] * compression
        source = HERE / 'uws_echo.cpp'
        build(['c++', '-std=c++2b', *flags, f'-I{self.checkout / "src"}', str(source), *map(str, objects), '-o',
               str(folder / name), *libraries], folder / name, [source, *(self.checkout / 'src').glob('*.h'), *objects],
              'libssl-dev' if tls else 'libdeflate-dev and zlib1g-dev' if compression else 'g++')
        return [str(folder / name)]

    def version(self):
        done = subprocess.run(['git', '-C', str(self.checkout), 'describe', '--always', '--tags'], capture_output=True,
                              text=True)
        return done.stdout.strip() or 'unknown'
