package main

import (
	"runtime"
	"strings"
)

type q struct {
	table string
	where []string
	limit string
}

func (x *q) build() string {
	s := "SELECT a, b, c, d FROM " + x.table // HOT string-concat U
	if len(x.where) > 0 {
		s += " WHERE " // HOT string-concat U
		for i, w := range x.where {
			if i > 0 {
				s += " AND " // HOT string-concat U
			}
			s += w // HOT string-concat U
		}
	}
	return s + " LIMIT " + x.limit // HOT string-concat U
}

func banner(lines []string) string {
	out := ""
	for _, l := range lines { out += l + "\n" } // HOT string-concat U
	return strings.TrimSpace(out)
}

func fullName(a, b string) string { return a + " " + b }

func main() {
	runtime.MemProfileRate = 4096
	x := &q{"tbl", []string{"a = ?", "b > ?", "c IN (?, ?)", "d IS NULL", "e LIKE ?"}, "50"}
	n := 0
	for i := 0; i < 3000; i++ {
		n += len(x.build()) + len(banner(x.where)) + len(fullName("ada", "lovelace of london"))
	}
	println(n)
	dump("")
}
