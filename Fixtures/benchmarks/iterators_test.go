//go:build go1.23

package benchmarks

import (
	"maps"
	"slices"
)

func init() {
	names := make([]string, 0, 128)
	measure("map-iteration",
		times("before", func() { sinkList = slices.Sorted(maps.Keys(attributes)) }),
		times("after", func() {
			names = slices.AppendSeq(slices.Grow(names[:0], len(attributes)), maps.Keys(attributes))
			slices.Sort(names)
		}))
	measure("map-iteration-loop",
		times("before", func() {
			var keys []string
			for k := range maps.Keys(attributes) {
				keys = append(keys, k)
			}
			sinkList = keys
		}),
		times("after", func() {
			keys := make([]string, 0, len(attributes))
			for k := range attributes {
				keys = append(keys, k)
			}
			sinkList = keys
		}))
}
