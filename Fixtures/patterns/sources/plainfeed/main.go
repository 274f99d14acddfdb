// The remedies: what is made once and used again. What the program allocates is its own.
package main

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"runtime"
	"strings"
	"time"
)

type node struct {
	next *node
	text [6]string
}

type source struct{ io.Reader }
type sink struct{ io.Writer }

var (
	errClosed = errors.New("closed")
	body      = strings.Repeat("the quick brown fox ", 8)
	list      *node
	length    int
	failed    error
)

func main() {
	runtime.MemProfileRate = 4096
	at := time.Unix(1_900_000_000, 0)
	stamp := make([]byte, 0, 64)
	buffer := make([]byte, 32<<10)
	reader := bufio.NewReader(nil)
	in := strings.NewReader(body)
	for i := 0; i < 20_000; i++ {
		failed = errClosed
		if strings.EqualFold(body, "other") {
			length++
		}
		stamp = at.AppendFormat(stamp[:0], time.RFC3339)
		in.Reset(body)
		io.CopyBuffer(sink{io.Discard}, source{in}, buffer)
		in.Reset(body)
		reader.Reset(in)
		line, _ := reader.ReadSlice('q')
		length += len(line) + bytes.Count(stamp, line)
		if i%8 == 0 {
			list = nil
		}
		list = &node{next: list} // TOLERATE object-per-call
	}
	println(length, failed.Error(), list != nil)
	dump("")
}
