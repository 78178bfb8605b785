"""The other half of Tests/Tools/check-mail: mail servers, a relay, and what must come of it. Arguments: program, folder."""

import email
import email.policy
import json
import logging
import os
import socket
import ssl
import subprocess
import sys
import time
import warnings

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

program, folder = sys.argv[1:]
# What is refused on purpose is not worth a traceback.
logging.disable(logging.CRITICAL)
warnings.simplefilter("ignore")


class Keeper:
    def __init__(self):
        self.messages = []

    async def handle_DATA(self, server, session, envelope):
        encrypted = server.transport.get_extra_info("ssl_object") is not None
        self.messages.append((session.authenticated, encrypted, envelope))
        return "250 kept"


def authenticate(server, session, envelope, mechanism, data):
    # Not handled: the server itself is to say 535.
    return AuthResult(success=(data.login, data.password) == (b"relay", b"right"), handled=False)


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(folder + "/certificate.pem", folder + "/key.pem")


def serve(**options):
    keeper = Keeper()
    controller = Controller(keeper, hostname="localhost", port=0, authenticator=authenticate, **options)
    # Port 0 lets the system choose; the controller then knocks at the port that it was told, so it has to be asked first.
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        controller.port = probe.getsockname()[1]
    controller.start()
    return controller, keeper


starttls, starttls_keeper = serve(tls_context=context, require_starttls=True, auth_required=True, auth_require_tls=True)
tls, tls_keeper = serve(ssl_context=context, auth_required=True, auth_require_tls=False)
plain, plain_keeper = serve(auth_require_tls=False)


def channel(port, **changes):
    return {
        "kind": "email", "server": f"localhost:{port}", "user": "relay", "password": {"env": "MAIL"},
        "from": "relay@example.com", "from_name": "LeadRelay, Nachtwache ü", "to": ["night@example.com"],
        "trusted_certificates": folder + "/certificate.pem", **changes,
    }


channels = {
    "starttls": channel(starttls.port),
    "tls": channel(tls.port, security="tls"),
    "wrong": channel(starttls.port, password={"env": "WRONG"}),
    "plain": channel(plain.port),
    "untrusted": {k: v for k, v in channel(starttls.port).items() if k != "trusted_certificates"},
}
configuration = {
    "listen": "127.0.0.1:0", "database": folder + "/relay.sqlite", "admin_socket": folder + "/admin.sock",
    "sources": {}, "destinations": {}, "channels": channels, "log": {"level": "error"},
}
with open(folder + "/relay.json5", "w") as file:
    json.dump(configuration, file)
environment = dict(os.environ, MAIL="right", WRONG="wrong")
relay = subprocess.Popen([program, "serve", "--config", folder + "/relay.json5"], env=environment)
failures = []


def check(words, holds):
    print(("ok      " if holds else "FAILED  ") + words)
    if not holds:
        failures.append(words)


def test(name):
    result = subprocess.run(
        [program, "channel", "test", name, "--socket", folder + "/admin.sock"], capture_output=True, text=True, timeout=120)
    return result.returncode == 0, result.stdout + result.stderr


try:
    for _ in range(200):
        if os.path.exists(folder + "/admin.sock"):
            break
        time.sleep(0.05)
    for name, keeper in [("starttls", starttls_keeper), ("tls", tls_keeper)]:
        arrived, words = test(name)
        check(f"{name}: the server has taken it ({words.strip()})", arrived and len(keeper.messages) == 1)
        if not keeper.messages:
            continue
        authenticated, encrypted, envelope = keeper.messages[0]
        check(f"{name}: over TLS and with the login", authenticated and encrypted)
        check(f"{name}: envelope", envelope.mail_from == "relay@example.com" and envelope.rcpt_tos == ["night@example.com"])
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        check(f"{name}: no defects by Python's parser", not message.defects and not any(p.defects for p in message.walk()))
        check(f"{name}: sender's name", message["From"].addresses[0].display_name == "LeadRelay, Nachtwache ü")
        check(f"{name}: subject", f"the channel {name} works" in message["Subject"])
        text = message.get_body(("plain",)).get_content()
        html = message.get_body(("html",)).get_content()
        check(f"{name}: text and HTML say the same", all("nothing has happened" in part for part in (text, html)))
        check(f"{name}: plain text first, HTML beside it", message.get_content_type() == "multipart/alternative"
              and [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"])
        check(f"{name}: HTML has its style in it, also for the dark", all(
            words in html for words in ('style="', "prefers-color-scheme:dark", 'name="color-scheme"')))
        check(f"{name}: HTML loads nothing", not any(
            words in html for words in ("src=", "<link", "<script", "<img", "@import", "url(")))
        check(f"{name}: date and id", message["Date"].datetime is not None and message["Message-ID"].endswith("@example.com>"))
    arrived, words = test("wrong")
    check(f"wrong password: refused ({words.strip()})", not arrived and "535" in words and len(starttls_keeper.messages) == 1)
    arrived, words = test("plain")
    check(f"without STARTTLS: nothing sent ({words.strip()})", not arrived and not plain_keeper.messages)
    arrived, words = test("untrusted")
    check(f"unknown certificate: nothing sent ({words.strip()})", not arrived and len(starttls_keeper.messages) == 1)
finally:
    relay.terminate()
    relay.wait(30)
    for controller in (starttls, tls, plain):
        controller.stop()
sys.exit(1 if failures else 0)
