"""Inputs other than profiles that grow: logs, dumps, rules files, source trees, text forms.

`DIMENSIONS` names each with the command it is for and the size to begin at; a function of
a size and an empty folder writes the input and returns the arguments.
"""
import json
import os

import dumps
import profiles


def write(folder, name, data):
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data if isinstance(data, bytes) else data.encode())
    return path


def log(command, text, *options):
    """An input of one text file."""
    return lambda n, folder: [command, *options, write(folder, "input.txt", text(n))]


# Logs of collectors

GO_LINE = ("gc {} @{}.000s 2%: 0.1+1.5+0.2 ms clock, 0.2+0.4/0.5/0.6+0.8 ms cpu, "
           "4->5->2 MB, 6 MB goal, 4 P\n")


def jvm_open(n):
    """Parts beside the program that no cycle ends, between pauses."""
    lines = ["[1.0s] GC(0) Concurrent Part 1.0ms\n" for _ in range(4096)]
    return "".join(lines + ["[1.0s] GC(0) Finalize Marking 1.0ms\n"
                            "[1.0s] GC(0) Pause Remark 4M->4M(9M) 1.0ms\n"] * n)


def jvm_kinds(n):
    """Nine collections of each kind, one of them long."""
    return "".join(f"[{i}.{k}s] GC({i * 9 + k}) Pause K{i} 4M->4M(9M) {900 if k == 8 else 1}.0ms\n"
                   for i in range(n) for k in range(9))


def jvm_depths(n):
    """Long pauses, each with parts of all depths."""
    lines = []
    for pause in range(9):
        lines += [f"[{pause}.0s] GC({pause}) " + "  " * (i % 2000) + f"P{i} 1.0ms\n"
                  for i in range(min(n, 4096))]
        lines.append(f"[{pause}.5s] GC({pause}) Pause Young 4M->4M(9M) {99 if pause > 5 else 1}.0ms\n")
    return "".join(lines)


# Goroutine dumps

def goroutines(n):
    return "".join(f"goroutine {i} [select, {i % 99} minutes]:\nmain.f{i}(0x1)\n"
                   f"\t/src/main.go:{i} +0x18\ncreated by main.start in goroutine 1\n"
                   f"\t/src/main.go:{i} +0x19\n\n" for i in range(1, n))


def moments(n):
    """A dump after the other, of goroutine 1 alone."""
    return "".join(f"goroutine 1 [running]:\nmain.f{i}()\n\t/src/main.go:{i} +0x1\n\n"
                   for i in range(n))


def deep(n):
    frames = "".join(f"main.f{i}(0x1)\n\t/src/main.go:{i} +0x18\n" for i in range(n))
    return "goroutine 1 [running]:\n" + frames + "\n"


def counts(n):
    return f"goroutine profile: total {n}\n" + "".join(
        f"1 @ {i + 1:#x} 0x10 0x20\n#\t{i + 1:#x}\tmain.f{i}+0x1\t/src/main.go:{i}\n\n"
        for i in range(n))


def wrapped(n):
    return "".join(json.dumps({"log": line + "\n", "stream": "stderr"}) + "\n"
                   for line in goroutines(n).split("\n"))


# Rules files

def rules(command, text, size=4000):
    """A profile of functions, and a rules file."""
    def make(n, folder):
        profile = write(folder, "profile.pb", profiles.functions(size))
        return [*command, "--rules", write(folder, "rules.toml", text(n)), profile]
    return make


def texts(key, n, form="text {:05}"):
    return f"{key} = [" + ", ".join(f'"{form.format(i)}"' for i in range(n)) + "]\n"


def calls(n):
    return '[[rules]]\nid = "mine"\n' + texts("calls", n, "example.com/a{:05}.F*")


# Sources

def source(command, code, lines=None):
    """A profile whose lines are of one file, which lies in a source folder."""
    def make(n, folder):
        profile = profiles.Profile()
        for line in (lines(n) if lines else range(1, 40)):
            place = profile.location((f"example.com/shop.F{line}", "/shop/code.go", line))
            for size in (16, 32, 64, 128, 256, 512):
                profile.sample([place] + profiles.stack(profile, profiles.MAIN),
                               [10000, 10000 * size, 10000, 10000 * size], [("bytes", size, "bytes")])
        write(folder, "tree/shop/code.go", code(n))
        path = write(folder, "profile.pb", profile.bytes())
        return [*command, f"--source-path={folder}/tree", path]
    return make


def many_files(n, folder):
    profile = profiles.Profile()
    for i in range(n):
        place = profile.location((f"example.com/shop.F{i}", f"/shop/f{i}.go", 1))
        profile.sample([place] + profiles.stack(profile, profiles.MAIN))
        write(folder, f"tree/shop/f{i}.go", "m[k] = v\n" * 500)
    path = write(folder, "profile.pb", profile.bytes())
    return ["hotspots", f"--source-path={folder}/tree", path]


