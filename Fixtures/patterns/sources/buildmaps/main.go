package main

import (
	"runtime"
	"strconv"

	"example.com/buildmaps/internal/types"
)

// groupBy is a generic helper.
func groupBy[K comparable, V any](vs []V, key func(V) K) map[K]int {
	out := map[K]int{}
	for _, v := range vs {
		out[key(v)]++ // HOT map-growth U
	}
	return out
}

func fill(dst map[string]int, n int) {
	for i := 0; i < n; i++ {
		dst[names[i]] = i // HOT map-growth U
	}
}

var names []string

func index(t *types.Table, ks []string) {
	for i, k := range ks {
		t.ByName[k] = i // HOT map-growth U
	}
}

func lookup(n int) (m types.Ints) {
	m = types.Ints{}
	for i := range n {
		m[i] = i * 2 // HOT map-growth U
	}
	return m
}

func main() {
	runtime.MemProfileRate = 4096
	for i := 0; i < 600; i++ {
		names = append(names, "n"+strconv.Itoa(i))
	}
	n := 0
	for r := 0; r < 200; r++ {
		n += len(groupBy(names, func(s string) string { return s }))
		d := map[string]int{}
		fill(d, 300)
		t := types.New()
		index(t, names)
		n += len(d) + len(t.ByName) + len(lookup(400))
	}
	println(n)
	dump("")
}
