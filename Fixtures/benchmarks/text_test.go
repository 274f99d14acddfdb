package benchmarks

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"io"
	"strings"
)

func cutFields() {
	rest, more := line, true
	for more {
		var field string
		field, rest, more = strings.Cut(rest, ",")
		sinkInt += len(field)
	}
}

func init() {
	if _, ok := measured["string-split"]; !ok {
		// Without strings.SplitSeq, strings.Cut does the same.
		measure("string-split",
			times("before", func() {
				for _, field := range strings.Split(line, ",") {
					sinkInt += len(field)
				}
			}),
			times("strings.Cut", cutFields))
	}

	lines := strings.Repeat(line+"\n", 20)
	scan := make([]byte, 0, 64<<10)
	measure("string-bytes-conversion",
		times("before", func() {
			scanner := bufio.NewScanner(strings.NewReader(lines))
			scanner.Buffer(scan, 64<<10)
			for scanner.Scan() {
				sinkInt += len(scanner.Text())
			}
		}),
		times("after", func() {
			scanner := bufio.NewScanner(strings.NewReader(lines))
			scanner.Buffer(scan, 64<<10)
			for scanner.Scan() {
				sinkInt += len(scanner.Bytes())
			}
		}))
	// It has no WriteString.
	var w io.Writer = output{}
	measure("write-string",
		times("before", func() { io.WriteString(w, page) }),
		times("after", func() { w.Write(pageBytes) }))

	concat := func() {
		s := ""
		for _, p := range parts {
			s += p + ","
		}
		sinkString = s
	}
	build := func() {
		var b strings.Builder
		b.Grow(len(line) + len(parts))
		for _, p := range parts {
			b.WriteString(p)
			b.WriteByte(',')
		}
		sinkString = b.String()
	}
	grow := func() {
		var b strings.Builder
		for _, p := range parts {
			b.WriteString(p)
			b.WriteByte(',')
		}
		sinkString = b.String()
	}
	measure("string-concat",
		times("before", concat), times("after", build), times("Builder without Grow", grow))
	measure("string-concat-line", times("before", concat), times("after", build))
	measure("string-concat-writer",
		times("before", func() {
			var b bytes.Buffer
			for _, p := range parts {
				io.WriteString(&b, p)
			}
			sinkBytes = b.Bytes()
		}),
		times("after", func() {
			var b bytes.Buffer
			b.Grow(len(line))
			for _, p := range parts {
				io.WriteString(&b, p)
			}
			sinkBytes = b.Bytes()
		}))

	body := page
	hash := sha256.New()
	measure("string-bytes-conversion-line",
		times("before", func() { hash.Write([]byte(body)) }),
		times("after", func() { hash.Write(pageBytes) }))
}
