// What looks like boxing and is none: pointers in interfaces, small numbers, generic sorting, and
// blocks of one size that are made on purpose.
package main

import (
	"runtime"
	"sort"
)

type person struct {
	name string
	age  int
}

type byAge struct{ people []person }

func (p *byAge) Len() int           { return len(p.people) }
func (p *byAge) Less(i, j int) bool { return p.people[i].age < p.people[j].age }
func (p *byAge) Swap(i, j int)      { p.people[i], p.people[j] = p.people[j], p.people[i] }

type stack[T any] struct{ items []T }

//go:noinline
func (s *stack[T]) push(item T) {
	s.items = append(s.items, item)
}

var (
	sorter = &byAge{[]person{{"ada", 36}, {"bo", 7}, {"cy", 90}}}
	cells  [8]any
	header *[2]int
)

//go:noinline
func order() {
	sort.Sort(sorter)
}

//go:noinline
func set(i int) {
	cells[i%8] = i % 256
}

//go:noinline
func pair() *[2]int {
	return &[2]int{1, 2} // HOT object-per-call U
}

func main() {
	runtime.MemProfileRate = 2048
	reused := stack[int]{items: make([]int, 0, 64)}
	for i := 0; i < 40_000; i++ {
		order()
		set(i)
		reused.push(i)
		reused.items = reused.items[:0]
	}
	fill(func() { header = pair() })
	println(len(reused.items), cells[1] != nil, header[1])
	dump("")
}
