<?php
// Pushes what an ordinary web request wants to tell: the part that runs all the time. The part for the web site is
// push_from_web_request.php.
//
//   php push_from_web.php [PORT [SOCKET]]        then connect to ws://localhost:9502/orders
//   php push_from_web_request.php orders 'there is a new order'
//
// Browsers connect to the port. The web site's PHP talks to a Unix socket, which only processes of this machine can reach,
// and of those only the ones that its permissions allow: so nobody else can push, without any password.

$socket = $argv[2] ?? __DIR__ . '/push_from_web.sock';
$server = new Pushwire\Server('0.0.0.0', (int) ($argv[1] ?? 9502));
$server->listen($socket, 0, Pushwire\SOCK_UNIX_STREAM);

$server->on('start', function ($server) use ($socket) {
    chmod($socket, 0660);  // and chgrp($socket, 'www-data'), if that is whom the web site runs as
    echo "browsers: ws://localhost:$server->port/orders, the web site: $socket\n";
});

// Who connects to /orders gets what is published under "orders".
$server->on('open', function ($server, $request) {
    $server->subscribe($request->fd, substr($request->server['request_uri'], 1));
});

// Both places have the same handlers. Who comes through the Unix socket has "unix" for an address, and nobody else has.
$server->on('request', function ($request, $response) use ($server) {
    if ($request->server['remote_addr'] !== 'unix') {
        $response->status(404);
    } elseif ($request->getMethod() !== 'POST') {
        $response->status(405);
        $response->header('Allow', 'POST');
    } elseif (!$server->publish(substr($request->server['request_uri'], 1), $request->getContent())) {
        $response->status(400);  // it is not UTF-8, say
    } else {
        $response->status(204);
    }
});

// What browsers send is ignored here; the handler has to be there all the same.
$server->on('message', function ($server, $frame) {
});

$server->start();
