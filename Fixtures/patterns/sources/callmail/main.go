// The same kinds below helpers and methods of the program's own.
package main

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/gob"
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

type mail struct {
	From, To string
	Lines    []string
}

type pipe struct {
	from io.Reader
	n    int
}

func (p *pipe) Read(b []byte) (int, error)  { return p.from.Read(b) }
func (p *pipe) Write(b []byte) (int, error) { p.n += len(b); return len(b), nil }

type logger struct{ calls int }

func (l *logger) debug(msg string) {
	pc, file, line, ok := runtime.Caller(1) // HOT caller-lookup U
	if ok {
		l.calls += len(file) + line + int(pc)&1 + len(msg)
	}
}

type store struct{ known map[string]mail }

//go:noinline
func (s *store) find(name string) (mail, error) {
	if m, ok := s.known[name]; ok {
		return m, nil
	}
	return mail{}, errors.New("store: " + "not found") // HOT error-per-call
}

func (m *mail) header() http.Header {
	h := http.Header{} // TOLERATE object-per-call
	h.Set("From", m.From) // HOT http-per-request
	h.Add("To", m.To)     // HOT http-per-request
	return h
}

func subject(text []byte) []byte {
	return bytes.ToUpper(text) // HOT string-transform
}

func masked(text string) string {
	return digits.ReplaceAllString(text, "#") // HOT regexp-result
}

func age(d time.Duration) string {
	return d.String() // HOT time-format
}

func list(kind reflect.Type, n int) any {
	return reflect.MakeSlice(kind, n, n).Interface() // HOT reflect-value
}

var (
	digits = regexp.MustCompile(`\d+`)
	forms  = template.Must(template.New("all").Parse(`{{define "line"}}{{.From}} to {{.To}}{{end}}`))
	zipped bytes.Buffer
	encode bytes.Buffer
	length int
	failed error
	result any
)

func main() {
	runtime.MemProfileRate = 4096
	w := gzip.NewWriter(&zipped)
	w.Write([]byte(strings.Repeat("a line of mail\n", 40)))
	w.Close()
	log := &logger{}
	post := &store{}
	m := &mail{"a@example.com", "b@example.com", []string{"one", "two", "three"}}
	encoded := base64.StdEncoding.EncodeToString(zipped.Bytes())
	kind := reflect.TypeOf([]int{})

	fill(func() { log.debug("a message") })
	fill(func() { _, failed = post.find("nobody") })
	fill(func() { length += len(m.header()) })
	fill(func() { length += len(subject([]byte("a subject line that is long enough to matter"))) })
	fill(func() { length += len(masked("order 12 of 2026 has 3 lines")) })
	fill(func() { length += len(age(time.Duration(length)*time.Millisecond + time.Second)) })
	fill(func() { result = list(kind, 24) })
	fill(func() {
		r, _ := gzip.NewReader(bytes.NewReader(zipped.Bytes())) // HOT codec-per-call
		n, _ := r.Read(make([]byte, 16))
		length += n
	})
	fill(func() {
		encode.Reset()
		enc := gob.NewEncoder(&encode) // HOT codec-per-call
		enc.Encode(m)                  // HOT codec-output
	})
	fill(func() {
		p := &pipe{from: strings.NewReader(encoded)}
		io.Copy(p, p) // HOT io-copy-buffer
		length += p.n
	})
	fill(func() {
		forms.ExecuteTemplate(io.Discard, "line", m) // HOT template-execution
	})
	println(length, failed.Error(), result != nil, log.calls)
	dump("")
}
