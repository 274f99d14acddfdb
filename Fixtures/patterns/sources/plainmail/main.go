// The same calls in initialisation and a few times at the start: once is no pattern. The
// program then allocates blocks of the sizes that codecs and io.Copy have.
package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"runtime"
	"strings"
)

type source struct{ io.Reader }
type sink struct{ io.Writer }

var (
	text   = strings.Repeat("a line of mail\n", 8)
	first  = errors.New("first")
	block  []byte
	length int
)

func once() {
	dec := xml.NewDecoder(source{strings.NewReader(text)})
	length += int(dec.InputOffset())
	io.Copy(sink{io.Discard}, source{bytes.NewReader([]byte(text))})
}

//go:noinline
func page() []byte { return make([]byte, 4<<10) } // TOLERATE buffer-per-call

//go:noinline
func window() []byte { return make([]byte, 32<<10) } // TOLERATE buffer-per-call

func main() {
	runtime.MemProfileRate = 4096
	once()
	for i := 0; i < 4_000; i++ {
		block = page()
		if i%8 == 0 {
			block = window()
		}
		length += len(block)
	}
	println(length, first.Error())
	dump("")
}
