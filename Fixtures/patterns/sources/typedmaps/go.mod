module example.com/typedmaps

go 1.22
