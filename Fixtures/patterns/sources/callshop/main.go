// Calls of the standard library that make something anew each time, the plain ones.
package main

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"reflect"
	"regexp"
	"runtime"
	"strings"
	"text/template"
	"time"
)

type item struct {
	Name  string
	Price int
}

type source struct{ r io.Reader }

func (s source) Read(p []byte) (int, error) { return s.r.Read(p) }

type sink struct{ n int }

func (s *sink) Write(p []byte) (int, error) { s.n += len(p); return len(p), nil }

var (
	versioned = regexp.MustCompile(`^/v(\d+)/(\w+)`)
	page      = template.Must(template.New("p").Parse(`{{range .}}<b>{{.Name}}</b> {{.Price}}{{end}}`))
	items     = []item{{"shoe", 3}, {"hat", 4}, {"coat", 5}}
	text      = strings.Repeat("Content-Type: text/plain; ", 8)
	failure   error
	kept      any
	length    int
)

//go:noinline
func lookup(name string) error {
	if len(name) > 1<<20 {
		return nil
	}
	return errors.New("no such item") // HOT error-per-call
}

//go:noinline
func where() int {
	_, file, line, _ := runtime.Caller(1) // HOT caller-lookup U
	return len(file) + line
}

//go:noinline
func double(n int) int { return 2 * n }

func main() {
	runtime.MemProfileRate = 4096
	out := &sink{}
	request, _ := http.NewRequest("GET", "http://shop/search?q=shoe&size=43&page=2", nil)
	doc := `<order id="7"><price>12</price></order>`
	call := reflect.ValueOf(double)
	at := time.Unix(1_900_000_000, 0).UTC()

	fill(func() { failure = lookup(text) })
	fill(func() { length += where() })
	fill(func() {
		length += len(strings.ToLower(text)) // HOT string-transform
	})
	fill(func() {
		length += len(versioned.FindStringSubmatch("/v12/orders")) // HOT regexp-result
	})
	fill(func() {
		length += len(request.URL.Query()) // HOT http-per-request
	})
	fill(func() {
		dec := xml.NewDecoder(source{strings.NewReader(doc)}) // HOT codec-per-call
		length += int(dec.InputOffset())
	})
	fill(func() {
		b, _ := json.Marshal(items) // HOT codec-output
		length += len(b)
	})
	fill(func() {
		io.Copy(out, source{strings.NewReader(doc)}) // HOT io-copy-buffer
	})
	fill(func() {
		length += len(at.Format(time.RFC3339Nano)) // HOT time-format
	})
	fill(func() {
		page.Execute(out, items) // HOT template-execution
	})
	fill(func() {
		arguments := []reflect.Value{reflect.ValueOf(length)} // TOLERATE reflect-value buffer-per-call
		length += int(call.Call(arguments)[0].Int()) & 1      // HOT reflect-value
	})
	println(length, failure.Error(), kept, out.n)
	dump("")
}
