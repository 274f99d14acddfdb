package benchmarks

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"runtime/debug"
	"sort"
	"strconv"
	"text/template"
)

var (
	logger     = log.New(output{}, "", 0)
	structured = slog.New(slog.NewTextHandler(output{}, nil))
	background = context.Background()
	tenant     = "acme"
	reused     = make([]byte, 0, 16<<10)
	keys       = make([]string, 0, 128)
)

type request struct {
	ID, Path string
	Size     int
}

type logged struct {
	Labels map[string]string
	List   []struct{ Name, Value string }
}

var errInsufficient = errors.New("insufficient funds")

type failure struct {
	msg   string
	stack []byte
}

func (f *failure) Error() string { return f.msg }

func appendAttributes(to []byte) []byte {
	for key, value := range attributes {
		to = append(to, key...)
		to = append(to, ':')
		to = append(to, value...)
		to = append(to, ' ')
	}
	return to
}

func init() {
	measure("map-format",
		times("before", func() { logger.Printf("order %s: %v", tenant, attributes) }),
		times("after", func() { logger.Printf("order %s: %d attributes", tenant, len(attributes)) }),
		times("sorted keys, one line each", func() {
			keys = keys[:0]
			for key := range attributes {
				keys = append(keys, key)
			}
			sort.Strings(keys)
			for _, key := range keys {
				logger.Print(key, attributes[key])
			}
		}),
		times("size guard", func() {
			if len(attributes) <= 16 {
				logger.Printf("order %s: %v", tenant, attributes)
			} else {
				logger.Printf("order %s: %d attributes", tenant, len(attributes))
			}
		}),
		times("structured attributes", func() {
			structured.LogAttrs(background, slog.LevelInfo, "order",
				slog.String("id", tenant), slog.Int("attributes", len(attributes)))
		}),
		times("reused buffer, fmt.Appendf", func() {
			sinkBytes = fmt.Appendf(reused[:0], "order %s: %v", tenant, attributes)
		}),
		times("hand-written append, reused buffer", func() { sinkBytes = appendAttributes(reused[:0]) }),
		times("hand-written append, new buffer", func() { sinkBytes = appendAttributes(nil) }),
		times("json.Marshal", func() { sinkBytes, _ = json.Marshal(attributes) }),
	)

	list := logged{Labels: attributes}
	for name, value := range attributes {
		list.List = append(list.List, struct{ Name, Value string }{name, value})
	}
	whole := template.Must(template.New("whole").Parse("{{.Labels}}"))
	ranged := template.Must(template.New("ranged").Parse("{{range .List}}{{.Name}}={{.Value}} {{end}}"))
	prepared := template.Must(template.New("prepared").Parse("{{.}}"))
	text := fmt.Sprint(attributes)
	for _, rule := range []string{"template-map-format", "template-map-format-part"} {
		measure(rule,
			times("before", func() { whole.Execute(io.Discard, list) }),
			times("after", func() { ranged.Execute(io.Discard, list) }),
			times("text prepared before Execute", func() { prepared.Execute(io.Discard, text) }))
	}

	id := 1234567
	measure("format",
		times("before", func() { sinkString = fmt.Sprintf("%s:%d", tenant, id) }),
		times("after", func() { sinkString = tenant + ":" + strconv.Itoa(id) }),
		times("appended to a reused buffer", func() {
			reused = append(reused[:0], tenant...)
			reused = append(reused, ':')
			reused = strconv.AppendInt(reused, int64(id), 10)
		}))
	req := &request{ID: "4711", Path: "/orders", Size: 12}
	measure("slog-format",
		times("before", func() { structured.Info("done", "request", req) }),
		times("after", func() {
			structured.LogAttrs(background, slog.LevelInfo, "done", slog.String("id", req.ID))
		}))
	measure("error-stack",
		times("before", func() { sinkError = &failure{msg: "withdraw", stack: debug.Stack()} }),
		times("after", func() { sinkError = fmt.Errorf("withdraw: %w", errInsufficient) }))

	number := int64(9876543210)
	buffer := make([]byte, 0, 64)
	measure("strconv",
		times("before", func() { sinkString = strconv.FormatInt(number, 10) + "\n" }),
		times("after", func() {
			buffer = strconv.AppendInt(buffer[:0], number, 10)
			buffer = append(buffer, '\n')
		}))

	measure("json-map-encode",
		times("before", func() {
			json.NewEncoder(io.Discard).Encode(map[string]any{"id": id, "name": tenant})
		}),
		times("after", func() {
			type reply struct {
				ID   int    `json:"id"`
				Name string `json:"name"`
			}
			json.NewEncoder(io.Discard).Encode(reply{id, tenant})
		}))

	var event bytes.Buffer
	json.NewEncoder(&event).Encode(map[string]any{"id": "4711", "payload": attributes})
	body := event.Bytes()
	for _, rule := range []string{"json-dynamic-decode", "json-dynamic-field"} {
		measure(rule,
			times("before", func() {
				if rule == "json-dynamic-field" {
					var event struct {
						ID   string `json:"id"`
						Rest any    `json:"payload"`
					}
					sinkError = json.Unmarshal(body, &event)
					return
				}
				var event map[string]any
				sinkError = json.Unmarshal(body, &event)
			}),
			times("after", func() {
				var event struct {
					ID   string          `json:"id"`
					Rest json.RawMessage `json:"payload"`
				}
				sinkError = json.Unmarshal(body, &event)
			}))
	}
}
