// Blocks of the sizes that a growing slice leaves, at equal counts: each is made as it is. And
// what is made once, in initialisation or at the start.
package main

import "runtime"

type entry struct {
	next *entry
	data [7]int
}

var (
	block  []byte
	table  = preset()
	length int
)

func preset() []*entry {
	var all []*entry
	for i := 0; i < 3000; i++ {
		all = append(all, &entry{})
	}
	return all
}

//go:noinline
func page(n int) []byte {
	return make([]byte, n) // HOT buffer-per-call U
}

func main() {
	runtime.MemProfileRate = 4096
	fill(func() {
		for n := 64; n <= 8192; n *= 2 {
			block = page(n)
		}
	})
	println(length, len(block), len(table))
	dump("")
}
