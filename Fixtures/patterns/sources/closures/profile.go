package main

import (
	"os"
	"runtime"
	"runtime/pprof"
)

func dump(suffix string) {
	runtime.GC()
	f, err := os.Create(os.Args[1] + suffix + ".pb.gz")
	if err != nil {
		panic(err)
	}
	defer f.Close()
	pprof.Lookup("heap").WriteTo(f, 0)
}
