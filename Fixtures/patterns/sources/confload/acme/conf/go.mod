module github.com/acme/conf

go 1.22
