// Package httpapi quotes orders; each is logged with its feature flags, all of them.
package httpapi

import (
	"fmt"
	"io"
	"log"
	"strings"
)

type Quote struct {
	ID    string
	Flags map[string]any
	Total float64
}

type API struct {
	Log    *log.Logger
	recent [][]byte
}

// sink is not io.Discard itself, for which package log formats nothing.
type sink struct{ io.Writer }

func New() *API { return &API{Log: log.New(sink{io.Discard}, "", log.LstdFlags)} }

// debugf is the helper that every handler logs through.
func (a *API) debugf(format string, args ...any) {
	a.Log.Printf("DEBUG "+format, args...)
}

func (a *API) readBody(n int) []byte {
	body, _ := io.ReadAll(strings.NewReader(strings.Repeat("x", n)))
	return body
}

//go:noinline
func (a *API) Checkout(n int) float64 {
	body := a.readBody(2_000)
	q := a.quote(n)
	a.debugf("quote %s flags=%v total=%.2f", q.ID, q.Flags, q.Total)
	a.remember(body)
	return q.Total
}

func (a *API) quote(n int) Quote {
	return Quote{ID: fmt.Sprintf("q-%d", n), Flags: flags, Total: float64(n)}
}

// remember keeps what it gets: the leak.
//
//go:noinline
func (a *API) remember(body []byte) {
	a.recent = append(a.recent, append([]byte(nil), body[:2_000]...))
}

var flags = func() map[string]any {
	flags := map[string]any{}
	for i := 0; i < 300; i++ {
		flags[fmt.Sprintf("flag-%03d", i)] = map[string]bool{"on": i%2 == 0, "beta": i%3 == 0, "eu": i%5 == 0}
	}
	return flags
}()
