import Foundation
import HeapscopeTestSupport
import ProfileModel
import StackGraph
import Testing

/// A mangled name, and what pprof shows for it with `-symbolize=demangle=…`.
struct Symbol: CustomStringConvertible, Sendable {
  var mangled: String
  var short: String
  var templates: String
  var full: String

  init(_ mangled: String, _ short: String, _ templates: String? = nil, _ full: String? = nil) {
    self.mangled = mangled
    self.short = short
    self.templates = templates ?? short
    self.full = full ?? self.templates
  }

  var description: String { mangled }

  static let all = [
    Symbol("_Z4scanv.cold", "scan", nil, "scan()"),
    Symbol("_Z4scanPKcz.part.0.isra.2", "scan", nil, "scan(char const*, ...)"),
    Symbol("__ZN5store3putEi", "store::put", nil, "store::put(int)"),
    Symbol(
      "___ZN5store4scanEv_block_invoke_2", "invocation function for block in store::scan", nil,
      "invocation function for block in store::scan()"),
    Symbol(
      "_ZN5store12_GLOBAL__N_16hiddenEi", "store::(anonymous namespace)::hidden", nil,
      "store::(anonymous namespace)::hidden(int)"),
    Symbol(
      "_ZN5store5CacheIlE3putERKl", "store::Cache::put", "store::Cache<long>::put",
      "store::Cache<long>::put(long const&)"),
    Symbol(
      "_ZN5store5CacheIlEclIfEET_S3_", "store::Cache::operator()",
      "store::Cache<long>::operator()<float>", "float store::Cache<long>::operator()<float>(float)"),
    Symbol(
      "_ZN5store5CacheIlElsIiEERS1_T_", "store::Cache::operator<<",
      "store::Cache<long>::operator<< <int>",
      "store::Cache<long>& store::Cache<long>::operator<< <int>(int)"),
    Symbol(
      "_ZN5store5CacheIlEptEv", "store::Cache::operator->", "store::Cache<long>::operator->",
      "store::Cache<long>::operator->()"),
    Symbol(
      "_ZNK5store5CacheIlEltERKS1_", "store::Cache::operator<", "store::Cache<long>::operator<",
      "store::Cache<long>::operator<(store::Cache<long> const&) const"),
    Symbol(
      "_ZNK5store5CacheIlEcvSt6vectorIlSaIlEEEv", "store::Cache::operator std::vector",
      "store::Cache<long>::operator std::vector<long, std::allocator<long> >",
      "store::Cache<long>::operator std::vector<long, std::allocator<long> >() const"),
    Symbol(
      "_ZThn8_N5store4Both6shrinkEj", "non-virtual thunk to store::Both::shrink(unsigned int)"),
    Symbol(
      "_ZZZN5store4scanEiENK3$_0clEiEN4Step2goEi",
      "store::scan()::$_0::operator()() const::Step::go", nil,
      "store::scan(int)::$_0::operator()(int) const::Step::go(int)"),
    // C++ that only looks like Rust: a hash has five different digits.
    Symbol("_ZN5store17h0000000000000000E", "store::h0000000000000000"),
    Symbol(
      "_ZN57_$LT$store..Cache$LT$T$GT$$u20$as$u20$core..ops..Drop$GT$4drop17h0b1c2d3e4f506172E",
      "<store::Cache<T> as core::ops::Drop>::drop"),
    Symbol(
      "_ZN5store7reading12read_entries28_$u7b$$u7b$closure$u7d$$u7d$17h89abcdef01234567E.llvm.4711",
      "store::reading::read_entries::{{closure}}"),
    Symbol("_ZN5store8_private17h0123456789abcdefE", "store::private"),
    Symbol("_RNvNtCs7oV2tH_5store5cache3put", "store::cache::put"),
    Symbol(
      "_RNvMs_NtC5store5cacheINtB4_5CachejE3put", "<store::cache::Cache<>>::put",
      "<store::cache::Cache<usize>>::put"),
    Symbol("_RNCNvNtC5store5cache4walk0B5_", "store::cache::walk::{closure#0}"),
    Symbol(
      "_RINvNtC5store5cache4fillNtB4_4RowsKj10_EB4_", "store::cache::fill::<>",
      "store::cache::fill::<store::Rows, 16>"),
    Symbol(
      "_RNvXs0_NtC5store5cacheINtB5_5CacheTjReEENtC4core5Clone5clone",
      "<store::cache::Cache<> as core::Clone>::clone",
      "<store::cache::Cache<(usize, &str)> as core::Clone>::clone"),
    Symbol("_RNvYNtC5store4RowsNtC4core5Debug3fmt.llvm.17", "<store::Rows as core::Debug>::fmt"),
    // No mangled names, though they begin like some.
    Symbol("_Zebra", "_Zebra"), Symbol("_Render", "_Render"),
    Symbol("__libc_start_main", "__libc_start_main"),
    Symbol("_GLOBAL__sub_I_store.cpp", "_GLOBAL__sub_I_store.cpp"), Symbol("_", "_"),
    Symbol("_Z", "_Z"),
  ]
}

@Suite("Demangling")
struct DemanglingTests {
  private func names(
    _ names: [String], _ demangling: NameDemangling = NameDemangling()
  ) throws -> [String] {
    var builder = StackProfile()
    builder.add("main", [1])
    var profile = builder.profile
    profile.functions = FunctionTable()
    for (index, name) in names.enumerated() {
      let id = profile.strings.intern(name)
      _ = profile.functions.append(
        id: UInt64(index + 1), name: id, systemName: id, file: .empty, startLine: 0)
    }
    var preparation = Preparation()
    preparation.demangling = demangling
    let prepared = try preparation.prepare(profile).profile
    return prepared.functions.names.map { prepared.strings[$0] }
  }

