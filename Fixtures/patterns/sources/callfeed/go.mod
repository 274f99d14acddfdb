module example.com/callfeed

go 1.22
