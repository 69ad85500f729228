"""An echo server on Python's websockets: [--compression] [--cert FILE --key FILE]. The first line says where it listens."""

import argparse
import asyncio
import ssl

import websockets


async def echo(socket, *_):
    async for message in socket:
        await socket.send(message)


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--compression", action="store_true")
    parser.add_argument("--cert")
    parser.add_argument("--key")
    options = parser.parse_args()
    context = None
    if options.cert:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options.cert, options.key)
    compression = "deflate" if options.compression else None
    async with websockets.serve(echo, "127.0.0.1", 0, ssl=context, compression=compression, max_size=None,
                                subprotocols=["superchat"]) as server:
        port = server.sockets[0].getsockname()[1]
        print(f"listening on {'wss' if context else 'ws'}://127.0.0.1:{port}", flush=True)
        await asyncio.Future()


asyncio.run(main())
