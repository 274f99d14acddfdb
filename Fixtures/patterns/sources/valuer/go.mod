module example.com/valuer

go 1.22
