module example.com/unboxed

go 1.22
