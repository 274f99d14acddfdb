package main

import (
	"container/list"
	"fmt"
	"runtime"
	"strconv"
	"sync"
	"time"
)

var situations = map[string]situation{
	"sessions": {build: logins, drop: func() { sessions = nil }},
	"workers":  {build: startWorkers, drop: func() { close(quit) }},
	"pool":     {late: warm, drop: func() { buffers = sync.Pool{} }},
	"finalizers": {build: openAll, drop: func() {
		close(gate)
		time.Sleep(200 * time.Millisecond)
	}},
	"registry": {build: registerAll, drop: func() { registry = sync.Map{} }},
	"pages":    {build: fetchAll, drop: func() { pages.index, pages.order = nil, nil }},
	"panicked": {build: func() {
		go guarded()
		time.Sleep(100 * time.Millisecond)
	}, drop: func() { close(quit) }},
	"frame": {build: func() {
		ready := make(chan bool)
		go serve(ready)
		<-ready
	}, drop: func() { close(quit) }},
	"hub":     {build: subscribe, drop: func() { close(quit) }},
	"hooks":   {build: hookAll, drop: func() { hooks = nil }},
	"timeout": {build: armAll, drop: func() { stopAll() }},
	"garbage": {late: churn},

	"healthy-caches":  {build: fillCaches},
	"healthy-pools":   {build: func() {}, late: warmPools},
	"healthy-config":  {build: loadConfig},
	"healthy-workers": {build: startPools},
	"healthy-index":   {build: buildIndex},
	"healthy-timers":  {build: schedule},
	"healthy-server":  {build: listen},
	"healthy-idle":    {},
}

var quit = make(chan bool)

// A map that only grows.

type session struct {
	user string
	cart map[string]int
	page []byte
}

var sessions = map[string]any{}

//go:noinline
func login(i int) {
	s := &session{user: "user-" + strconv.Itoa(i), page: make([]byte, 600)}
	if i%10 == 0 {
		s.cart = map[string]int{"book": i}
	}
	sessions[s.user] = s
}

func logins() {
	for i := 0; i < 700; i++ {
		login(i)
	}
}

// Goroutines that nobody wakes, each with what it works on.

type job struct {
	id   int
	body []byte
}

//go:noinline
func newJob(id int) *job { return &job{id: id, body: make([]byte, 1500)} }

//go:noinline
func worker(id int) {
	j := newJob(id)
	<-quit
	if j.id != len(j.body) {
		j.body = nil
	}
}

func startWorkers() {
	for i := 0; i < 300; i++ {
		go worker(i)
	}
	time.Sleep(100 * time.Millisecond)
}

// A pool that was filled once.

var buffers sync.Pool

//go:noinline
func warm() {
	for i := 0; i < 250; i++ {
		b := make([]byte, 2000)
		buffers.Put(&b)
	}
}

// Finalizers behind one that hangs.

type handle struct {
	id     int
	buffer []byte
}

var gate = make(chan bool)

//go:noinline
func open(i int) {
	h := &handle{id: i, buffer: make([]byte, 2000)}
	runtime.SetFinalizer(h, func(h *handle) { <-gate; h.buffer = nil })
}

func openAll() {
	for i := 0; i < 250; i++ {
		open(i)
	}
	runtime.GC()
	time.Sleep(50 * time.Millisecond)
}

// sync.Map.

type plugin struct {
	name string
	data [40]int64
}

var registry sync.Map

//go:noinline
func register(i int) {
	registry.Store("plugin-"+strconv.Itoa(i), &plugin{name: strconv.Itoa(i)})
}

func registerAll() {
	for i := 0; i < 1000; i++ {
		register(i)
	}
}

// A cache without a bound, in a variable that the linker lays out.

type page struct {
	url  string
	body []byte
}

type lru struct {
	order *list.List
	index map[string]*list.Element
}

var pages = &lru{order: list.New(), index: map[string]*list.Element{}}

//go:noinline
func fetch(i int) {
	p := &page{fmt.Sprint("https://example.com/", i), make([]byte, 900)}
	pages.index[p.url] = pages.order.PushFront(p)
}

func fetchAll() {
	for i := 0; i < 400; i++ {
		fetch(i)
	}
}

// What a panic carries, while a deferred function hangs.

type report struct{ lines [][]byte }

//go:noinline
func crash() {
	r := &report{}
	for i := 0; i < 300; i++ {
		r.lines = append(r.lines, make([]byte, 1500))
	}
	panic(r)
}

func guarded() {
	defer func() {
		<-quit
		recover()
	}()
	crash()
}

// A variable that lives in a frame since a method has its address.

type app struct {
	hits int
	byID map[int]*record
	all  []*record
}

type record struct {
	id   int
	body [100]int64
}

//go:noinline
func (a *app) load(n int) {
	a.byID = map[int]*record{}
	for i := 0; i < n; i++ {
		r := &record{id: i}
		a.byID[i] = r
		a.all = append(a.all, r)
	}
}

//go:noinline
func (a *app) wait(ready chan bool) int {
	ready <- true
	<-quit
	a.hits++
	return len(a.byID) + len(a.all)
}

//go:noinline
func serve(ready chan bool) {
	var a app
	a.load(500)
	a.wait(ready)
}

// Two kinds of goroutines that share one thing.

type hub struct {
	mu       sync.Mutex
	messages [][]byte
}

//go:noinline
func reader(h *hub) {
	<-quit
	h.mu.Lock()
	h.messages[0][0]++
	h.mu.Unlock()
}

//go:noinline
func writer(h *hub) {
	select {
	case <-quit:
	case <-time.After(time.Hour):
	}
	h.mu.Lock()
	h.messages[0][0]++
	h.mu.Unlock()
}

func subscribe() {
	h := &hub{}
	for i := 0; i < 400; i++ {
		h.messages = append(h.messages, make([]byte, 1000))
	}
	for i := 0; i < 20; i++ {
		go reader(h)
		go writer(h)
	}
	time.Sleep(100 * time.Millisecond)
}

// Closures.

var hooks []func() int

//go:noinline
func hook(i int) {
	data := make([]int64, 90)
	hooks = append(hooks, func() int { return len(data) + i })
}

func hookAll() {
	for i := 0; i < 600; i++ {
		hook(i)
	}
}

// Timers.

var (
	fired  int
	timers [][2]*time.Timer
)

//go:noinline
func arm() *time.Timer {
	payload := make([]byte, 3000)
	return time.AfterFunc(time.Hour, func() { fired += len(payload) })
}

func armAll() {
	for i := 0; i < 75; i++ {
		timers = append(timers, [2]*time.Timer{arm(), arm()})
	}
	stopAll = func(timers [][2]*time.Timer) func() {
		return func() {
			for _, pair := range timers {
				pair[0].Stop()
				pair[1].Stop()
			}
			stopAll = nil
		}
	}(timers)
	timers = nil
}

var stopAll func()

// What nothing leads to, and no collection has taken yet.

//go:noinline
func churn() {
	var list [][]byte
	for i := 0; i < 400; i++ {
		list = append(list, make([]byte, 1200))
	}
	fired += len(list)
}
