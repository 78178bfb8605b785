"""Measures the relay; started by deploy/bench. Every figure stands beside the fsync latency of the same minutes."""

import datetime
import glob
import http.client
import json
import os
import random
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request

RELEASE, FOLDER, PARTS = sys.argv[1], os.path.abspath(sys.argv[2]), sys.argv[3:]
SECONDS = int(os.environ.get("LEADRELAY_BENCH_SECONDS", "10"))
REUSE = "LEADRELAY_BENCH_REUSE" in os.environ
ROUNDS = 3
CONNECTIONS = 256
KEY = "bench_key"
END_TO_END = 200_000
HISTORY = 5_000_000
OPEN = 1_000_000
# Leads of 500 groups in eight weeks, and how much faster than the clock on the wall they are watched.
WATCHED = 1_000_000
SPEED = 60
CYCLES = 150
PAGES = int(os.environ.get("LEADRELAY_BENCH_PAGES", "10000000"))
WAITING = int(os.environ.get("LEADRELAY_BENCH_LEADS", "500000"))
PACE = 100

# One lead, the same bytes for everybody. Without an event_id each post is a lead of its own.
STATIC = """
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["X-LeadRelay-Key"] = "%s"
wrk.body = '%s'
"""
# Leads with ids of their own, alone or in batches; ends after `total`, if that is not 0.
UNIQUE = """
local total, batch, counter, id = %d, %d, 0, 0
function setup(thread) thread:set("tid", id); id = id + 1 end
local run = "%s"
local function event()
  counter = counter + 1
  return string.format('{"event_id":"%%s-%%d-%%08d","event":"lead","occurred_at":"%s","value":49.9,"currency":"EUR",' ..
    '"campaign_id":"c%%d","ad_id":"a%%d","click":{"gclid":"Cj0KCQiA-%%08d-aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789",' ..
    '"fbclid":"IwAR0-%%08d-abcdefghijk"},"person":{"email":"person%%d@example.com","phone":"+4930901820",' ..
    '"first_name":"Erika","last_name":"Mustermann"},"page":{"url":"https://www.example.com/offer?utm_source=google"},' ..
    '"client":{"ip":"203.0.113.7","user_agent":"Mozilla/5.0 (X11; Linux x86_64)"},' ..
    '"consent":{"ad_user_data":"granted"}}',
    run, tid, counter, counter %% 10, counter %% 50, counter, counter, counter)
end
function request()
  local body
  if batch == 1 then body = event() else
    local events = {}
    for i = 1, batch do events[i] = event() end
    body = "[" .. table.concat(events, ",") .. "]"
  end
  return wrk.format("POST", "/v1/leads", {["Content-Type"]="application/json", ["X-LeadRelay-Key"]="%s"}, body)
end
local answered = 0
function response(status)
  answered = answered + 1
  if total > 0 and answered * batch >= total then wrk.thread:stop() end
end
if total == 0 then response = nil end
"""
EVENT = (
    '{"event":"lead","occurred_at":"' + time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()) + '","value":49.9,"currency":"EUR",'
    '"campaign_id":"c1","ad_id":"a1","click":{"gclid":"Cj0KCQiA-00000001-aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789",'
    '"fbclid":"IwAR0-00000001-abcdefghijk"},"person":{"email":"person1@example.com","phone":"+4930901820",'
    '"first_name":"Erika","last_name":"Mustermann"},"page":{"url":"https://www.example.com/offer?utm_source=google"},'
    '"client":{"ip":"203.0.113.7","user_agent":"Mozilla/5.0 (X11; Linux x86_64)"},"consent":{"ad_user_data":"granted"},'
    '"custom":{"budget":"10000-20000","wishes":"a call in the morning"}}'
)


def say(text=""):
    print(text, flush=True)


def path(name):
    return os.path.join(FOLDER, name)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def get(url, timeout=30):
    with urllib.request.urlopen(url, timeout=timeout) as answer:
        return answer.read()


def await_answer(url, process, seconds=60):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            get(url, 5)
            return
        except OSError:
            if process.poll() is not None:
                sys.exit(f"{url}: the process ended with {process.returncode}")
            time.sleep(0.005)
    sys.exit(f"{url} does not answer")


