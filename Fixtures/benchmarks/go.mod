module heapscope.example/benchmarks

go 1.22
