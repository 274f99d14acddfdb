// Package conf reads configuration.
package conf

import (
	"encoding/json"
	"fmt"
	"reflect"
)

// Tree is a tree.
type Tree struct{ root map[string]any }

// Parse parses.
func Parse(b []byte) (*Tree, error) {
	t := &Tree{}
	if err := json.Unmarshal(b, &t.root); err != nil { // HOT json-dynamic-decode
		return nil, fmt.Errorf("conf: %w", err)
	}
	return t, nil
}

// Flat lists all settings.
func (t *Tree) Flat(f func(k string, v any)) { flat("", reflect.ValueOf(t.root), f) }

func flat(prefix string, v reflect.Value, f func(string, any)) {
	for v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	if v.Kind() != reflect.Map {
		f(prefix, v.Interface())
		return
	}
	for _, k := range v.MapKeys() { // HOT reflect-map-iteration
		flat(prefix+"."+k.String(), v.MapIndex(k), f) // HOT reflect-map-iteration
	}
}