def remove(name):
    for suffix in ("", "-wal", "-shm", ".lock"):
        if os.path.exists(path(name) + suffix):
            os.remove(path(name) + suffix)


def fsync_latency(count=300):
    """Microseconds for writing 4 KiB at the end of a file and making it durable: median and 99th percentile."""
    with open(path("fsync.tmp"), "wb", buffering=0) as file:
        times = []
        for _ in range(count):
            file.write(b"x" * 4096)
            start = time.perf_counter()
            os.fdatasync(file.fileno())
            times.append((time.perf_counter() - start) * 1e6)
    os.remove(path("fsync.tmp"))
    times.sort()
    return times[count // 2], times[count * 99 // 100]


def fsync_text():
    median, high = fsync_latency()
    return f"fsync of 4 KiB: p50 {median:.0f} us, p99 {high:.0f} us"


class Relay:
    """The release program over a database, without destinations or with both of the sandbox."""

    def __init__(self, database="bench.db", sandbox_port=None, keep=False, more="", program=None, name="relay"):
        self.program = program or f"{RELEASE}/leadrelay"
        if not keep:
            remove(database)
        self.port = free_port()
        self.configuration = path(f"{name}.json5")
        destinations = ""
        if sandbox_port:
            with open(path("secret"), "w") as file:
                file.write("secret")
            os.chmod(path("secret"), 0o600)
            secret = json.dumps({"file": path("secret")})
            endpoint = f'"http://127.0.0.1:{sandbox_port}"'
            destinations = f"""
                google: {{ platform: "google_ads", account: "1234567890", conversion_actions: {{ "*": "987654321" }},
                    credential: {{ client_id: "c", client_secret: {secret}, refresh_token: {secret},
                        token_endpoint: "http://127.0.0.1:{sandbox_port}/token",
                        quota: {{ sending: {{ per_minute: 1000000, per_day: 1000000000 }} }} }},
                    endpoint: {endpoint}, click_age: "0s", pace: {{ batch: 2000 }} }},
                meta: {{ platform: "meta_ads", pixel: "5550001112223", access_token: {secret}, endpoint: {endpoint},
                    event_names: {{ "*": "Lead" }}, pace: {{ batch: 1000 }} }},"""
        with open(self.configuration, "w") as file:
            file.write(f"""{{
                listen: "127.0.0.1:{self.port}", database: "{path(database)}", admin_socket: "{path(f'{name}.sock')}",
                log: {{ level: "warning" }}, {more}
                sources: {{ bench: {{ keys: ["{KEY}"], rate: "unlimited", address_rate: "unlimited" }} }},
                destinations: {{ {destinations} }},
            }}""")
        self.log = open(path(f"{name}.log"), "ab")
        start = time.monotonic()
        self.process = subprocess.Popen(
            [self.program, "serve", "--config", self.configuration], stdout=self.log, stderr=self.log)
        await_answer(f"http://127.0.0.1:{self.port}/readyz", self.process)
        self.ready_after = time.monotonic() - start

    def resident(self):
        """Resident memory in MB."""
        with open(f"/proc/{self.process.pid}/status") as file:
            return int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1)) / 1024

    def command(self, *arguments):
        return subprocess.run(
            [self.program, *arguments, "--config", self.configuration], capture_output=True, text=True)

    def status(self):
        return json.loads(self.command("status", "--json").stdout)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(120)
        self.log.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class Sandbox:
    def __init__(self):
        self.port = free_port()
        self.process = subprocess.Popen(
            [f"{RELEASE}/leadrelay", "sandbox", "--listen", f"127.0.0.1:{self.port}"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        await_answer(f"http://127.0.0.1:{self.port}/sandbox/summary", self.process)

    def unique(self):
        summary = json.loads(get(f"http://127.0.0.1:{self.port}/sandbox/summary"))
        return {name: summary[name]["unique"] for name in ("google_ads", "meta_ads")}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(30)


def write_script(total=0, batch=1):
    if total == 0 and batch == 1:
        with open(path("post.lua"), "w") as file:
            file.write(STATIC % (KEY, EVENT))
        return
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    with open(path("post.lua"), "w") as file:
        file.write(UNIQUE % (total, batch, f"{time.time_ns():x}", now, KEY))


def wrk(port, batch=1, connections=CONNECTIONS, seconds=SECONDS):
    """Posts leads with ids of their own. Returns leads/s and latencies in ms."""
    write_script(batch=batch)
    text = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}", "--latency", "-s", path("post.lua"), f"http://127.0.0.1:{port}/v1/leads"],
        capture_output=True, text=True).stdout
    if "Non-2xx" in text or "Requests/sec" not in text:
        sys.exit(f"the relay refused leads:\n{text}")
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", text).group(1)) * batch
    units = {"us": 0.001, "ms": 1, "s": 1000}
    latency = {}
    for percent, value, unit in re.findall(r"^\s+(\d+)%\s+([\d.]+)(us|ms|s)", text, re.M):
        latency[percent] = float(value) * units[unit]
    return rate, latency


