"""Profiles that grow in one dimension, written without any library.

`DIMENSIONS` names each with the size to begin at; a function of a size returns the bytes.
"""
import math
import random

VALUES = [10, 5242880, 5, 2621440]
TYPES = ((b"alloc_objects", b"count"), (b"alloc_space", b"bytes"),
         (b"inuse_objects", b"count"), (b"inuse_space", b"bytes"))


def varint(number):
    number &= (1 << 64) - 1
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


def message(field, data):
    return varint(field << 3 | 2) + varint(len(data)) + data


def integer(field, number):
    return varint(field << 3) + varint(number)


class Profile:
    """A profile of the form of profile.proto, put together row by row."""

    def __init__(self, types=TYPES, comments=()):
        self.strings = {b"": 0}
        self.functions = {}
        self.locations = {}
        self.fields = []
        self.mappings = []
        self.tail = b""
        for name, unit in types:
            self.fields.append(
                message(1, integer(1, self.string(name)) + integer(2, self.string(unit))))
        self.comments = [self.string(text) for text in comments]

    def string(self, text):
        if isinstance(text, str):
            text = text.encode()
        return self.strings.setdefault(text, len(self.strings))

    def function(self, name, file):
        key = (name, file)
        if key not in self.functions:
            self.functions[key] = len(self.functions) + 1
            text = self.string(name)
            self.fields.append(message(5, integer(1, self.functions[key]) + integer(2, text)
                                       + integer(3, text) + integer(4, self.string(file))))
        return self.functions[key]

    def location(self, *lines, address=None, mapping=1):
        """A location of lines (function, file, line), the innermost first."""
        key = (lines, address)
        if key not in self.locations:
            row = self.locations[key] = len(self.locations) + 1
            parts = [integer(1, row), integer(2, mapping),
                     integer(3, address if address is not None else 0x400000 + row * 16)]
            for name, file, line in lines:
                parts.append(message(4, integer(1, self.function(name, file)) + integer(2, line)))
            self.fields.append(message(4, b"".join(parts)))
        return self.locations[key]

    def sample(self, stack, values=VALUES, labels=()):
        parts = [message(1, b"".join(map(varint, stack))),
                 message(2, b"".join(map(varint, values)))]
        for label in labels:
            key = integer(1, self.string(label[0]))
            if len(label) == 2:
                parts.append(message(3, key + integer(2, self.string(label[1]))))
            else:
                parts.append(
                    message(3, key + integer(3, label[1]) + integer(4, self.string(label[2]))))
        self.fields.append(message(2, b"".join(parts)))

    def bytes(self):
        mapping = (integer(1, 1) + integer(2, 0x400000) + integer(3, 0x40000000)
                   + integer(5, self.string(b"/bin/shop")) + integer(7, 1) + integer(8, 1)
                   + integer(9, 1))
        tail = message(3, mapping) + b"".join(self.mappings)
        tail += message(11, integer(1, self.string(b"space")) + integer(2, self.string(b"bytes")))
        tail += integer(12, 524288) + b"".join(integer(13, text) for text in self.comments)
        tail += self.tail
        strings = b"".join(message(6, text) for text in self.strings)
        return b"".join(self.fields) + tail + strings


GO = "/usr/local/go/src/"
FMT = [("reflect.copyVal", GO + "reflect/map.go", 10),
       ("internal/fmtsort.Sort", GO + "internal/fmtsort/sort.go", 64),
       ("fmt.(*pp).printValue", GO + "fmt/print.go", 800),
       ("fmt.(*pp).printArg", GO + "fmt/print.go", 700),
       ("fmt.Sprintf", GO + "fmt/print.go", 239)]
MAIN = [("main.main", "/src/shop/main.go", 10), ("runtime.main", GO + "runtime/proc.go", 250)]


def stack(profile, frames):
    return [profile.location(frame) for frame in frames]


def samples(n):
    profile, draw = Profile(), random.Random(1)
    places = [profile.location((f"example.com/shop/p{i % 30}.F{i}", f"/src/shop/p{i % 30}/f.go", i))
              for i in range(1000)]
    for i in range(n):
        profile.sample([places[draw.randrange(1000)] for _ in range(8)], [1, 100 + i % 50, 1, 100])
    return profile.bytes()


def each(n, name, file, line=lambda i: i + 1, leaf=(), labels=lambda i: ()):
    """n samples, each of a function of its own."""
    profile = Profile()
    below, above = stack(profile, leaf), stack(profile, MAIN)
    for i in range(n):
        place = profile.location((name(i), file(i), line(i)))
        profile.sample(below + [place] + above, VALUES, labels(i))
    return profile.bytes()


