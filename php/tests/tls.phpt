--TEST--
TLS where the socket's type says so, with the certificate that fits the name, and none where it does not
--EXTENSIONS--
posix
--FILE--
<?php
require __DIR__ . '/client.inc';

$base = sys_get_temp_dir() . '/pushwire-' . getmypid();
$certificate = function (string $name) use ($base): array {
    file_put_contents("$base-$name.conf", "[req]\ndistinguished_name = dn\n[dn]\n[v3]\nsubjectAltName = DNS:$name\n");
    $with = ['config' => "$base-$name.conf", 'x509_extensions' => 'v3', 'digest_alg' => 'sha256', 'private_key_bits' => 2048];
    $key = openssl_pkey_new($with);
    $signed = openssl_csr_sign(openssl_csr_new(['commonName' => $name], $key, $with), null, $key, 1, $with);
    openssl_x509_export_to_file($signed, "$base-$name.pem");
    openssl_pkey_export_to_file($key, "$base-$name.key");
    return ['ssl_cert_file' => "$base-$name.pem", 'ssl_key_file' => "$base-$name.key"];
};
$usual = $certificate('localhost');
$other = $certificate('other.example');
serve(function () use ($usual, $other) {
    $server = new Pushwire\Server('127.0.0.1', 0, SWOOLE_BASE, SWOOLE_SOCK_TCP | SWOOLE_SSL);
    $server->set($usual + ['ssl_sni_certs' => ['other.example' => $other]]);
    $server->on('start', fn($server) => var_dump($server->ssl));
    $server->on('message', fn($server, $frame) => $server->push($frame->fd, "over TLS: $frame->data"));
    return $server;
}, function (int $port) use ($usual, $other) {
    foreach ([$usual, $other] as $each) {
        $name = basename($each['ssl_cert_file'], '.pem');
        $name = substr($name, strrpos($name, '-') + 1);
        $client = new Client("ssl://127.0.0.1:$port", tls: ['cafile' => $each['ssl_cert_file'], 'peer_name' => $name]);
        echo "$name ", $client->ask('hello'), "\n";
    }
    echo 'without TLS ', (new Client($port))->status, "\n";
});
array_map(unlink(...), glob("$base-*"));
--EXPECT--
bool(true)
localhost over TLS: hello
other.example over TLS: hello
without TLS 400
