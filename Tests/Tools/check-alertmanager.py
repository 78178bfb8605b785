"""The other half of Tests/Tools/check-alertmanager: our webhook, its reports to us, and our feed of it. Arguments: program, folder."""

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


relay_port = free_port()
with open(folder + "/alertmanager.yml", "w") as file:
    file.write(
        "route: { receiver: hook, group_wait: 0s, group_interval: 1s, group_by: [alert, alertname] }\n"
        f"receivers: [{{ name: hook, webhook_configs: [{{ url: '{base}/theirs', send_resolved: true }},\n"
        f"  {{ url: 'http://127.0.0.1:{relay_port}/hooks/alerts/alertmanager', send_resolved: true,\n"
        f"    http_config: {{ authorization: {{ credentials_file: '{folder}/token' }} }} }}] }}]\n")
port = free_port()


def start_manager():
    return subprocess.Popen(
        ["prometheus-alertmanager", f"--config.file={folder}/alertmanager.yml", f"--storage.path={folder}/am",
         f"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address=", "--log.level=error"])


with open(folder + "/relay.json5", "w") as file:
    json.dump(
        {"listen": f"127.0.0.1:{relay_port}", "database": folder + "/relay.sqlite", "admin_socket": folder + "/admin.sock",
         "sources": {}, "destinations": {}, "channels": {"am": {"kind": "alertmanager", "url": base + "/ours"},
                      "feed": {"kind": "alertmanager_api", "url": f"http://127.0.0.1:{port}"}},
         "routes": [{"tell": ["feed"], "kinds": ["missing_heartbeat"]}],
         "clients": {"acme": {}},
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


def run(*words):
    return subprocess.run(
        [program, *words, "--socket", folder + "/admin.sock"], capture_output=True, text=True, timeout=60)


def open_alerts():
    return json.loads(run("alert", "list", "--json").stdout)["alerts"]


def feed(alerts):
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/v2/alerts", json.dumps(alerts).encode(), {"Content-Type": "application/json"})
    return urllib.request.urlopen(request).status


manager = None
try:
    until(lambda: os.path.exists(folder + "/admin.sock"))
    with open(folder + "/token", "w") as file:
        file.write(run("token", "add", "alertmanager", "--scope", "alerts.report").stdout.strip())
    manager = start_manager()
    until(lambda: urllib.request.urlopen(f"http://127.0.0.1:{port}/-/ready").status == 200)
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
    # Alertmanager itself reports to the relay.
    until(lambda: not open_alerts())
    disk = {"labels": {"alertname": "DiskFull", "severity": "page", "instance": "db-7", "client": "acme"},
            "annotations": {"summary": "Disk of db-7 is full"}}
    feed([disk])
    until(lambda: len(open_alerts()) == 1)
    ours = open_alerts()[0]
    check(f"what Alertmanager reports has a title: {ours['title']}", ours["title"] == "Disk of db-7 is full")
    check("its severity and client are ours", (ours["severity"], ours["client"]) == ("critical", "acme"))
    feed([disk | {"endsAt": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 1))}])
    until(lambda: not open_alerts())
    check("it ends when Alertmanager says so", True)
    # And is fed by its API.
    while not received["/theirs"].empty():
        received["/theirs"].get()
    result = run("channel", "test", "feed")
    check("our alert was taken by Alertmanager's API: " + (result.stdout + result.stderr).strip(), result.returncode == 0)
finally:
    relay.terminate()
    if manager:
        manager.terminate()
        manager.wait(30)
    relay.wait(30)
sys.exit(1 if failures else 0)
