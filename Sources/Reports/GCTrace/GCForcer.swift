package import Ownership
package import ProfileModel

/// A line of the user's code that asks for collections, as stacks of a profile show it.
package struct GCForcer: Sendable, Equatable {
  /// What it calls: `runtime.GC` or `runtime/debug.FreeOSMemory`.
  package var function: String

  /// The user's function, and its file and line; what calls the former directly where none is
  /// the user's.
  package var caller: String
  package var file: String
  package var line: Int64

  private static let functions: [StaticString] = ["runtime/debug.FreeOSMemory", "runtime.GC"]

  /// All that the profile shows, in the order of their names.
  package static func all(in profile: Profile, _ ownership: Ownership) -> [GCForcer] {
    func name(_ line: SourceLine) -> ArraySlice<UInt8> {
      profile.strings[bytesOf: profile.functions.names[line.function.index]]
    }
    let lines = profile.locations.lines
    // The function of each location that forces; most profiles have none.
    var forcing: [Int: String] = [:]
    for location in 0..<profile.locations.count {
      for line in lines[profile.locations.lineRange(of: location)] {
        let name = name(line)
        if functions.contains(where: { $0.withUTF8Buffer { name.elementsEqual($0) } }) {
          forcing[location] = String(decoding: name, as: UTF8.self)
        }
      }
    }
    if forcing.isEmpty { return [] }
    let blamer = Blamer(profile.locations, ownership.blame)
    var result: [GCForcer] = []
    for sample in 0..<profile.samples.count {
      let stack = profile.samples.frames[profile.samples.frameRange(of: sample)]
      // The outermost: FreeOSMemory itself calls on.
      guard let index = stack.lastIndex(where: { forcing[$0.index] != nil }),
        let function = forcing[stack[index].index]
      else { continue }
      let callers = stack[(index + 1)...]
      let line =
        blamer.place(in: callers).map { lines[$0.line] }
        ?? callers.first.map { lines[profile.locations.lineRange(of: $0.index).lowerBound] }
      guard let line else { continue }
      let forcer = GCForcer(
        function: function, caller: String(decoding: name(line), as: UTF8.self),
        file: profile.strings[profile.functions.files[line.function.index]], line: line.line)
      if !result.contains(forcer) { result.append(forcer) }
    }
    return result.sorted {
      ($0.caller, $0.file, $0.line, $0.function) < ($1.caller, $1.file, $1.line, $1.function)
    }
  }
}
