"""What is measured, and the bars: how many times as good Pushwire has to be as whom."""

import dataclasses

RIVAL = 'uwebsockets'  # against whom the bars are

# What counts as the cost of a message, a delivery, a handshake or a connection; less is better.
COSTS = {
    'cpu': 'CPU µs/message',
    'p99': 'p99 latency, µs',
    'memory': 'bytes/connection',
}


@dataclasses.dataclass(frozen=True)
class Scenario:
    name: str
    size: int = 64
    connections: int = 50
    depth: int = 1
    type: str = 'binary'
    mode: str = 'echo'
    rate: int = 0
    tls: bool = False
    compression: bool = False
    cost: str = 'cpu'
    limits: tuple = ()  # raw servers; the better one is the limit
    against_rival: float = 0.0  # bars: 0 is none
    against_limit: float = 0.0
    at_most: float = 0.0
    most_rounds: int = 1000

    def describe(self):
        what = f'{size_text(self.size)} {self.type}'
        if self.compression:
            what = f'{size_text(self.size)} JSON, permessage-deflate without context'
        over = ' over TLS' if self.tls else ''
        if self.mode == 'idle':
            return f'{self.connections:,} connections{over} that say nothing'
        if self.mode == 'handshake':
            return f'{self.connections} opening handshakes{over} at once; a message is a handshake'
        if self.mode == 'fanout':
            return (f'{what} to {self.connections:,} subscribers{over}, {self.depth} '
                    f'publication{"s" if self.depth > 1 else ""} in flight; a message is a delivery')
        if self.rate:
            return f'{what}, {self.connections} connections{over}, {self.rate:,} messages a second, open loop'
        return f'{what}, {self.connections} connections{over}, {self.depth} in flight on each'

    @property
    def wire_bytes(self):
        """Of a message as a client sends it: header and masking key included."""
        return self.size + (6 if self.size < 126 else 8 if self.size < 65536 else 14)


def size_text(size):
    for unit, name in ((1 << 20, 'MiB'), (1 << 10, 'KiB')):
        if size % unit == 0:
            return f'{size // unit} {name}'
    return f'{size} B'


ECHO = ('raw_epoll_echo', 'raw_uring_echo')
WHOLE = ('raw_epoll_whole',)
FANOUT = ('raw_epoll_fanout', 'raw_uring_fanout')
HANDSHAKE = ('raw_epoll_handshake',)

SCENARIOS = {
    scenario.name: scenario
    for scenario in (
        Scenario('echo-64x50', limits=ECHO, against_rival=1.05, against_limit=0.93),
        Scenario('echo-64x512', connections=512, limits=ECHO, against_rival=1.03, against_limit=0.95),
        Scenario('echo-64x50-deep32', depth=32, limits=ECHO, against_rival=1.2, against_limit=0.85),
        Scenario('echo-16k-50', size=16 << 10, limits=ECHO, against_rival=1.07, against_limit=0.94),
        Scenario('echo-1m-4', size=1 << 20, connections=4, limits=WHOLE, against_rival=1.15, against_limit=0.95),
        Scenario('text-64k-10', size=64 << 10, connections=10, type='text', against_rival=1.1),
        Scenario('ascii-64k-10', size=64 << 10, connections=10, type='ascii', against_rival=1.1),
        Scenario('fanout-128x1000', size=128, connections=1000, mode='fanout', limits=FANOUT,
                 against_rival=1.05, against_limit=0.97),
        Scenario('fanout-128x1000-deep8', size=128, connections=1000, depth=8, mode='fanout', limits=FANOUT,
                 against_rival=1.2, against_limit=0.97),
        Scenario('open-loop-20000', connections=200, rate=20_000, cost='p99', against_rival=1.0),
        Scenario('handshake-32', connections=32, mode='handshake', limits=HANDSHAKE,
                 against_rival=1.05, against_limit=0.9),
        Scenario('idle-15000', connections=15_000, mode='idle', cost='memory', at_most=256, most_rounds=7),
        Scenario('idle-tls-3000', connections=3_000, mode='idle', tls=True, cost='memory', against_rival=2.0,
                 most_rounds=7),
        Scenario('deflate-1k-50', size=1 << 10, compression=True, against_rival=1.2),
        Scenario('tls-64x50', tls=True, against_rival=1.1),
        Scenario('tls-16k-50', size=16 << 10, tls=True, against_rival=1.1),
    )
}
