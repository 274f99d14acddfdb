// Package serializers writes an order as JSON in several ways, whose allocations
// `heapscope bench` tells apart line by line.
package serializers

import (
	"encoding/json"
	"fmt"
	"reflect"
	"sort"
	"strconv"
	"sync"
)

// An Order is what all of them write.
type Order struct {
	ID    int               `json:"id"`
	Buyer string            `json:"buyer"`
	Total float64           `json:"total"`
	Tags  map[string]string `json:"tags"`
	Lines []Line            `json:"lines"`
}

// A Line is one article of an order.
type Line struct {
	Article string `json:"article"`
	Count   int    `json:"count"`
}

// NewOrder makes an order with so many tags and lines.
func NewOrder(tags, lines int) *Order {
	order := &Order{ID: 4711, Buyer: "ada lovelace", Total: 99.5, Tags: make(map[string]string)}
	for i := 0; i < tags; i++ {
		order.Tags["tag"+strconv.Itoa(i)] = "value of tag " + strconv.Itoa(i)
	}
	for i := 0; i < lines; i++ {
		order.Lines = append(order.Lines, Line{Article: "article-" + strconv.Itoa(i), Count: i + 1})
	}
	return order
}

// Std uses encoding/json.
func Std(order *Order) ([]byte, error) {
	return json.Marshal(order)
}

// Hand writes each field itself.
func Hand(order *Order) []byte {
	buffer := make([]byte, 0, 256)
	buffer = append(buffer, `{"id":`...)
	buffer = strconv.AppendInt(buffer, int64(order.ID), 10)
	buffer = append(buffer, `,"buyer":`...)
	buffer = strconv.AppendQuote(buffer, order.Buyer)
	buffer = append(buffer, `,"total":`...)
	buffer = strconv.AppendFloat(buffer, order.Total, 'g', -1, 64)
	buffer = append(buffer, `,"tags":{`...)
	keys := make([]string, 0, len(order.Tags))
	for key := range order.Tags {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	for i, key := range keys {
		if i > 0 {
			buffer = append(buffer, ',')
		}
		buffer = strconv.AppendQuote(buffer, key)
		buffer = append(buffer, ':')
		buffer = strconv.AppendQuote(buffer, order.Tags[key])
	}
	buffer = append(buffer, `},"lines":[`...)
	for i := range order.Lines {
		if i > 0 {
			buffer = append(buffer, ',')
		}
		buffer = append(buffer, `{"article":`...)
		buffer = strconv.AppendQuote(buffer, order.Lines[i].Article)
		buffer = append(buffer, `,"count":`...)
		buffer = strconv.AppendInt(buffer, int64(order.Lines[i].Count), 10)
		buffer = append(buffer, '}')
	}
	return append(buffer, "]}"...)
}

// A plan says how the values of a type are written.
type plan struct {
	names  []string
	fields []int
}

var plans sync.Map // reflect.Type to *plan

// Cached looks at each type once and keeps what it found.
func Cached(value any) []byte {
	return appendValue(make([]byte, 0, 256), reflect.ValueOf(value))
}

func planFor(kind reflect.Type) *plan {
	if known, ok := plans.Load(kind); ok {
		return known.(*plan)
	}
	made := &plan{}
	for i := 0; i < kind.NumField(); i++ {
		made.names = append(made.names, strconv.Quote(kind.Field(i).Tag.Get("json"))+":")
		made.fields = append(made.fields, i)
	}
	plans.Store(kind, made)
	return made
}

func appendValue(buffer []byte, value reflect.Value) []byte {
	switch value.Kind() {
	case reflect.Pointer:
		return appendValue(buffer, value.Elem())
	case reflect.Int:
		return strconv.AppendInt(buffer, value.Int(), 10)
	case reflect.Float64:
		return strconv.AppendFloat(buffer, value.Float(), 'g', -1, 64)
	case reflect.String:
		return strconv.AppendQuote(buffer, value.String())
	case reflect.Slice:
		buffer = append(buffer, '[')
		for i := 0; i < value.Len(); i++ {
			if i > 0 {
				buffer = append(buffer, ',')
			}
			buffer = appendValue(buffer, value.Index(i))
		}
		return append(buffer, ']')
	case reflect.Map:
		keys := value.MapKeys()
		sort.Slice(keys, func(i, j int) bool { return keys[i].String() < keys[j].String() })
		buffer = append(buffer, '{')
		for i, key := range keys {
			if i > 0 {
				buffer = append(buffer, ',')
			}
			buffer = append(appendValue(buffer, key), ':')
			buffer = appendValue(buffer, value.MapIndex(key))
		}
		return append(buffer, '}')
	case reflect.Struct:
		plan := planFor(value.Type())
		buffer = append(buffer, '{')
		for i, field := range plan.fields {
			if i > 0 {
				buffer = append(buffer, ',')
			}
			buffer = append(buffer, plan.names[i]...)
			buffer = appendValue(buffer, value.Field(field))
		}
		return append(buffer, '}')
	}
	return append(buffer, "null"...)
}

// Debug prints the tags of an order for a log, as the incident's helper did.
func Debug(order *Order) string {
	return fmt.Sprintf("order %d: tags %v", order.ID, order.Tags)
}

// DebugFixed prints what the reader of the log needs.
func DebugFixed(order *Order) string {
	return "order " + strconv.Itoa(order.ID) + ": " + strconv.Itoa(len(order.Tags)) + " tags"
}
