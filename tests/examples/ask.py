"""Runs the client among the examples against a server that answers, and looks at what it says: usage: ask.py BINARY."""

import asyncio
import sys

import websockets

ANSWER_TIME = 20  # seconds; generous, since it is only reached when something is broken


async def answer(client, *_):
    async for line in client:
        await client.send(f"you said {line}")


async def main():
    async with websockets.serve(answer, "127.0.0.1", 0) as server:
        url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        asks = await asyncio.create_subprocess_exec(sys.argv[1], url, stdin=asyncio.subprocess.PIPE,
                                                    stdout=asyncio.subprocess.PIPE)
        asks.stdin.write(b"one\ntwo\n")
        expected = [f"connected to {url}", "< you said one", "< you said two"]
        for line in expected:
            came = (await asyncio.wait_for(asks.stdout.readline(), ANSWER_TIME)).decode().rstrip("\n")
            assert came == line, f"{came!r} came instead of {line!r}"
        asks.stdin.close()
        rest = (await asyncio.wait_for(asks.stdout.read(), ANSWER_TIME)).decode()
        assert rest == "closed: 1000\n", rest
        assert await asyncio.wait_for(asks.wait(), ANSWER_TIME) == 0


asyncio.run(main())