def functions(n):
    return each(n, lambda i: f"example.com/shop/orders.Handle{i}", lambda i: "/src/shop/o.go")


def packages(n):
    return each(n, lambda i: f"example.com/shop/p{i}.F", lambda i: f"/src/shop/p{i}/o.go")


def modules(n):
    return each(n, lambda i: f"host{i}.example/m.F", lambda i: f"host{i}.example/m@v1.0.0/o.go")


def roots(n):
    """Many folders that look like standard libraries."""
    return each(n, lambda i: f"fmt.F{i}", lambda i: f"/go{i}/src/fmt/print.go")


def findings(n):
    return each(n, lambda i: f"example.com/shop/orders.H{i}", lambda i: f"/src/shop/o{i % 99}.go",
                leaf=FMT)


def lines_of_one(n):
    return each(n, lambda i: "example.com/shop/orders.H", lambda i: "/src/shop/o.go", leaf=FMT)


def many_long_names(n):
    part = "d/" * 1000
    return each(n, lambda i: f"example.com/{part}o{i}.F", lambda i: f"/src/{part}{i}.go")


def depth(n):
    profile = Profile()
    places = [profile.location((f"example.com/shop/orders.D{i}", "/src/o.go", i)) for i in range(n)]
    profile.sample(places)
    profile.sample(places[::-1])
    return profile.bytes()


