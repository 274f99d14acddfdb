module git.corp.example/platform-team/shop/checkout

go 1.21
