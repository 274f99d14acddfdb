module example.com/ptrmaps

go 1.22
