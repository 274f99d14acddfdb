package serializers

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"testing"
)

// The profile's rate is asked for by the variable, so that one program is measured at both.
func init() {
	if text := os.Getenv("SERIALIZERS_RATE"); text != "" {
		rate, err := strconv.Atoi(text)
		if err != nil {
			panic(err)
		}
		runtime.MemProfileRate = rate
	}
}

var (
	sink   any
	text   string
	output []byte
)

func BenchmarkStd(b *testing.B) {
	order := NewOrder(5, 4)
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		output, _ = Std(order)
	}
}

func BenchmarkHand(b *testing.B) {
	order := NewOrder(5, 4)
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		output = Hand(order)
	}
}

func BenchmarkCached(b *testing.B) {
	order := NewOrder(5, 4)
	Cached(order)
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		output = Cached(order)
	}
}

// The set-up stands in the loop's function and is not taken out of the time.
func BenchmarkDebug(b *testing.B) {
	b.ReportAllocs()
	order := NewOrder(5, 4)
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		text = Debug(order)
	}
}

// Sizes has a benchmark of its own for each size of the map.
func BenchmarkSizes(b *testing.B) {
	for _, tags := range []int{1, 16} {
		b.Run(fmt.Sprintf("tags=%d", tags), func(b *testing.B) {
			order := NewOrder(tags, 0)
			b.ReportAllocs()
			b.ResetTimer()
			for i := 0; i < b.N; i++ {
				output, _ = Std(order)
			}
		})
	}
}

// The often-quoted figures: a map of one entry, by fmt and by encoding/json.
func BenchmarkOneEntryFmt(b *testing.B) {
	entries := map[string]int{"answer": 42}
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		text = fmt.Sprint(entries)
	}
}

func BenchmarkOneEntryJSON(b *testing.B) {
	entries := map[string]int{"answer": 42}
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		output, _ = json.Marshal(entries)
	}
}