def wrk_999(port):
    """The 99.9th percentile in ms, which wrk tells only to a script."""
    with open(path("post.lua"), "a") as file:
        file.write('\nfunction done(s, latency) io.write(string.format("P999 %f\\n", latency:percentile(99.9) / 1000)) end\n')
    text = subprocess.run(
        ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}", "-s", path("post.lua"), f"http://127.0.0.1:{port}/v1/leads"],
        capture_output=True, text=True).stdout
    return float(re.search(r"P999 ([\d.]+)", text).group(1))


def redis_rate():
    """XADD of the same bytes, every answer after its fsync."""
    port = free_port()
    folder = path("redis")
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    server = subprocess.Popen(
        ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--dir", folder, "--appendonly", "yes",
         "--appendfsync", "always", "--save", "", "--daemonize", "no"], stdout=subprocess.DEVNULL)
    try:
        for _ in range(400):
            if subprocess.run(["redis-cli", "-p", str(port), "ping"], capture_output=True, text=True).stdout.strip() == "PONG":
                break
            time.sleep(0.02)

        def run(count):
            text = subprocess.run(
                ["redis-benchmark", "-p", str(port), "-c", str(CONNECTIONS), "-n", str(count), "-q",
                 "xadd", "leads", "*", "event", EVENT], capture_output=True, text=True).stdout
            return float(re.findall(r"([\d.]+) requests per second", text)[-1])

        # As long as the others: a short run tells how many are needed.
        return run(int(max(20_000, run(40_000) * SECONDS)))
    finally:
        server.terminate()
        server.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def postgres_rate():
    """One prepared INSERT of the same bytes a transaction, synchronous_commit=on."""
    binaries = sorted(f for f in (f"/usr/lib/postgresql/{v}/bin" for v in os.listdir("/usr/lib/postgresql")))[-1]
    folder, port = path("postgres"), free_port()
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    as_user = []
    if os.getuid() == 0:
        # It refuses to run as root.
        shutil.chown(folder, "postgres", "postgres")
        as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        mode = FOLDER
        while mode != "/":
            os.chmod(mode, os.stat(mode).st_mode | 0o011)
            mode = os.path.dirname(mode)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run([*as_user, f"{binaries}/initdb", "-D", folder, "-A", "trust", "-U", "postgres"], check=True, **quiet)
    server = subprocess.Popen(
        [*as_user, f"{binaries}/postgres", "-D", folder, "-p", str(port), "-c", "listen_addresses=127.0.0.1",
         "-c", f"unix_socket_directories={folder}", "-c", f"max_connections={CONNECTIONS + 20}",
         "-c", "shared_buffers=512MB", "-c", "max_wal_size=8GB"], **quiet)
    try:
        connect = ["-h", "127.0.0.1", "-p", str(port), "-U", "postgres"]
        for _ in range(400):
            if subprocess.run([f"{binaries}/pg_isready", *connect], **quiet).returncode == 0:
                break
            time.sleep(0.05)
        subprocess.run(
            [f"{binaries}/psql", *connect, "-c",
             "CREATE TABLE inbox (id bigserial PRIMARY KEY, received_at timestamptz DEFAULT now(), body text NOT NULL)"],
            check=True, **quiet)
        with open(path("insert.sql"), "w") as file:
            file.write(f"INSERT INTO inbox (body) VALUES ('{EVENT}');\n")
        text = subprocess.run(
            [f"{binaries}/pgbench", *connect, "-n", "-M", "prepared", "-c", str(CONNECTIONS), "-j", "2", "-T", str(SECONDS),
             "-f", path("insert.sql"), "postgres"], capture_output=True, text=True).stdout
        return float(re.search(r"tps = ([\d.]+)", text).group(1))
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(60)
        shutil.rmtree(folder, ignore_errors=True)


