// A certificate for localhost and 127.0.0.1, signed by itself, made by the command `openssl` where this is loaded; it goes when
// the process ends.

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pushwire-tls-'));
process.on('exit', () => fs.rmSync(folder, { recursive: true }));

const file = path.join(folder, 'localhost.pem');
const key = path.join(folder, 'localhost.key');
execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2',
  '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', key, '-out', file],
{ stdio: 'ignore' });

module.exports = { file, options: ['--tls-cert', file, '--tls-key', key] };
