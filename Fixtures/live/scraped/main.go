// scraped: a service that serves /metrics with Prometheus' client library and its profiles, and
// goes wrong when it is asked to.
//
//	scraped [-all]
//
// It says where it listens, and goes on until its standard input ends. GET /incident begins an
// incident: goroutines that nobody wakes, and bytes that nobody lets go of. -all has the series
// of runtime/metrics too.
package main

import (
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	_ "net/http/pprof"
	"os"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// orders is where the incident's goroutines wait: nothing ever sends.
var orders = make(chan []byte)

// wait is the leak of goroutines.
//
//go:noinline
func wait() { <-orders }

type cache struct {
	pages [][]byte
}

// keep is the leak of memory.
//
//go:noinline
func (c *cache) keep(size int) {
	page := make([]byte, size)
	for i := 0; i < len(page); i += 4096 {
		page[i] = 1
	}
	c.pages = append(c.pages, page)
}

// render is honest work: its bytes are garbage at once.
//
//go:noinline
func render() int { return len(fmt.Sprint(make([]byte, 64<<10))) }

func incident(kept *cache) {
	for {
		for range 8 {
			go wait()
		}
		kept.keep(256 << 10)
		time.Sleep(20 * time.Millisecond)
	}
}

func main() {
	all := flag.Bool("all", false, "serve the series of runtime/metrics too")
	flag.Parse()
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	if *all {
		registry.MustRegister(collectors.NewGoCollector(
			collectors.WithGoCollectorRuntimeMetrics(collectors.MetricsAll)))
	} else {
		registry.MustRegister(collectors.NewGoCollector())
	}
	requests := prometheus.NewCounterVec(
		prometheus.CounterOpts{Name: "shop_requests_total", Help: "Requests, by code."},
		[]string{"code"})
	registry.MustRegister(requests)

	kept := &cache{}
	var once sync.Once
	http.HandleFunc("/incident", func(w http.ResponseWriter, _ *http.Request) {
		once.Do(func() { go incident(kept) })
		fmt.Fprintln(w, "begun")
	})
	http.Handle("/metrics", promhttp.HandlerFor(
		registry, promhttp.HandlerOpts{EnableOpenMetrics: true}))

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, "scraped:", err)
		os.Exit(1)
	}
	fmt.Println("http", listener.Addr().(*net.TCPAddr).Port)
	go http.Serve(listener, nil)
	go func() {
		for range time.Tick(25 * time.Millisecond) {
			render()
			requests.WithLabelValues("200").Inc()
		}
	}()
	fmt.Println("ready")
	io.Copy(io.Discard, os.Stdin)
}
