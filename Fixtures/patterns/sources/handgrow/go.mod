module example.com/handgrow

go 1.22
