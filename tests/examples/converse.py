"""Starts one example, holds a conversation with it, and stops it by SIGTERM: usage: converse.py BINARY.

The conversation has the name of the binary. Exit status 77: skipped, with the reason.
"""

import asyncio
import contextlib
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

import websockets

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from own_network import take_a_network_of_our_own

ANSWER_TIME = 20  # seconds; generous, since it is only reached when something is broken

# The shortest programs have their port in their text, and take no argument.
ON_9502 = ("greet", "tutorial_everybody", "tutorial_chat")


def soon(awaitable):
    return asyncio.wait_for(awaitable, ANSWER_TIME)


def connect(port, path="/", **how):
    return websockets.connect(f"ws://127.0.0.1:{port}{path}", max_size=None, compression=None, ping_interval=None, **how)


async def receive(client):
    return await soon(client.recv())


async def expect(client, *lines):
    for line in lines:
        came = await receive(client)
        assert came == line, f"{came!r} came instead of {line!r}"


async def expect_closed(client, code, reason=None):
    await soon(client.wait_closed())
    assert client.close_code == code, f"closed with {client.close_code} instead of {code}"
    assert reason is None or client.close_reason == reason, f"the reason was {client.close_reason!r}"


# ---------------------------------------------------------------- the examples


async def echo(port):
    async with connect(port) as client:
        for message in ("hello", "", "Grüße, 世界 🙂", b"\x00\xff\xfe", b"", "x" * 3_000_000, os.urandom(70_000)):
            await client.send(message)
            came = await receive(client)
            assert type(came) is type(message) and came == message, f"another message came back: {came[:50]!r}"

    # Sends without reading until the server takes no more, then reads: nothing may be lost. Small buffers of its own
    # keep what lies on the way in bounds.
    with socket.create_connection(("127.0.0.1", port)) as small:
        for which in (socket.SO_RCVBUF, socket.SO_SNDBUF):
            small.setsockopt(socket.SOL_SOCKET, which, 64 * 1024)
        async with connect(port, sock=small, max_queue=1) as client:
            held_up, sent = await send_until_held_up(client, most=200)
            for n in range(len(sent)):
                came = await receive(client)
                assert came == sent[n], f"echo {n} of {len(sent)} is missing or not whole"
            await soon(held_up)


async def send_until_held_up(client, most):
    """Sends messages of 1 MiB, some of 3 MiB. Returns the send that has to wait for the client to read, and what was sent."""
    sent = []
    while len(sent) < most:
        sent.append(f"{len(sent):08}" * (400_000 if len(sent) % 5 == 0 else 131_072))
        sending = asyncio.create_task(client.send(sent[-1]))
        done, _ = await asyncio.wait({sending}, timeout=1)
        if not done:
            return sending, sent
        await sending  # raises what went wrong
    raise AssertionError(f"the server took {most} messages, and none of its echoes was read")


