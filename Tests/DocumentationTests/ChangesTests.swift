import Foundation
import HeapscopeTestSupport
import Testing

@Suite("docs/changes.md")
struct ChangesTests {
  /// What stands between backticks and looks like a path below Sources/, or continues the one
  /// before it in the same cell.
  @Test("Every file and folder that docs/changes.md names exists")
  func paths() throws {
    let rows = try Repository.text("docs/changes.md").split(separator: "\n").filter {
      $0.hasPrefix("| ") && !$0.contains("---") && !$0.hasPrefix("| change |")
    }
    #expect(rows.count == 53)
    for row in rows {
      let cells = row.split(separator: "|").map(String.init)
      var folder = ""
      for match in cells[1...2].joined(separator: " ").matches(of: /`([^`]+)`/) {
        let name = String(match.1)
        guard name.contains("/") || name.hasSuffix(".swift") else { continue }
        let path =
          ["docs/", "Sources/", "Tests/", "Fixtures/"].contains(where: name.hasPrefix)
          ? name : "Sources/" + name
        let places = [path, folder + "/" + name, parent(folder) + "/" + name].flatMap { place in
          // `page-*.js` stands for several files.
          place.contains("*") ? [parent(place)] : [place]
        }
        let found = places.first {
          FileManager.default.fileExists(atPath: Repository.root.appending(path: $0).path)
        }
        #expect(found != nil, "\(name) in \(row)")
        if let found, path.hasPrefix("Sources/") {
          folder = found.hasSuffix("/") ? String(found.dropLast()) : parent(found)
        }
      }
    }
  }

  private func parent(_ path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
  }
}
