#!/usr/bin/env python3
"""Hostile traffic: installations whose leads do not come in smooth curves, with labelled faults.

  python shapes.py --kind hours --seed 1 --out out/hours1      # files as gen.py writes them

Each kind is one installation (see KINDS). What is random is drawn as in gen.py, so the same kind and seed give the same files."""
import argparse, json
import numpy as np
import gen
from gen import DAY, EVAL0, NSLOT, Rng, SPD, STEP, T0, T1

KINDS = {
    "hours": "12 groups of 20 leads a day, Monday to Friday 9 to 18 sharp",
    "shifts": "16 groups with lunch breaks, quarter hours, Saturday mornings, evenings only, weekends only",
    "pairs": "20 clients with two groups each, all with sharp hours, and nobody else in the installation",
    "nightly": "16 groups that upload once a night, some of them late at times, some only after working days",
    "bursts": "40 groups with two mailings a week: 4 to 10 times the usual for 1 to 3 hours",
    "floods": "40 groups, every other one with floods of bots: 10 to 50 times the usual for 6 to 72 hours",
    "mixed": "some of each in one installation, 120 groups",
    "holiday": "60 ordinary groups of one country, everything at 15 % on two days that nobody has entered",
}
NUMBERS = {name: number for number, name in enumerate(KINDS)}
HOLIDAYS = [gen.utc(2026, 2, 18, 23), gen.utc(2026, 3, 18, 23)]     # two Thursdays in Berlin


def is_holiday(moment):
    """Whether an alert of this moment may be of one of the days that nobody has entered, or of the day after."""
    return any(start <= moment < start + 2 * DAY for start in HOLIDAYS)


