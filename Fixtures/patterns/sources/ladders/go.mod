module example.com/ladders

go 1.22
