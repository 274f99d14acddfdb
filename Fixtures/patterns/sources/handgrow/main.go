package main

import (
	"runtime"
	"sort"
	"strconv"

	"example.com/handgrow/internal/store"
)

type index map[string]int

func count(words []string) int {
	freq := index{}
	for _, w := range words {
		freq[w]++ // HOT map-growth U
	}
	return len(freq)
}

func names(s *store.Store) []string {
	var out []string
	for k := range s.Users {
		out = append(out, k) // HOT map-iteration U
	}
	sort.Strings(out)
	return out
}

type kv struct {
	k string
	v int
}

func pairs(m map[string]int) []kv {
	ps := []kv{}
	for k, v := range m {
		ps = append(ps, kv{k, v}) // HOT map-iteration U
	}
	return ps
}

func sized(m map[string]int) []string {
	out := make([]string, 0, len(m)) // HOT buffer-per-call U
	for k := range m {
		out = append(out, k)
	}
	return out
}

func main() {
	runtime.MemProfileRate = 4096
	words := make([]string, 400)
	m := make(map[string]int, 400)
	s := &store.Store{Users: map[string]bool{}}
	for i := range words {
		words[i] = "w" + strconv.Itoa(i)
		m[words[i]] = i
		s.Users[words[i]] = true
	}
	n := 0
	for i := 0; i < 500; i++ {
		n += count(words) + len(names(s)) + len(pairs(m)) + len(sized(m)) + store.Group(words)
	}
	println(n)
	dump("")
}
