package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"runtime"
	"strings"

	"example.com/valuer/internal/h"
)

type sess struct {
	user  string
	attrs map[string]string
}

func (s *sess) LogValue() slog.Value { return slog.AnyValue(s.attrs) }

type reqInfo struct {
	Path string
	Q    map[string][]string
}

func serve(lg *slog.Logger, s *sess, q map[string][]string) {
	lg.LogAttrs(context.Background(), slog.LevelInfo, "login", slog.Any("sess", s)) // HOT map-format
	lg.Info("req", "info", reqInfo{"/x", q}) // HOT map-format
}

type stack struct{ top map[int]string }

func (s stack) Format(f fmt.State, verb rune) {
	io.WriteString(f, "stack ")
	fmt.Fprint(f, s.top) // HOT map-format
}

func main() {
	runtime.MemProfileRate = 4096
	lg := slog.New(h.New(io.Discard))
	s := &sess{"bo", map[string]string{"role": "admin", "ip": "10.0.0.1", "ua": "curl", "lang": "en"}}
	q := map[string][]string{"page": {"1"}, "sort": {"name", "asc"}, "f": {"x"}}
	st := stack{map[int]string{1: "a", 2: "b", 3: "c"}}
	n := 0
	for i := 0; i < 3000; i++ {
		serve(lg, s, q)
		var sb strings.Builder // TOLERATE object-per-call
		sb.Grow(128)
		fmt.Fprintf(&sb, "%v", st)
		n += sb.Len()
	}
	println(n)
	dump("")
}
