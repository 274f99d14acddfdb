package benchmarks

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	htmltemplate "html/template"
	"io"
	"os"
	"regexp"
	"strings"
	"sync"
	"text/template"
	"time"
)

type tenantKey struct{}
type userKey struct{}
type scopeKey struct{}

type scope struct{ tenant, user string }

type record struct{ id, size int64 }

const pageSource = `<h1>{{.Title}}</h1>{{range .Parts}}<p>{{.}}</p>{{end}}`

var versioned = regexp.MustCompile(`^/v\d+/`)

func init() {
	writers := sync.Pool{New: func() any { return gzip.NewWriter(io.Discard) }}
	measure("gzip-writer",
		times("before", func() {
			zw := gzip.NewWriter(io.Discard)
			zw.Write(pageBytes)
			zw.Close()
		}),
		times("after", func() {
			zw := writers.Get().(*gzip.Writer)
			zw.Reset(io.Discard)
			zw.Write(pageBytes)
			zw.Close()
			writers.Put(zw)
		}))

	type values struct {
		Values []struct{ Text string } `json:"values"`
	}
	v := values{make([]struct{ Text string }, 500)}
	for i := range v.Values {
		v.Values[i].Text = line[:50]
	}
	text, _ := json.Marshal(v)
	buffers := sync.Pool{New: func() any { return new(bytes.Buffer) }}
	pooled := func(r io.Reader) error {
		buf := buffers.Get().(*bytes.Buffer)
		defer buffers.Put(buf)
		buf.Reset()
		if _, err := buf.ReadFrom(r); err != nil {
			return err
		}
		return json.Unmarshal(buf.Bytes(), &v)
	}
	// A Decoder holds a whole value, so it pays only where values are read one by one.
	decoder := func(r io.Reader) error { return json.NewDecoder(r).Decode(&v) }
	rows := func(r io.Reader) error {
		decoder := json.NewDecoder(r)
		for i := 0; i < 3; i++ { // {, "values" and [
			if _, err := decoder.Token(); err != nil {
				return err
			}
		}
		for decoder.More() {
			var row struct{ Text string }
			if err := decoder.Decode(&row); err != nil {
				return err
			}
			sinkInt += len(row.Text)
		}
		return nil
	}
	measure("read-all",
		times("before", func() {
			body, err := io.ReadAll(bytes.NewReader(text))
			if err == nil {
				sinkError = json.Unmarshal(body, &v)
			}
		}),
		times("after", func() { sinkError = pooled(bytes.NewReader(text)) }),
		times("json.Decoder, all at once", func() { sinkError = decoder(bytes.NewReader(text)) }),
		times("json.Decoder, row by row", func() { sinkError = rows(bytes.NewReader(text)) }))
	limited := func() io.Reader { return io.LimitReader(bytes.NewReader(text), 1<<20) }
	measure("copy-all",
		times("before", func() {
			var body bytes.Buffer
			io.Copy(&body, limited())
			sinkError = json.Unmarshal(body.Bytes(), &v)
		}),
		times("after", func() { sinkError = pooled(limited()) }))
	file, err := os.CreateTemp("", "heapscope-benchmark")
	if err != nil {
		panic(err)
	}
	file.Write(text)
	file.Close()
	fromFile := func(read func(io.Reader) error) {
		file, err := os.Open(file.Name())
		if err == nil {
			sinkError = read(file)
			file.Close()
		}
	}
	measure("read-file",
		times("before", func() {
			body, _ := os.ReadFile(file.Name())
			sinkError = json.Unmarshal(body, &v)
		}),
		times("after", func() { fromFile(pooled) }),
		times("json.Decoder, row by row", func() { fromFile(rows) }))

	readers := sync.Pool{New: func() any { return bufio.NewReader(nil) }}
	message := strings.Repeat("ping\n", 8)
	measure("bufio-alloc",
		times("before", func() {
			r := bufio.NewReader(strings.NewReader(message))
			sinkBytes, sinkError = r.ReadSlice('\n')
		}),
		times("after", func() {
			r := readers.Get().(*bufio.Reader)
			r.Reset(strings.NewReader(message))
			sinkBytes, sinkError = r.ReadSlice('\n')
			readers.Put(r)
		}))

	path := "/v1/orders"
	measure("regexp-compile",
		times("before", func() {
			if regexp.MustCompile(`^/v\d+/`).MatchString(path) {
				sinkInt++
			}
		}),
		times("after", func() {
			if versioned.MatchString(path) {
				sinkInt++
			}
		}))

	data := struct {
		Title string
		Parts []string
	}{"orders", parts[:5]}
	parsed := template.Must(template.New("page").Parse(pageSource))
	escaped := htmltemplate.Must(htmltemplate.New("page").Parse(pageSource))
	measure("template-parse",
		times("before", func() {
			template.Must(template.New("page").Parse(pageSource)).Execute(io.Discard, data)
		}),
		times("after", func() { parsed.Execute(io.Discard, data) }))
	measure("template-escape",
		times("before", func() {
			htmltemplate.Must(htmltemplate.New("page").Parse(pageSource)).Execute(io.Discard, data)
		}),
		times("after", func() { escaped.Execute(io.Discard, data) }))

	// The messages come at once, so no timer fires. A timer takes as long as it did
	// to be collected, so it is its memory at the end that tells.
	in := make(chan int, 1)
	idle := time.NewTimer(time.Minute)
	measure("time-after",
		kept("before", func() {
			in <- 1
			select {
			case m := <-in:
				sinkInt += m
			case <-time.After(time.Minute):
			}
		}, func() {}),
		kept("after", func() {
			in <- 1
			idle.Reset(time.Minute)
			select {
			case m := <-in:
				sinkInt += m
			case <-idle.C:
			}
		}, func() {}))

	user := "kim"
	measure("context-chain",
		times("before", func() {
			ctx := context.WithValue(background, tenantKey{}, tenant)
			ctx = context.WithValue(ctx, userKey{}, user)
			sinkAny = ctx
		}),
		times("after", func() {
			sinkAny = context.WithValue(background, scopeKey{}, &scope{tenant: tenant, user: user})
		}))

	pending := make([]record, 100)
	measure("slice-prealloc",
		times("before", func() {
			batch := make([]record, 0, 100_000)
			sinkAny = append(batch, pending...)
		}),
		times("after", func() {
			batch := make([]record, 0, len(pending))
			sinkAny = append(batch, pending...)
		}))

	results := make(chan int)
	ended := make(chan struct{})
	measure("goroutine-leak",
		kept("before", func() { go func() { results <- 1 }() }, func() {
			for {
				select {
				case <-results:
				case <-time.After(10 * time.Millisecond):
					return
				}
			}
		}),
		kept("after", func() {
			ctx, cancel := context.WithCancel(background)
			go func() {
				select {
				case results <- 1:
				case <-ctx.Done():
				}
				ended <- struct{}{}
			}()
			cancel()
			<-ended
		}, func() {}))
}
