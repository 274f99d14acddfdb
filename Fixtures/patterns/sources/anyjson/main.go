package main

import (
	"bytes"
	"encoding/json"
	"io"
	"runtime"
	"strings"
)

type rpc struct {
	ID     int   `json:"id"`
	Params []any `json:"params"`
}

func call(line []byte) int {
	var r rpc
	if err := json.Unmarshal(line, &r); err != nil { // HOT json-dynamic-decode
		panic(err)
	}
	return len(r.Params)
}

func list(text string) int {
	var v []any
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&v); err != nil { // HOT json-dynamic-decode
		panic(err)
	}
	return len(v)
}

func top(text []byte) (any, error) {
	var v any
	err := json.Unmarshal(text, &v) // HOT json-dynamic-decode
	return v, err
}

func stream(r io.Reader) int {
	d := json.NewDecoder(r)
	n := 0
	for {
		var m map[string]interface{}
		if d.Decode(&m) != nil { // HOT json-dynamic-decode
			return n
		}
		n += len(m)
	}
}

func main() {
	runtime.MemProfileRate = 4096
	line := []byte(`{"id":7,"params":["alpha","beta",12,3.5,true,"gamma",[1,2,3],"delta"]}`)
	text := `["one","two",` + strings.Repeat(`12,"x",`, 30) + `3]`
	nums := []byte(`[[1,2,3],[4,5,6],"s",[7.5,8,9]]`)
	docs := strings.Repeat(`{"a":1,"b":{"c":[1,"x"]},"d":"text"}`+"\n", 20)
	n := 0
	for i := 0; i < 800; i++ {
		n += call(line) + list(text)
		v, _ := top(nums)
		n += len(v.([]any))
		n += stream(bytes.NewReader([]byte(docs)))
	}
	println(n)
	dump("")
}
