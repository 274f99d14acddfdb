// Package types holds types.
package types

// Table is a table.
type Table struct {
	ByName map[string]int
}

// Ints is a map.
type Ints map[int]int

// New makes a table.
func New() *Table { return &Table{ByName: make(map[string]int)} }
