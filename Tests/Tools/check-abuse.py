"""The other half of Tests/Tools/check-abuse. Arguments: program, folder, and --long or nothing."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request

program, folder, length = sys.argv[1:]
long = length == "--long"
invented = 300_000 if long else 20_000
unfinished = 2_000 if long else 500
batch = 500
# Resident memory in MB, whatever strangers do.
bound = 200

failures = []


def check(words, holds):
    print(("ok      " if holds else "FAILED  ") + words, flush=True)
    if not holds:
        failures.append(words)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


port = free_port()
configuration = {
    "listen": f"127.0.0.1:{port}",
    "database": folder + "/relay.sqlite",
    "admin_socket": folder + "/admin.sock",
    "log": {"level": "error"},
    # All of these come from one address here.
    "limits": {"connections_per_address": 5_000},
    "clients": {"acme": {}, "beta": {}},
    "sources": {
        "attacked": {"keys": "pk_public", "client": "acme", "rate": "unlimited", "address_rate": "unlimited"},
        "others": {"keys": "pk_others", "client": "beta", "rate": "unlimited", "address_rate": "unlimited"},
    },
    "destinations": {},
}
with open(folder + "/relay.json5", "w") as file:
    json.dump(configuration, file)


def start():
    relay = subprocess.Popen([program, "serve", "--config", folder + "/relay.json5"])
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            if urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5).status == 200:
                return relay
        except OSError:
            time.sleep(0.1)
    sys.exit("the relay does not get ready")


def memory(relay):
    """Resident memory now and at most, in MB."""
    with open(f"/proc/{relay.pid}/status") as file:
        lines = dict(line.split(":", 1) for line in file)
    return [int(lines[name].split()[0]) // 1024 for name in ("VmRSS", "VmHWM")]


def processor_time(relay):
    """Seconds of the processor that the relay has used: what a question costs, whoever else is at work here."""
    with open(f"/proc/{relay.pid}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def admin(path):
    connection = http.client.HTTPConnection("localhost", timeout=120)
    connection.sock = socket.socket(socket.AF_UNIX)
    connection.sock.settimeout(120)
    connection.sock.connect(folder + "/admin.sock")
    connection.request("GET", path)
    answer = connection.getresponse()
    return answer.status, json.loads(answer.read())


def post(connection, key, events, headers={}):
    body = json.dumps(events)
    connection.request(
        "POST", "/v1/leads", body, {"Content-Type": "application/json", "X-LeadRelay-Key": key, **headers})
    answer = connection.getresponse()
    answer.read()
    return answer.status


class Others(threading.Thread):
    """A page of somebody else: a lead every 50 ms, each of which must be taken."""

    def __init__(self):
        super().__init__(daemon=True)
        self.taken, self.refused, self.slowest = 0, [], 0.0
        self.stopping = threading.Event()

    def run(self):
        number = 0
        while not self.stopping.wait(0.05):
            number += 1
            event = {"event_id": f"other-{os.getpid()}-{id(self)}-{number}", "event": "lead", "campaign_group": "solar",
                     "person": {"email": f"other{number}@example.org"}}
            began = time.monotonic()
            try:
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
                status = post(connection, "pk_others", event)
                connection.close()
            except OSError as error:
                status = repr(error)
            self.slowest = max(self.slowest, time.monotonic() - began)
            if status == 202:
                self.taken += 1
            else:
                self.refused.append(status)


def flood(kind, event, key=lambda number: "pk_public", headers=lambda number: {}, together=batch, count=invented):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.connect()
    connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    answers = {}
    for first in range(0, count, together):
        events = [event(number) for number in range(first, min(first + together, count))]
        while True:
            status = post(connection, key(first), events if together > 1 else events[0], headers(first))
            answers[status] = answers.get(status, 0) + 1
            if status not in (429, 503):
                break
            time.sleep(0.2)
    connection.close()
    print(f"        {count} {kind}: answers {answers}", flush=True)


def event(number, **more):
    return {"event_id": f"{number}", "event": "lead", "person": {"email": f"a{number}@example.org"}, **more}


def settle(relay):
    """Until everything is judged and the monitor has looked at it."""
    end = time.monotonic() + 600
    while time.monotonic() < end:
        status, document = admin("/api/status")
        if all(source["inbox"] == 0 for source in document["sources"]):
            break
        time.sleep(0.5)
    cycles = admin("/api/status")[1]["monitor"]["cycles"]
    while time.monotonic() < end and admin("/api/status")[1]["monitor"]["cycles"] < cycles + 2:
        time.sleep(1)


relay = start()
others = Others()
others.start()
print(f"        at first: {memory(relay)[0]} MB")
flood("groups", lambda n: event(n, campaign_group=f"invented group {n}", campaign_id=f"c{n}", adset_id=f"s{n}", ad_id=f"a{n}"))
flood("event ids that come twice", lambda n: event(n, campaign_group="again"), count=invented // 10)
flood("keys and pages that no source has", lambda n: event(n, page={"url": f"https://page{n}.example/"}), together=1,
      key=lambda n: f"pk_invented_{n}", headers=lambda n: {"Origin": f"https://page{n}.example"})
flood("idempotency keys", lambda n: event(f"i{n}", campaign_group="again"), together=1, count=invented // 10,
      headers=lambda n: {"Idempotency-Key": f"key-{n}"})
flood("custom fields", lambda n: event(f"f{n}", campaign_group="again", custom={f"field{n}": "x"}))
flood("times a key that was retired", lambda n: event(f"r{n}"), key=lambda n: "pk_retired", together=1, count=20)
settle(relay)
now, most = memory(relay)
check(f"after {invented} invented names and two cycles of the monitor: {now} MB, at most {most} MB", most < bound)

open_bodies = []
for number in range(unfinished):
    body = socket.create_connection(("127.0.0.1", port))
    body.settimeout(5)
    try:
        body.sendall(b"POST /v1/leads HTTP/1.1\r\nHost: x\r\nX-LeadRelay-Key: pk_public\r\n"
                     b"Content-Type: application/json\r\nContent-Length: 200000\r\n\r\n" + b"[" + b" " * 99_999)
    except OSError:
        pass  # Refused: that is what a bound is for.
    open_bodies.append(body)
time.sleep(2)
now, most = memory(relay)
check(f"with {unfinished} unfinished bodies of 100 kB: {now} MB, at most {most} MB", most < bound)
for body in open_bodies:
    body.close()

# What pages ask: each of them shows what one of these answers.
for question in ["figures?client=acme", "figures?client=acme&by=ad&group=invented%20group%201", "leads?client=acme", "sources",
                 "status", "alerts?state=open"]:
    began, used = time.monotonic(), processor_time(relay)
    status, document = admin("/api/" + question)
    took, used = time.monotonic() - began, processor_time(relay) - used
    rows = len(document.get("rows", []))
    check(f"/api/{question} over {invented} groups: {status}, {rows} rows in {took:.1f} s, {used:.2f} s of the processor",
          status == 200 and used < 2)
now, most = memory(relay)
check(f"after these questions: {now} MB, at most {most} MB", most < bound)
began = time.monotonic()
metrics = urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=60).read()
check(f"/metrics has {len(metrics)} bytes in {time.monotonic() - began:.2f} s", len(metrics) < 2_000_000)
alerts = {alert["key"] for alert in admin("/api/alerts?state=open")[1]["alerts"]}
check("an alert says that too many groups come", "too_many_groups client:acme" in alerts)
check("an alert says that a key comes again and again that no source has", any("unknown_key" in key for key in alerts))

others.stopping.set()
others.join()
check(f"all {others.taken} leads of others were taken, the slowest in {others.slowest:.2f} s", not others.refused)
if others.refused:
    print("        refused:", others.refused[:10])

relay.send_signal(signal.SIGKILL)
relay.wait()
relay = start()
others = Others()
others.start()
settle(relay)
others.stopping.set()
others.join()
now, most = memory(relay)
check(f"after a restart and two cycles: {now} MB, at most {most} MB", most < bound)
check(f"and all {others.taken} leads of others were taken", not others.refused and others.taken > 0)
counted = admin("/api/figures?client=beta&group=solar")[1]["total"]["leads"]
check(f"every acknowledged lead of others is counted: {counted}", counted >= others.taken)
relay.send_signal(signal.SIGTERM)
check("it ends as it should", relay.wait(timeout=30) == 0)
sys.exit(1 if failures else 0)
