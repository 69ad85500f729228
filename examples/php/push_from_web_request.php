<?php
// Tells all browsers that are connected to push_from_web.php something: copy the function into your web site. It needs no
// extension, so it runs under PHP-FPM or Apache as it does here.
//
//   php push_from_web_request.php TOPIC MESSAGE [SOCKET]

/** Says whether the server has taken it. That nobody listens is no failure. */
function push_to_browsers(string $topic, string $message, string $socket): bool
{
    $server = @stream_socket_client("unix://$socket", $code, $why, 1);  // a second, so that a dead server holds up no page
    if (!$server) return false;
    stream_set_timeout($server, 1);
    fwrite($server, 'POST /' . rawurlencode($topic) . " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        . 'Content-Length: ' . strlen($message) . "\r\n\r\n$message");
    return str_contains((string) fgets($server), ' 204 ');
}

[, $topic, $message] = $argv + [1 => 'orders', 2 => 'hello from the web'];
$taken = push_to_browsers($topic, $message, $argv[3] ?? __DIR__ . '/push_from_web.sock');
echo $taken ? "sent\n" : "not sent: is push_from_web.php running, and the message UTF-8?\n";
exit($taken ? 0 : 1);
