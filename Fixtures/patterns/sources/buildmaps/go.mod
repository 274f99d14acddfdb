module example.com/buildmaps

go 1.22
