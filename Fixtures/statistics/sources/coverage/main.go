// coverage: allocates known numbers of blocks of known sizes at known places and
// writes its heap profile. One run says little; several hundred say how often an
// interval that is built from one profile holds the truth.
package main

import (
	"os"
	"runtime"
	"runtime/pprof"
)

var sink []byte
var kept [][]byte

// The first sample of a process is not at random (docs/statistics.md): it falls here.
//
//go:noinline
func start() {
	for range 16384 {
		sink = make([]byte, 1024)
	}
}

//go:noinline
func one() { // 1 sampled block is expected
	for range 10923 {
		sink = make([]byte, 48)
	}
}

//go:noinline
func four() {
	for range 8192 {
		sink = make([]byte, 256)
	}
}

//go:noinline
func twenty() {
	for range 10240 {
		sink = make([]byte, 1024)
	}
}

//go:noinline
func hundred() {
	for range 102400 {
		sink = make([]byte, 512)
	}
}

//go:noinline
func half() { // a block is sampled with p = 0.39
	for range 10 {
		sink = make([]byte, 262144)
	}
}

//go:noinline
func block() { // p = 0.63
	for range 30 {
		sink = make([]byte, 524288)
	}
}

//go:noinline
func large() { // p = 0.86
	for range 24 {
		sink = make([]byte, 1048576)
	}
}

//go:noinline
func pair() { // large blocks of two sizes
	for range 8 {
		sink = make([]byte, 524288)
	}
	for range 6 {
		sink = make([]byte, 786432)
	}
}

//go:noinline
func mixed() {
	for range 16384 {
		sink = make([]byte, 64)
	}
	for range 512 {
		sink = make([]byte, 4096)
	}
	for range 12 {
		sink = make([]byte, 131072)
	}
	sink = make([]byte, 2097152)
}

//go:noinline
func live() { // every second block stays
	for i := range 20480 {
		b := make([]byte, 512)
		if i%2 == 0 {
			kept = append(kept, b)
		}
	}
}

func main() {
	kept = make([][]byte, 0, 10240)
	start()
	one()
	four()
	twenty()
	hundred()
	half()
	block()
	large()
	pair()
	mixed()
	live()
	sink = nil
	runtime.GC()
	pprof.Lookup("heap").WriteTo(os.Stdout, 0)
	runtime.KeepAlive(kept)
}
