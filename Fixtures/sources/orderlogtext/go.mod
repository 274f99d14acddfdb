module example.com/orderlogtext

go 1.22
