//go:build yaml

package benchmarks

import "gopkg.in/yaml.v3"

var settings = []byte("listen: :8080\nname: shop\nlimits:\n  rate: 100\n  burst: 20\ntags:\n  zone: a\n  tier: gold\n")

func init() {
	measure("dynamic-decode",
		times("before", func() {
			var all map[string]any
			sinkError = yaml.Unmarshal(settings, &all)
		}),
		times("after", func() {
			var used struct {
				Listen string
				Limits struct{ Rate, Burst int }
			}
			sinkError = yaml.Unmarshal(settings, &used)
		}))
}
