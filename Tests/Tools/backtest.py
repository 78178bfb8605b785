"""Generates traffic, runs `leadrelay backtest` on it, scores it, and prints the figures beside the bar. Started by Tests/Tools/backtest."""
import argparse, json, os, resource, subprocess, sys, venv

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PACKAGES = ["numpy==2.4.6", "tzdata==2025.2"]
SIMULATION = os.path.join(ROOT, "Tests", "Simulation")
FOLDER = os.path.join(ROOT, ".run", "simulation")


# False alarms per group and month that no kind of installation may exceed. It wants five seeds: the smallest kind has 21 group-months a
# seed, in which chance alone makes twice as many of them.
MOST_FALSE_ALARMS = 0.13
# Wanted is none; one is left in 358 group-months (contracts/detection.md).
MOST_BY_EDGES = 0.003
HOLIDAY_ALERTS = 3
# Budgets of the curve.
CURVE = [0.02, 0.05, 0.1, 0.2, 0.5, 1.0]


def run_in_venv():
    """Starts this script again with the packages it needs, which are kept in .build."""
    home = os.path.join(ROOT, ".build", "backtest-venv")
    python = os.path.join(home, "bin", "python")
    marker = os.path.join(home, "installed")
    if not os.path.exists(marker) or open(marker).read() != " ".join(PACKAGES):
        venv.create(home, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PACKAGES], check=True)
        open(marker, "w").write(" ".join(PACKAGES))
    os.execv(python, [python, os.path.abspath(__file__), *sys.argv[1:]])


if sys.prefix == sys.base_prefix:
    try:
        run_in_venv()
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"backtest: cannot set up Python packages: {error}")

sys.path.insert(0, SIMULATION)
import gen, score, shapes  # noqa: E402


def generate(seed):
    """Makes the files of a seed, unless they are there."""
    folder = os.path.join(FOLDER, f"seed{seed}")
    meta = os.path.join(folder, "meta.json")
    if not os.path.exists(meta):
        gen.emit(seed, folder)
    # Groups are banded by their true volume, which the program is not told.
    groups, *_ = gen.world(seed)
    return folder, {group["group"]: group["_daily"] for group in groups}


def lines(path):
    with open(path) as file:
        return [json.loads(line) for line in file if line.strip()]


def alerts_of(relay, folder, budget):
    """Runs the detector over a folder's files; its alerts, and the seconds of processor time that it took: what else the machine does
    while it runs changes those little."""
    path = lambda name: os.path.join(folder, name)
    out = path(f"alerts-{budget:g}.jsonl")
    before = processor_time()
    subprocess.run(
        [relay, "backtest", "--groups", path("groups.jsonl"), "--calendar", path("calendar.jsonl"),
         "--trace", path("trace.jsonl"), "--out", out, "--budget", f"{budget:g}"],
        check=True, stdout=subprocess.DEVNULL)
    return lines(out), processor_time() - before


