module orrery.example/envclient

go 1.19
