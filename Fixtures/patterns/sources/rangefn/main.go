//go:build go1.23

package main

import (
	"fmt"
	"iter"
	"maps"
	"reflect"
	"runtime"
	"slices"
)

type inv struct{ stock map[string]int }

func (v *inv) all() iter.Seq2[string, int] { return maps.All(v.stock) }

func (v *inv) report() (lines []string) {
	for k, q := range v.all() {
		lines = append(lines, fmt.Sprintf("%s=%d", k, q)) // HOT format
	}
	return lines
}

func (v *inv) skus() []string {
	return slices.Collect(maps.Keys(v.stock)) // HOT map-iteration
}

func (v *inv) sorted() []string {
	return slices.SortedFunc(maps.Keys(v.stock), func(a, b string) int { return len(a) - len(b) }) // HOT map-iteration
}

func addAll(dst []string, m map[string]int) []string {
	return slices.AppendSeq(dst, maps.Keys(m)) // HOT map-iteration
}

func kinds(x any) int {
	n := 0
	for k, v := range reflect.ValueOf(x).Seq2() { // HOT reflect-map-iteration
		n += k.Len() + int(v.Int())
	}
	return n
}

func main() {
	runtime.MemProfileRate = 4096
	v := &inv{map[string]int{}}
	for i := 0; i < 100; i++ {
		v.stock[fmt.Sprint("sku", i)] = i
	}
	n := 0
	for i := 0; i < 300; i++ {
		n += len(v.report()) + len(v.skus()) + len(v.sorted()) + len(addAll(nil, v.stock)) + kinds(v.stock)
	}
	println(n)
	dump("")
}
