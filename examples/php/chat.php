<?php
// A chat with rooms and names, and a page of its own.
//
//   php chat.php [PORT]        then open http://localhost:9502/ in two windows
//
// A client opens /room/NAME, sends its name, and from then on whatever it has to say. All of it is plain text.

$server = new Pushwire\Server('0.0.0.0', (int) ($argv[1] ?? 9502));
$server->set([
    'package_max_length' => 4096,       // nobody has more to say at once
    'backlog_policy' => 'drop_oldest',  // who reads slowly misses lines, and the others wait for nobody
]);

// Who is here, by number. All that happens to one connection happens in one worker, so each worker needs to know its own
// visitors only: this stays right with several ('worker_num'), since publish() reaches the connections of all of them.
$visitors = [];

$server->on('start', function ($server) {
    echo "open http://localhost:$server->port/\n";
});

$server->on('request', function ($request, $response) {
    $path = $request->server['request_uri'];
    if ($path === '/') {
        $response->redirect('/room/lobby');
    } elseif (room_of($path) !== null) {
        $response->header('Content-Type', 'text/html; charset=utf-8');
        $response->sendfile(__DIR__ . '/chat.html');
    } else {
        $response->status(404);
    }
});

$server->on('open', function ($server, $request) use (&$visitors) {
    $room = room_of($request->server['request_uri']);
    if ($room === null) {
        // A browser's script sees a close code and its reason: those from 4000 to 4999 are yours.
        $server->disconnect($request->fd, 4000, "a room's name has 1 to 32 letters, digits or dashes");
        return;
    }
    $visitors[$request->fd] = ['room' => $room, 'name' => null];
});

$server->on('message', function ($server, $frame) use (&$visitors) {
    ['room' => $room, 'name' => $name] = $visitors[$frame->fd];
    if ($frame->opcode !== WEBSOCKET_OPCODE_TEXT) {
        $server->disconnect($frame->fd, WEBSOCKET_CLOSE_DATA_ERROR, 'this chat takes text only');
    } elseif ($name !== null) {
        $server->publish("room/$room", "$name: $frame->data");
    } elseif (!preg_match('/^[^\s:\p{C}]{1,32}$/Du', $frame->data)) {  // nobody can look like a line of another's
        $server->disconnect($frame->fd, 4001, 'a name has 1 to 32 characters, no space and no colon');
    } else {
        $visitors[$frame->fd]['name'] = $frame->data;
        $server->subscribe($frame->fd, "room/$room");
        $server->publish("room/$room", "* $frame->data came in");
    }
});

// Who leaves is unsubscribed by the server.
$server->on('close', function ($server, $fd) use (&$visitors) {
    ['room' => $room, 'name' => $name] = $visitors[$fd] ?? ['room' => null, 'name' => null];
    unset($visitors[$fd]);
    if ($name !== null) $server->publish("room/$room", "* $name left");
});

function room_of(string $path): ?string
{
    return preg_match('~^/room/([\w-]{1,32})$~D', $path, $found) ? $found[1] : null;
}

$server->start();
