// A parser: nodes, lists that grow, a table a scope. Only the source tells.
package main

import (
	"runtime"
	"strings"
)

type node struct {
	kind        int
	left, right *node
	text        string
	pos         [3]int
}

type scope struct {
	names map[string]int
	outer *scope
}

type parser struct {
	input  string
	tokens []string
}

//go:noinline
func (p *parser) leaf(text string) *node {
	return &node{kind: 1, text: text} // HOT object-per-call U
}

//go:noinline
func (p *parser) pair(a, b *node) *node {
	n := new(node) // HOT object-per-call U
	n.left, n.right = a, b
	return n
}

//go:noinline
func (p *parser) lex() []string {
	var tokens []string
	start := 0
	for i := 0; i < len(p.input); i++ {
		if p.input[i] == ' ' {
			tokens = append(tokens, p.input[start:i]) // HOT append-growth U
			start = i + 1
		}
	}
	return tokens
}

//go:noinline
func open(outer *scope) *scope {
	s := scope{outer: outer}          // TOLERATE object-per-call
	s.names = make(map[string]int, 4) // HOT small-map-per-call U
	s.names["self"] = 1               // HOT small-map-per-call U
	return &s
}

//go:noinline
func (p *parser) window(n int) []byte {
	return make([]byte, n) // HOT buffer-per-call U
}

var kept any

func main() {
	runtime.MemProfileRate = 4096
	p := &parser{input: strings.Repeat("let x = y + z ; ", 20)}
	length := 0
	fill(func() { kept = p.leaf("x") })
	fill(func() { kept = p.pair(nil, nil) })
	fill(func() { length += len(p.lex()) })
	fill(func() { kept = open(nil) })
	fill(func() { length += len(p.window(1500)) })
	println(length, kept != nil)
	dump("")
}
