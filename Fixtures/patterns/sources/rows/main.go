// Rows of a table: generic containers, fields of structs that grow, sets.
package main

import "runtime"

type cell struct {
	text  string
	width int
	style *int
}

type list[T any] struct{ items []T }

//go:noinline
func (l *list[T]) add(item T) {
	l.items = append(l.items, item) // HOT append-growth U
}

type table struct {
	rows   [][]cell
	widths []int
}

//go:noinline
func (t *table) row(n int) []cell {
	row := make([]cell, n) // HOT buffer-per-call U
	return row
}

//go:noinline
func box(text string) *cell {
	c := &cell{ // HOT object-per-call U
		text:  text,
		width: len(text),
	}
	return c
}

//go:noinline
func distinct(words []string) int {
	seen := make(map[string]struct{}) // HOT small-map-per-call U
	for _, w := range words {
		seen[w] = struct{}{} // HOT small-map-per-call U
	}
	return len(seen)
}

var (
	kept   any
	length int
)

func main() {
	runtime.MemProfileRate = 4096
	t := &table{}
	words := []string{"a", "b", "c", "a"}
	fill(func() {
		l := &list[cell]{} // TOLERATE object-per-call
		for i := 0; i < 60; i++ {
			l.add(cell{width: i})
		}
		length += len(l.items)
	})
	fill(func() { length += len(t.row(20)) })
	fill(func() { kept = box("text") })
	fill(func() { length += distinct(words) })
	println(length, kept != nil)
	dump("")
}
