module example.com/unchanged

go 1.22
