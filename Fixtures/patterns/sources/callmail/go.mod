module example.com/callmail

go 1.22
