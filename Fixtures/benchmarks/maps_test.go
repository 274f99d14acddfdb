package benchmarks

import (
	"maps"
	"reflect"
	"sort"
	"strconv"
	"strings"
	"sync/atomic"
)

// collected is what golang.org/x/exp/maps.Keys does.
func collected(m map[string]string) []string {
	result := make([]string, 0, len(m))
	for key := range m {
		result = append(result, key)
	}
	return result
}

type answer struct{ text string }

func init() {
	var current atomic.Pointer[map[string]string]
	current.Store(&attributes)
	measure("map-clone",
		times("before", func() { sinkMap = maps.Clone(attributes) }),
		times("after", func() { sinkMap = *current.Load() }))

	measure("map-iteration-library",
		times("before", func() { sinkList = collected(attributes) }),
		times("after", func() {
			for key := range attributes {
				sinkInt += len(key)
			}
		}))
	measure("map-iteration-line",
		times("before", func() {
			var keys []string
			for k := range attributes {
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

	// The same by hand, for versions without iterators (iterators_test.go).
	appended := func() []string {
		var keys []string
		for k := range attributes {
			keys = append(keys, k)
		}
		return keys
	}
	filled := func() []string {
		keys := make([]string, 0, len(attributes))
		for k := range attributes {
			keys = append(keys, k)
		}
		return keys
	}
	also("map-iteration",
		times("a loop that appends, sort.Strings", func() {
			sinkList = appended()
			sort.Strings(sinkList)
		}),
		times("a loop into make(…, 0, len(m)), sort.Strings", func() {
			sinkList = filled()
			sort.Strings(sinkList)
		}))
	also("map-iteration-loop",
		times("range over the map, append", func() { sinkList = appended() }))

	measure("map-growth",
		times("before", func() {
			merged := map[string]string{}
			maps.Copy(merged, attributes)
			sinkMap = merged
		}),
		times("after", func() {
			merged := make(map[string]string, len(attributes))
			maps.Copy(merged, attributes)
			sinkMap = merged
		}))
	measure("map-growth-line",
		times("before", func() {
			seen := map[string]bool{}
			for _, k := range parts {
				seen[k] = true
			}
			for k := range attributes {
				seen[k] = true
			}
			sinkAny = seen
		}),
		times("after", func() {
			seen := make(map[string]bool, len(attributes)+1)
			for _, k := range parts {
				seen[k] = true
			}
			for k := range attributes {
				seen[k] = true
			}
			sinkAny = seen
		}))

	// A body of 4 KiB of which 16 bytes are the key; at most 64 entries afterwards.
	cache := map[string]answer{}
	bounded := map[string]answer{}
	var order []string
	count := 0
	next := func() string {
		count++
		number := strconv.Itoa(count)
		return strings.Repeat("0", 16-len(number)) + number + page
	}
	measure("retained-cache",
		kept("before", func() {
			body := next()
			cache[body[:16]] = answer{"ok"}
		}, func() { cache = map[string]answer{} }),
		kept("after", func() {
			body := next()
			key := strings.Clone(body[:16])
			bounded[key] = answer{"ok"}
			order = append(order, key)
			if len(order) > 64 {
				delete(bounded, order[0])
				order = append(order[:0], order[1:]...)
			}
		}, func() { bounded, order = map[string]answer{}, nil }))

	v := reflect.ValueOf(attributes)
	t := v.Type()
	visit := func(key, value reflect.Value) { sinkInt += key.Len() + value.Len() }
	measure("reflect-map-iteration",
		times("before", func() {
			for _, k := range v.MapKeys() {
				visit(k, v.MapIndex(k))
			}
		}),
		times("after", func() {
			key, value := reflect.New(t.Key()).Elem(), reflect.New(t.Elem()).Elem()
			for iter := v.MapRange(); iter.Next(); {
				key.SetIterKey(iter)
				value.SetIterValue(iter)
				visit(key, value)
			}
		}),
		times("the concrete type", func() {
			if m, ok := v.Interface().(map[string]string); ok {
				for key, value := range m {
					sinkInt += len(key) + len(value)
				}
			}
		}))
	other := maps.Clone(attributes)
	measure("reflect-map-walk",
		times("before", func() {
			if reflect.DeepEqual(attributes, other) {
				sinkInt++
			}
		}),
		times("after", func() {
			if maps.Equal(attributes, other) {
				sinkInt++
			}
		}))
}
