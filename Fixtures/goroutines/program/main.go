// Waiters starts known numbers of goroutines that wait in known ways, and writes
// what the runtime says of them.
//
//	waiters -name PREFIX [-old 70s]
//	waiters -crash all|system
//
// PREFIX.debug2.txt, PREFIX.debug1.txt and PREFIX.pb.gz are one moment in three
// forms; PREFIX.truth.json is what was started. PREFIX.series-1 and on are a
// series in which one place leaks.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"net"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"sync"
	"syscall"
	"time"
)

// Started counts goroutines by the function that waits and the state it waits in.
var started = map[string]map[string]int{}

func start(count int, function, state string, wait func()) {
	if started[function] == nil {
		started[function] = map[string]int{}
	}
	started[function][state] += count
	for range count {
		go wait()
	}
}

type pool struct {
	jobs    chan int
	results chan int
	quit    chan struct{}
}

//go:noinline
func (p *pool) worker() { <-p.jobs }

//go:noinline
func (p *pool) deliver() { p.results <- 1 }

//go:noinline
func (p *pool) loop() {
	select {
	case <-p.jobs:
	case <-p.quit:
	}
}

//go:noinline
func (p *pool) pinned() {
	runtime.LockOSThread()
	<-p.jobs
}

// Descend waits deep down, so that the dump leaves frames out.
//
//go:noinline
func (p *pool) descend(depth int) {
	if depth > 0 {
		p.descend(depth - 1)
		return
	}
	<-p.jobs
}

type cache struct {
	lock   sync.Mutex
	shared sync.RWMutex
	filled *sync.Cond
	group  sync.WaitGroup
}

//go:noinline
func (c *cache) update() { c.lock.Lock() }

//go:noinline
func (c *cache) read() { c.shared.RLock() }

//go:noinline
func (c *cache) replace() { c.shared.Lock() }

//go:noinline
func (c *cache) awaitFill() {
	c.filled.L.Lock()
	c.filled.Wait()
}

//go:noinline
func (c *cache) awaitAll() { c.group.Wait() }

//go:noinline
func tick() { time.Sleep(time.Hour) }

//go:noinline
func receive[T any](from chan T) { <-from }

//go:noinline
func never() {
	var none chan int
	<-none
}

//go:noinline
func block() { select {} }

//go:noinline
func listen(connection net.PacketConn) {
	var buffer [16]byte
	connection.ReadFrom(buffer[:])
}

//go:noinline
func readRaw(descriptor int) {
	var buffer [16]byte
	syscall.Read(descriptor, buffer[:])
}

var spins uint64

//go:noinline
func spin() {
	for {
		spins++
	}
}

// Leak waits on a channel that nobody else has.
//
//go:noinline
func leak() {
	unreachable := make(chan int)
	<-unreachable
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func write(path, profile string, debug int) {
	file, err := os.Create(path)
	check(err)
	check(pprof.Lookup(profile).WriteTo(file, debug))
	check(file.Close())
}

func startAll(p *pool, c *cache, raw []int) {
	start(11, "main.(*pool).worker", "chan receive", p.worker)
	start(7, "main.(*pool).deliver", "chan send", p.deliver)
	start(5, "main.(*pool).loop", "select", p.loop)
	start(2, "main.(*pool).pinned", "chan receive", p.pinned)
	start(3, "main.(*pool).descend", "chan receive", func() { p.descend(150) })
	start(3, "main.(*cache).update", "mutex", c.update)
	start(4, "main.(*cache).read", "rwmutex", c.read)
	start(2, "main.(*cache).replace", "rwmutex", c.replace)
	start(6, "main.(*cache).awaitAll", "waitgroup", c.awaitAll)
	start(8, "main.tick", "sleep", tick)
	texts, numbers := make(chan string), make(chan int64)
	start(1, "main.receive", "chan receive", func() { receive(texts) })
	start(1, "main.receive", "chan receive", func() { receive(numbers) })
	start(1, "main.never", "chan receive (nil chan)", never)
	start(1, "main.block", "select (no cases)", block)
	for range 9 {
		connection, err := net.ListenPacket("udp", "127.0.0.1:0")
		check(err)
		start(1, "main.listen", "IO wait", func() { listen(connection) })
	}
	for _, descriptor := range raw {
		start(1, "main.readRaw", "syscall", func() { readRaw(descriptor) })
	}
	start(4, "main.leak", "chan receive", leak)
}

func main() {
	name := flag.String("name", "", "how the names of the files begin")
	old := flag.Duration("old", 0, "how long some goroutines have waited by then")
	crash := flag.String("crash", "", "panic instead, with this much said")
	flag.Parse()

	p := &pool{make(chan int), make(chan int), make(chan struct{})}
	c := &cache{}
	c.filled = sync.NewCond(new(sync.Mutex))
	c.lock.Lock()
	c.shared.Lock()
	c.group.Add(1)
	var pipes [2][2]int
	for index := range pipes {
		check(syscall.Pipe(pipes[index][:]))
	}
	startAll(p, c, []int{pipes[0][0], pipes[1][0]})
	// Since when a goroutine waits is noted by a collection.
	time.Sleep(200 * time.Millisecond)
	runtime.GC()
	time.Sleep(*old)
	// Younger ones of the same kinds, at other places.
	start(3, "main.(*cache).awaitFill", "cond", c.awaitFill)
	start(2, "main.(*pool).worker", "chan receive", p.worker)
	time.Sleep(time.Second)

	if *crash != "" {
		log.Print("ready, 64 handlers")
		fmt.Println("GET /orders?id=12 200 (3 ms)")
		debug.SetTraceback(*crash)
		panic("no orders left")
	}

	bubble(started)
	start(2, "main.spin", "running", spin)
	time.Sleep(50 * time.Millisecond)
	write(*name+".debug2.txt", "goroutine", 2)
	write(*name+".debug1.txt", "goroutine", 1)
	write(*name+".pb.gz", "goroutine", 0)
	if pprof.Lookup("goroutineleak") != nil {
		write(*name+".leak.txt", "goroutineleak", 2)
	}
	truth, err := json.MarshalIndent(started, "", "  ")
	check(err)
	check(os.WriteFile(*name+".truth.json", append(truth, '\n'), 0o644))

	for number := 1; number <= 4; number++ {
		for range 10 * number {
			go leak()
		}
		time.Sleep(100 * time.Millisecond)
		write(fmt.Sprintf("%s.series-%d.txt", *name, number), "goroutine", 2)
		write(fmt.Sprintf("%s.series-%d.pb.gz", *name, number), "goroutine", 0)
	}
	runtime.KeepAlive(p)
	runtime.KeepAlive(c)
}
