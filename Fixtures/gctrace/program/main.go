// Load runs a small service that prints maps for its log and keeps every third
// text, so that its garbage collector has work; GODEBUG=gctrace=1 shows it.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"runtime/pprof"
	"time"
)

type store struct{ texts map[int]string }

func (s *store) handle(number int) {
	order := map[string]any{"id": number, "lines": map[string]int{"a": number, "b": 2, "c": 3}}
	text := fmt.Sprint(order)
	if number%3 == 0 {
		s.texts[number] = text
	}
}

// Leak blocks forever on a channel that nobody else has.
func leak() {
	never := make(chan int)
	<-never
}

func main() {
	runtime.MemProfileRate = 8192
	length := flag.Duration("for", 4*time.Second, "how long to run")
	heap := flag.String("heap", "", "where to write the heap profile")
	flag.Parse()
	go leak()
	s := &store{texts: map[int]string{}}
	end := time.Now().Add(*length)
	for number := 0; time.Now().Before(end); number++ {
		s.handle(number)
	}
	runtime.GC()
	// Go 1.26 and later look for leaked goroutines in a collection of its own.
	if leaked := pprof.Lookup("goroutineleak"); leaked != nil {
		if null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0); err == nil {
			leaked.WriteTo(null, 0)
		}
	}
	if *heap != "" {
		file, err := os.Create(*heap)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		defer file.Close()
		pprof.Lookup("heap").WriteTo(file, 0)
	}
	fmt.Fprintf(os.Stderr, "kept %d texts\n", len(s.texts))
}