def intake():
    ours, redis, postgres, p50, p99, p999, fsync = [], [], [], [], [], [], []
    for round in range(ROUNDS):
        fsync.append(fsync_latency()[0])
        with Relay() as relay:
            rate, latency = wrk(relay.port)
            ours.append(rate)
            p50.append(latency["50"])
            p99.append(latency["99"])
            p999.append(wrk_999(relay.port))
        redis.append(redis_rate())
        postgres.append(postgres_rate())
        say(f"  round {round + 1}: relay {ours[-1]:,.0f}/s, Redis {redis[-1]:,.0f}/s, PostgreSQL {postgres[-1]:,.0f}/s, "
            f"fsync p50 {fsync[-1]:.0f} us")
    median = statistics.median
    say(f"durable intake, one lead a request, {CONNECTIONS} connections, median of {ROUNDS} rounds:")
    say(f"  relay {median(ours):,.0f} leads/s; p50 {median(p50):.1f} ms, p99 {median(p99):.1f} ms, p99.9 {median(p999):.1f} ms")
    say(f"  Redis XADD, appendfsync always: {median(redis):,.0f}/s; the relay is {median(ours) / median(redis):.2f}x (bar 0.9x)")
    say(f"  PostgreSQL, one INSERT a transaction: {median(postgres):,.0f}/s; the relay is "
        f"{median(ours) / median(postgres):.2f}x (bar 2x)")


def batch():
    with Relay() as relay:
        rate, latency = wrk(relay.port, batch=100, connections=32)
        say(f"durable intake, 100 leads a request: {rate:,.0f} leads/s (bar 100,000); p50 {latency['50']:.0f} ms, "
            f"p99 {latency['99']:.0f} ms")


def end_to_end():
    with Sandbox() as sandbox, Relay(sandbox_port=sandbox.port) as relay:
        write_script(total=END_TO_END)
        start = time.monotonic()
        # wrk stops posting at the total, but sits out its time.
        load = subprocess.Popen(
            ["wrk", "-t1", f"-c{CONNECTIONS}", "-d300", "-s", path("post.lua"), f"http://127.0.0.1:{relay.port}"],
            stdout=subprocess.DEVNULL)
        posted = None
        while True:
            accepted = sum(source["received"] for source in relay.status()["sources"])
            took = time.monotonic() - start
            if accepted >= END_TO_END:
                posted = posted or took
                if min(sandbox.unique().values()) >= accepted:
                    break
            if took > 180:
                sys.exit(f"not all arrived: {accepted} accepted, {sandbox.unique()}")
            time.sleep(0.1)
        took = time.monotonic() - start
        load.kill()
        load.wait()
        audit = relay.command("audit")
        say(f"end to end, {accepted:,} leads to both platforms: {accepted / took:,.0f} leads/s from the first post to the last "
            f"receipt (bar 8,000); posted within {posted:.1f} s, delivered after {took:.1f} s; "
            f"books {'balance' if audit.returncode == 0 else 'DO NOT balance: ' + audit.stdout}")


def drain():
    """What happens after an outage: leads that wait for both platforms go out as fast as these take them."""
    fill("drain.db", WAITING, "owed")
    shutil.copyfile(path("drain.db"), path("draining.db"))
    with Sandbox() as sandbox, Relay("draining.db", sandbox_port=sandbox.port, keep=True) as relay:
        # The lanes begin with the process.
        start = time.monotonic() - relay.ready_after
        while True:
            destinations = {one["name"]: one for one in relay.status()["destinations"]}
            took = time.monotonic() - start
            if all(one["open"] == 0 for one in destinations.values()):
                break
            if took > 600:
                sys.exit(f"not drained: {destinations}")
            time.sleep(0.2)
        arrived = sandbox.unique()
        audit = relay.command("audit")
        say(f"backlog of {WAITING:,} leads to both platforms: {2 * WAITING / took:,.0f} deliveries/s until the last one is "
            f"settled, after {took:.1f} s (bar 20,000); arrived {arrived['google_ads']:,} and {arrived['meta_ads']:,}; "
            f"books {'balance' if audit.returncode == 0 else 'DO NOT balance: ' + audit.stdout}")
    remove("draining.db")
    if not REUSE:
        remove("drain.db")


