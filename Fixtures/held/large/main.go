// Command large writes a heap dump of about N objects, which Fixtures/held/measure times:
//
//	large N FILE
package main

import (
	"fmt"
	_ "net/http/pprof" // has samples taken
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"time"
)

type entry struct {
	key  string
	next *entry
	tags []string
	body *body
	id   int64
	n    [4]int64
}

type body struct {
	data  []byte
	owner *entry
	m     [10]int64
}

var (
	byID   = map[int64]*entry{}
	byName = map[string]*entry{}
	recent []*entry
)

// Four objects an entry; a tenth of them, with all before them in a list, has several holders.
func main() {
	debug.SetGCPercent(-1)
	n, err := strconv.Atoi(os.Args[1])
	if err != nil {
		panic(err)
	}
	var last *entry
	for i := 0; i < n/4; i++ {
		e := &entry{key: "key-" + strconv.Itoa(i), id: int64(i)}
		e.body = &body{data: make([]byte, 80), owner: e}
		if i%3 == 0 {
			e.next, last = last, e
		}
		if i%4 != 0 {
			byID[e.id] = e
		} else {
			byName[e.key] = e
		}
		if i%10 == 0 {
			recent = append(recent, e)
		}
	}
	runtime.GC()
	f, err := os.Create(os.Args[2])
	if err != nil {
		panic(err)
	}
	start := time.Now()
	debug.WriteHeapDump(f.Fd())
	f.Close()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	fmt.Printf("%d objects of %d MB, written in %s\n", m.HeapObjects, m.HeapAlloc>>20, time.Since(start))
}
