// Package store holds users.
package store

// Store is a store.
type Store struct {
	Users map[string]bool
	hits  map[string]*int
}

// Group groups words.
func Group(words []string) int {
	s := &Store{hits: make(map[string]*int)}
	one := 1
	for _, w := range words {
		s.note(w, &one)
	}
	return len(s.hits)
}

func (s *Store) note(w string, n *int) {
	if _, ok := s.hits[w]; !ok {
		s.hits[w] = n // HOT map-growth U
	}
}