def latency():
    """From the acknowledgement of a lead to Meta having it, at a steady pace."""
    acknowledged = {}
    with Sandbox() as sandbox, Relay(sandbox_port=sandbox.port) as relay:
        connection = http.client.HTTPConnection("127.0.0.1", relay.port, timeout=30)
        run = f"{time.time_ns():x}"
        start = time.monotonic()
        for number in range(PACE * SECONDS):
            time.sleep(max(0, start + number / PACE - time.monotonic()))
            name = f"{run}-{number}"
            body = EVENT.replace("{", '{"event_id":"' + name + '",', 1)
            connection.request(
                "POST", "/v1/leads", body, {"Content-Type": "application/json", "X-LeadRelay-Key": KEY})
            answer = connection.getresponse()
            answer.read()
            if answer.status != 202:
                sys.exit(f"the relay answered {answer.status}")
            acknowledged[name] = time.time()
        deadline = time.monotonic() + 30
        while sandbox.unique()["meta_ads"] < len(acknowledged) and time.monotonic() < deadline:
            time.sleep(0.1)
        lines = get(f"http://127.0.0.1:{sandbox.port}/sandbox/received?platform=meta_ads").splitlines()
    times = []
    for line in map(json.loads, lines):
        first = datetime.datetime.fromisoformat(line["first"].replace("Z", "+00:00")).timestamp()
        times.append(max(0, (first - acknowledged[line["id"]]) * 1000))
    if len(times) < len(acknowledged):
        sys.exit(f"only {len(times)} of {len(acknowledged)} leads reached Meta")
    times.sort()
    say(f"from acknowledgement to Meta's answer at {PACE} leads/s, {len(times):,} leads: p50 {times[len(times) // 2]:.0f} ms "
        f"(bar 500), p99 {times[len(times) * 99 // 100]:.0f} ms (bar 1,500)")


def fill(database, count, kind):
    if REUSE and os.path.exists(path(database)):
        return
    remove(database)
    start = time.monotonic()
    subprocess.run([f"{RELEASE}/fill", path(database), str(count), kind], check=True)
    size = os.path.getsize(path(database)) / 1e6
    say(f"  filled with {count:,} {kind} leads in {time.monotonic() - start:.0f} s: {size:,.0f} MB")


def history():
    fill("history.db", HISTORY, "finished")
    empty, full = [], []
    for round in range(ROUNDS):
        with Relay() as relay:
            empty.append(wrk(relay.port)[0])
        with Relay("history.db", keep=True) as relay:
            full.append(wrk(relay.port)[0])
        say(f"  round {round + 1}: empty {empty[-1]:,.0f}/s, with history {full[-1]:,.0f}/s")
    ratio = statistics.median(full) / statistics.median(empty)
    say(f"intake beside {HISTORY:,} finished leads: {ratio * 100:.0f} % of the rate with an empty file (bar 90 %)")
    if not REUSE:
        remove("history.db")