def recursion(n):
    profile = Profile()
    a = profile.location(("example.com/shop/orders.A", "/src/o.go", 1))
    b = profile.location(("example.com/shop/orders.B", "/src/o.go", 2))
    profile.sample([a, b] * (n // 2))
    profile.sample([b, a] * (n // 2))
    return profile.bytes()


def inlined(n):
    profile = Profile()
    profile.sample([profile.location(
        *((f"example.com/shop/orders.I{i}", "/src/o.go", i) for i in range(n)))])
    return profile.bytes()


def staircase(n):
    """n frames in stacks that are each one longer than the one before."""
    profile, count = Profile(), int(math.sqrt(2 * n))
    places = [profile.location((f"example.com/shop/st.S{i}", "/src/st.go", i))
              for i in range(count)]
    for i in range(1, count):
        profile.sample(places[:i][::-1])
    return profile.bytes()


def broom(n):
    """A path of n frames, and n frames that it leads to, all small but one."""
    profile = Profile()
    places = [profile.location((f"example.com/shop/b.P{i:07}", "/src/b.go", i)) for i in range(n)]
    for i in range(n):
        leaf = profile.location((f"example.com/shop/b.L{i}", "/src/b.go", i))
        profile.sample([leaf, places[0], places[1]], [1, 16, 1, 16])
    profile.sample(places[::-1], [1, 16, 1, 16])
    return profile.bytes()


def children(n):
    """A root with n children, half of which are small and have one of their own."""
    profile = Profile()
    root = profile.location(("example.com/shop/c.Root", "/src/c.go", 1))
    for i in range(n):
        child = profile.location((f"example.com/shop/c.C{i}", "/src/c.go", i))
        below = profile.location((f"example.com/shop/c.D{i}", "/src/c.go", i))
        profile.sample([below, child, root], [1, 1 + i % 2 * 4096, 1, 1 + i % 2 * 4096])
    return profile.bytes()


def labelled(n, labels, one_sample=False):
    profile = Profile()
    place = stack(profile, FMT + MAIN)
    if one_sample:
        profile.sample(place, VALUES, [label for i in range(n) for label in labels(i)])
    else:
        for i in range(n):
            profile.sample(place, VALUES, labels(i))
    return profile.bytes()


def types(n):
    profile = Profile([(f"t{i}".encode(), b"count") for i in range(n)])
    place = stack(profile, FMT + MAIN)
    for k in range(20):
        profile.sample([profile.location((f"main.f{k}", "m.go", k))] + place,
                       [i + 1 for i in range(n)])
    return profile.bytes()


def mappings(n):
    profile = Profile()
    place = stack(profile, FMT + MAIN)
    for i in range(n):
        start = 0x80000000 + i * 4096
        profile.mappings.append(message(3, integer(1, i + 2) + integer(2, start)
                                        + integer(3, start + 4096)
                                        + integer(5, profile.string(f"/lib/l{i}.so"))))
        profile.sample([profile.location((f"example.com/shop/q.M{i}", "/src/q.go", i),
                                         address=start + 8, mapping=i + 2)] + place)
    return profile.bytes()


def addresses(n):
    profile = Profile()
    for i in range(n):
        profile.sample([profile.location(address=0x400000 + i * 64)])
    return profile.bytes()


def comments(n):
    profile = Profile(comments=[f"c{i}" for i in range(n)])
    profile.sample(stack(profile, FMT + MAIN))
    return profile.bytes()


def long(n, unit, part, end=""):
    """One text of n bytes: a unit again and again."""
    profile = Profile()
    text = (unit * (n // len(unit.encode()) + 1))[:n] + end
    above = stack(profile, MAIN)
    for i in range(3):
        name, file, labels = f"example.com/shop/o.F{i}", "/src/o.go", ()
        if part == "name":
            name = f"example.com/shop/o.{i}" + text
        elif part == "bare":
            name = text
        elif part == "file":
            file = "/src/" + text
        elif part == "label":
            labels = [(f"k{i}{text}", "v" + text)]
        elif part == "comment":
            profile.comments = [profile.string(text)]
        elif part == "frames":
            profile.tail = integer(7, profile.string(text)) + integer(8, profile.string(text))
        place = profile.location((name, file, i + 1))
        profile.sample(stack(profile, FMT) + [place] + above, VALUES, labels)
        profile.sample([place] + above, VALUES, labels)
    return profile.bytes()


LONG = "x" * 65536


def lines_of_long_name(n):
    return each(n, lambda i: "example.com/shop." + LONG, lambda i: "/src/shop/o.go", leaf=FMT)


def functions_of_long_file(n):
    return each(n, lambda i: f"fmt.F{i}", lambda i: f"/src/{LONG}.go")


def samples_of_long_label(n):
    return each(n, lambda i: f"example.com/shop.F{i}", lambda i: "/src/shop/o.go",
                labels=lambda i: [("request", LONG)])


DIMENSIONS = {
    "samples": (30000, samples),
    "functions": (8000, functions),
    "packages": (5000, packages),
    "modules": (5000, modules),
    "roots": (5000, roots),
    "findings": (8000, findings),
    "lines of one function": (8000, lines_of_one),
    "many long names": (500, many_long_names),
    "lines of a long name": (4000, lines_of_long_name),
    "functions of a long file": (4000, functions_of_long_file),
    "samples of a long label": (4000, samples_of_long_label),
    "depth": (8000, depth),
    "recursion": (30000, recursion),
    "inlined": (8000, inlined),
    "staircase": (60000, staircase),
    "broom": (4000, broom),
    "children": (8000, children),
    "keys in one sample": (8000, lambda n: labelled(n, lambda i: [(f"k{i}", f"v{i}")], True)),
    "values of one key in one sample": (
        12000, lambda n: labelled(n, lambda i: [("k", f"v{i}")], True)),
    "keys": (5000, lambda n: labelled(n, lambda i: [(f"k{i}", "v")])),
    "values of a label": (15000, lambda n: labelled(n, lambda i: [("request", f"v{i}")])),
    "numbers of a label": (15000, lambda n: labelled(n, lambda i: [("bytes", i * 16 + 16, "bytes")])),
    "sample types": (512, types),
    "mappings": (5000, mappings),
    "addresses": (20000, addresses),
    "comments": (30000, comments),
    "bytes of a comment": (65536, lambda n: long(n, "a\n", "comment")),
    "bytes of a label": (16384, lambda n: long(n, "a", "label")),
    "newlines of a label": (65536, lambda n: long(n, "\n", "label")),
    "drop_frames of (a*)*": (1024, lambda n: long(n, "(a*)*", "frames")),
    "drop_frames of a|b": (32768, lambda n: long(n, "a|b", "frames")),
}
for unit in ["a", "a/", "a.", "(", "[a", "[a]", ";", " ", "e\u0301", "\U0001f600", "(*T).", ".func1",
             "<", ":", "@v", "<a>", "\x1b[", "%2e", "operator()", "(anonymous namespace)"]:
    DIMENSIONS[f"name of {unit!r}"] = (16384, lambda n, unit=unit: long(n, unit, "name"))
for unit in ["a/", "a.", "(", "[a]", "/vendor", ":"]:
    DIMENSIONS[f"name of {unit!r} alone"] = (16384, lambda n, unit=unit: long(n, unit, "bare"))
for unit in ["a", "d/", "../", "./", "@v", "/src/", "/pkg/mod/", "\\"]:
    DIMENSIONS[f"file of {unit!r}"] = (16384, lambda n, unit=unit: long(n, unit, "file", ".go"))
