import Foundation

/// Other programs that tests compare with, if they are installed.
package enum Tools {
  /// Returns the path of a program in `.build-tools/bin` or on `PATH`, or nil.
  package static func path(_ name: String) -> String? {
    var folders = [Repository.root.appending(path: ".build-tools/bin").path]
    folders += (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(
      String.init)
    return folders.map { "\($0)/\(name)" }.first {
      FileManager.default.isExecutableFile(atPath: $0)
    }
  }

  package static let pprof = path("pprof")
  package static let xmllint = path("xmllint")
  /// The rules of axe-core, if `.ci/setup` could install them.
  package static let axe: String? = {
    let file = Repository.root.appending(path: ".build-tools/bin/axe.min.js")
    return try? String(contentsOf: file, encoding: .utf8)
  }()
  package static let protocC = path("protoc-c")

  /// Debian ships the script outside of `PATH`.
  package static let flamegraph: String? =
    path("flamegraph.pl")
    ?? ["/usr/share/perl5/Devel/NYTProf/flamegraph.pl"].first {
      FileManager.default.fileExists(atPath: $0)
    }
}
