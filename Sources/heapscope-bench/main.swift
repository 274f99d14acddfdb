import Glibc

let arguments = CommandLine.arguments
if arguments.count == 3, arguments[1] == "--inflate-only" {
  _ = inflateOnly(arguments[2])
  exit(0)
}
if arguments.count == 3, arguments[1] == "--inflate-list" {
  for path in text(of: arguments[2]).split(separator: "\n") { _ = inflateOnly(String(path)) }
  exit(0)
}
if arguments.count >= 5, arguments[1] == "--make-fleet", let count = Int(arguments[3]) {
  Fleet(arguments[2]).make(count, from: Array(arguments[4...]))
  exit(0)
}
if arguments.count >= 5, arguments[1] == "--make", let samples = Int(arguments[3]),
  let traits = ProfileShape.traits(arguments[4])
{
  var shape = ProfileShape(samples: samples)
  shape.traits = traits
  shape.tablesFirst = arguments.count > 5
  var maker = ProfileMaker(shape, path: arguments[2])
  _ = maker.make()
  exit(0)
}
if arguments.contains("--help") {
  print(BenchOptions.usage)
  exit(0)
}
Bench(BenchOptions(arguments)).run()
