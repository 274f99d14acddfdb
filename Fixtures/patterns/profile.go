package main

import (
	"os"
	"runtime"
	"runtime/pprof"
)

// fill does something until it has allocated two megabytes, or often enough.
func fill(once func()) {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	end := stats.TotalAlloc + 2<<20
	for i := 0; i < 40_000; i++ {
		once()
		if i%64 == 0 {
			runtime.ReadMemStats(&stats)
			if stats.TotalAlloc >= end {
				return
			}
		}
	}
}

func dump(suffix string) {
	runtime.GC()
	f, err := os.Create(os.Args[1] + suffix + ".pb.gz")
	if err != nil {
		panic(err)
	}
	defer f.Close()
	pprof.Lookup("heap").WriteTo(f, 0)
}
