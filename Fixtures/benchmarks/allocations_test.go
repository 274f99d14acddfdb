package benchmarks

import (
	"cmp"
	"slices"
	"sort"
	"sync"
)

type point struct{ x, y int }

type pair struct{ key, value string }

//go:noinline
func newPoint(x, y int) *point { return &point{x, y} }

//go:noinline
func pointOf(x, y int) point { return point{x, y} }

type byX []point

func (p byX) Len() int           { return len(p) }
func (p byX) Less(i, j int) bool { return p[i].x < p[j].x }
func (p byX) Swap(i, j int)      { p[i], p[j] = p[j], p[i] }

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

	measure("append-ladder",
		times("before", func() {
			var rows []int
			for i := 0; i < 2000; i++ {
				rows = append(rows, i)
			}
			sinkInts = rows
		}),
		times("after", func() {
			rows := make([]int, 0, 2000)
			for i := 0; i < 2000; i++ {
				rows = append(rows, i)
			}
			sinkInts = rows
		}))

	var saved []byte
	measure("append-copy",
		times("before", func() {
			sinkBytes = append([]byte(nil), page...)
		}),
		times("after", func() {
			saved = append(saved[:0], page...)
			sinkBytes = saved
		}))

	points := make([]point, 64)
	for i := range points {
		points[i].x = i * 37 % 64
	}
	measure("boxing",
		times("before", func() {
			sort.Sort(byX(points))
		}),
		times("after", func() {
			slices.SortFunc(points, func(a, b point) int { return cmp.Compare(a.x, b.x) })
		}))
}