def get(port, path):
    """Status, content type and text of a plain GET."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=ANSWER_TIME) as answer:
            return answer.status, answer.url, answer.headers.get_content_type(), answer.read().decode()
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.url, None, None


async def chat(port):
    in_thread = asyncio.get_running_loop().run_in_executor
    status, url, kind, page = await in_thread(None, get, port, "/")
    assert (status, kind) == (200, "text/html") and url.endswith("/room/lobby"), "/ leads to the page of the lobby"
    assert "new WebSocket" in page and "innerHTML" not in page
    _, _, _, other = await in_thread(None, get, port, "/room/%3Cscript%3Ealert(1)%3C/script%3E?x=<b>")
    assert other == page, "what stands in the address must not reach the page"

    async with connect(port, "/room/lobby") as ann, connect(port, "/room/lobby") as bob, \
            connect(port, "/room/garden") as eve:
        await ann.send("ann")
        await expect(ann, "* ann came in")
        await bob.send("bøb")
        await expect(bob, "* ann came in", "* bøb came in")
        await expect(ann, "* bøb came in")
        await eve.send("ann")  # another room, so the name is free there
        await expect(eve, "* ann came in")

        await bob.send("<script>alert(1)</script>")
        for client in (ann, bob):
            await expect(client, "bøb: <script>alert(1)</script>")
        for n in range(30):
            await ann.send(f"line {n}")
        for client in (ann, bob):
            await expect(client, *(f"ann: line {n}" for n in range(30)))

        async with connect(port, "/room/lobby") as late:  # learns the last 20 lines, and no more
            await late.send("late")
            await expect(late, *(f"ann: line {n}" for n in range(10, 30)), "* late came in")
        for client in (ann, bob):
            await expect(client, "* late came in", "* late left")

        for nickname, code in (("", 4001), ("two words", 4001), ("a:b", 4001), ("a\nb", 4001), ("x" * 33, 4001),
                               ("ann", 4002), (b"ann", 1003), ("x" * 5000, 1009)):
            async with connect(port, "/room/lobby") as refused:
                await refused.send(nickname)
                await expect_closed(refused, code)
                assert refused.close_reason, f"no reason was given for {nickname[:40]!r}"
        for path in ("/room/", "/room/" + "x" * 33):
            async with connect(port, path) as refused:
                await expect_closed(refused, 4000, "a room's name has 1 to 32 bytes")
        try:
            async with connect(port, "/elsewhere"):
                raise AssertionError("there is no chat at /elsewhere")
        except websockets.InvalidStatusCode as refusal:
            assert refusal.status_code == 404

        await ann.send("still here")  # nobody of those refused was seen, and nobody left
        for client in (ann, bob):
            await expect(client, "ann: still here")

    async with connect(port, "/room/lobby") as first:  # the room ended with its last visitor
        await first.send("ann")
        await expect(first, "* ann came in")


async def push_from_outside(port):
    async with connect(port) as one, connect(port) as two:
        for client in (one, two):
            seen = {"tick": [], "reading": []}
            while min(len(numbers) for numbers in seen.values()) < 2:
                word, number = (await receive(client)).split()
                seen[word].append(int(number))
            for word, numbers in seen.items():
                expected = list(range(numbers[0], numbers[0] + len(numbers)))
                assert numbers == expected, f"{word}: {numbers}, without gaps and in order it is {expected}"


async def breaking_off(client, some):
    yield some
    client.transport.abort()
    yield some


async def files(port, directory):
    half = os.urandom(500_000)
    large = half * 40
    async with connect(port, "/put/large") as one, connect(port, "/put/small") as two:
        await one.send([half] * 40)  # in 40 frames
        await two.send(b"small")
        for client in (one, two):
            await expect(client, "stored")
            await expect_closed(client, 1000)
    async with connect(port, "/get/large") as one, connect(port, "/get/small") as two:
        await expect(two, b"small")
        came = await receive(one)
        assert came == large, f"{len(came)} bytes came in place of {len(large)}, or others"
        for client in (one, two):
            await expect_closed(client, 1000)
    async with connect(port, "/put/broken-off") as client:
        with contextlib.suppress(websockets.ConnectionClosed):
            await client.send(breaking_off(client, half))
    for path, code in (("/put/..", 4000), ("/put/", 4000), ("/get/.large", 4004), ("/get/absent", 4004),
                       ("/get/..%2Fsecret", 4004)):
        async with connect(port, path) as client:
            await expect_closed(client, code)
    stored = sorted(each.name for each in pathlib.Path(directory).iterdir())
    assert stored == ["large", "small"], f"the directory has {stored}"


async def asio_loop(port):
    async with connect(port) as one, connect(port) as two:
        beats = n = 0
        # The program's own timer goes on meanwhile: the server does not take the loop over, nor the loop the server.
        while n < 20 or beats < 3:
            for client in (one, two):
                await client.send(f"message {n}")
                answer = await receive(client)
                match = re.fullmatch(rf"message {n} after (\d+) beats", answer)
                assert match and int(match[1]) >= beats, f"{answer!r} came after beat {beats}"
                beats = int(match[1])
            n += 1


async def welcomed_by(client):
    """The process that has the client, and the client's number there."""
    came = await receive(client)
    match = re.fullmatch(r"process (\d+) has you as client (\d+)", came)
    assert match, f"{came!r} came as a welcome"
    return match.groups()


