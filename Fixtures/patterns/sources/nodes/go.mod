module example.com/nodes

go 1.22
