package main

import "runtime"

type esc struct{ buf []byte }

func (e *esc) write(c byte) {
	e.buf = append(e.buf, c) // HOT string-concat U
}

func escape(s string) int {
	e := &esc{}
	for i := 0; i < len(s); i++ {
		e.write(s[i])
	}
	return len(e.buf)
}

func frame(parts [][]byte) []byte {
	var out []byte
	for _, p := range parts {
		out = append(out, byte(len(p)>>8), byte(len(p)))
		out = append(out, p...) // HOT string-concat U
	}
	return out
}

func copyOf(p []byte) []byte {
	return append([]byte(nil), p...)
}

type pt struct{ x, y int }

func walk(n int) []pt {
	var ps []pt
	for i := 0; i < n; i++ {
		ps = append(ps, pt{i, i}) // HOT append-growth U
	}
	return ps
}

func main() {
	runtime.MemProfileRate = 4096
	parts := make([][]byte, 60)
	for i := range parts {
		parts[i] = make([]byte, 20+i)
	}
	s := string(make([]byte, 900))
	n := 0
	for i := 0; i < 1000; i++ {
		n += escape(s) + len(frame(parts)) + len(copyOf(parts[40])) + len(walk(60))
	}
	println(n)
	dump("")
}
