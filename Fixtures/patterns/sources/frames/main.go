// A protocol: closures, channels, literals of slices and maps, values that are moved to the heap.
package main

import "runtime"

type frame struct {
	kind    byte
	stream  uint32
	payload [5]uint64
}

type handler func(*frame) int

var (
	kept    any
	handles []handler
	last    *frame
	length  int
)

//go:noinline
func keep(f *frame) { last = f }

//go:noinline
func handle(id int) handler {
	limit := id * 2
	return func(f *frame) int { return int(f.kind) + limit + id } // HOT object-per-call U
}

//go:noinline
func local(kind byte) int {
	f := frame{kind: kind} // HOT object-per-call U
	keep(&f)
	return int(f.kind)
}

//go:noinline
func ask() chan int {
	done := make(chan int, 8) // HOT buffer-per-call U
	return done
}

//go:noinline
func sizes(n int) []int {
	return []int{n, n + 1, n + 2, n + 3, n + 4, n + 5} // HOT buffer-per-call U
}

//go:noinline
func header(id string) map[string]string {
	return map[string]string{"id": id, "kind": "data"} // HOT small-map-per-call U
}

//go:noinline
func encode(n int) []uint16 {
	var out []uint16
	for i := 0; i < n; i++ {
		out = append(out, uint16(i)) // HOT append-growth U
	}
	return out
}

func main() {
	runtime.MemProfileRate = 4096
	fill(func() { kept = handle(length) })
	fill(func() { length += local(3) })
	fill(func() { kept = ask() })
	fill(func() { length += len(sizes(length)) })
	fill(func() { length += len(header("7")) })
	fill(func() { length += len(encode(700)) })
	println(length, kept != nil, len(handles), last != nil)
	dump("")
}
