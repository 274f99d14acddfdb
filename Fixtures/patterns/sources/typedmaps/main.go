package main

import (
	"encoding/json"
	"runtime"
	"strings"
)

type host struct {
	Addr string   `json:"addr"`
	Port int      `json:"port"`
	Tags []string `json:"tags"`
}

type inventory map[string]host

func load(b []byte) int {
	var inv inventory
	if err := json.Unmarshal(b, &inv); err != nil { // HOT codec-output
		panic(err)
	}
	return len(inv)
}

func limits(s string) int {
	m := map[string]int{} // TOLERATE small-map-per-call
	if err := json.NewDecoder(strings.NewReader(s)).Decode(&m); err != nil { // TOLERATE codec-output codec-per-call
		panic(err)
	}
	return len(m)
}

func main() {
	runtime.MemProfileRate = 4096
	b := []byte(`{"a":{"addr":"10.0.0.1","port":1,"tags":["x","y"]},"b":{"addr":"10.0.0.2","port":2,"tags":["z"]},"c":{"addr":"h","port":3}}`)
	s := `{"cpu":4,"mem":1024,"disk":9,"net":1,"fd":100}`
	n := 0
	for i := 0; i < 2500; i++ {
		n += load(b) + limits(s)
	}
	println(n)
	dump("")
}
