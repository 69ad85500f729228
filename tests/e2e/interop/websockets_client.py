"""What every client of the interop tests does (see interop_test.py), with Python's websockets."""

import argparse
import asyncio
import ssl

import websockets

parser = argparse.ArgumentParser()
parser.add_argument("--url")
parser.add_argument("--compression", action="store_true")
parser.add_argument("--ca")
given = parser.parse_args()


def connect(**how):
    trusted = ssl.create_default_context(cafile=given.ca) if given.ca else None
    return websockets.connect(given.url, ssl=trusted, compression="deflate" if given.compression else None,
                              max_size=2 << 20, **how)


async def main():
    async with connect() as client:
        extensions = client.protocol.extensions if hasattr(client, "protocol") else client.extensions
        assert any(each.name == "permessage-deflate" for each in extensions) == given.compression
        for size in (0, 1, 125, 126, 65535, 65536, 1 << 20):
            for data in (("pushwire" * (size // 8 + 1))[:size], (b"\x00\xff\x07" * (size // 3 + 1))[:size]):
                await client.send(data)
                assert await client.recv() == data, f"{size} bytes of {type(data)}"
        await client.send(["in ", "three ", "pieces"])
        assert await client.recv() == "in three pieces"
        await asyncio.wait_for(await client.ping(b"there?"), 60)
        await client.close(4001, "enough")
        assert client.close_code == 4001

    client = await connect()
    await client.send(bytes((1 << 20) + 1))
    try:
        await client.recv()
        raise AssertionError("a message that is too large was answered")
    except websockets.ConnectionClosed as closed:
        assert closed.rcvd.code == 1009 and "than this endpoint takes" in closed.rcvd.reason, closed

    async with connect(subprotocols=["nobody-speaks-this", "superchat", "chat"]) as client:
        assert client.subprotocol == "superchat"


asyncio.run(main())