def processor_time():
    """Of all programs that have been run and have ended, in seconds."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def scored(folder, alerts, volume):
    path = lambda name: os.path.join(folder, name)
    return score.score(lines(path("groups.jsonl")), lines(path("labels.jsonl")), alerts, volume)


def run(relay, seeds, budget):
    """The figures of all seeds together, and the seconds of processor time of the costliest run."""
    scores, volumes, slowest = [], [], 0.0
    for seed in seeds:
        folder, volume = generate(seed)
        alerts, seconds = alerts_of(relay, folder, budget)
        slowest = max(slowest, seconds)
        scores.append(scored(folder, alerts, volume))
        volumes.append(volume)
    merged, volume = score.merge(scores, volumes)
    return dict(score.summary(merged, volume), levels=score.levels(scores)), slowest


def run_shape(relay, kind, seeds, budget):
    """The figures of an installation of one kind, and the alerts of its holidays, which are no false alarms."""
    scores, volumes, gathered = [], [], 0
    for seed in seeds:
        folder = os.path.join(FOLDER, f"{kind}{seed}")
        if not os.path.exists(os.path.join(folder, "meta.json")):
            shapes.emit(kind, seed, folder)
        alerts, _ = alerts_of(relay, folder, budget)
        of_holidays = [a for a in alerts if kind == "holiday" and shapes.is_holiday(score.ts(a["opened"]))]
        gathered += len(of_holidays)
        volume = {group["group"]: group["planned_daily"] for group in lines(os.path.join(folder, "groups.jsonl"))}
        scores.append(scored(folder, [a for a in alerts if a not in of_holidays], volume))
        volumes.append(volume)
    merged, volume = score.merge(scores, volumes)
    found = score.summary(merged, volume)
    return dict(found, levels=score.levels(scores), holiday_alerts=gathered / len(seeds) / len(shapes.HOLIDAYS))


def curve(relay, seeds):
    """Prints what budgets of false alarms cost in hours and misses."""
    print("Delay against budget: false alarms asked for and realised; hours to notice (median) and missed of ten leads:")
    for budget in CURVE:
        asked, _ = run(relay, seeds, budget)
        print(f"  {budget:5g} → {asked['fa_per_group_month']:5.3f}   " + "   ".join(
            f"{name} {asked[kind]['p50']:5.1f} h {100 * asked[kind]['miss10']:4.1f} %"
            for kind, name in (("outage", "outage"), ("drop80", "−80 %"), ("drop50", "−50 %"), ("decline", "decline"))),
            flush=True)


def main():
    parser = argparse.ArgumentParser(prog="Tests/Tools/backtest")
    parser.add_argument("relay")
    parser.add_argument("seeds", type=int, nargs="*", default=[1, 2, 3, 4, 5])
    parser.add_argument("--quick", action="store_true", help="only with the usual budget")
    parser.add_argument("--curve", action="store_true", help="nothing but the curve of delay against budget")
    # Options may stand between the seeds and before them.
    arguments = parser.parse_intermixed_args()
    seeds = arguments.seeds or [1, 2, 3, 4, 5]
    if arguments.curve:
        print(f"Seeds {' '.join(map(str, seeds))}")
        return curve(arguments.relay, seeds)
    missed = 0

    def row(what, value, bar, unit="", reference=None, above=False):
        nonlocal missed
        good = value is not None and (value >= bar if above else value <= bar)
        missed += not good
        shown = "none" if value is None else f"{value:.3g}{unit}"
        print(f"{what:46} {shown:>10}   {'≥' if above else '≤'} {bar:g}{unit:3} {'' if good else 'MISSED':7}"
              f"{'' if reference is None else f'{reference:g}{unit}':>10}")

    found, slowest = run(arguments.relay, seeds, 0.1)
    print(f"Seeds {' '.join(map(str, seeds))}: {found['group_months']:.0f} fault-free group-months")
    print(f"{'':46} {'figure':>10}   {'bar':13} {'reference':>9}")
    row("false alarms per group and month", found["fa_per_group_month"], MOST_FALSE_ALARMS, reference=0.124)
    row("  in the worst band of volume", max(found["fa_band"].values()), 0.50, reference=0.286)
    outage, intake, client = found["outage"], found.get("intake_down"), found.get("client_outage")
    row("outage: median", outage["p50"], 6.5, " h", 5.6)
    row("outage: 90 %", outage["p90"], 17, " h", 14.7)
    row("outage: missed (10 leads or more expected)", 100 * outage["miss10"], 12, " %", 8)
    row("outage: missed (20 leads or more lost)", 100 * (outage["miss_lost20"] or 0), 2, " %", 0)
    row("−80 %: median", found["drop80"]["p50"], 19, " h", 16.8)
    row("−80 %: missed (10 or more)", 100 * found["drop80"]["miss10"], 25, " %", 19)
    row("−50 %: median", found["drop50"]["p50"], 58, " h", 51)
    row("−50 %: missed (10 or more)", 100 * found["drop50"]["miss10"], 42, " %", 34)
    row("slow decline: median", found["decline"]["p50"], 145, " h", 129)
    row("slow decline: missed", 100 * found["decline"]["miss"], 16, " %", 11)
    if client:
        row("whole client: found as such", 100 * (1 - client["miss"]), 85, " %", 90, above=True)
        row("whole client: median", client["p50"], 2.5, " h", 1.7)
        row("whole client: alerts each", client["alerts_per_fault"], 1.3)
    if intake:
        row("intake down: found", 100 * (1 - intake["miss"]), 100, " %", 100, above=True)
        row("intake down: 90 %", intake["p90"], 0.25, " h", 0.25)
        row("intake down: alerts each", intake["alerts_per_fault"], 1.2, reference=1.0)
    row("13 weeks of 200 groups: processor time", slowest, 20, " s")
    print()
    print("False alarms per group and month by kind of installation, and outages that cost ten leads or more:")
    print(f"  {'':10} {'groups':>7} {'clients':>8} {'intake':>7} {'all':>7}   {'median':>8} {'missed':>7}")
    installations = {"ordinary": found}
    for kind in shapes.KINDS:
        installations[kind] = run_shape(arguments.relay, kind, seeds, 0.1)
    for kind, figures in installations.items():
        group, client, intake = figures["levels"]
        outage = figures["outage"]
        print(f"  {kind:10} {group:7.3f} {client:8.3f} {intake:7.3f} {group + client + intake:7.3f}"
              f"   {outage['p50']:6.1f} h {100 * outage['miss10']:5.1f} %   {shapes.KINDS.get(kind, '')}")
    worst = max(installations, key=lambda kind: sum(installations[kind]["levels"]))
    row(f"false alarms in the worst kind ({worst})", sum(installations[worst]["levels"]), MOST_FALSE_ALARMS)
    row("whole intake called silent by hard edges", installations["hours"]["levels"][2], 0)
    sharp = max(sum(installations[kind]["levels"][1:]) for kind in ("hours", "shifts", "pairs"))
    row("clients and intake called silent by hard edges", sharp, MOST_BY_EDGES)
    row("alerts of a holiday that nobody has entered", installations["holiday"]["holiday_alerts"], HOLIDAY_ALERTS)
    if not arguments.quick:
        print()
        curve(arguments.relay, seeds)
        for budget in (0.02, 1.0):
            asked, _ = run(arguments.relay, seeds, budget)
            rate = asked["fa_per_group_month"] / budget
            row(f"budget {budget:g}: realised, in parts of it", rate, 2)
            row("", rate, 0.5, above=True)
    print(f"{'every bar is met' if missed == 0 else f'{missed} missed'}")
    sys.exit(1 if missed else 0)


main()