  @Test("a mangled name is shown as pprof shows it in each style", arguments: Symbol.all)
  func styles(symbol: Symbol) throws {
    #expect(try names([symbol.mangled]) == [symbol.short])
    for (style, expected) in [(NameStyle.templates, symbol.templates), (.full, symbol.full)] {
      let demangling = NameDemangling(style: style, replacesNames: true)
      #expect(try names([symbol.mangled], demangling) == [expected])
    }
    #expect(try names([symbol.mangled], NameDemangling(style: nil)) == [symbol.mangled])
  }

  @Test(
    "top shows mangled names as the installed pprof does",
    .enabled(if: Tools.pprof != nil, "pprof is not installed"),
    arguments: ["default", "templates", "full", "none"])
  func installedPprof(style: String) throws {
    let pprof = try #require(Tools.pprof)
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let folded = Symbol.all.enumerated().map { "\($1.mangled) \(1000 + $0)\n" }.joined()
    try Data(folded.utf8).write(to: folder.appending(path: "symbols.txt"))
    let path = folder.appending(path: "symbols.pb.gz").path
    let made = heapscope([
      "proto", "--input=folded", "--symbolize=none", "--output=\(path)",
      folder.appending(path: "symbols.txt").path,
    ])
    #expect(made.status == 0, "\(made.messages)")
    let option = ["-symbolize=demangle=\(style)"]
    let theirs = try ProgramRun(pprof, option + ["-top", path], folder: folder)
    let ours = heapscope(option + ["-top", path])
    #expect(ours.text == theirs.text)
  }

  @Test(
    "names of Go, Java, Python and Ruby stay as they are",
    arguments: [
      "main.(*Tree[go.shape.int]).Walk", "slices.SortFunc[go.shape.[]int,go.shape.int]",
      "main.(*T).Run.Map[...].func1", "go.shape.func(<-chan int)",
      "type:.eq.struct { F chan<- int; g (func()) }", "main.(*T).String", "java.util.List.<init>",
      "<module>", "<lambda>", "<top (required)>", "main(int, char**)", "[libc.so.6]",
      "<store::Cache<T> as core::clone::Clone>::clone", "(anonymous namespace)::put(int)",
    ])
  func otherLanguages(name: String) throws {
    #expect(try names([name]) == [name])
    #expect(try names([name], NameDemangling(cutsPlainNames: true)) == [name])
  }

  @Test(
    "a C++ name that was demangled in full loses what pprof leaves out where a style is asked for",
    arguments: [
      ("std::vector<int, std::allocator<int> >::push_back(int const&)", "std::vector::push_back"),
      ("store::Cache<long>::operator->()", "store::Cache::operator->"),
      ("operator new[](unsigned long)", "operator new[]"), ("void fill<3>(char)", "void fill"),
      ("store::put)x(", "store::put)x("), ("store::put(x", "store::put(x"),
    ])
  func demangledBefore(name: String, expected: String) throws {
    #expect(try names([name]) == [name])
    #expect(try names([name], NameDemangling(cutsPlainNames: true)) == [expected])
  }

  @Test("a function whose name is not its system name keeps it, unless a style is asked for")
  func namedAlready() throws {
    var profile = StackProfile.inBytes(["x": 1])
    profile.functions.names[0] = profile.strings.intern("_Z3onev")
    profile.functions.systemNames[0] = profile.strings.intern("_Z3twov")
    let kept = try Preparation().prepare(profile).profile
    #expect(kept.strings[kept.functions.names[0]] == "_Z3onev")
    var preparation = Preparation()
    preparation.demangling = NameDemangling(style: .full, replacesNames: true)
    let replaced = try preparation.prepare(profile).profile
    #expect(replaced.strings[replaced.functions.names[0]] == "two()")
    #expect(replaced.strings[replaced.functions.systemNames[0]] == "_Z3twov")
  }

  @Test("a function without a name gets one from its system name only where a style is asked for")
  func nameless() throws {
    var profile = StackProfile.inBytes(["x": 1])
    profile.functions.names[0] = .empty
    profile.functions.systemNames[0] = profile.strings.intern("_Z3onei")
    let kept = try Preparation().prepare(profile).profile
    #expect(kept.functions.names == [.empty])
    var preparation = Preparation()
    preparation.demangling.cutsPlainNames = true
    let named = try preparation.prepare(profile).profile
    #expect(named.strings[named.functions.names[0]] == "one")
  }

  @Test("names that are long, nested deeply or stand for gigabytes end soon")
  func hostileNames() throws {
    let flat = "_ZN" + String(repeating: "5store", count: 300) + "E"
    #expect(
      try names([flat]) == [Array(repeating: "store", count: 300).joined(separator: "::")])
    let doubling = (0..<60).map { "S\($0 == 0 ? "" : String($0 - 1, radix: 36).uppercased())_" }
    let hostile = [
      "_Z1f" + String(repeating: "P", count: 16_000) + "i",
      "_Z" + String(repeating: "1aIXnt", count: 2_700),
      "_Z" + String(repeating: "Z", count: 16_000),
      "_R" + String(repeating: "INtC1a1b", count: 2_000),
      "_Z" + String(repeating: "a", count: 20_000),
      "_ZN" + String(repeating: "5store", count: 3_000) + "E",
      "_Z1f1aIiES_" + doubling.map { "1bI\($0)\($0)E" }.joined(),
    ]
    for name in hostile {
      for style in NameStyle.allCases {
        let shown = try names([name], NameDemangling(style: style, replacesNames: true))[0]
        #expect(shown.utf8.count <= 64 << 10)
      }
    }
    // Over 16 KiB: left alone.
    #expect(try names([hostile[5]]) == [hostile[5]])
  }
}
