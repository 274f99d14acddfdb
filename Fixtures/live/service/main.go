// leaky: a service that keeps a copy of each request it makes to itself, and
// serves its profiles over HTTP, over TLS and on a unix socket.
//
//	leaky [-tls-cert FILE -tls-key FILE] [-unix PATH]
//
// It says where it listens, a line each, and goes on until its standard input ends.
package main

import (
	"crypto/tls"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	_ "net/http/pprof"
	"os"
	"runtime"
	"time"
)

type session struct {
	token []byte
}

type registry struct {
	sessions []*session
}

// remember is the leak: nothing ever takes a session out again.
//
//go:noinline
func (r *registry) remember(id int) {
	token := make([]byte, 1024)
	token[0] = byte(id)
	r.sessions = append(r.sessions, &session{token: token})
}

// render is honest work: its strings are garbage at once.
//
//go:noinline
func render(id int) int {
	attributes := map[string]int{"id": id, "shard": id % 7, "attempt": 1}
	return len(fmt.Sprint(attributes))
}

func serve(name string, listener net.Listener, err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "leaky:", err)
		os.Exit(1)
	}
	if address, ok := listener.Addr().(*net.TCPAddr); ok {
		fmt.Println(name, address.Port)
	}
	go http.Serve(listener, nil)
}

func main() {
	certificate := flag.String("tls-cert", "", "PEM file")
	key := flag.String("tls-key", "", "PEM file")
	socket := flag.String("unix", "", "path of a socket")
	flag.Parse()
	runtime.MemProfileRate = 4096

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	serve("http", listener, err)
	if *certificate != "" {
		pair, err := tls.LoadX509KeyPair(*certificate, *key)
		if err == nil {
			listener, err = tls.Listen(
				"tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{pair}})
		}
		serve("https", listener, err)
	}
	if *socket != "" {
		listener, err := net.Listen("unix", *socket)
		serve("unix", listener, err)
	}
	kept := &registry{}
	go func() {
		for id := 0; ; id++ {
			kept.remember(id)
			render(id)
			time.Sleep(time.Millisecond)
		}
	}()
	fmt.Println("ready")
	io.Copy(io.Discard, os.Stdin)
	runtime.KeepAlive(kept)
}
