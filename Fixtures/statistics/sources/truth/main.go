// truth: prints maps, makes calls and grows slices, counts what it does, and
// writes its heap profile and what is true of it.
package main

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/pprof"
)

var sink string
var numbers []int
var records []record

type record struct{ a, b, c int64 }

func mapOf(entries int) map[string]int {
	m := make(map[string]int, entries)
	for i := range entries {
		m[fmt.Sprint("key", i)] = i
	}
	return m
}

var truth = io.Discard

// note runs a part and notes the bytes and objects that it allocated.
func note(name string, calls int, part func()) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	part()
	runtime.ReadMemStats(&after)
	fmt.Fprintf(truth, "%s calls=%d bytes=%d objects=%d\n", name, calls,
		after.TotalAlloc-before.TotalAlloc, after.Mallocs-before.Mallocs)
}

//go:noinline
func printSame(m map[string]int) {
	sink = fmt.Sprintf("state: %v", m)
}

//go:noinline
func printSmall(m map[string]int) {
	fmt.Fprintln(io.Discard, m)
}

//go:noinline
func printNested(m map[string]map[string]int) {
	sink = fmt.Sprint(m)
}

//go:noinline
func format(i int, name string) {
	sink = fmt.Sprintf("order %d of %s is on its way to the warehouse", i, name)
}

//go:noinline
func growNumbers(n int) {
	var list []int
	for i := range n {
		list = append(list, i)
	}
	numbers = list
}

//go:noinline
func growRecords(n int) int {
	var list []record
	wasted := 0
	for i := range n {
		if len(list) == cap(list) {
			wasted += cap(list) * 24
		}
		list = append(list, record{a: int64(i)})
	}
	records = list
	return wasted
}

func main() {
	runtime.MemProfileRate = 16384
	file, err := os.Create(os.Args[1] + ".txt")
	if err != nil {
		panic(err)
	}
	truth = file
	same, small := mapOf(300), mapOf(5)
	nested := map[string]map[string]int{}
	for i := range 20 {
		nested[fmt.Sprint("shard", i)] = mapOf(3)
	}
	note("printSame entries=300", 400, func() {
		for range 400 {
			printSame(same)
		}
	})
	note("printSmall entries=5", 20000, func() {
		for range 20000 {
			printSmall(small)
		}
	})
	note("printNested entries=20 inner=3", 1500, func() {
		for range 1500 {
			printNested(nested)
		}
	})
	note("format", 100000, func() {
		for i := range 100000 {
			format(1000000+i, "somebody")
		}
	})
	note("growNumbers", 300, func() {
		for range 300 {
			growNumbers(20000)
		}
	})
	wasted := 0
	note("growRecords", 300, func() {
		for range 300 {
			wasted += growRecords(5000)
		}
	})
	fmt.Fprintf(truth, "growRecords wasted=%d\n", wasted)
	runtime.GC()
	profile, err := os.Create(os.Args[1] + ".pb.gz")
	if err != nil {
		panic(err)
	}
	pprof.Lookup("heap").WriteTo(profile, 0)
	profile.Close()
	file.Close()
}
