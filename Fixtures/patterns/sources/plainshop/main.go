// Own functions that are called as the standard library's are, and allocate by themselves.
package main

import "runtime"

type Text struct{ s []byte }

//go:noinline
func (t *Text) ToLower() []byte {
	out := make([]byte, len(t.s)) // TOLERATE buffer-per-call
	for i, c := range t.s {
		out[i] = c | 0x20
	}
	return out
}

//go:noinline
func (t *Text) Replace(old, with byte) []byte {
	out := append([]byte(nil), t.s...) // TOLERATE append-growth buffer-per-call
	for i := range out {
		if out[i] == old {
			out[i] = with
		}
	}
	return out
}

type Template struct{ parts [][]byte }

//go:noinline
func (t *Template) Execute(n int) *Template {
	return &Template{make([][]byte, n)} // TOLERATE object-per-call buffer-per-call
}

type codeError struct {
	code int
	at   [4]int
}

func (e *codeError) Error() string { return "code" }

//go:noinline
func New(code int) error { return &codeError{code: code} } // TOLERATE object-per-call

type Request struct{ values [16]string }

//go:noinline
func (r *Request) WithContext() *Request {
	c := *r // TOLERATE object-per-call
	return &c
}

var (
	length int
	kept   any
)

func main() {
	runtime.MemProfileRate = 4096
	t := &Text{[]byte("A Text that is long enough to matter")}
	page := &Template{}
	r := &Request{}
	fill(func() { length += len(t.ToLower()) })
	fill(func() { length += len(t.Replace('x', 'y')) })
	fill(func() { kept = page.Execute(12) })
	fill(func() { kept = New(length) })
	fill(func() { kept = r.WithContext() })
	println(length, kept != nil)
	dump("")
}
