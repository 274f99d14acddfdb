package benchmarks

import "sync"

type point struct{ x, y int }

type pair struct{ key, value string }

//go:noinline
func newPoint(x, y int) *point { return &point{x, y} }

//go:noinline
func pointOf(x, y int) point { return point{x, y} }

//go:noinline
func useFields(fields map[string]string) { sinkMap = fields }

//go:noinline
func usePairs(fields [2]pair) { sinkPairs = fields }

//go:noinline
func readInto(buf []byte) int { return copy(buf, page) }

var (
	sinkInts  []int
	sinkPoint *point
	sinkPairs [2]pair
)

func init() {
	measure("append-growth",
		times("before", func() {
			var lengths []int
			for _, p := range parts {
				lengths = append(lengths, len(p))
			}
			sinkInts = lengths
		}),
		times("after", func() {
			lengths := make([]int, 0, len(parts))
			for _, p := range parts {
				lengths = append(lengths, len(p))
			}
			sinkInts = lengths
		}))

	pool := sync.Pool{New: func() any { return new([4096]byte) }}
	measure("buffer-per-call",
		times("before", func() {
			buf := make([]byte, 4096)
			sinkInt = readInto(buf)
			sinkBytes = buf
		}),
		times("after", func() {
			buf := pool.Get().(*[4096]byte)
			sinkInt = readInto(buf[:])
			pool.Put(buf)
		}))

	measure("object-per-call",
		times("before", func() {
			p := newPoint(1, 2)
			sinkPoint = p
		}),
		times("after", func() {
			p := pointOf(1, 2)
			sinkInt = p.x + p.y
		}))

	measure("small-map-per-call",
		times("before", func() {
			useFields(map[string]string{"id": line[:5], "kind": line[:3]})
		}),
		times("after", func() {
			usePairs([2]pair{{"id", line[:5]}, {"kind", line[:3]}})
		}))
}
