//go:build go1.25

package main

import (
	"testing"
	"testing/synctest"
	"time"
)

// Testing's flags have to be there before they are parsed.
func init() { testing.Init() }

//go:noinline
func bubbled(from chan int) { <-from }

// Bubble leaves goroutines behind that wait in a bubble of testing/synctest.
func bubble(started map[string]map[string]int) {
	ready, outside := make(chan struct{}), make(chan int)
	go testing.Main(
		func(_, _ string) (bool, error) { return true, nil },
		[]testing.InternalTest{{Name: "bubble", F: func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				from := make(chan int)
				for range 4 {
					go bubbled(from)
				}
				synctest.Wait()
				close(ready)
				// The channel is of outside, so that the bubble is not dead.
				<-outside
			})
		}}}, nil, nil)
	<-ready
	time.Sleep(50 * time.Millisecond)
	started["main.bubbled"] = map[string]int{"chan receive": 4}
}
