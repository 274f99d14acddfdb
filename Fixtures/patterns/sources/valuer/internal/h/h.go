// Package h wraps a handler.
package h

import (
	"context"
	"io"
	"log/slog"
)

type handler struct{ slog.Handler }

// New makes one.
func New(w io.Writer) slog.Handler {
	return &handler{slog.NewTextHandler(w, &slog.HandlerOptions{Level: slog.LevelDebug})}
}

func (h *handler) Handle(ctx context.Context, r slog.Record) error {
	return h.Handler.Handle(ctx, r) // HOT map-format
}
