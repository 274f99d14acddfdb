// Values that are put into interfaces: sorted, stored, returned. Only the source tells.
package main

import (
	"container/heap"
	"runtime"
	"sort"
)

type person struct {
	name string
	age  int
}

type byAge []person

func (p byAge) Len() int           { return len(p) }
func (p byAge) Less(i, j int) bool { return p[i].age < p[j].age }
func (p byAge) Swap(i, j int)      { p[i], p[j] = p[j], p[i] }

type queue []int

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return q[i] < q[j] }
func (q queue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)        { *q = append(*q, x.(int)) } // TOLERATE append-growth
func (q *queue) Pop() any {
	last := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return last // HOT boxing U
}

type row struct{ cells [4]any }

//go:noinline
func order(people []person) {
	sort.Sort(byAge(people)) // HOT boxing U
}

//go:noinline
func (r *row) set(i int, text string) {
	r.cells[i] = text // HOT boxing U
}

//go:noinline
func average(sum, count float64) any {
	if count == 0 {
		return nil
	}
	quotient := sum / count
	return quotient // HOT boxing U
}

//go:noinline
func enqueue(q *queue, n int) {
	heap.Push(q, n) // HOT boxing U
}

var kept any

func main() {
	runtime.MemProfileRate = 2048
	people := []person{{"ada", 36}, {"bo", 7}, {"cy", 90}, {"di", 12}}
	var r row
	var q queue
	for i := 0; i < 4096; i++ {
		q = append(q, i)
	}
	text := "a name that is longer than a word"
	fill(func() { order(people) })
	fill(func() { r.set(1, text) })
	fill(func() { kept = average(7, 3) })
	fill(func() { enqueue(&q, 1_000_000); q = q[:len(q)-1] })
	println(len(q), kept != nil)
	dump("")
}
