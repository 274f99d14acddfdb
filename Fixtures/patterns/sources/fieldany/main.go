package main

import (
	"encoding/json"
	"fmt"
	"runtime"
)

type event struct {
	Type    string `json:"type"`
	Payload any    `json:"payload"`
}

type envelope[T any] struct {
	Data T              `json:"data"`
	Meta map[string]any `json:"meta"`
}

func decode[T any](b []byte) (T, error) {
	var e envelope[T]
	err := json.Unmarshal(b, &e) // HOT json-dynamic-decode
	return e.Data, err
}

func (e *event) UnmarshalJSON(b []byte) error {
	var raw map[string]any
	if err := json.Unmarshal(b, &raw); err != nil { // HOT json-dynamic-decode
		return err
	}
	e.Type, _ = raw["type"].(string)
	e.Payload = raw["payload"]
	return nil
}

type view struct{ e *event }

func (v view) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[string]any{"t": v.e.Type, "p": v.e.Payload, "v": 2}) // HOT json-map-encode
}

func main() {
	runtime.MemProfileRate = 4096
	b := []byte(`{"type":"push","payload":{"commits":[{"id":"a1","n":3},{"id":"b2","n":4}],"ref":"main"}}`)
	g := []byte(`{"data":[1,2,3],"meta":{"page":1,"total":100,"next":"abc","prev":null,"tags":["x","y"]}}`)
	n := 0
	for i := 0; i < 2500; i++ {
		var e event
		if err := json.Unmarshal(b, &e); err != nil { // TOLERATE codec-output
			panic(fmt.Sprint(err))
		}
		out, err := json.Marshal(view{&e}) // TOLERATE codec-output
		if err != nil {
			panic(err)
		}
		xs, _ := decode[[]int](g)
		n += len(out) + len(xs)
	}
	println(n)
	dump("")
}
