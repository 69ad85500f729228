<?php
// Lets in only those who bring a token, and knows them by name from then on.
//
//   php token.php [PORT]        prints a line to paste into a browser's console
//
// The token is made by your web site, for a user who has logged in there, and put into the page. It says who it is and until
// when, and is signed with a secret that both sides have: so this server needs no database to check it. It travels in the
// URL, since a browser's WebSocket can send no header fields of its own; URLs end up in logs, so it is good for a minute only.

$secret = getenv('TOKEN_SECRET') ?: bin2hex(random_bytes(32));

function make_token(string $user, int $until, string $secret): string
{
    $said = rawurlencode($user) . ",$until";
    return "$said," . hash_hmac('sha256', $said, $secret);
}

/** Whose token it is; null if it is none of ours, or its time is over. */
function user_of(mixed $token, string $secret): ?string
{
    if (!is_string($token) || !preg_match('/^([^,]+),(\d+),([0-9a-f]{64})$/D', $token, $found)) return null;
    [, $user, $until, $signature] = $found;
    if (!hash_equals(hash_hmac('sha256', "$user,$until", $secret), $signature)) return null;
    return time() < (int) $until ? rawurldecode($user) : null;
}

$server = new Pushwire\Server('0.0.0.0', (int) ($argv[1] ?? 9502));
$users = [];  // the name of each connection

$server->on('start', function ($server) use ($secret) {
    $token = rawurlencode(make_token('Ann', time() + 60, $secret));
    echo "new WebSocket(\"ws://localhost:$server->port/?token=$token\").onmessage = (event) => console.log(event.data)\n";
});

// Why `handshake`: it alone can say no before there is a WebSocket. `beforeHandshakeResponse` can only add header fields and
// cookies to a yes. `open` comes when the connection is there already; refusing it there, by disconnect() with a code of your
// own, is the thing to do if the page's script shall learn why: it sees close codes, but no HTTP status.
$server->on('handshake', function ($request, $response) use ($server, $secret, &$users) {
    $user = user_of($request->get['token'] ?? null, $secret);
    if ($user === null) {
        $response->status(401);
        $response->end("This token is not valid, or not any more.\n");
        return;
    }
    $response->status(101);  // yes. What else belongs to the answer, as Sec-WebSocket-Accept, the server adds itself
    // Where there is a handler of `handshake`, `open` is not called. The connection is open when the deferred function runs:
    // after this handler, and before anything that the client can say.
    $server->defer(function () use ($server, $request, $user, &$users) {
        $users[$request->fd] = $user;
        $server->push($request->fd, "hello $user");
    });
});

$server->on('message', function ($server, $frame) use (&$users) {
    $server->push($frame->fd, "{$users[$frame->fd]} said: $frame->data");
});

$server->on('close', function ($server, $fd) use (&$users) {
    unset($users[$fd]);
});

$server->start();
