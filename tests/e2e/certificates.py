"""Certificates for tests, made when they are needed by the command `openssl`, in a folder of the test's own."""

import pathlib
import ssl
import subprocess
import types


def _openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


KEYS = {"ec": ("ec", "-pkeyopt", "ec_paramgen_curve:P-256"), "rsa": ("rsa:2048",)}


class Folder:
    """An authority of our own, and what it issues."""

    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.ca, self._ca_key = self._own("authority")
        self.client_ca, self._client_ca_key = self._own("authority-of-clients")

    def _own(self, name):
        certificate, key = self.path / f"{name}.pem", self.path / f"{name}.key"
        _openssl("req", "-x509", "-newkey", *KEYS["ec"], "-nodes", "-subj", f"/CN={name}", "-days", "2",
                 "-keyout", key, "-out", certificate, "-addext", "keyUsage=critical,keyCertSign")
        return certificate, key

    def issue(self, name, *, names=(), key="ec", subject=None, for_clients=False, days=2):
        """A certificate and its key, as files `name`.pem and `name`.key."""
        made = types.SimpleNamespace(certificate=str(self.path / f"{name}.pem"), key=str(self.path / f"{name}.key"))
        request, extensions = self.path / f"{name}.csr", self.path / f"{name}.ext"
        alternative = ", ".join(f"{'IP' if each[0].isdigit() else 'DNS'}:{each}" for each in names)
        usage = "clientAuth" if for_clients else "serverAuth"
        extensions.write_text(f"extendedKeyUsage = {usage}\n" + (f"subjectAltName = {alternative}\n" if names else ""))
        _openssl("req", "-newkey", *KEYS[key], "-nodes", "-subj", subject or f"/CN={name}", "-keyout", made.key,
                 "-out", request)
        ca, ca_key = (self.client_ca, self._client_ca_key) if for_clients else (self.ca, self._ca_key)
        _openssl("x509", "-req", "-in", request, "-CA", ca, "-CAkey", ca_key, "-CAcreateserial", "-days", days,
                 "-extfile", extensions, "-out", made.certificate)
        return made

    def client(self, *, version=None, alpn=None, certificate=None):
        """What a client believes, and how it introduces itself."""
        context = ssl.create_default_context(cafile=str(self.ca))
        if version:
            context.minimum_version = context.maximum_version = version
        if alpn:
            context.set_alpn_protocols(alpn)
        if certificate:
            context.load_cert_chain(certificate.certificate, certificate.key)
        return context


def options(*issued):
    """For `pushwire serve`."""
    return [word for each in issued for word in ("--tls-cert", each.certificate, "--tls-key", each.key)]
