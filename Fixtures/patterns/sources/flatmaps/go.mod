module example.com/flatmaps

go 1.22
