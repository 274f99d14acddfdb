package import ProfileModel

/// Returns a small profile with everything that is difficult for graphs: inlined and recursive
/// calls, unnamed functions, frames without lines, empty stacks, zeros, labels, and negative values
/// on request.
///
/// - Parameter negatives: some values are negative, as in a difference.
package func randomProfile(
  using random: inout SeededGenerator, negatives: Bool = false, sampleCount: Int = 30
) -> Profile {
  var profile = Profile()
  func text(_ text: String) -> StringID { profile.strings.intern(text) }
  let types = random.pick([
    [
      ("alloc_objects", "count"), ("alloc_space", "bytes"), ("inuse_objects", "count"),
      ("inuse_space", "bytes"),
    ],
    [("samples", "count"), ("cpu", "nanoseconds")],
    [("space", "bytes")],
  ])
  profile.sampleTypes = types.map { SampleType(name: text($0.0), unit: text($0.1)) }
  profile.samples = SampleTable(typeCount: types.count)
  profile.periodType = SampleType(name: text("space"), unit: text("bytes"))
  for index in 0..<Int.random(in: 1...3, using: &random) {
    profile.mappings.append(
      Mapping(
        id: UInt64(index + 1), start: 0x400000 + UInt64(index) * 0x10000,
        limit: 0x404000 + UInt64(index) * 0x10000,
        file: text(index == 0 ? "/bin/prog" : "lib\(index).so")))
  }
  let names = ["main.main", "main.run", "fmt.Sprint", "a;b", "two\nlines", "", "C::d(int)", "x y"]
  let files = ["/src/main.go", "/src/./x/../main.go", "fmt/print.go", ""]
  for index in 0..<Int.random(in: 1...9, using: &random) {
    let name = text(random.oneIn(3) ? "f\(index)" : random.pick(names))
    _ = profile.functions.append(
      id: UInt64(index + 1), name: name, systemName: name, file: text(random.pick(files)),
      startLine: random.pick([0, 1, 20]))
  }
  for index in 0..<Int.random(in: 1...14, using: &random) {
    let lines = (0..<random.pick([0, 1, 1, 1, 2, 3])).map { _ in
      SourceLine(
        function: FunctionID(Int.random(in: 0..<profile.functions.count, using: &random)),
        line: random.pick([0, 3, 7]), column: random.pick([0, 0, 5]))
    }
    let mapping =
      random.oneIn(4)
      ? MappingID.none : MappingID(Int.random(in: profile.mappings.indices, using: &random))
    _ = profile.locations.append(
      id: UInt64(index + 1), mapping: mapping,
      address: random.oneIn(4) ? 0 : 0x400000 + UInt64.random(in: 0..<64, using: &random),
      lines: lines)
  }
  for _ in 0..<sampleCount {
    let depth = random.pick([0, 1, 2, 3, 5, 8])
    let stack = (0..<depth).map { _ in
      LocationID(Int.random(in: 0..<profile.locations.count, using: &random))
    }
    let values = types.map { _ -> Int64 in
      let value = random.pick([0, 1, Int64.random(in: 0...5000, using: &random)])
      return negatives && random.oneIn(3) ? -value : value
    }
    var labels: [Label] = []
    if random.oneIn(2) {
      labels.append(.text(text("key"), text(random.pick(["a", "b", "c:d"]))))
    }
    if random.oneIn(2) {
      labels.append(.number(text("bytes"), random.pick([16, 1024, 4096]), unit: text("bytes")))
    }
    profile.samples.append(stack: stack, values: values, labels: labels)
  }
  return profile
}
