// Command held builds one situation, measures what letting go of it frees, and
// writes a heap dump of it:
//
//	held dump SITUATION FILE   builds, collects, dumps
//	held drop SITUATION        builds, collects, lets go, collects; prints what that freed
package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"time"
)

// A situation is something that holds memory.
type situation struct {
	build func() // makes it
	late  func() // runs after the last collection before the dump
	drop  func() // lets go of what is held; nil for a healthy one
}

func settle() {
	for i := 0; i < 3; i++ {
		runtime.GC()
		time.Sleep(5 * time.Millisecond)
	}
}

func main() {
	runtime.MemProfileRate = 1024
	debug.SetGCPercent(-1)
	s, ok := situations[os.Args[2]]
	if !ok {
		fmt.Fprintln(os.Stderr, "which situation?")
		os.Exit(64)
	}
	if s.build != nil {
		s.build()
	}
	settle()
	if s.late != nil {
		s.late()
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	switch os.Args[1] {
	case "dump":
		f, err := os.Create(os.Args[3])
		if err != nil {
			panic(err)
		}
		debug.WriteHeapDump(f.Fd())
		f.Close()
	case "drop":
		if s.drop == nil {
			return
		}
		s.drop()
		time.Sleep(100 * time.Millisecond)
		settle()
		runtime.ReadMemStats(&after)
		fmt.Printf("%s\t%d\t%d\n", os.Args[2], before.HeapAlloc-after.HeapAlloc, before.HeapObjects-after.HeapObjects)
	}
	runtime.KeepAlive(s)
}
