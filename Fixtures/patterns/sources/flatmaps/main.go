package main

import (
	"encoding/json"
	"runtime"
)

type hub struct{ n int }

func (h *hub) tags(b []byte) error {
	m := make(map[string]any) // HOT small-map-per-call U
	if err := json.Unmarshal(b, &m); err != nil { // HOT json-dynamic-decode
		return err
	}
	h.n += len(m)
	return nil
}

func (h *hub) nums(b []byte) {
	var xs []interface{} // TOLERATE object-per-call
	if json.Unmarshal(b, &xs) == nil { // HOT json-dynamic-decode
		h.n += len(xs)
	}
}

func main() {
	runtime.MemProfileRate = 4096
	h := &hub{}
	for i := 0; i < 4000; i++ {
		if err := h.tags([]byte(`{"id":17,"name":"n1","zone":"eu","up":true,"load":0.75}`)); err != nil {
			panic(err)
		}
		h.nums([]byte(`[1,2,3,4.5,6,7,8]`))
	}
	println(h.n)
	dump("")
}
