// Package benchmarks measures what each hotspot rule costs and what its remedy
// saves. The names of the benchmarks are RULE/VARIANT; before and after are the
// code that `heapscope explain RULE` shows.
package benchmarks

import (
	"runtime"
	"strings"
	"testing"
)

// A variant is one way to write something; what it does b.N times is measured.
type variant struct {
	name string
	run  func(b *testing.B)
}

// measured holds the variants of each rule; the files of this package fill it.
var measured = map[string][]variant{}

func measure(rule string, variants ...variant) { measured[rule] = variants }

// also adds variants to a rule whose others need a newer Go, in a file named after it.
func also(rule string, variants ...variant) {
	measured[rule] = append(measured[rule], variants...)
}

// times makes a variant from what it does once. What only the first time costs,
// such as filling a pool, is left out.
func times(name string, once func()) variant {
	return variant{name, func(b *testing.B) {
		once()
		b.ReportAllocs()
		b.ResetTimer()
		for i := 0; i < b.N; i++ {
			once()
		}
	}}
}

// kept is the same, and also reports what is still held at the end: memory on
// the heap and in stacks.
func kept(name string, once func(), release func()) variant {
	return variant{name, func(b *testing.B) {
		before := held()
		b.ReportAllocs()
		b.ResetTimer()
		for i := 0; i < b.N; i++ {
			once()
		}
		b.StopTimer()
		b.ReportMetric(max(0, held()-before)/float64(b.N), "live-B/op")
		release()
	}}
}

func held() float64 {
	runtime.GC()
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return float64(stats.HeapAlloc) + float64(stats.StackInuse)
}

func Benchmark(b *testing.B) {
	for rule, variants := range measured {
		for _, variant := range variants {
			b.Run(rule+"/"+variant.name, variant.run)
		}
	}
}

// output takes what is written; log.Logger formats nothing at all for io.Discard.
type output struct{}

func (output) Write(text []byte) (int, error) { return len(text), nil }

// What the variants work on, and where results go, so that nothing is optimised away.
var (
	attributes = makeAttributes(100)
	parts      = strings.Split(strings.Repeat("value-of-a-field,", 100), ",")
	line       = strings.Repeat("value-of-a-field,", 100)
	page       = strings.Repeat("all work and no play ", 200)
	pageBytes  = []byte(page)
	sinkString string
	sinkBytes  []byte
	sinkInt    int
	sinkAny    any
	sinkError  error
	sinkMap    map[string]string
	sinkList   []string
)

func makeAttributes(count int) map[string]string {
	attributes := make(map[string]string, count)
	for i := 0; i < count; i++ {
		attributes["attribute-"+string(rune('a'+i%26))+string(rune('a'+i/26))] = "a value of some length"
	}
	return attributes
}
