package benchmarks

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"text/template"
	"time"
)

// plainReader and plainWriter have none of the methods that io.Copy looks for.
type plainReader struct{ io.Reader }
type plainWriter struct{ io.Writer }

var bracketed []byte

var errNotFound = errors.New("not found")

//go:noinline
func findOrNew(name string) error {
	if name == "" {
		return nil
	}
	return errors.New("not found")
}

//go:noinline
func findOrKnown(name string) error {
	if name == "" {
		return nil
	}
	return errNotFound
}

func init() {
	measure("caller-lookup",
		times("before", func() {
			_, file, number, _ := runtime.Caller(1)
			sinkString, sinkInt = file, number
		}),
		times("after", func() { sinkString, sinkInt = "the message", 0 }))

	version := regexp.MustCompile(`^/v(\d+)/`)
	path := "/v12/orders"
	measure("regexp-result",
		times("before", func() {
			if m := version.FindStringSubmatch(path); m != nil {
				sinkString = m[1]
			}
		}),
		times("after", func() {
			if rest, ok := strings.CutPrefix(path, "/v"); ok {
				sinkString, _, _ = strings.Cut(rest, "/")
			}
		}))

	header := "Content-Type"
	measure("string-transform",
		times("before", func() {
			if strings.ToLower(header) == "content-type" {
				sinkInt++
			}
		}),
		times("after", func() {
			if strings.EqualFold(header, "content-type") {
				sinkInt++
			}
		}))

	request, _ := http.NewRequestWithContext(
		context.Background(), "GET", "http://localhost/search?q=shoes&n=20&page=3", nil)
	measure("http-per-request",
		times("before", func() {
			sinkString = request.URL.Query().Get("q")
			sinkString = request.URL.Query().Get("n")
		}),
		times("after", func() {
			query := request.URL.Query()
			sinkString = query.Get("q")
			sinkString = query.Get("n")
		}))

	document := []byte(`<order id="7"><price>12</price></order>`)
	bufioReaders := sync.Pool{New: func() any { return bufio.NewReader(nil) }}
	measure("codec-per-call",
		times("before", func() {
			dec := xml.NewDecoder(plainReader{bytes.NewReader(document)})
			sinkAny, sinkError = dec.RawToken()
		}),
		times("after", func() {
			r := bufioReaders.Get().(*bufio.Reader)
			r.Reset(bytes.NewReader(document))
			dec := xml.NewDecoder(r)
			sinkAny, sinkError = dec.RawToken()
			bufioReaders.Put(r)
		}))

	lineBuffers := sync.Pool{New: func() any { return new([4 << 10]byte) }}
	type total struct{ Price int }
	body := []byte(`{"price":12}`)
	measure("codec-buffer",
		times("before", func() {
			var v total
			sinkError = json.NewDecoder(bytes.NewReader(body)).Decode(&v)
		}),
		times("after", func() {
			var v total
			sinkError = json.Unmarshal(body, &v)
		}))

	mapType := reflect.TypeOf(map[string]int{})
	filled := reflect.MakeMap(mapType)
	measure("small-map-reflect",
		times("before", func() { sinkAny = reflect.MakeMap(mapType).Len() }),
		times("after", func() {
			filled.Clear()
			sinkAny = filled.Len()
		}))

	measure("string-concat-expression",
		times("before", func() { sinkString = "[" + parts[sinkInt&7] + "]" }),
		times("after", func() {
			bracketed = append(bracketed[:0], '[')
			bracketed = append(bracketed, parts[sinkInt&7]...)
			bracketed = append(bracketed, ']')
		}))

	measure("format-line",
		times("before", func() { sinkString = fmt.Sprint(len(parts) * 10) }),
		times("after", func() { sinkString = strconv.Itoa(len(parts) * 10) }))

	measure("bufio-scan",
		times("before", func() {
			sc := bufio.NewScanner(plainReader{bytes.NewReader(document)})
			for sc.Scan() {
				sinkInt += len(sc.Bytes())
			}
		}),
		times("after", func() {
			buf := lineBuffers.Get().(*[4 << 10]byte)
			sc := bufio.NewScanner(plainReader{bytes.NewReader(document)})
			sc.Buffer(buf[:], bufio.MaxScanTokenSize)
			for sc.Scan() {
				sinkInt += len(sc.Bytes())
			}
			lineBuffers.Put(buf)
		}))

	type order struct {
		Name  string   `json:"name"`
		Lines []string `json:"lines"`
	}
	value := order{"a name", parts}
	measure("codec-output",
		times("before", func() {
			b, _ := json.Marshal(&value)
			output{}.Write(b)
		}),
		times("after", func() { sinkError = json.NewEncoder(output{}).Encode(&value) }))

	copyBuffers := sync.Pool{New: func() any { return new([32 << 10]byte) }}
	measure("io-copy-buffer",
		times("before", func() {
			io.Copy(plainWriter{output{}}, plainReader{bytes.NewReader(pageBytes)})
		}),
		times("after", func() {
			buf := copyBuffers.Get().(*[32 << 10]byte)
			io.CopyBuffer(plainWriter{output{}}, plainReader{bytes.NewReader(pageBytes)}, buf[:])
			copyBuffers.Put(buf)
		}))

	moment := time.Date(2026, 11, 29, 2, 0, 0, 0, time.UTC)
	var stamp []byte
	measure("time-format",
		times("before", func() { sinkString = moment.Format(time.RFC3339) }),
		times("after", func() { stamp = moment.AppendFormat(stamp[:0], time.RFC3339) }))

	type row struct {
		Name  string
		Price int
	}
	rows := make([]row, 100)
	for i := range rows {
		rows[i] = row{"a name", i}
	}
	table := template.Must(template.New("rows").Parse(
		`{{range .}}<td>{{.Name}}</td><td>{{.Price}}</td>{{end}}`))
	var page []byte
	measure("template-execution",
		times("before", func() { sinkError = table.Execute(output{}, rows) }),
		times("after", func() {
			page = page[:0]
			for i := range rows {
				page = append(page, "<td>"...)
				page = append(page, rows[i].Name...)
				page = append(page, "</td><td>"...)
				page = append(page, itoa(rows[i].Price)...)
				page = append(page, "</td>"...)
			}
			output{}.Write(page)
		}))

	measure("error-per-call",
		times("before", func() { sinkError = findOrNew(line) }),
		times("after", func() { sinkError = findOrKnown(line) }))

	layouts := []string{time.RFC1123, time.RFC822, time.Kitchen, time.DateOnly}
	measure("error-parsed",
		times("before", func() {
			for _, layout := range layouts {
				if t, err := time.Parse(layout, "2026-03-14"); err == nil {
					sinkInt = t.Day()
				}
			}
		}),
		times("after", func() {
			t, err := time.Parse(time.DateOnly, "2026-03-14")
			sinkError = err
			sinkInt = t.Day()
		}))

	var called any = func(n int) int { return n + 1 }
	measure("reflect-value",
		times("before", func() {
			results := reflect.ValueOf(called).Call([]reflect.Value{reflect.ValueOf(len(parts) * 10)})
			sinkInt = int(results[0].Int())
		}),
		times("after", func() {
			if f, ok := called.(func(int) int); ok {
				sinkInt = f(len(parts) * 10)
			}
		}))
}

// itoa writes small numbers without a string.
func itoa(n int) []byte {
	var digits [20]byte
	at := len(digits)
	for {
		at--
		digits[at] = byte('0' + n%10)
		n /= 10
		if n == 0 {
			return digits[at:]
		}
	}
}
