"""Compares this revision's relay with another one's; started by deploy/bench --against, which builds both.

Both run beside each other with the same configuration, each with a database and a sandbox (of this revision) of its own. The same leads go
to them in slices, to one after the other in alternating order (old new new old ...), so that whatever else the machine does meets both.
What is compared is counted for the relay's process alone: CPU (user and system, all threads, to the nanosecond) and bytes written to the
disk (proc_pid_io(5), write-ahead log included), from the first post until both platforms have the last lead; and the most memory that
it had (VmHWM in proc_pid_status(5)). A pair begins with new processes and empty databases.
"""

import argparse
import base64
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import time

import bench

# Enough for a median, and for seeing how far the pairs lie apart.
LEAST_PAIRS = 5
# Slices of a pair: each about a second, which is shorter than what else a machine does.
SLICES = 20
# Of the machine; beyond it a pair is marked.
BUSY = 0.1
# Seconds until a run counts as stuck.
PATIENCE = 120
FIRST_NAMES = "Erika Max Sofia Jonas Emilia Paul Lena Felix Marie Elias Clara Anton Ida Theo Greta Oskar".split()
LAST_NAMES = "Mustermann Schmidt Fischer Weber Wagner Becker Hoffmann Richter Klein Wolf Neumann Schwarz Zimmermann Krause".split()
CITIES = [("Berlin", "10115"), ("Hamburg", "20095"), ("Köln", "50667"), ("Leipzig", "04109"), ("München", "80331"), ("Bonn", "53111")]
# Where people have their addresses: they are normalised differently. Nothing is sent to them.
PROVIDERS = ["gmail.com", "gmail.com", "gmx.de", "web.de", "outlook.com"]
AGENTS = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:145.0) Gecko/20100101 Firefox/145.0",
]
# Every line of the file is a lead. A connection that has none left begins a request that it never ends, which costs nobody anything; once
# all have, every lead has been answered. wrk takes the first request for itself, to look at.
SCRIPT = """
local file, started, begun, quiet = nil, false, false, 0
local head = "POST /v1/leads HTTP/1.1\\r\\nHost: relay\\r\\nContent-Type: application/json\\r\\nX-LeadRelay-Key: %(key)s\\r\\nContent-Length: "
function init() file = io.open("%(leads)s", "r") end
local function say(text) io.stdout:write(text, "\\n"); io.stdout:flush() end
function request()
  if not started then started = true; return "GET /healthz HTTP/1.1\\r\\nHost: relay\\r\\n\\r\\n" end
  if not begun then begun = true; say("begun") end
  local body = file:read("*l")
  if body then return head .. #body .. "\\r\\n\\r\\n" .. body end
  quiet = quiet + 1
  if quiet == %(connections)d then say("posted") end
  return "GET /healthz HTTP/1.1\\r\\nHost: relay\\r\\n"
end
"""


def click_id(draw, length):
    return base64.urlsafe_b64encode(draw.randbytes(length)).decode().rstrip("=")


def write_leads(name, count, part, draw, now):
    """Leads as landing pages send them, everything in them different from every other one's. Answers the mean length in bytes."""
    size = 0
    # Numbers of addresses and telephones, which no two files share.
    start = part * count
    stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now))
    landed = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now - 1800))
    with open(name, "w", encoding="utf-8") as file:
        for number in range(start, start + count):
            first, last = draw.choice(FIRST_NAMES), draw.choice(LAST_NAMES)
            city, code = draw.choice(CITIES)
            gclid, fbclid, campaign = "Cj0KCQiA" + click_id(draw, 60), "IwAR" + click_id(draw, 42), draw.randrange(20)
            lead = {
                "event_id": f"{draw.getrandbits(64):016x}-{number}", "event": "lead", "occurred_at": stamp,
                "value": round(draw.uniform(20, 900), 2), "currency": "EUR", "campaign_id": f"2145{campaign:04}",
                "adset_id": f"88{campaign:04}{draw.randrange(4)}", "ad_id": f"99{campaign:04}{draw.randrange(16):02}",
                "click": {"gclid": gclid, "fbclid": fbclid, "landed_at": landed,
                          "fbp": f"fb.1.{int(now * 1000) - draw.randrange(10**9)}.{draw.randrange(10**9, 10**10)}"},
                "person": {"email": f"{first}.{last}.{number}@{draw.choice(PROVIDERS)}".lower(), "phone": f"+49 151 {number + 10_000_000}",
                           "first_name": first, "last_name": last, "city": city, "postal_code": code, "country": "DE"},
                "page": {"url": f"https://www.example.com/offer?utm_source=google&utm_campaign=c{campaign}&gclid={gclid}",
                         "referrer": "https://www.google.com/", "form_id": "offer"},
                "client": {"ip": f"91.{draw.randrange(256)}.{draw.randrange(256)}.{draw.randrange(1, 255)}", "user_agent": draw.choice(AGENTS)},
                "consent": {"ad_user_data": "granted", "ad_personalization": "granted"},
                "custom": {"budget": f"{draw.randrange(5, 40)}000", "wishes": "a call in the morning"},
            }
            line = json.dumps(lead, ensure_ascii=False, separators=(",", ":"))
            size += len(line.encode())
            file.write(line + "\n")
    return size / count


