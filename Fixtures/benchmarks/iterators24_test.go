//go:build go1.24

package benchmarks

import "strings"

func init() {
	measure("string-split",
		times("before", func() {
			for _, field := range strings.Split(line, ",") {
				sinkInt += len(field)
			}
		}),
		times("after", func() {
			for field := range strings.SplitSeq(line, ",") {
				sinkInt += len(field)
			}
		}),
		times("strings.Cut", cutFields))
}
