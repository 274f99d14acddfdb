// unchanged does the same work each time that it runs, in several goroutines,
// and writes one heap profile. Its runs differ by what the profiler sampled.
//
//	unchanged FILE
package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/pprof"
	"strings"
	"sync"
)

type order struct {
	id    int
	lines []string
	next  *order
}

type store struct {
	orders   *order
	index    map[string]*order
	blobs    [][]byte
	names    []string
	counters map[int]*[4]int
	tree     *node
}

type node struct {
	left, right *node
	payload     [40]byte
}

//go:noinline
func (s *store) fill(worker int) {
	s.index = map[string]*order{}
	s.counters = map[int]*[4]int{}
	for id := 0; id < 3000; id++ {
		o := &order{id: id, next: s.orders}
		for line := 0; line < 3; line++ {
			o.lines = append(o.lines, fmt.Sprintf("order %d of worker %d, line %d", id, worker, line))
		}
		s.orders = o
		s.index[fmt.Sprint("order/", worker, "/", id)] = o
	}
	for i := 0; i < 40; i++ {
		s.blobs = append(s.blobs, make([]byte, 4096))
		s.blobs = append(s.blobs, make([]byte, 300+i*50))
	}
	for i := 0; i < 3; i++ {
		s.blobs = append(s.blobs, make([]byte, 100_000))
	}
	for i := 0; i < 500; i++ {
		s.names = append(s.names, strings.Repeat("n", 1+i%90))
		s.names = append(s.names, strings.ToUpper(fmt.Sprint("name of ", i)))
	}
	for i := 0; i < 2000; i++ {
		s.counters[i] = new([4]int)
	}
	for i := 0; i < 1500; i++ {
		s.tree = &node{left: s.tree, right: &node{}}
	}
}

//go:noinline
func (s *store) serve(requests int) int {
	sum := 0
	for i := 0; i < requests; i++ {
		report := strings.Builder{}
		for o := s.orders; o != nil && report.Len() < 2000; o = o.next {
			report.WriteString(fmt.Sprintf("%d %v\n", o.id, o.lines))
		}
		buffer := make([]byte, 1024)
		sum += copy(buffer, report.String())
	}
	return sum
}

func main() {
	runtime.MemProfileRate = 16384
	stores := make([]store, 4)
	var all sync.WaitGroup
	for worker := range stores {
		all.Add(1)
		go func() {
			defer all.Done()
			stores[worker].fill(worker)
			stores[worker].serve(200)
		}()
	}
	all.Wait()
	runtime.GC()
	f, err := os.Create(os.Args[1])
	if err != nil {
		panic(err)
	}
	pprof.Lookup("heap").WriteTo(f, 0)
	f.Close()
	runtime.KeepAlive(stores)
}
