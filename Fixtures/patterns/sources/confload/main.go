package main

import (
	"runtime"

	"github.com/acme/conf"
)

func main() {
	runtime.MemProfileRate = 4096
	b := []byte(`{"db":{"host":"h","port":5432,"opts":{"ssl":true,"pool":10}},"log":{"level":"info"},"name":"svc"}`)
	n := 0
	for i := 0; i < 2500; i++ {
		t, err := conf.Parse(b)
		if err != nil {
			panic(err)
		}
		t.Flat(func(k string, v any) { n += len(k) })
	}
	println(n)
	dump("")
}
