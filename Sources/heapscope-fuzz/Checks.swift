import FoundationEssentials
import Glibc
import ProfileBytes
import ProfileCodec
import ProfileModel
import Reports
import StackGraph

/// Small enough that libFuzzer's own limit on memory (2 GB) speaks of a fault.
let fuzzLimits: ReadLimits = {
  var limits = ReadLimits()
  limits.inflatedBytes = 16 << 20
  return limits
}()

let fuzzStyle = TextStyle(usesColor: false, width: 100, isTerminal: false)

/// Ends the run in a way that libFuzzer notices; the reason is kept in release builds.
func fail(_ reason: String) -> Never {
  print("heapscope contradicts itself: \(reason)")
  fflush(nil)
  abort()
}

/// A profile as commands look at it, or nil when the bytes are none.
func readForReports(_ bytes: some Sequence<UInt8>) -> Profile? {
  guard
    let profile = try? readProfile(
      Array(bytes), limits: fuzzLimits, legacy: LegacyOptions(useGoSymbols: true)
    ).profile
  else { return nil }
  return prepared(profile)
}

/// As commands prepare it; one whose frames take too long to drop stays with all of them.
func prepared(_ profile: Profile) -> Profile? {
  var preparation = Preparation()
  if let prepared = try? preparation.prepare(profile) { return prepared.profile }
  preparation.keepsAllFrames = true
  return try? preparation.prepare(profile).profile
}

/// A small heap profile in Go's text form, whose samples have the label `bytes`.
let labelledProfile: Profile = {
  var text = "heap profile: 3: 300 [5: 700] @ heap/1048576\n"
  for size in [16, 48, 4096] {
    text += "1: \(size) [2: \(2 * size)] @ 0x1 0x\(size)\n"
    text += "#\t0x1\tmain.handle+0x1\t/src/shop/main.go:12\n"
    text += "#\t0x\(size)\tmain.main+0x1\t/src/shop/main.go:7\n\n"
  }
  return ownProfile(text)
}()

/// Reads a profile of our own; a fuzzer that cannot has nothing to do and should stop.
func ownProfile(_ text: String) -> Profile {
  guard let profile = readForReports(text.utf8) else { fail("cannot read its own profile") }
  return profile
}

/// A report has no control character in it that a profile or log brought. JSON may
/// have DEL, which only a terminal takes for one.
func checkText(_ text: TextOutput, _ name: String, allowsDelete: Bool = false) {
  let raw = text.bytes.first {
    ($0 < 0x20 && $0 != 0x0a && $0 != 0x09) || $0 == 0x7f && !allowsDelete
  }
  if let raw { fail("\(name) has the byte \(raw) in it") }
  if String(validating: text.bytes, as: UTF8.self) == nil { fail("\(name) is no UTF-8") }
}

/// JSON has no control characters, and no numbers that are none.
func checkJSON(_ text: TextOutput, _ name: String) {
  checkText(text, name, allowsDelete: true)
  if text.bytes.isEmpty { fail("\(name) is a number that JSON has not") }
  // Outside of quotes there are only numbers, true, false, null and punctuation.
  var isQuoted = false
  var isEscaped = false
  for (index, byte) in text.bytes.enumerated() {
    if isEscaped {
      isEscaped = false
    } else if byte == UInt8(ascii: "\\"), isQuoted {
      isEscaped = true
    } else if byte == UInt8(ascii: "\"") {
      isQuoted.toggle()
    } else if !isQuoted,
      byte == UInt8(ascii: "i") || byte == UInt8(ascii: "N")
        || byte == UInt8(ascii: "n") && text.bytes[(index + 1)...].first == UInt8(ascii: "a")
    {
      fail("\(name) has a number in its JSON that is none")
    }
  }
  if isQuoted { fail("\(name) has JSON with a text that does not end") }
}

/// Writes a report in each of its forms.
func checkDocument(_ document: ReportDocument, _ name: String) {
  checkJSON(document.json(), name)
  checkText(document.markdown(), name)
  // Data for programs, with the names as they are.
  if String(validating: document.csv().bytes, as: UTF8.self) == nil { fail("\(name) is no UTF-8") }
}
