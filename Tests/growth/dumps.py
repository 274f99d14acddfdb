"""Heap dumps of Go, as runtime/debug.WriteHeapDump writes them, that grow in one dimension."""
import struct

HEAP, DATA, BSS = 0xc000000000, 0x500000, 0x600000


def numbers(*values):
    out = bytearray()
    for value in values:
        while value >= 0x80:
            out.append(value & 0x7f | 0x80)
            value >>= 7
        out.append(value)
    return bytes(out)


def text(value):
    return numbers(len(value)) + value.encode()


def contents(words, size):
    """- words: (offset, value), by offset."""
    data = bytearray(size)
    for offset, value in words:
        struct.pack_into("<Q", data, offset, value)
    return numbers(size) + data + b"".join(numbers(1, offset) for offset, _ in words) + b"\0"


def place(index):
    """The address of an object of 64 bytes: a page has 124."""
    return HEAP + index // 124 * 8192 + index % 124 * 64


def dump(edges, roots, between=b""):
    """- edges: of each object, up to eight; roots: what variables point to."""
    out = [b"go1.7 heap dump\n", numbers(6, 0, 8, HEAP, HEAP + (16 << 30)), text("amd64"),
           text("go1.27.3"), numbers(2)]
    for index, targets in enumerate(edges):
        out += [numbers(1, place(index)),
                contents([(8 * i, place(target)) for i, target in enumerate(targets)], 64)]
    out += [between, numbers(12, DATA),
            contents([(8 * i, place(root)) for i, root in enumerate(roots)], 8 * len(roots)),
            numbers(13, BSS), contents([], 0)]
    counts = [0] * 281
    counts[6], counts[11] = 64 * len(edges), len(edges)
    return b"".join(out + [numbers(10, *counts), b"\0"])


def ring(n):
    """A list that two variables know by its ends, linked both ways."""
    return dump([[max(i - 1, 0), min(i + 1, n - 1)] for i in range(n)], [0, n - 1])


def chain(n):
    """Variables, each of which leads to an object and so to what all after it lead to."""
    return dump([[min(i + 1, n - 1)] for i in range(n)], range(n))


def tangle(n):
    return dump([[i * 7 % n, i * 31 % n, i * i % n, i + 1 if i + 1 < n else 0] for i in range(n)], [0, n // 2])


def stacks(n):
    """Goroutines with stacks that differ, and what they have."""
    records = []
    for i in range(n):
        records += [numbers(4, 0, 0, i, 0, 4, 0, 0, 5), text("select"), numbers(0, 0, 0, 0),
                    numbers(5, 0xa000, 0, 0, 32), struct.pack("<4Q", 0, place(i), 0, 0),
                    numbers(0x400000, 0x400001, 0x400001), text(f"main.f{i}"), numbers(1, 8, 0)]
    return dump([[] for _ in range(n)], [0], b"".join(records))


def frames(n):
    """One goroutine with a deep stack, whose variables point to each other."""
    records = [numbers(4, 0, 0, 1, 0, 4, 0, 0, 5), text("select"), numbers(0, 0, 0, 0)]
    for i in range(n):
        records += [numbers(5, 0xa000 + 32 * i, i, 0, 32),
                    struct.pack("<4Q", 0xa000 + 32 * ((i * 7) % n), place(i), 0xa000, 0),
                    numbers(0x400000, 0x400001, 0x400001), text("main.f"), numbers(1, 0, 0)]
    return dump([[] for _ in range(n)], [0], b"".join(records))
