"""On what, with what and of what was measured: the facts without which a figure says nothing."""

import os
import pathlib
import platform
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]


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


def kernel():
    return f'{platform.system()} {platform.release()}'


def load_average():
    return ', '.join(f'{value:.2f}' for value in os.getloadavg())


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
