package main

import (
	"container/list"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Six caches, each with its bound.

type cache struct {
	name  string
	bound int
	order *list.List
	items map[int]*list.Element
}

var (
	users    = newCache("users", 120)
	products = newCache("products", 110)
	prices   = newCache("prices", 100)
	images   = newCache("images", 115)
	orders   = newCache("orders", 105)
	carts    = newCache("carts", 125)
)

func newCache(name string, bound int) *cache {
	return &cache{name: name, bound: bound, order: list.New(), items: map[int]*list.Element{}}
}

func (c *cache) add(key int) {
	c.items[key] = c.order.PushFront(make([]byte, 700))
	if c.order.Len() > c.bound {
		c.order.Remove(c.order.Back())
	}
}

func fillCaches() {
	for i := 0; i < 100; i++ {
		for _, c := range []*cache{users, products, prices, images, orders, carts} {
			c.add(i)
		}
	}
}

// Five pools after a burst.

var pools [5]sync.Pool
var encoders, decoders, scratch, lines, rows sync.Pool

func warmPools() {
	for i := 0; i < 40; i++ {
		for j, p := range []*sync.Pool{&encoders, &decoders, &scratch, &lines, &rows} {
			b := make([]byte, 1500+j*64)
			p.Put(&b)
		}
	}
}

// Tables that are read once.

type route struct {
	pattern string
	handler func(string) string
	tags    map[string]string
}

var (
	routes    []*route
	countries = map[string]string{}
	templates = map[string]*strings.Builder{}
	messages  [][]string
	limits    [1500]*int
)

func loadConfig() {
	for i := 0; i < 300; i++ {
		prefix := fmt.Sprint("/route/", i)
		routes = append(routes, &route{
			pattern: prefix, handler: func(s string) string { return prefix + s },
			tags: map[string]string{"owner": prefix},
		})
		countries[fmt.Sprint("country-", i)] = strings.Repeat("c", 200)
		messages = append(messages, []string{strings.Repeat("m", 130), strings.Repeat("n", 150)})
		b := &strings.Builder{}
		b.WriteString(strings.Repeat("t", 220))
		templates[prefix] = b
	}
	for i := range limits {
		limits[i] = new(int)
	}
}

// Workers of five kinds, each with a buffer, and work that goes on.

func work(n int, f func([]byte)) {
	for i := 0; i < n; i++ {
		go f(make([]byte, 2000))
	}
}

//go:noinline
func parse(b []byte) { <-quit; b[0]++ }

//go:noinline
func compress(b []byte) { <-quit; b[1]++ }

//go:noinline
func encrypt(b []byte) { <-quit; b[2]++ }

//go:noinline
func upload(b []byte) { <-quit; b[3]++ }

//go:noinline
func index(b []byte) { <-quit; b[4]++ }

func startPools() {
	for _, f := range []func([]byte){parse, compress, encrypt, upload, index} {
		work(30, f)
	}
	time.Sleep(100 * time.Millisecond)
}

// One set of documents, found in three ways, beside other things.

type document struct {
	id    int
	words []string
}

type tree struct {
	left, right *tree
	doc         *document
}

var (
	byNumber = map[int]*document{}
	byWord   = map[string][]*document{}
	sorted   *tree
	history  [][]byte
	spare    [60][]byte
	stats    = map[string]*[100]int{}
	journal  = list.New()
)

func buildIndex() {
	for i := 0; i < 120; i++ {
		d := &document{id: i, words: strings.Fields(fmt.Sprint("w", i%17, " v", i%5, " u", i))}
		byNumber[i] = d
		for _, w := range d.words {
			byWord[w] = append(byWord[w], d)
		}
		sorted = &tree{left: sorted, doc: d}
		history = append(history, make([]byte, 500))
		stats[d.words[2]] = &[100]int{}
		journal.PushBack(make([]byte, 600))
	}
	for i := range spare {
		spare[i] = make([]byte, 1200)
	}
}

// Timers and tickers, as services have them.

var tickers []*time.Ticker
var deadlines = map[int]*time.Timer{}
var results = map[int][]byte{}
var inputs, outputs [][]byte

func schedule() {
	for i := 0; i < 60; i++ {
		tickers = append(tickers, time.NewTicker(time.Hour))
		i := i
		deadlines[i] = time.AfterFunc(time.Hour, func() { delete(results, i) })
		results[i] = make([]byte, 700)
		inputs = append(inputs, make([]byte, 900))
		outputs = append(outputs, make([]byte, 800))
	}
}

// A server with some connections that wait.

type api struct {
	mu    sync.Mutex
	seen  map[string]int
	store map[int][]byte
}

func (a *api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.seen[r.URL.Path]++
	a.store[len(a.store)%20] = make([]byte, 300)
	io.WriteString(w, "done")
}

var server *http.Server
var clients []*http.Client

func listen() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	server = &http.Server{Handler: &api{seen: map[string]int{}, store: map[int][]byte{}}}
	go server.Serve(l)
	for i := 0; i < 8; i++ {
		c := &http.Client{Transport: &http.Transport{}}
		clients = append(clients, c)
		for j := 0; j < 10; j++ {
			r, err := c.Get(fmt.Sprintf("http://%s/%d", l.Addr(), j))
			if err != nil {
				panic(err)
			}
			io.Copy(io.Discard, r.Body)
			r.Body.Close()
		}
	}
}
