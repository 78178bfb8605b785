"""The other half of deploy/check-alertmanager. Arguments: program, folder."""

import http.server
import json
import os
import queue
import socket
import subprocess
import sys
import threading
import time
import urllib.request

program, folder = sys.argv[1:]
received = {"/ours": queue.Queue(), "/theirs": queue.Queue()}


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        received[self.path].put(json.loads(body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *arguments):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
threading.Thread(target=server.serve_forever, daemon=True).start()
base = f"http://127.0.0.1:{server.server_port}"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(what, seconds=30):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if what():
                return
        except OSError:
            pass
        time.sleep(0.1)
    sys.exit("it does not start")


failures = []


def check(words, holds):
    print(("ok      " if holds else "FAILED  ") + words)
    if not holds:
        failures.append(words)


with open(folder + "/alertmanager.yml", "w") as file:
    file.write(
        "route: { receiver: hook, group_wait: 0s, group_interval: 1s, group_by: [alert] }\n"
        f"receivers: [{{ name: hook, webhook_configs: [{{ url: '{base}/theirs', send_resolved: true }}] }}]\n")
port = free_port()
manager = subprocess.Popen(
    ["prometheus-alertmanager", f"--config.file={folder}/alertmanager.yml", f"--storage.path={folder}/am",
     f"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address=", "--log.level=error"])
with open(folder + "/relay.json5", "w") as file:
    json.dump(
        {"listen": "127.0.0.1:0", "database": folder + "/relay.sqlite", "admin_socket": folder + "/admin.sock",
         "sources": {}, "destinations": {}, "channels": {"am": {"kind": "alertmanager", "url": base + "/ours"}},
         "log": {"level": "error"}}, file)
relay = subprocess.Popen([program, "serve", "--config", folder + "/relay.json5"])


def shape(value):
    """Types of all members; label and annotation names are the sender's own."""
    if isinstance(value, dict):
        free = {"labels", "annotations", "groupLabels", "commonLabels", "commonAnnotations"}
        return {name: "texts" if name in free and all(isinstance(v, str) for v in inner.values()) else shape(inner)
                for name, inner in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return type(value).__name__


try:
    until(lambda: urllib.request.urlopen(f"http://127.0.0.1:{port}/-/ready").status == 200)
    until(lambda: os.path.exists(folder + "/admin.sock"))
    result = subprocess.run(
        [program, "channel", "test", "am", "--socket", folder + "/admin.sock"], capture_output=True, text=True, timeout=60)
    check("our message was taken: " + (result.stdout + result.stderr).strip(), result.returncode == 0)
    firing, resolved = (received["/ours"].get(timeout=10) for _ in range(2))
    check("first firing, then resolved", (firing["status"], resolved["status"]) == ("firing", "resolved"))
    # What Alertmanager's own interface takes.
    for message in (firing, resolved):
        alerts = []
        for alert in message["alerts"]:
            fed = {name: alert[name] for name in ("labels", "annotations", "startsAt")}
            if message["status"] == "resolved":
                fed["endsAt"] = alert["endsAt"]
            alerts.append(fed)
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/api/v2/alerts", json.dumps(alerts).encode(), {"Content-Type": "application/json"})
        check(f"Alertmanager takes our {message['status']} alert", urllib.request.urlopen(request).status == 200)
        theirs = received["/theirs"].get(timeout=30)
        check(f"it tells the same: {theirs['status']}", theirs["status"] == message["status"])
        check("labels have arrived as they were", theirs["alerts"][0]["labels"] == message["alerts"][0]["labels"])
        missing = {name: kind for name, kind in shape(theirs).items() if shape(message).get(name) != kind}
        check(f"every member of its message is in ours, of the same type {missing or ''}", not missing)
        check("version", theirs["version"] == message["version"] == "4")
finally:
    relay.terminate()
    manager.terminate()
    relay.wait(30)
    manager.wait(30)
sys.exit(1 if failures else 0)
