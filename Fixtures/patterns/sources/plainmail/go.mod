module example.com/plainmail

go 1.22
