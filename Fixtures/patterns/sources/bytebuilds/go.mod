module example.com/bytebuilds

go 1.22
