import ProfileFetch
import ProfileModel
import Reports
import StackGraph

/// A regular expression on the first line, a text on the rest.
@Sendable func fuzzPattern(_ bytes: [UInt8]) {
  let parts = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 1)
  guard let first = parts.first else { return }
  let source = String(decoding: first, as: UTF8.self)
  let text = parts.count > 1 ? Array(parts[1]) : []
  if let pattern = try? Pattern(source) {
    _ = pattern.matches(text)
    _ = pattern.firstGroup(in: text)
  }
  // A quoted text is a regular expression for itself.
  if let quoted = try? Pattern(Pattern.quoted(source)) {
    if !quoted.matches(source) { fail("a quoted text does not match itself: \(source)") }
  }
}

/// pprof's expressions over labels, and the other filters, over a small profile.
@Sendable func fuzzTags(_ bytes: [UInt8]) {
  let words = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    .map { String(decoding: $0, as: UTF8.self) }
  func word(_ index: Int) -> String { index < words.count ? words[index] : "" }
  var options = SelectionOptions()
  options.tagFocus = word(0)
  options.tagIgnore = word(1)
  options.tagShow = word(2)
  options.tagHide = word(3)
  options.tagRoot = word(4)
  options.tagLeaf = word(5)
  options.unit = word(6).isEmpty ? options.unit : word(6)
  options.focus = word(7)
  options.ignore = word(8)
  options.hide = word(9)
  options.show = word(10)
  options.sampleIndex = word(11)
  if !word(12).isEmpty { options.collapsesRecursion = Granularity(rawValue: word(12)) ?? .lines }
  guard let selection = try? Selection(labelledProfile, options) else { return }
  _ = TopReport(ReportContext(selection)).text()
}

/// A name a line, as compilers mangle them.
@Sendable func fuzzNames(_ bytes: [UInt8]) {
  var profile = Profile()
  for line in bytes.split(separator: UInt8(ascii: "\n")).prefix(16) {
    let name = profile.strings.intern(line)
    _ = profile.functions.append(
      id: UInt64(profile.functions.count) + 1, name: name, systemName: name, file: .empty,
      startLine: 0)
  }
  for style in [nil] + NameStyle.allCases.map(Optional.some) {
    for cutsPlainNames in [false, true] {
      var preparation = Preparation()
      preparation.demangling = NameDemangling(style: style, cutsPlainNames: cutsPlainNames)
      guard let result = try? preparation.prepare(profile).profile else {
        fail("a profile without samples is refused")
      }
      for (name, mangled) in zip(result.functions.names, result.functions.systemNames) {
        let isPlain = result.strings[bytesOf: mangled].first != UInt8(ascii: "_")
        if name != mangled, style == nil || isPlain && !cutsPlainNames {
          fail("\(result.strings[mangled]) became \(result.strings[name])")
        }
        if result.strings.range(of: name).count > 1 << 17 { fail("a name of over 128 KiB") }
      }
    }
  }
}

/// A URL a line, each also as where a redirect of the first leads.
@Sendable func fuzzURL(_ bytes: [UInt8]) {
  let texts = bytes.split(separator: UInt8(ascii: "\n")).prefix(16).map {
    String(decoding: $0, as: UTF8.self)
  }
  var urls: [ProfileURL] = []
  for text in texts {
    _ = ProfileURL.withoutSecrets(text)
    guard let url = try? ProfileURL(text) else { continue }
    urls.append(url)
    check(url, text)
    var other = url
    other.setDefault(path: "/debug/pprof/goroutine")
    other.set("seconds", to: "\(Int.max)")
    other.set("debug", to: "2")
    check(other, text)
    if other.seconds < 0 { fail("\(text) takes \(other.seconds) seconds") }
    if let target = urls[0].redirected(to: text) {
      check(target, text)
      if target.origin != urls[0].origin, target.credentials != nil,
        target.credentials == urls[0].credentials, (try? ProfileURL(text))??.credentials == nil
      {
        fail("a redirect to \(text) takes the password along")
      }
    }
  }
}

private func check(_ url: ProfileURL, _ text: String) {
  let seconds = FetchOptions().timeoutSeconds(for: url)
  if !(seconds > 0 && seconds.isFinite) { fail("\(text) has \(seconds) seconds") }
  // What stands in a request line ends at a blank or a line end.
  if url.request.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7f }) {
    fail("\(text) is asked for with a control character or blank")
  }
  if url.shown.utf8.contains(where: { $0 < 0x20 || $0 == 0x7f }) { fail("\(text) is shown raw") }
  _ = url.origin
}
