// Slices that are copied by append onto nothing, and long lists that grow. Of the copies only the
// source tells.
package main

import "runtime"

type event struct {
	id   int
	body []byte
}

var kept [64]event

//go:noinline
func keep(i int, line []byte) {
	kept[i%len(kept)].body = append([]byte(nil), line...) // HOT append-growth U
}

//go:noinline
func clone(ids []int) []int {
	return append(ids[:0:0], ids...) // HOT append-growth U
}

//go:noinline
func collect(n int) []int {
	var ids []int
	for i := 0; i < n; i++ {
		ids = append(ids, i) // HOT append-growth
	}
	return ids
}

func main() {
	runtime.MemProfileRate = 4096
	line := make([]byte, 900)
	ids := make([]int, 100)
	length := 0
	calls := 0
	fill(func() { keep(calls, line); calls++ })
	fill(func() { length += len(clone(ids)) })
	for i := 0; i < 300; i++ {
		length += len(collect(3000))
	}
	println(length)
	dump("")
}
