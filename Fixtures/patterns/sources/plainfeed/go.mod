module example.com/plainfeed

go 1.22
