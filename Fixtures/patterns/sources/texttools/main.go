package main

import (
	"bytes"
	"runtime"
	"slices"
	"strings"
	"time"
	"unicode"
)

type tok struct {
	kind int
	pos  int
	text string
}

func lex(s string) []tok {
	toks := make([]tok, 0, len(s)/3) // HOT buffer-per-call U
	start := 0
	for i, r := range s {
		if unicode.IsSpace(r) {
			if i > start {
				toks = append(toks, tok{1, start, s[start:i]})
			}
			start = i + 1
		}
	}
	return toks
}

type dom struct {
	name string
	kids []*dom
	attr [3]string
}

func tree(d int) *dom {
	n := &dom{name: "div"} // HOT object-per-call U
	for i := 0; i < d; i++ {
		n.kids = append(n.kids, tree(d-1)) // HOT append-growth U
	}
	return n
}

func clean(s string) string {
	return strings.ReplaceAll(strings.ToUpper(s), "QUICK", "SLOW") // HOT string-transform
}

func main() {
	runtime.MemProfileRate = 4096
	s := strings.Repeat("the quick brown fox ", 30)
	n := 0
	t0 := time.Unix(0, 0)
	for i := 0; i < 700; i++ {
		ts := lex(s)
		slices.SortFunc(ts, func(a, b tok) int { return b.pos - a.pos })
		n += len(ts) + len(tree(4).kids) + len(clean(s)) + len(bytes.ToTitle([]byte("ab")))
		n += int(t0.Add(time.Duration(i)).Unix())
	}
	println(n)
	dump("")
}