class World:
    """An installation in the making: its groups, their true rates (leads per slot) and what is broken when."""

    def __init__(self, kind, seed):
        self.key = (seed, 100 + NUMBERS[kind])
        self.groups, self.rates, self.labels, self.faults, self.clients = [], [], [], [], 0

    def rng(self, *key):
        return Rng(*self.key, *key)

    def client(self, zone="Europe/Berlin"):
        self.clients += 1
        return dict(id="c%02d" % (self.clients - 1), tz=zone, day=np.exp(.06 * self.rng(2, self.clients).n(NSLOT // SPD + 3)))

    def add(self, client, kind, daily, shape, own=.15):
        """A group; `shape(how, hod)` gives relative rates for each slot. `own`: how much its days differ."""
        number = len(self.groups)
        r = self.rng(3, number)
        how, hod, day = gen.local_index(client["tz"])
        lam = shape(how, hod)
        lam = lam / lam.mean() * daily / SPD
        index = day - day.min()
        count = int(index.max()) + 1
        drift = np.exp(np.cumsum(.015 * r.n(count)))
        blocks = np.repeat(r.n(NSLOT // 24 + 1), 24)[:NSLOT]
        lam = lam * (drift * np.exp(own * r.n(count) - own * own / 2))[index] * client["day"][index] * np.exp(.15 * blocks - .011)
        self.groups.append(dict(
            group="g%03d" % number, client=client["id"], tz=client["tz"], created=T0,
            planned_daily=round(daily * float(np.exp(.35 * r.n())), 1), _daily=daily, _kind=kind))
        self.rates.append(lam)
        return number

    def fail(self, scope, kind, start, end, members):
        """All of their leads are lost; only where that costs enough leads to be worth it."""
        start, end = start - start % STEP, end - end % STEP
        a, b = (start - T0) // STEP, (end - T0) // STEP
        lost = float(sum((self.rates[g][a:b]).sum() for g in members))
        self.faults.append((a, b, members))
        self.labels.append(dict(id="F-%s-%d" % (scope, a), type=kind, scope=scope, start=start, end=end, factor=0.0,
                                _lost=lost, _expected=lost))


def sharp(days, *hours):
    """Open on these days (Monday is 0), in these hours of the day, and closed otherwise."""
    def shape(how, hod):
        weekday, minute = how // 24, how % 24 + hod % 1
        return np.isin(weekday, days) * sum(((minute >= a) & (minute < b)).astype(float) for a, b in hours)
    return shape


def smooth(r):
    kind = r.pick([("consumer", .4), ("b2b", .25), ("local", .2), ("always", .15)])
    week = gen.archetype(kind) * np.exp(.1 * r.n(168))
    return lambda how, hod: week[how]


def upload(r, days=range(7), late=.05):
    """The leads of a day come together, a few minutes after a time of the night; on some nights an hour or so late."""
    at, delays, lates = r.uni(1, 5), r.uni(0, .3, 400), r.u(400)
    def shape(how, hod):
        rate = np.zeros(NSLOT)
        nights = np.flatnonzero(np.diff(np.floor(hod)) < 0) + 1
        for night, start in enumerate(nights):
            if int(how[start]) // 24 not in days: continue
            delay = at + delays[night] + (1.2 if lates[night] < late else 0)
            place = start + int(delay * 12)
            if place + 1 < NSLOT: rate[place:place + 2] = 1
        return rate
    return shape


def volume(r):
    return float(np.clip(20 * np.exp(1.0 * r.n()), 3, 300))


WORK, ALL = list(range(5)), list(range(7))


def hours(w, clients=4):
    for _ in range(clients):
        c = w.client()
        for _ in range(3): w.add(c, "hours", 20, sharp(WORK, (9, 18)))


def shifts(w, clients=4):
    plans = [sharp(WORK, (8.25, 12), (13, 17.5)), sharp(WORK + [5], (8, 12.75)), sharp(ALL, (17, 21.5)), sharp([5, 6], (10, 20))]
    for plan in plans[:clients]:
        c = w.client()
        for _ in range(4): w.add(c, "shifts", volume(w.rng(4, len(w.groups))), plan)


def pairs(w, clients=20):
    for _ in range(clients):
        c = w.client()
        r = w.rng(5, w.clients)
        plan = sharp(WORK, (r.i(30, 40) / 4, r.i(64, 80) / 4))
        for _ in range(2): w.add(c, "pairs", volume(w.rng(4, len(w.groups))), plan)


def nightly(w, clients=4):
    for k in range(clients):
        c = w.client()
        r = w.rng(5, w.clients)
        plan = upload(r, [1, 2, 3, 4, 5] if k % 4 == 3 else ALL)
        for _ in range(4): w.add(c, "nightly", volume(w.rng(4, len(w.groups))), plan)


def ordinary(w, clients=12, each=5):
    for _ in range(clients):
        c = w.client()
        for _ in range(each):
            r = w.rng(4, len(w.groups))
            w.add(c, "ordinary", volume(r), smooth(r))


def bursts(w, clients=10):
    first = len(w.groups)
    ordinary(w, clients, 4)
    for g in range(first, len(w.groups)):
        r = w.rng(6, g)
        w.groups[g]["_kind"] = "bursts"
        for week in range(13):
            for _ in range(2):
                a = week * 7 * SPD + r.i(0, 7 * SPD)
                w.rates[g][a:a + r.i(12, 36)] *= r.uni(4, 10)


def floods(w, clients=10):
    first = len(w.groups)
    ordinary(w, clients, 4)
    for g in range(first, len(w.groups)):
        r = w.rng(6, g)
        w.groups[g]["_kind"] = "floods"
        if g % 2: continue
        for _ in range(r.i(1, 4)):
            a = r.i(10 * SPD, NSLOT - 10 * SPD)
            b = a + r.i(6 * 12, 72 * 12)
            w.rates[g][a:b] += w.rates[g].mean() * r.uni(10, 50)


def mixed(w):
    hours(w); nightly(w, 2); pairs(w, 6); bursts(w, 5); floods(w, 5); ordinary(w, 8); shifts(w, 2)


def world(kind, seed):
    w = World(kind, seed)
    (ordinary if kind == "holiday" else globals()[kind])(w)
    if kind == "holiday":
        for start in HOLIDAYS:
            a = (start - T0) // STEP
            for rate in w.rates: rate[a:a + SPD] *= .15
    faults(w)
    factor = np.ones((len(w.groups), NSLOT), np.float32)
    for a, b, members in w.faults: factor[members, a:b] = 0
    w.labels.sort(key=lambda l: (l["start"], l["id"]))
    return w.groups, np.array(w.rates), factor, [], w.labels


def faults(w):
    """One outage for every other group, each at least a day of its own long, and one for every third client."""
    members, taken = {}, {}
    for g, group in enumerate(w.groups): members.setdefault(group["client"], []).append(g)
    near = lambda g, s, e: any(s < b + 5 * DAY and e > a - 5 * DAY for a, b in taken.get(g, []) + [(h, h + 2 * DAY) for h in HOLIDAYS])
    for k, (client, mine) in enumerate(members.items()):
        if k % 3 == 0: place(w, client, "client_outage", mine, w.rng(7, k), near, taken)
    for g, group in enumerate(w.groups):
        if w.rng(8, g).u() < .5: place(w, group["group"], "outage", [g], w.rng(9, g), near, taken)


def place(w, scope, kind, mine, r, near, taken):
    for _ in range(20):
        s = EVAL0 + 3 * DAY + r.i(0, 48 * DAY)
        e = s + int(r.uni(12, 72) * 3600)
        rate = sum(w.rates[g][(s - T0) // STEP:(e - T0) // STEP].sum() for g in mine)
        if rate < 10 or any(near(g, s, e) for g in mine): continue
        for g in mine: taken.setdefault(g, []).append((s, e))
        w.fail(scope, kind, s, e, mine)
        return


def emit(kind, seed, out):
    return gen.write(out, *world(kind, seed), meta=dict(kind=kind, seed=seed))


if __name__ == "__main__":
    p = argparse.ArgumentParser()
    p.add_argument("--kind", choices=KINDS, required=True); p.add_argument("--seed", type=int, required=True)
    p.add_argument("--out", required=True)
    a = p.parse_args()
    print(json.dumps(emit(a.kind, a.seed, a.out)))
