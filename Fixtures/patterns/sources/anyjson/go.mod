module example.com/anyjson

go 1.22