LIST = ["list", "/example/"]
HOTSPOTS = ["hotspots"]
FUNCTION = "func f() {\n"

# Several profiles


def several(command, count=lambda n: n, size=lambda n: 300, alike=False):
    """Profiles of the same functions, or each of its own."""
    def make(n, folder):
        files = [write(folder, f"{i}.pb", profiles.each(
            size(n), lambda k, i=i: f"example.com/shop/p{0 if alike else i}.H{k}",
            lambda k: "/src/o.go")) for i in range(count(n))]
        return [*command(folder), *files]
    return make


def builds(n, folder):
    """Two builds: n lines of one function, of which a new one has moved those behind it."""
    files = []
    for build in range(2):
        profile = profiles.Profile()
        for i in range(n):
            line = 3 * i + 1 + build * (i > n // 2)
            profile.sample([profile.location(("example.com/shop/orders.H", "/src/o.go", line),
                                             address=0x400000 + 16 * i)])
        files.append(write(folder, f"{build}.pb", profile.bytes()))
    return ["diff", "--lines", *files]


def scrape(number):
    """What /metrics answers once, in short."""
    return "# EOF\n" + "".join(
        f"# HELP {name} Something.\n# TYPE {name} gauge\n{name} {number * 7 % 1000}\n"
        for name in ["go_goroutines", "go_threads", "go_memstats_heap_alloc_bytes",
                     "go_memstats_next_gc_bytes", "process_resident_memory_bytes"])


def by_series(n):
    """Samples with timestamps, of one series after the other."""
    return "".join(f"{name} {i} {1700000000 + i}\n"
                   for name in ["go_goroutines", "go_threads"] for i in range(n // 2))


def same(command):
    """Two profiles of n functions, all in both."""
    def make(n, folder):
        data = profiles.functions(n)
        return [*command, write(folder, "a.pb", data), write(folder, "b.pb", data)]
    return make


DIMENSIONS = {
    "log with beginnings in one line": (20000, log("gctrace", lambda n: "gc 1 @1s 1% " * n)),
    "log with beginnings in brackets": (
        20000, log("gctrace", lambda n: "gc 1 @1s 1% (gc 1 @1s 1% (x) " * n)),
    "log with figures without end": (
        8000, log("gctrace", lambda n: (GO_LINE.format(1, 1)[:-5] + "9 MB, ") * n)),
    "log with collections": (
        40000, log("gctrace", lambda n: "".join(GO_LINE.format(i, i) for i in range(1, n)))),
    "log with runs": (40000, log("gctrace", lambda n: GO_LINE.format(1, 1) * n)),
    "log with other lines": (200000, log("gctrace", lambda n: "something else [x] (y) GC(1\n" * n)),
    "log with open parts": (4000, log("gctrace", jvm_open)),
    "log with kinds": (4000, log("gctrace", jvm_kinds)),
    "log with depths": (1000, log("gctrace", jvm_depths)),
    "log with decorations": (100000, log("gctrace", lambda n: "[1" * n + "] GC(1) Pause 1ms\n")),
    "log for html": (
        40000, log("gctrace", lambda n: "".join(GO_LINE.format(i, i) for i in range(1, n)),
                   "--format=json")),
    "metrics": (2000, log("metrics", lambda n: "".join(map(scrape, range(n))))),
    "metrics by series": (40000, log("metrics", by_series)),
    "metrics of processes": (40000, log("metrics", lambda n: "".join(
        f'go_goroutines{{instance="{i}"}} {i}\n' for i in range(n)))),
    "metrics with labels": (40000, log("metrics", lambda n: "go_goroutines{" + 'a="b",' * n + "} 1\n")),
    "metrics of other series": (200000, log(
        "metrics", lambda n: "go_threads 5\n" + 'http_requests_total{code="200"} 1\n' * n)),
    "goroutines": (15000, log("goroutines", goroutines)),
    "goroutines in JSON lines": (15000, log("goroutines", wrapped)),
    "goroutines as JSON": (15000, log("goroutines", goroutines, "--format=json")),
    "moments of goroutines": (15000, log("goroutines", moments)),
    "frames of a goroutine": (30000, log("goroutines", deep)),
    "goroutines by count": (15000, log("goroutines", counts)),
    "beginnings of goroutines in one line": (
        40000, log("goroutines", lambda n: "goroutine 1 m=x " * n)),
    "words before a goroutine": (
        40000, log("goroutines", lambda n: "w " * n + "goroutine 1 [x]:\n" + "w " * n + "main.f(0)\n")),
    "own texts": (1000, rules(HOTSPOTS, lambda n: texts("own", n))),
    "own texts that begin alike": (
        100, rules(HOTSPOTS, lambda n: texts("own", n, "example.com/shop/orders.{:05}"))),
    "not-own texts": (1000, rules(["summary"], lambda n: texts("not-own", n))),
    "calls of a rule": (600, rules(HOTSPOTS, calls)),
    "budgets": (25, rules(["check"], lambda n: texts("budgets", n, "main.f{:05}<1%"))),
    "budgets that all fail": (
        25, rules(["check", "--format=sarif"], lambda n: texts("budgets", n, "/Handle|{:05}/<1B"))),
    "bytes of a wrong key": (15000, rules(["check"], lambda n: "k" * n + " = 1\n")),
    "wrong keys": (1500, rules(["check"], lambda n: "".join(f"k{i} = 1\n" for i in range(n)))),
    "bytes of a rule's name": (
        15000, lambda n, folder: ["explain", "--rules", write(
            folder, "r.toml", f'[[rules]]\nid = "{"a" * n}"\ncalls = ["a.B"]\n'), "a" * n]),
    "bytes of an unknown name": (15000, lambda n, folder: ["explain", "x" * n]),
    "names of one type in a line": (
        4000, source(HOTSPOTS, lambda n: FUNCTION + "m[k] = v; var " + "m," * n + "\n" * 40)),
    "names of one type in lines": (
        2000, source(HOTSPOTS, lambda n: FUNCTION + "m[k] = v\n" * 40 + ("m," * 1000 + "\n") * n)),
    "assignments in a line": (
        4000, source(HOTSPOTS, lambda n: FUNCTION + "m[k] = v; " + "m : m := m = " * n + "\n" * 40)),
    "braces in a line": (20000, source(HOTSPOTS, lambda n: "{" * n + "m[k] = v\n" * 40)),
    "braces above a line": (
        20000, source(HOTSPOTS, lambda n: "x:for{ } " * n + "\n" + "a = append(a, b)\n" * 40)),
    "short lines": (1000000, source(HOTSPOTS, lambda n: "\n" * n + "m[k] = v\n",
                                    lambda n: range(n, n + 2))),
    "blanks in a line": (200000, source(HOTSPOTS, lambda n: ("m" + " " * n + "m[k] = v\n") * 3)),
    "source files": (200, many_files),
    "functions of a listed file": (
        4000, source(LIST, lambda n: "x := y\n" * n, lambda n: range(1, n))),
    "short lines of a listed file": (
        1000000, source(LIST, lambda n: "\n" * n, lambda n: [1, n])),
    "lines of a listed file as JSON": (
        4000, source([*LIST, "--format=json"], lambda n: "x := y\n" * n, lambda n: range(1, n))),
    "objects of a list in a heap dump": (30000, log("held", dumps.ring)),
    "objects of a tangle as JSON": (20000, log("held", dumps.tangle, "--format=json")),
    "roots of a heap dump": (20000, log("held", dumps.chain, "--format=json")),
    "stacks of a heap dump": (10000, log("held", dumps.stacks, "--nodecount=0")),
    "frames in a heap dump": (10000, log("held", dumps.frames)),
    "a way in a heap dump": (20000, log("held", dumps.tangle, "--path=0xc000004000")),
    "folded lines": (
        40000, log("top", lambda n: "".join(f"main;f{i};g{i} 1\n" for i in range(n)),
                   "--input=folded")),
    "frames of a folded line": (
        60000, log("top", lambda n: ";".join(f"f{i}" for i in range(n)) + " 1\n",
                   "--input=folded")),
    "escapes of a folded line": (
        100000, log("top", lambda n: "\\u{61" * n + "\\x3b;" * n + " 1\n", "--input=folded")),
    "records of Go's text form": (
        20000, log("top", lambda n: "heap profile: 1: 16 [1: 16] @ heap/1048576\n" + "".join(
            f"1: 16 [1: 16] @ {i + 1:#x} {i + 7:#x}\n#\t{i + 1:#x}\tmain.f{i}+0x1\t/s/m.go:{i}\n"
            for i in range(n)))),
    "lines of a memory map": (
        10000, log("top", lambda n: "heap profile: 1: 16 [1: 16] @ heapprofile\n" + "".join(
            f"1: 16 [1: 16] @ {0x80000000 + i * 4096 + 8:#x}\n" for i in range(n))
                   + "MAPPED_LIBRARIES:\n" + "".join(
            f"{0x80000000 + i * 4096:x}-{0x80001000 + i * 4096:x} r-xp 00000000 00:00 1 /l{i}.so\n"
            for i in range(n)))),
    "profiles merged": (20, several(lambda folder: ["merge", "-o", f"{folder}/out.pb"])),
    "profiles of a trend": (20, several(lambda folder: ["trend"], alike=True)),
    "functions of one of two": (
        4000, several(lambda folder: ["diff"], lambda n: 2, lambda n: n)),
    "functions of both": (8000, same(["diff", "--format=json", "--nodecount=0"])),
    "lines of two builds": (2000, builds),
    "functions of both as HTML": (4000, same(["report", "--output=/dev/null"])),
}