class Visitor:
    """Somebody who has signed in to the console, on one connection."""

    def __init__(self, relay):
        password = "a long enough passphrase"
        added = subprocess.run(
            [f"{RELEASE}/leadrelay", "user", "add", "bench", "--role", "admin", "--password-stdin", "--config", relay.configuration],
            input=password, capture_output=True, text=True)
        if added.returncode != 0 and "is a user" not in added.stderr:
            sys.exit(f"no user: {added.stderr}")
        self.connection = http.client.HTTPConnection("127.0.0.1", relay.port, timeout=60)
        self.cookies = {}
        token = re.search(r'name="form_token" value="([^"]*)"', self.ask("GET", "/login")[1]).group(1)
        status, _ = self.ask("POST", "/login", urllib.parse.urlencode(
            {"form_token": token, "name": "bench", "password": password}))
        if status != 303:
            sys.exit(f"cannot sign in: {status}")

    def ask(self, method, path, body=None):
        headers = {"Accept": "text/html", "Cookie": "; ".join(f"{n}={v}" for n, v in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.split(";")[0]
        return answer.status, answer.read().decode("utf-8", "replace")

    def time(self, path, count):
        """Milliseconds from question to whole answer, sorted."""
        times = []
        for _ in range(count):
            begin = time.perf_counter()
            status, text = self.ask("GET", path)
            times.append((time.perf_counter() - begin) * 1000)
            if status != 200:
                sys.exit(f"{path}: {status} {text[:300]}")
        return sorted(times)


def pages():
    """Every page over ten million leads of 400 days, and intake while pages are clicked."""
    fill("pages.db", PAGES, "history")
    clients = ", ".join(f'client{n}: {{}}' for n in range(10))
    today = datetime.datetime.now(datetime.timezone.utc).date()
    long_ago = today - datetime.timedelta(days=399)
    with Relay("pages.db", sandbox_port=free_port(), keep=True, more=f"clients: {{ {clients} }},") as relay:
        # What the 500 ads of a client cost, each day: in two tables, as one holds at most 100,000 rows.
        for half in (0, 1):
            rows = ["date,campaign_id,adset_id,ad_id,cost,currency"]
            for back in range(half * 200, half * 200 + 200):
                day = today - datetime.timedelta(days=back)
                rows += [f"{day},campaign{ad // 5},adset{ad // 2},ad{ad},{1 + (ad + back) % 97}.5,EUR" for ad in range(1500, 2000)]
            with open(path("spend.csv"), "w") as file:
                file.write("\n".join(rows))
            kept = relay.command("spend", "add", "client3", path("spend.csv"))
            if kept.returncode != 0:
                sys.exit(f"spend: {kept.stderr}")
        visitor = Visitor(relay)
        lead = re.search(r'href="/lead/([0-9a-z]{13})"', visitor.ask("GET", "/live")[1]).group(1)
        # The monitor's first look is not what is measured, nor what an earlier run has left to be judged.
        deadline = time.monotonic() + 300
        while time.monotonic() < deadline and (
                "groups watched" not in relay.command("status").stdout
                or any(source["inbox"] for source in relay.status()["sources"])):
            time.sleep(1)
        whole = f"from={long_ago}&to={today}"
        addresses = [
            "/", "/leads?client=client3", f"/leads?client=client3&{whole}", "/leads?client=client3&group=group61",
            f"/leads?client=client3&group=group61&by=ad&{whole}", f"/leads?client=client3&from={today}&to={today}",
            "/leads?client=client3&q=group6&sort=cost", f"/leads?client=client3&group=group61&campaign=campaign305&{whole}",
            f"/leads?client=client3&group=group61&campaign=campaign305&from={today - datetime.timedelta(days=2)}&to={today}",
            "/leads/list?client=client3", f"/leads/list?client=client3&{whole}", f"/leads/list?client=client3&group=group61&{whole}",
            "/leads/list?client=client3&group=group61&campaign=campaign305&adset=adset762&ad=ad1525",
            f"/leads/list?client=client3&group=group61&campaign=campaign305&adset=adset762&ad=ad1525&{whole}",
            f"/leads/list?client=client3&group=group61&campaign=campaign305&{whole}", f"/leads/list?client=client3&ad=none&{whole}",
            "/leads.csv?client=client3&group=group61&by=ad", "/leads/upload", "/live", "/live?client=client3", "/lead",
            f"/lead/{lead}", "/quarantine", "/alerts", "/alerts?state=all", "/alerts/history",
            "/alerts/calendar", "/alerts/silences", "/group?client=client3&group=group61",
            "/group?client=client3&group=group61&days=28", "/destinations", "/destinations/google", "/books", "/settings",
            "/users", "/audit-log", "/account",
        ]
        slow = 0
        for address in addresses:
            times = visitor.time(address, 40)
            p50, p95 = times[len(times) // 2], times[len(times) * 95 // 100]
            bar = 100 if address == "/" else 50
            slow += p95 >= bar
            say(f"  {p50:6.1f} ms p50, {p95:6.1f} ms p95{'' if p95 < bar else '  ABOVE ' + str(bar)}  {address}")
        say(f"pages over {PAGES:,} leads of 400 days, 200 groups and 5,000 ads: {len(addresses) - slow} of {len(addresses)} within "
            "their bars (p95 50 ms, the first page 100 ms), on one connection")
        quiet, clicked = [], []
        for round in range(ROUNDS):
            quiet.append(wrk(relay.port)[0])
            stop, clicks = threading.Event(), [0]

            def click():
                # As fast as a few people do: a page every 100 ms.
                while not stop.is_set():
                    visitor.ask("GET", addresses[clicks[0] % len(addresses)])
                    clicks[0] += 1
                    stop.wait(0.1)

            thread = threading.Thread(target=click)
            thread.start()
            clicked.append(wrk(relay.port)[0])
            stop.set()
            thread.join()
            say(f"  round {round + 1}: {quiet[-1]:,.0f}/s alone, {clicked[-1]:,.0f}/s with {clicks[0]} pages")
        ratio = statistics.median(clicked) / statistics.median(quiet)
        say(f"intake while pages are clicked: {ratio * 100:.0f} % of its rate without (bar 90 %)")
    if not REUSE:
        remove("pages.db")


def start():
    with Relay() as relay:
        time.sleep(2)
        say(f"idle: {relay.resident():.0f} MB resident (bar 30), ready after {relay.ready_after * 1000:.0f} ms")
    fill("open.db", OPEN, "open")
    # Nobody listens there: everything stays open.
    with Relay("open.db", sandbox_port=free_port(), keep=True) as relay:
        ready = relay.ready_after
        time.sleep(10)
        say(f"with {OPEN:,} open deliveries: ready after {ready * 1000:.0f} ms (bar 1,000), "
            f"{relay.resident():.0f} MB resident (bar 120)")
    if not REUSE:
        remove("open.db")


def thread_seconds(process, name):
    """CPU seconds of a thread of the process, and of the whole process."""
    own = whole = 0
    for task in os.listdir(f"/proc/{process.pid}/task"):
        folder = f"/proc/{process.pid}/task/{task}"
        used = int(open(f"{folder}/schedstat").read().split()[0]) / 1e9
        whole += used
        if open(f"{folder}/comm").read().strip() == name:
            own += used
    return own, whole


def cycles(port):
    """Whole cycles of the monitor so far, and how long the last one took in the program's time."""
    page = get(f"http://127.0.0.1:{port}/metrics").decode()
    whole = re.search(r'^leadrelay_monitor_cycles_total\{end="whole"\} (\S+)', page, re.M)
    failed = re.search(r'^leadrelay_monitor_cycles_total\{end="failed"\} (\S+)', page, re.M)
    if failed and float(failed.group(1)) > 0:
        sys.exit("a cycle of the monitor has failed")
    return int(float(whole.group(1))) if whole else 0


def monitor():
    """500 groups watched by the program itself, whose clock runs faster; half an hour before midnight, when it learns, until after."""
    if not (REUSE and os.path.exists(path("groups.db")) and os.path.exists(path("groups.end"))):
        remove("groups.db")
        began = time.monotonic()
        end = subprocess.run([f"{RELEASE}/fill", path("groups.db"), str(WATCHED), "groups"], check=True, capture_output=True, text=True)
        open(path("groups.end"), "w").write(end.stdout.split()[-1])
        say(f"  filled with {WATCHED:,} leads of 500 groups in eight weeks in {time.monotonic() - began:.0f} s: "
            f"{os.path.getsize(path('groups.db')) / 1e6:,.0f} MB")
    for suffix in ("", "-wal"):
        if os.path.exists(path("groups.db") + suffix):
            shutil.copyfile(path("groups.db") + suffix, path("watched.db") + suffix)
    end, port = int(open(path("groups.end")).read()) / 1000, free_port()
    clients = ", ".join(f'client{n}: {{ time_zone: "{["UTC", "Europe/Berlin", "America/New_York"][n % 3]}" }}' for n in range(50))
    groups = ", ".join(f'{{ group: "group{n}", client: "client{n // 10}", when: {{ campaign_id: "c{n}" }} }}' for n in range(500))
    with open(path("watched.json5"), "w") as file:
        file.write(f"""{{
            listen: "127.0.0.1:{port}", database: "{path("watched.db")}", admin_socket: "{path("admin.sock")}",
            log: {{ level: "warning" }}, clients: {{ {clients} }}, groups: [{groups}],
            sources: {{ bench: {{ keys: ["{KEY}"], rate: "unlimited", address_rate: "unlimited" }} }},
        }}""")
    log = open(path("relay.log"), "ab")
    started = time.monotonic()
    stamp = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(end))
    library = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")[0]
    process = subprocess.Popen(
        # Without a shell in between the library hides the arguments from the program.
        ["sh", "-c", f"exec '{RELEASE}/leadrelay' serve --config '{path('watched.json5')}'"], stdout=log, stderr=log,
        env={**os.environ, "TZ": "UTC", "LD_PRELOAD": library, "FAKETIME": f"@{stamp} x{SPEED}"})
    try:
        await_answer(f"http://127.0.0.1:{port}/readyz", process)
        while cycles(port) < 1:
            time.sleep(0.02)
        first = thread_seconds(process, "monitor")[0]
        weights = [2 ** (n % 8) for n in range(500)]
        per_second = WATCHED / 56 / 86_400 * SPEED
        before, rounds, sent, most = thread_seconds(process, "monitor"), cycles(port), 0, 0
        last = (rounds, before[0])
        begun = time.monotonic()
        while rounds + CYCLES > last[0]:
            time.sleep(0.25)
            if process.poll() is not None:
                sys.exit("the relay has ended")
            moment = end + (time.monotonic() - started) * SPEED
            due = int((time.monotonic() - begun) * per_second) - sent
            stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment - 5))
            events = [{"event": "lead", "occurred_at": stamp, "campaign_id": f"c{n}", "person": {"email": f"p{sent + k}@example.com"}}
                      for k, n in enumerate(random.choices(range(500), weights, k=due))]
            if events:
                post = urllib.request.Request(
                    f"http://127.0.0.1:{port}/v1/leads", json.dumps(events).encode(),
                    {"Content-Type": "application/json", "X-LeadRelay-Key": KEY})
                urllib.request.urlopen(post, timeout=30).read()
            sent += len(events)
            done, used = cycles(port), thread_seconds(process, "monitor")[0]
            if done > last[0]:
                most = max(most, (used - last[1]) / (done - last[0]))
                last = (done, used)
        after, done = thread_seconds(process, "monitor"), last[0] - rounds
        own, whole = after[0] - before[0], after[1] - before[1]
        say(f"500 groups watched through {done} cycles of a minute, {sent:,} leads came meanwhile: {own / done * 1000:.1f} ms of CPU a "
            f"cycle, {own / done / 60 * 100:.3f} % of a core (bar 1 %), the costliest cycle {most * 1000:.0f} ms; the whole process "
            f"{whole / done / 60 * 100:.3f} %; the first cycle after a start, with eight weeks of history: {first * 1000:.0f} ms")
    finally:
        process.terminate()
        process.wait(60)
        log.close()
        remove("watched.db")
        if not REUSE:
            remove("groups.db")


def main():
    os.makedirs(FOLDER, exist_ok=True)
    parts = {"intake": intake, "batch": batch, "end-to-end": end_to_end, "drain": drain, "latency": latency, "history": history,
             "pages": pages, "start": start, "monitor": monitor}
    unknown = [name for name in PARTS if name not in parts and name != "fsync"]
    if unknown:
        sys.exit(f"there is no part called {unknown[0]}; there are: fsync {' '.join(parts)}")
    model = re.search(r"model name\s*: (.*)", open("/proc/cpuinfo").read())
    say(f"{time.strftime('%Y-%m-%d', time.gmtime())}, {os.cpu_count()} cores ({model.group(1) if model else 'unknown'}), "
        f"shared with the load generator and everything it is compared with")
    for name, part in parts.items():
        if PARTS and name not in PARTS:
            continue
        say(f"\n{fsync_text()}")
        part()
    if PARTS == ["fsync"]:
        say(fsync_text())


if __name__ == "__main__":
    main()
