import Ownership
import HeapAnalysis
import ProfileModel
import Reports
import StackGraph

/// A source file whose first 48 lines all allocate: what findings read in it, and `list`. A NUL
/// byte begins the second file of the program.
@Sendable func fuzzSource(_ bytes: [UInt8]) {
  let files = bytes.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
  let texts = files.map { SourceLines(Array($0)) }
  for (file, text) in zip(files, texts) { check(text, file) }
  var options = SelectionOptions()
  options.granularity = .addresses
  options.sampleIndex = "alloc_space"
  guard let selection = try? Selection(sourceProfile, options) else { fail("no selection") }
  var found = HotspotOptions()
  found.source = SourceLookup { file, mismatch in
    let lines = file.hasSuffix("main.go") ? texts[0] : texts.count > 1 ? texts[1] : nil
    // Every other input is accepted unchecked, since most have none of the functions.
    if let lines, bytes.count.isMultiple(of: 2), let reason = mismatch(lines) {
      return .init(note: reason)
    }
    return .init(lines)
  }
  let report = findHotspots(
    in: selection.profile, column: selection.column, ownership: Ownership(selection.profile),
    options: found)
  checkText(hotspotsText(report, fuzzStyle), "hotspots")
  checkJSON(hotspotsJSON(report), "hotspots")
  options.granularity = .lines
  guard let lines = try? Selection(sourceProfile, options), let all = try? Pattern("") else {
    return
  }
  let list = ListReport(ReportContext(lines, keepsObjectFiles: true), matching: all)
  _ = list.text(showsFigures: true) { _, routines in
    let functions = SourceVersion(texts[0], file: "a.go".utf8)
    for routine in routines {
      _ = functions?.strayLine(
        among: routine.lines.map(\.number), startLine: routine.startLine, of: routine.name)
    }
    return .lines(texts[0])
  }
  checkDocument(list.document { _, _ in .lines(texts[0]) }, "list")
}

/// Checks that the lines found in the bytes are those that splitting gives.
private func check(_ text: SourceLines, _ file: ArraySlice<UInt8>) {
  var lines = file.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    .map { $0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0 }
  if lines.last?.isEmpty ?? false { lines.removeLast() }
  let found = (0..<text.count).map { text[$0] }
  if !found.elementsEqual(lines, by: { $0.elementsEqual($1) }) {
    fail("\(lines.count) lines of source were found as \(found.count)")
  }
}

/// Blocks of several sizes on each line, as a growing slice or text leaves them.
private let sourceProfile: Profile = {
  var text = "heap profile: 1: 1 [1: 1] @ heap/1048576\n"
  for line in 1...48 {
    for shift in [16, 17, 18, 19] {
      let size = 1 << shift
      let file = line % 8 == 0 ? "cart.go" : "main.go"
      text += "1: \(size) [100: \(100 * size)] @ 0x\(line)0\n"
      text += "#\t0x\(line)0\tmain.f+0x\(line)\t/src/shop/\(file):\(line)\n\n"
    }
  }
  return ownProfile(text)
}()
