#!/usr/bin/env python3
"""Scores alerts against labels.

  python score.py --labels labels.jsonl --groups groups.jsonl --alerts alerts.jsonl

alerts.jsonl: {"scope":"g017"|"c03"|"all","opened":"2026-02-03T10:05:00Z","resolved":"..."|null}
Rules: an alert opened inside [fault start, fault end] on a scope that covers, or is
covered by, the fault's scope belongs to the fault; up to 24 h after the end it is 'late' (neither
detection nor false alarm); an alert already open at the start 'masks' the fault; all others are false."""
import argparse, bisect, json
from datetime import datetime, timezone
import numpy as np
EVAL0 = int(datetime(2026, 2, 2, tzinfo=timezone.utc).timestamp())
T1 = int(datetime(2026, 3, 30, tzinfo=timezone.utc).timestamp())
LATE = 24 * 3600
MONTH = 30 * 86400.0


def ts(x):
    return x if isinstance(x, (int, float)) else int(datetime.fromisoformat(x.replace("Z", "+00:00")).timestamp())


def score(groups, labels, alerts, volume):
    client = {g["group"]: g["client"] for g in groups}
    members = {}
    for g in groups: members.setdefault(g["client"], []).append(g["group"])
    def cover(scope): return list(client) if scope == "all" else members.get(scope, [scope])
    al = [dict(a, opened=ts(a["opened"]), resolved=ts(a["resolved"]) if a.get("resolved") else T1) for a in alerts]
    al = [a for a in al if a["opened"] >= EVAL0]
    bygroup = {g: [] for g in client}
    for i, a in enumerate(al):
        for g in cover(a["scope"]): bygroup[g].append(i)
    owner = [None] * len(al); late = [False] * len(al)
    res = []
    for l in labels:
        s, e = ts(l["start"]), ts(l["end"])
        gs = cover(l["scope"])
        idx = sorted({i for g in gs for i in bygroup[g]}, key=lambda i: al[i]["opened"])
        if l["scope"] not in client:                 # parent fault: an alert on one group is not its detection
            det = [i for i in idx if s <= al[i]["opened"] <= e and al[i]["scope"] in ("all", l["scope"])]
        else:
            det = [i for i in idx if s <= al[i]["opened"] <= e]
        inside = [i for i in idx if s <= al[i]["opened"] <= e]
        for i in inside:
            if owner[i] is None: owner[i] = l["id"]
        for i in idx:
            if e < al[i]["opened"] <= e + LATE: late[i] = True
        masked = any(al[i]["opened"] < s < al[i]["resolved"] for i in idx) if len(gs) == 1 else False
        vol = volume.get(l["scope"])
        res.append(dict(id=l["id"], type=l["type"], scope=l["scope"], detected=bool(det), masked=masked and not det,
                        delay=(al[det[0]]["opened"] - s) / 3600.0 if det else None,
                        alerts=len(inside), dur=(e - s) / 3600.0, lost=l.get("lost"), expected=l.get("expected"), vol=vol))
    false = [i for i in range(len(al)) if owner[i] is None and not late[i]]
    # fault-free exposure per group, in months
    expo = {}
    for g in groups:
        t = max(EVAL0, ts(g["created"]) + 86400); tot = max(0, T1 - t)
        iv = sorted((max(t, ts(l["start"])), min(T1, ts(l["end"]) + LATE)) for l in labels if g["group"] in cover(l["scope"]))
        cur = t
        for a, b in iv:
            a = max(a, cur)
            if b > a: tot -= b - a; cur = b
        expo[g["group"]] = tot / MONTH
    fa = {}
    for i in false:
        k = al[i]["scope"]; fa[k] = fa.get(k, 0) + 1
    return dict(res=res, false=false, fa=fa, expo=expo, nalerts=len(al))


BANDS = [("<5/day", 0, 5), ("5-20/day", 5, 20), ("20-100/day", 20, 100), (">100/day", 100, 1e9)]


def summary(sc, volume):
    o = {}
    months = sum(sc["expo"].values())
    nfa = sum(sc["fa"].values())
    o["group_months"] = round(months, 1); o["false_alarms"] = nfa; o["fa_per_group_month"] = nfa / months
    o["fa_band"] = {n: (sum(v for k, v in sc["fa"].items() if k in volume and a <= volume[k] < b) /
                        max(1e-9, sum(v for k, v in sc["expo"].items() if a <= volume[k] < b))) for n, a, b in BANDS}
    for typ in ("outage", "drop80", "drop50", "decline", "client_outage", "intake_down"):
        r = [x for x in sc["res"] if x["type"] == typ]
        if not r: continue
        d = [x["delay"] for x in r if x["detected"]]
        big = [x for x in r if (x["expected"] or 0) >= 10]
        o[typ] = dict(n=len(r), detected=sum(x["detected"] for x in r), masked=sum(x["masked"] for x in r),
                      p50=float(np.median(d)) if d else None, p90=float(np.percentile(d, 90)) if d else None,
                      miss=1 - sum(x["detected"] for x in r) / len(r),
                      n10=len(big), miss10=(1 - sum(x["detected"] for x in big) / len(big)) if big else None,
                      n_lost20=len([x for x in r if (x["lost"] or 0) >= 20]),
                      miss_lost20=(lambda q: 1 - sum(x["detected"] for x in q) / len(q) if q else None)([x for x in r if (x["lost"] or 0) >= 20]),
                      alerts_per_fault=float(np.mean([x["alerts"] for x in r])))
    return o


def levels(list_of_sc):
    """False alarms per group-month on groups, clients and the intake."""
    months = sum(sum(sc["expo"].values()) for sc in list_of_sc)
    def rate(level): return sum(n for sc in list_of_sc for scope, n in sc["fa"].items() if level(sc, scope)) / months
    return (rate(lambda sc, scope: scope in sc["expo"]), rate(lambda sc, scope: scope not in sc["expo"] and scope != "all"),
            rate(lambda sc, scope: scope == "all"))


def merge(list_of_sc, volumes):
    """pool several seeds"""
    res, fa, expo, vol = [], {}, {}, {}
    for k, (sc, v) in enumerate(zip(list_of_sc, volumes)):
        res += sc["res"]
        for n, x in sc["fa"].items(): fa["%d/%s" % (k, n)] = x
        for n, x in sc["expo"].items(): expo["%d/%s" % (k, n)] = x
        for n, x in v.items(): vol["%d/%s" % (k, n)] = x
    return dict(res=res, fa=fa, expo=expo), vol


if __name__ == "__main__":
    p = argparse.ArgumentParser()
    for k in ("labels", "groups", "alerts"): p.add_argument("--" + k, required=True)
    p.add_argument("--trace", help="to split by volume (optional)")
    a = p.parse_args()
    L = [json.loads(x) for x in open(a.labels)]; Gs = [json.loads(x) for x in open(a.groups)]
    A = [json.loads(x) for x in open(a.alerts)]
    vol = {g["group"]: g["planned_daily"] for g in Gs}
    print(json.dumps(summary(score(Gs, L, A, vol), vol), indent=1))
