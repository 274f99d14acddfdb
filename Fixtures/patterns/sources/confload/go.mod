module example.com/confload

go 1.22

require github.com/acme/conf v0.1.0

replace github.com/acme/conf => ./acme/conf
