//go:build !go1.25

package main

func bubble(map[string]map[string]int) {}
