module example.com/callshop

go 1.22
