// orderlogtext: the order service of orderlog, which writes its heap profile
// twice at the same moment: as gzipped protobuf, and as text (debug=1).
package main

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
)

func newOrder(id int) map[string]any {
	o := map[string]any{}
	for i := 0; i < 500; i++ {
		o[fmt.Sprintf("key%03d", i)] = map[string]any{
			"sku": i, "qty": []int{1, 2, 3}, "attrs": map[string]string{"c": "red", "s": "xl"},
		}
	}
	o["id"] = id
	return o
}

type service struct {
	log   *slog.Logger
	audit []string
}

//go:noinline
func (s *service) handleOrder(o map[string]any, keep bool) {
	s.log.Info("order detail", "data", o)
	line := fmt.Sprint(o)
	if keep {
		s.audit = append(s.audit, line)
	}
	_ = fmt.Sprintf("%v", o)
}

// write writes the heap profile to path, in the form that debug asks for.
func write(path string, debug int) {
	f, err := os.Create(path)
	if err != nil {
		panic(err)
	}
	defer f.Close()
	if err := pprof.Lookup("heap").WriteTo(f, debug); err != nil {
		panic(err)
	}
}

func main() {
	runtime.MemProfileRate = 4096
	s := &service{log: slog.New(slog.NewTextHandler(io.Discard, nil))}
	order := newOrder(7)
	for i := 0; i < 150; i++ {
		s.handleOrder(order, i%3 == 0)
	}
	// A heap profile shows the heap as the last collection left it. With
	// collections off after this one, both forms show the same moment.
	runtime.GC()
	debug.SetGCPercent(-1)
	write(os.Args[1]+".pb.gz", 0)
	write(os.Args[1]+".txt", 1)
	fmt.Fprintln(os.Stderr, len(s.audit))
}
