// The same kinds of calls by other functions of their families.
package main

import (
	"bufio"
	"context"
	"encoding/xml"
	"errors"
	htmltemplate "html/template"
	"io"
	"net/http"
	"net/url"
	"path"
	"reflect"
	"regexp"
	"runtime"
	"strings"
	"time"
)

type entry struct {
	XMLName xml.Name `xml:"entry"`
	Title   string   `xml:"title"`
	Tags    []string `xml:"tag"`
}

type upstream struct{ io.Reader }
type downstream struct{ io.Writer }

var (
	words  = regexp.MustCompile(`[a-z]+`)
	view   = htmltemplate.Must(htmltemplate.New("v").Parse(`{{range .Tags}}<i>{{.}}</i>{{end}}`))
	body   = strings.Repeat("the quick brown fox ", 6)
	doc    = []byte(`<entry><title>a title</title><tag>go</tag><tag>heap</tag></entry>`)
	length int
	failed error
	any_   any
)

type visitor struct{ ctx context.Context }

//go:noinline
func trail(skip int) (count int) {
	var pcs [16]uintptr // TOLERATE object-per-call
	frames := runtime.CallersFrames(pcs[:runtime.Callers(skip, pcs[:])]) // HOT caller-lookup U
	for {
		frame, more := frames.Next() // TOLERATE caller-lookup
		count += frame.Line
		if !more {
			return count
		}
	}
}

func main() {
	runtime.MemProfileRate = 4096
	request, _ := http.NewRequest("GET", "http://feed/new", nil)
	ctx := context.Background()
	sentinel := errors.New("closed")
	at := time.Unix(1_900_000_000, 999).In(time.FixedZone("CET", 3600))
	post := entry{Title: "a title", Tags: []string{"go", "heap", "<pprof>"}}

	fill(func() { length += trail(1) })
	fill(func() {
		failed = errors.Join(sentinel, io.EOF) // HOT error-per-call
	})
	fill(func() {
		length += len(strings.ReplaceAll(body, "quick", "slow")) // HOT string-transform
	})
	fill(func() {
		length += len(path.Join("/srv", body, "index.html")) // HOT string-transform
	})
	fill(func() {
		length += len(words.FindAllString(body, -1)) // HOT regexp-result
	})
	fill(func() {
		any_ = request.WithContext(ctx) // HOT http-per-request
	})
	fill(func() {
		u, _ := url.Parse("https://feed/entries?since=2026-11-29&tag=go") // HOT http-per-request
		length += len(u.Host)
	})
	fill(func() {
		sc := bufio.NewScanner(upstream{strings.NewReader(body)})
		for sc.Scan() { // HOT bufio-alloc
			length += len(sc.Bytes())
		}
	})
	fill(func() {
		var e entry
		xml.Unmarshal(doc, &e) // HOT codec-output
		length += len(e.Tags)
	})
	fill(func() {
		io.CopyN(downstream{io.Discard}, upstream{strings.NewReader(body)}, 64) // TOLERATE io-copy-buffer
	})
	fill(func() {
		io.Copy(downstream{io.Discard}, upstream{strings.NewReader(body)}) // HOT io-copy-buffer
	})
	fill(func() {
		length += len(at.String()) // HOT time-format
	})
	fill(func() {
		view.Execute(io.Discard, &post) // HOT template-execution
	})
	fill(func() {
		any_ = reflect.New(reflect.TypeOf(post)).Interface() // HOT reflect-value
	})
	println(length, failed.Error(), any_ != nil)
	dump("")
}
