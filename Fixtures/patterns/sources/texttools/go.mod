module example.com/texttools

go 1.22
