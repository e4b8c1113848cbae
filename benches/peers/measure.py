"""Runs the program and its peers and prints a table; called by benches/run."""

import json
import os
import resource
import shutil
import subprocess
import sys
import time

BINARY, DATA, TEXT_PAGES, HTML_PAGES, RERUN_PAGES = sys.argv[1:]
BLOCKS = os.path.join(os.path.dirname(__file__), "blocks.py")
ROUNDS = 3


def once(command, cores):
    """Wall seconds, CPU seconds and peak MB of a command on these cores."""
    before = time.perf_counter()
    child = subprocess.Popen(["taskset", "-c", cores, *command], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - before
    if child.returncode not in (0, 1):
        raise SystemExit(f"{command} ended with {child.returncode}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def best(command, cores="0", rounds=ROUNDS):
    rounds = [once(command, cores) for _ in range(rounds)]
    return [min(values) for values in zip(*rounds)]


def run(kind, *more):
    folder = os.path.join(DATA, kind, "pages")
    output = os.path.join(DATA, "output-" + kind)
    return [BINARY, "run", folder, "-o", output, "--fail-on", "never", "-q", *more]


def peer(how, kind):
    python = os.path.join(DATA, "venv", "bin", "python")
    return [python, BLOCKS, how, os.path.join(DATA, kind, "pages"), os.path.join(DATA, "peer.ndjson")]


def row(what, value, floor="", aim=""):
    print(f"| {what} | {value} | {floor} | {aim} |")


def whole_job(kind, peers, floor, aim):
    own = best(run(kind, "--fresh", "--formats", "ndjson", "-j", "1"))[1]
    print(f"<!-- {kind}: {own:.3f} CPU s -->")
    for how in peers:
        try:
            theirs = best(peer(how, kind))[1]
        except SystemExit as error:
            print(f"<!-- {how}: {error} -->")
            continue
        row(f"{kind} to {how}", f"{theirs / own:.2f} x ({own:.2f} s, {theirs:.2f} s)", floor, aim)


def main():
    text, html = f"text-{TEXT_PAGES}", f"html-{HTML_PAGES}"
    print(f"on {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n")
    print("| whole job, CPU seconds on one core | measured | floor | aim |\n|---|---|---|---|")
    whole_job(html, ["turbohtml", "selectolax"], "2 x", "4 x")
    whole_job(text, ["str"], "1.3 x", "2 x")
    for kind in (text, html):
        one = best(run(kind, "--fresh", "--formats", "ndjson", "-j", "1"), "0")
        two = best(run(kind, "--fresh", "--formats", "ndjson", "-j", "2"), "0,1")
        row(f"{kind}: two cores to one, wall", f"{one[0] / two[0]:.2f} x", "1.7 x", "1.9 x")
        row(f"{kind}: peak memory", f"{two[2]:.0f} MB", "150 MB", "64 MB")
    page = os.path.join(DATA, text, "pages", "0000", "0000000.txt")
    start = best([BINARY, "extract", page], rounds=20)[1]
    row("start-up, one page, CPU", f"{start * 1000:.1f} ms", "15 ms", "5 ms")
    rerun(text if RERUN_PAGES == "0" else f"text-{RERUN_PAGES}", "3 x", "6 x")
    rerun(html if RERUN_PAGES == "0" else f"html-{RERUN_PAGES}", "10 x", "30 x")


def rerun(kind, floor, aim):
    folder = os.path.join(DATA, kind)
    if not os.path.isdir(folder):
        print(f"<!-- no {kind}: make it with `cargo bench --bench generate` -->")
        return
    shutil.rmtree(os.path.join(DATA, "output-" + kind), ignore_errors=True)
    cores = "0,1"
    first = once(run(kind), cores)[0]
    again = best(run(kind), cores)[0]
    row(f"{kind}: rerun, nothing changed", f"{first / again:.1f} x ({first:.2f} s, {again:.2f} s)", floor, aim)
    page = os.path.join(folder, "pages", "0000", sorted(os.listdir(os.path.join(folder, "pages", "0000")))[7])
    with open(page, encoding="utf-8") as file:
        before = file.read()
    with open(page, "a", encoding="utf-8") as file:
        file.write("\nOne line more.\n")
    time.sleep(0.1)
    changed = once(run(kind), cores)[0]
    row(f"{kind}: rerun, one page changed", f"{first / changed:.1f} x ({changed:.2f} s)")
    with open(page, "w", encoding="utf-8") as file:
        file.write(before)
    seconds = json.load(open(os.path.join(DATA, "output-" + kind, "run.json"), encoding="utf-8"))["seconds"]
    print(f"<!-- seconds of the last: {json.dumps(seconds)} -->")


resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
main()
