import Foundations
import HeapAnalysis
import Ownership
import Pictures
import ProfileModel
import StackGraph

extension Session {
  /// Reads the source that a page includes, and says how much that is.
  ///
  /// Without `--source-path`, only the source of the user's own module is included.
  ///
  /// - Parameters:
  ///   - parts: the profiles of the page. A file must be of the same version as each profile that
  ///     names it.
  ///   - knownNotes: earlier notes about files.
  func pageSource(
    _ graph: FlameGraph, _ parts: [FlamePart], _ findings: [Finding], _ request: FlameRequest,
    knownNotes: [String]
  ) -> PageSource {
    guard request.ownCode.readsSource else { return PageSource() }
    let sourcePath = request.selection.options.sourcePath
    let readers = parts.map { part in
      let profile = part.selection.plainProfile
      let lookup =
        sourcePath.isEmpty
        ? ModuleSources(module: part.ownership.modulePath, environment: environment).lookup
        : SourceFinder(sourcePath: sourcePath, environment: environment).lookup
      return (
        names: names(ofFilesIn: profile, part.selection.options),
        files: SourceFiles(profile, isOwn: part.ownership.blame.isOwn, lookup: lookup)
      )
    }
    let source = PageSource(graph, findings, hasOthers: !sourcePath.isEmpty) { name in
      var lines: SourceLines?
      for reader in readers {
        guard let file = reader.names[name] else { continue }
        guard let found = reader.files.lines(of: file) else { return nil }
        lines = found
      }
      return lines
    }
    let notes = readers.flatMap(\.files.notes)
    noteSources(Set(notes).subtracting(knownNotes).sorted())
    if source.lineCount > 0 {
      message(
        "the page carries \(groupedDigits(Int64(source.lineCount))) lines of source, of "
          + "\(source.fileCount) file\(source.fileCount == 1 ? "" : "s"); --no-source leaves them out"
      )
    }
    return source
  }

  /// By the file name that the page shows: the names in the profile.
  private func names(
    ofFilesIn profile: Profile, _ options: SelectionOptions
  ) -> [String: String] {
    let table = NodeTable(profile, trimPath: options.trimPath, sourcePath: options.sourcePath)
    var names: [String: String] = [:]
    var isKnown = [Bool](repeating: false, count: profile.functions.count)
    var (line, node) = (0, 0)
    for location in 0..<profile.locations.count {
      // A location without lines is itself a node.
      while line < profile.locations.lineEnds[location] {
        let function = profile.locations.lines[line].function.index
        if !isKnown[function] {
          isKnown[function] = true
          let file = table.identities[table.locationNodes[node].index].file
          let shown = String(decoding: safeName(table.strings[bytesOf: file]), as: UTF8.self)
          names[shown] = profile.strings[profile.functions.files[function]]
        }
        line += 1
        node += 1
      }
      node = table.locationEnds[location]
    }
    return names
  }
}
