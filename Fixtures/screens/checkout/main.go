// A service whose module has a long path and whose log helper prints a map: the profile that
// the screens of Fixtures/golden/screens are of.
package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	_ "net/http/pprof"
	"os"

	"git.corp.example/platform-team/shop/checkout/httpapi"
)

func main() {
	api := httpapi.New()
	mux := http.NewServeMux()
	mux.Handle("/debug/", http.DefaultServeMux)
	mux.HandleFunc("/checkout", func(w http.ResponseWriter, _ *http.Request) {
		for n := 0; n < 100; n++ {
			fmt.Fprintln(w, api.Checkout(n))
		}
	})
	server := httptest.NewServer(mux)
	get := func(path string) []byte {
		response, err := http.Get(server.URL + path)
		if err != nil {
			panic(err)
		}
		defer response.Body.Close()
		body, _ := io.ReadAll(response.Body)
		return body
	}
	for n := 0; n < 40; n++ {
		get("/checkout")
		// As a scraper does, so that the profiler's own work is in the profile.
		get("/debug/pprof/heap")
	}
	os.Stdout.Write(get("/debug/pprof/heap?gc=1"))
}
