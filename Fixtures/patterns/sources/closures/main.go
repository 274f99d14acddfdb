package main

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
)

type job func() string

func mk(m map[string]int) job {
	return func() string { // TOLERATE object-per-call
		return fmt.Sprint("state ", m) // HOT map-format
	}
}

func pool(n int, jobs []job) int {
	var wg sync.WaitGroup
	var mu sync.Mutex
	total := 0
	for w := 0; w < n; w++ {
		wg.Add(1)
		go func(w int) {
			defer wg.Done()
			for i := w; i < len(jobs); i += n {
				s := jobs[i]()
				parts := strings.Split(s, " ") // HOT string-split
				mu.Lock()
				total += len(parts)
				mu.Unlock()
			}
		}(w)
	}
	wg.Wait()
	return total
}

func guarded(m map[string]int, i int) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic %v in %#v", r, m) // HOT map-format
		}
	}()
	if i%2 == 0 {
		panic("x")
	}
	return nil
}

func main() {
	runtime.MemProfileRate = 4096
	m := map[string]int{"a": 1, "b": 2, "c": 3, "d": 4, "e": 5}
	n := 0
	for r := 0; r < 30; r++ {
		var js []job
		for i := 0; i < 64; i++ {
			js = append(js, mk(m)) // TOLERATE append-growth
		}
		n += pool(3, js)
		for i := 0; i < 60; i++ {
			if guarded(m, i) != nil {
				n++
			}
		}
	}
	println(n)
	dump("")
}