async def group(port):
    async with contextlib.AsyncExitStack() as open_ones:
        async def come():
            client = await open_ones.enter_async_context(connect(port))
            return client, *await welcomed_by(client)

        all_of_them = [await come() for _ in range(24)]
        processes = {process for _, process, _ in all_of_them}
        assert len(processes) > 1, "the kernel has brought 24 clients to one process of four"

        speaker, doomed, number = all_of_them[0]
        await speaker.send("hello")
        for client, _, _ in all_of_them:
            await expect(client, f"{number}: hello")

        await speaker.send("crash")
        others = []
        for client, process, its_number in all_of_them:
            if process == doomed:
                await expect_closed(client, 1006)
            else:
                others.append((client, its_number))
        newcomers = [await come() for _ in range(64)]
        assert doomed in {process for _, process, _ in newcomers}, "nobody has taken the place of who crashed"

        speaker, number = others[0]
        await speaker.send("still here")
        for client, *_ in [*others, *newcomers]:
            await expect(client, f"{number}: still here")


async def greet(port):
    async with connect(port) as client:
        await client.send("hello")
        await expect(client, "server received message: hello\n")
    async with connect(port) as client:
        await client.send("again")
        await expect(client, "server received message: again\n")


async def tutorial_everybody(port):
    async with connect(port) as one, connect(port) as two:
        # Each answer shows that its sender is subscribed; only then is it sure to hear the other.
        await one.send("first")
        await expect(one, "first")
        await two.send("second")
        for client in (one, two):
            while await receive(client) != "second":
                pass


async def tutorial_chat(port):
    in_thread = asyncio.get_running_loop().run_in_executor
    status, _, kind, page = await in_thread(None, get, port, "/")
    assert (status, kind) == (200, "text/html") and "new WebSocket" in page
    async with connect(port) as ann, connect(port) as bob:
        await ann.send("ann")
        await expect(ann, "ann came in")
        await bob.send("bob")
        await bob.send("hello")
        for client in (ann, bob):
            await expect(client, "bob came in", "bob: hello")
        async with connect(port) as refused:
            await refused.send("x" * 21)
            await expect_closed(refused, 4001, "a name has 1 to 20 bytes")
        await bob.close()
        await expect(ann, "bob left")


# ---------------------------------------------------------------- starting and stopping


def skip(why):
    print(f"skipped: {why}")
    sys.exit(77)


async def reachable(port, process):
    """These programs say nothing until somebody comes, so their port is tried until it answers."""
    while process.poll() is None:
        with contextlib.suppress(ConnectionRefusedError):
            async with connect(port):
                return
        await asyncio.sleep(0.02)


async def converse(binary):
    name = pathlib.Path(binary).name
    directory = tempfile.TemporaryDirectory()
    process = subprocess.Popen([binary, "0"], stdout=subprocess.PIPE, text=True, cwd=directory.name)
    try:
        if name in ON_9502:
            port = 9502
            await soon(reachable(port, process))
        else:
            first = process.stdout.readline()
            match = re.fullmatch(r"listening on ws://0\.0\.0\.0:(\d+)\n", first)
            assert match, f"the first line was {first!r}"
            port = int(match[1])

        await globals()[name](port, *[directory.name] * (name == "files"))

        async with connect(port) if name != "chat" else connect(port, "/room/lobby") as left_open:
            process.send_signal(signal.SIGTERM)
            await expect_closed(left_open, 1001)
        output, _ = process.communicate(timeout=ANSWER_TIME)
        assert process.returncode == 0, f"the exit status is {process.returncode}"
        return output
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()
        directory.cleanup()


def main():
    binary = sys.argv[1]
    name = pathlib.Path(binary).name
    if name in ON_9502:
        why = take_a_network_of_our_own()
        if why:
            skip(f"{name} listens on port 9502, and no network namespace of its own is to be had for it: {why}")
    output = asyncio.run(converse(binary))
    if name == "greet":
        # Connection 1 only tried the port; the last one was open when the server stopped.
        lines = [f"client {n} {what}" for n in range(1, 5) for what in ("connected", "closed")]
        assert output.splitlines() == lines, f"greet said {output!r}"


if __name__ == "__main__":
    main()
