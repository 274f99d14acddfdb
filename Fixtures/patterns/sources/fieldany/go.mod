module example.com/fieldany

go 1.22
