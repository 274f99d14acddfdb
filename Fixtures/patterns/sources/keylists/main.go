package main

import (
	"runtime"
	"sort"
	"strconv"
)

type perms map[string]uint8

type acl struct{ byUser map[string]perms }

func (a *acl) users() (list []string) {
	for u := range a.byUser {
		if u != "" {
			list = append(list, u) // HOT map-iteration U
		}
	}
	sort.Strings(list)
	return
}

func values[K comparable, V any](m map[K]V) []V {
	var vs []V
	for _, v := range m {
		vs = append(vs, v) // HOT map-iteration U
	}
	return vs
}

type row struct {
	name string
	bits uint8
}

func (p perms) rows() []row {
	rs := make([]row, 0)
	for name, bits := range p {
		r := row{name: name}
		r.bits = bits
		rs = append(rs, r) // HOT map-iteration U
	}
	return rs
}

func tables(items []row) []*row {
	var out []*row
	for i := range items {
		out = append(out, &items[i])
	}
	return out
}

func main() {
	runtime.MemProfileRate = 4096
	a := &acl{byUser: map[string]perms{}}
	p := perms{}
	m := map[int]float64{}
	for i := 0; i < 300; i++ {
		a.byUser["u"+strconv.Itoa(i)] = nil
		p["p"+strconv.Itoa(i)] = 1
		m[i] = 1
	}
	n := 0
	for i := 0; i < 500; i++ {
		n += len(a.users()) + len(values(m)) + len(p.rows())
		if i%3 == 0 {
			n += len(tables(p.rows()[:40]))
		}
	}
	println(n)
	dump("")
}
