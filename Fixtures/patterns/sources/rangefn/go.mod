module example.com/rangefn

go 1.22
