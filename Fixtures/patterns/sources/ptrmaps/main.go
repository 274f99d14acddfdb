package main

import (
	"fmt"
	"io"
	"runtime"
	"strconv"
)

type node struct {
	Name string
	Kids []*leaf
	Meta *map[string]any
}

type leaf struct{ Attr map[string]float64 }

func (l *leaf) String() string { return fmt.Sprint("leaf", l.Attr) } // HOT map-format

func show(w io.Writer, n *node) {
	for _, k := range n.Kids {
		fmt.Fprintf(w, "%s\n", k)
	}
}

func meta(n *node) string {
	return fmt.Sprintf("%s %v", n.Name, n.Meta) // HOT map-format
}

func main() {
	runtime.MemProfileRate = 512
	n := 0
	for i := 0; i < 1500; i++ {
		m := map[string]any{"id": i, "sub": map[int]bool{1: true, 2: false}, "list": []any{1, "x", map[string]int{"q": i}}} // HOT small-map-per-call U
		nd := &node{Name: "n" + strconv.Itoa(i), Meta: &m}
		for j := 0; j < 3; j++ {
			nd.Kids = append(nd.Kids, &leaf{Attr: map[string]float64{"w": float64(i), "h": 2, "d": 3}}) // HOT small-map-per-call U
		}
		show(io.Discard, nd)
		n += len(meta(nd))
	}
	println(n)
	dump("")
}