def cpu(process):
    """Seconds of CPU that all threads of a process have used, ended ones too: its clock, as clock_getcpuclockid(3) names it."""
    return time.clock_gettime((~process.pid << 3) | 2)


def written(process):
    with open(f"/proc/{process.pid}/io") as file:
        return int(dict(line.split(": ") for line in file.read().splitlines())["write_bytes"])


def memory(process):
    """The most bytes of memory that a process has had at once."""
    with open(f"/proc/{process.pid}/status") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmHWM:"))


def machine():
    """Seconds that the machine's cores were busy, and all their seconds (proc_stat(5))."""
    with open("/proc/stat") as file:
        fields = [int(field) for field in file.readline().split()[1:9]]
    tick = os.sysconf("SC_CLK_TCK")
    return (sum(fields) - fields[3] - fields[4]) / tick, sum(fields) / tick


class Load:
    """wrk over a file of leads."""

    def __init__(self, port, leads):
        with open(bench.path("against.lua"), "w") as file:
            file.write(SCRIPT % {"key": bench.KEY, "leads": leads, "connections": bench.CONNECTIONS})
        self.process = subprocess.Popen(
            ["wrk", "-t1", f"-c{bench.CONNECTIONS}", f"-d{PATIENCE}", "-s", bench.path("against.lua"), f"http://127.0.0.1:{port}"],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def wait(self, word):
        """Answers when the load said so."""
        line = self.process.stdout.readline()
        while line and line.strip() != word:
            line = self.process.stdout.readline()
        if not line:
            sys.exit(f"not all leads were taken within {PATIENCE} s")
        return time.monotonic()

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


class Side:
    """One of the two programs, with a sandbox if it is to forward, and what it cost."""

    def __init__(self, name, program, forwards):
        self.sandbox = bench.Sandbox() if forwards else None
        self.database = f"against-{name}.db"
        self.relay = bench.Relay(
            self.database, sandbox_port=self.sandbox.port if forwards else None, program=program, name=f"against-{name}")
        self.count, self.seconds, self.load_cpu = 0, 0.0, 0.0
        self.cpu_before, self.written_before = cpu(self.relay.process), written(self.relay.process)

    def take(self, leads, count):
        """Takes the leads of a file, and forwards them, if it does."""
        load = Load(self.relay.port, leads)
        try:
            begun = load.wait("begun")
            ended = load.wait("posted")
            self.count += count
            while self.sandbox and min(self.sandbox.unique().values()) < self.count:
                if time.monotonic() > begun + PATIENCE:
                    sys.exit(f"of {self.count} leads only {self.sandbox.unique()} arrived within {PATIENCE} s; see {self.relay.log.name}")
                time.sleep(0.01)
                ended = time.monotonic()
            self.seconds += ended - begun
            self.load_cpu += cpu(load.process)
        finally:
            load.stop()

    def processes(self):
        """Seconds of CPU that everything of ours has used for this side so far."""
        return self.load_cpu + cpu(self.relay.process) + (cpu(self.sandbox.process) if self.sandbox else 0)

    @property
    def cpu(self):
        return (cpu(self.relay.process) - self.cpu_before) / self.count

    @property
    def written(self):
        return (written(self.relay.process) - self.written_before) / self.count

    @property
    def memory(self):
        return memory(self.relay.process)

    @property
    def rate(self):
        return self.count / self.seconds

    def check(self):
        """Every lead was taken, none twice and none put aside: otherwise something else was measured."""
        source = self.relay.status()["sources"][0]
        if source["received"] != self.count or source.get("quarantined", 0) or source.get("duplicates", 0):
            sys.exit(f"the relay has not taken {self.count} good leads: {json.dumps(source)}")

    def stop(self):
        self.relay.stop()
        if self.sandbox:
            self.sandbox.process.terminate()
            self.sandbox.process.wait(30)
        bench.remove(self.database)


class Pair:
    """Both programs beside each other; the slices of leads go to one after the other, while the other one rests."""

    def __init__(self, programs, slices, is_old_first, forwards):
        sides = {name: Side(name, program, forwards) for name, program in programs.items()}
        try:
            before = machine(), time.process_time(), sum(side.processes() for side in sides.values())
            for number, (leads, count) in enumerate(slices):
                # old new new old old new new old ...
                order = ("old", "new") if (number % 2 == 0) == is_old_first else ("new", "old")
                for name in order:
                    sides[name].take(leads, count)
            after = machine(), time.process_time(), sum(side.processes() for side in sides.values())
            ours = after[1] - before[1] + after[2] - before[2]
            self.others = max(0, after[0][0] - before[0][0] - ours) / (after[0][1] - before[0][1])
            self.cpu = [side.cpu for side in sides.values()]
            self.written = [side.written for side in sides.values()]
            self.memory = [side.memory for side in sides.values()]
            self.rate = [side.rate for side in sides.values()]
            for side in sides.values():
                side.check()
        finally:
            for side in sides.values():
                side.stop()


def ratio(values):
    return values[1] / values[0]


def spread(values):
    return f"{statistics.median(values):.3f}  ({min(values):.3f} to {max(values):.3f})"


def main():
    parser = argparse.ArgumentParser(usage="deploy/bench --against REVISION [--pairs 6] [--leads 60000] "
                                           "[--max-cpu 1.03] [--max-written 1.1] [--max-memory 1.1]")
    # What deploy/bench gives.
    for name in ("release", "folder", "program", "revision"):
        parser.add_argument(name, help=argparse.SUPPRESS)
    parser.add_argument("--pairs", type=int, default=6)
    parser.add_argument("--leads", type=int, default=60_000)
    for bar in ("cpu", "written", "memory"):
        parser.add_argument(f"--max-{bar}", type=float, default=None)
    asked = parser.parse_args()
    if asked.pairs < LEAST_PAIRS:
        parser.error(f"fewer than {LEAST_PAIRS} pairs prove nothing")
    os.makedirs(bench.FOLDER, exist_ok=True)
    try:
        # Where it is allowed, everything that is measured goes before whatever else the machine does.
        os.nice(-10)
    except OSError:
        pass
    # A copy of its own, which a build meanwhile does not change.
    shutil.copy2(f"{asked.release}/leadrelay", bench.path("against-new"))
    programs = {"old": os.path.abspath(asked.program), "new": bench.path("against-new")}
    draw, now = random.Random(asked.revision), time.time() - 60
    slices = [(bench.path(f"against-{number}.ndjson"), asked.leads // SLICES) for number in range(SLICES)]
    # Taking is faster than forwarding; it needs more leads to be measured as long.
    intake = [(bench.path(f"against-intake-{number}.ndjson"), 2 * asked.leads // SLICES) for number in range(SLICES)]
    pairs = []
    try:
        size = [write_leads(name, count, number, draw, now) for number, (name, count) in enumerate(slices + intake)][0]
        bench.say(f"{asked.revision} (old) against this tree (new): {asked.pairs} pairs, in each of them to each of the two in turn {SLICES} "
                  f"times {slices[0][1]:,} leads of {size:,.0f} bytes for both platforms, and {SLICES} times {intake[0][1]:,} for intake alone")
        for number in range(asked.pairs):
            is_old_first = number % 2 == 0
            forwarding = Pair(programs, slices, is_old_first, True)
            taking = Pair(programs, intake, is_old_first, False)
            pairs.append((forwarding, taking))
            others = max(forwarding.others, taking.others)
            old, new = (value * 1e6 for value in forwarding.cpu)
            bench.say(
                f"  {number + 1}: CPU {old:.1f} -> {new:.1f} us a lead ({ratio(forwarding.cpu):.3f}); "
                f"end to end {forwarding.rate[0]:,.0f} -> {forwarding.rate[1]:,.0f}/s ({ratio(forwarding.rate):.3f}); "
                f"intake {taking.rate[0]:,.0f} -> {taking.rate[1]:,.0f}/s ({ratio(taking.rate):.3f}); "
                f"written {forwarding.written[0]:,.0f} -> {forwarding.written[1]:,.0f} B a lead ({ratio(forwarding.written):.3f}); "
                f"memory {forwarding.memory[0] / 1e6:.0f} -> {forwarding.memory[1] / 1e6:.0f} MB ({ratio(forwarding.memory):.3f}); "
                f"other programs {others * 100:.0f} % of the machine{', BUSY' if others > BUSY else ''}; {bench.fsync_text()}")
    finally:
        for name in [name for name, _ in slices + intake] + [programs["new"], bench.path("against.lua")]:
            if os.path.exists(name):
                os.remove(name)
    ratios = {
        "cpu": ("CPU of the relay a lead", [ratio(forwarding.cpu) for forwarding, _ in pairs]),
        "written": ("bytes written a lead", [ratio(forwarding.written) for forwarding, _ in pairs]),
        "memory": ("memory at its most", [ratio(forwarding.memory) for forwarding, _ in pairs]),
    }
    bench.say(f"new to old, median of {asked.pairs} pairs (smallest to largest):")
    bench.say(f"  {'throughput end to end':28} {spread([ratio(forwarding.rate) for forwarding, _ in pairs])}")
    bench.say(f"  {'throughput of intake alone':28} {spread([ratio(taking.rate) for _, taking in pairs])}")
    bench.say(f"  {'CPU a lead of intake alone':28} {spread([ratio(taking.cpu) for _, taking in pairs])}")
    for name, values in ratios.values():
        bench.say(f"  {name:28} {spread(values)}")
    busy = sum(max(forwarding.others, taking.others) > BUSY for forwarding, taking in pairs)
    if busy:
        bench.say(f"In {busy} of {asked.pairs} pairs other programs used more than {BUSY * 100:.0f} % of the machine; measure again when it is quiet.")
    missed = False
    for key, (name, values) in ratios.items():
        bar, median = getattr(asked, f"max_{key}"), statistics.median(values)
        if bar is None:
            continue
        missed = missed or median > bar
        bench.say(f"{name}: {median:.3f}, bar {bar:.3f}: {'MISSED' if median > bar else 'kept'}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
