// phases has one function for each way in which live memory may go, and writes
// ten heap profiles of itself.
//
//	phases FOLDER
package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/pprof"
	"time"
)

type service struct {
	audit    [][]byte
	sessions map[string][]byte
	cache    [][]byte
	recent   [][]byte
	queue    [][]byte
	config   [][]byte
	draining [][]byte
}

// leakSlowly adds under a hundredth of what it holds from profile to profile.
//
//go:noinline
func (s *service) leakSlowly(count int) {
	for i := 0; i < count; i++ {
		s.audit = append(s.audit, make([]byte, 1024))
	}
}

// leakFast starts from nothing and never forgets.
//
//go:noinline
func (s *service) leakFast(step int) {
	for i := 0; i < 1500; i++ {
		s.sessions[fmt.Sprintf("session %d of %d", i, step)] = make([]byte, 512)
	}
}

// warmUp fills a cache of 6000 entries, then stops.
//
//go:noinline
func (s *service) warmUp() {
	for i := 0; i < 4500 && len(s.cache) < 6000; i++ {
		s.cache = append(s.cache, make([]byte, 768))
	}
}

// turnOver keeps the last 3000 of what it makes.
//
//go:noinline
func (s *service) turnOver() {
	for i := 0; i < 5000; i++ {
		s.recent[i%3000] = make([]byte, 640)
	}
}

// garbage keeps nothing.
//
//go:noinline
func (s *service) garbage() int {
	sum := 0
	for i := 0; i < 4000; i++ {
		sum += len(fmt.Sprintf("request %d: %v", i, s.config[i%100][:2]))
	}
	return sum
}

// breathe has a queue that is now longer, now shorter.
//
//go:noinline
func (s *service) breathe(step int) {
	want := []int{2300, 2600, 1700, 2900, 1500, 2400, 1800, 2700, 1600, 2200}[step-1]
	for len(s.queue) < want {
		s.queue = append(s.queue, make([]byte, 896))
	}
	s.queue = append([][]byte(nil), s.queue[len(s.queue)-want:]...)
}

// keep never changes.
//
//go:noinline
func (s *service) keep() {
	for i := 0; i < 4000; i++ {
		s.config = append(s.config, make([]byte, 480))
	}
}

// drain only shrinks.
//
//go:noinline
func (s *service) drain() {
	for s.draining == nil || cap(s.draining) == 0 {
		for i := 0; i < 8000; i++ {
			s.draining = append(s.draining, make([]byte, 576))
		}
	}
	for i := 0; i < 700 && len(s.draining) > 0; i++ {
		s.draining[len(s.draining)-1] = nil
		s.draining = s.draining[:len(s.draining)-1]
	}
}

func main() {
	runtime.MemProfileRate = 8192
	s := &service{sessions: map[string][]byte{}, recent: make([][]byte, 3000)}
	s.keep()
	s.leakSlowly(30_000)
	for step := 1; step <= 10; step++ {
		s.leakSlowly(250)
		s.leakFast(step)
		s.warmUp()
		s.turnOver()
		s.garbage()
		s.breathe(step)
		s.drain()
		time.Sleep(100 * time.Millisecond)
		runtime.GC()
		f, err := os.Create(fmt.Sprintf("%s/%02d.pb.gz", os.Args[1], step))
		if err != nil {
			panic(err)
		}
		pprof.Lookup("heap").WriteTo(f, 0)
		f.Close()
	}
	runtime.KeepAlive(s)
}
