import Foundation
import GoroutineDump
import HeapscopeTestSupport
import ProfileCodec
import ProfileModel

/// Reads a dump from its text.
func dump(_ text: some Collection<UInt8>, into series: GoroutineSeries = GoroutineSeries())
  -> GoroutineSeries
{
  var reader = GoroutineReader(series, name: "dump")
  let bytes = Array(text)
  for line in bytes.split(separator: 0x0a, omittingEmptySubsequences: false) { reader.add(line) }
  return reader.finish().settled
}

func dump(_ text: String) -> GoroutineSeries { dump(Array(text.utf8)) }

func fixture(_ name: String) throws -> [UInt8] {
  try Repository.bytes(Repository.fixtures.appending(path: "goroutines/\(name)"))
}

func profileSeries(_ name: String) throws -> GoroutineSeries {
  var series = GoroutineSeries()
  let isAdded = series.add(try readProfile(fixture(name)).profile, name: name)
  precondition(isAdded)
  return series
}

extension GoroutineSeries {
  func name(_ group: GoroutineGroup, _ frame: Int) -> String {
    String(decoding: name(of: group.stack[frame]), as: UTF8.self)
  }

  /// The groups of the last moment that have a function on their stack.
  func groups(with function: String, everSeen: Bool = false) -> [GoroutineGroup] {
    groups.filter { group in
      (everSeen || group.count(in: snapshots.count - 1) > 0)
        && group.stack.contains { location in
          // Names of generic functions have their type arguments, or `[...]`.
          String(decoding: name(of: location).prefix { $0 != UInt8(ascii: "[") }, as: UTF8.self)
            == function
        }
    }
  }

  /// How many goroutines are in each state, by what the groups say.
  func counts(with function: String) -> [String: Int] {
    groups(with: function).reduce(into: [:]) {
      $0[$1.state.kind.rawValue, default: 0] += $1.count(in: snapshots.count - 1)
    }
  }
}

func readProfileOf(_ bytes: [UInt8]) throws -> Profile { try readProfile(bytes).profile }

extension GoroutineGroup {
  /// What is said of those of the last moment that had any.
  var details: Details { details(of: []) }
}
