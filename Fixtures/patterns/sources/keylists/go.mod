module example.com/keylists

go 1.22
