module example.com/straightline

go 1.22
