// logged: writes what it reads as a logger writes it.
//
//	logged slog-text|slog-json|logrus-text|logrus-json|zap-json|zap-console [-whole]
//
// Each line is a record; with -whole all of it is one.
package main

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"os"

	"github.com/sirupsen/logrus"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

func zapped(encoder zapcore.Encoder) func(string) {
	logger := zap.New(
		zapcore.NewCore(encoder, zapcore.Lock(os.Stdout), zap.InfoLevel), zap.AddCaller())
	return func(text string) { logger.Info(text) }
}

func main() {
	options := &slog.HandlerOptions{AddSource: true}
	var write func(string)
	switch os.Args[1] {
	case "slog-text":
		logger := slog.New(slog.NewTextHandler(os.Stdout, options))
		write = func(text string) { logger.Error(text, "component", "runtime") }
	case "slog-json":
		logger := slog.New(slog.NewJSONHandler(os.Stdout, options))
		write = func(text string) { logger.Error(text, "component", "runtime") }
	case "logrus-text", "logrus-json":
		logger := logrus.New()
		logger.SetOutput(os.Stdout)
		if os.Args[1] == "logrus-json" {
			logger.SetFormatter(&logrus.JSONFormatter{})
		}
		write = func(text string) { logger.WithField("component", "runtime").Info(text) }
	case "zap-json":
		write = zapped(zapcore.NewJSONEncoder(zap.NewProductionEncoderConfig()))
	case "zap-console":
		write = zapped(zapcore.NewConsoleEncoder(zap.NewDevelopmentEncoderConfig()))
	default:
		fmt.Fprintln(os.Stderr, "logged: which logger?")
		os.Exit(64)
	}
	if len(os.Args) > 2 && os.Args[2] == "-whole" {
		text, _ := io.ReadAll(os.Stdin)
		write(string(text))
		return
	}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		write(lines.Text())
	}
}
