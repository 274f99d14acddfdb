import ProfileModel

/// Guesses the path of the user's module from what the samples of a profile run.
///
/// It uses the first of these that exists: the package whose tests or benchmarks run; package
/// `main`, whose path its file shows; the packages that have the binary's name in their path; the
/// packages with the most functions.
struct ModuleGuess {
  /// A package that occurs in samples.
  private struct Package {
    var path: String

    /// How many of its functions occur in samples.
    var functions = 0

    /// The folder of one of its files.
    var folder = ""
    var origin: FunctionOrigin

    /// The package is under test: only then is a file `…_test.go` compiled.
    var isTested = false
  }

  private var packages: [Package] = []
  private var mainFolder: String?
  private let binary: String

  init(_ profile: Profile, _ names: FunctionNames, _ origins: [FunctionOrigin]) {
    let path = profile.mappings.first.map { profile.strings[$0.file] } ?? ""
    binary = Self.binaryName(path)
    let isUsed = profile.functionsOnStacks
    var rows = [Int](repeating: -1, count: names.packages.count)
    for function in 0..<names.count
    where isUsed[function] && origins[function] != .generated && names.hasMember(function) {
      let row = Int(names.packageRows[function])
      let file = profile.functions.files[function]
      if names.packages[row] == "main" {
        if mainFolder == nil, origins[function] != .standard {
          mainFolder = Self.folder(of: profile.strings[file])
        }
        continue
      }
      if rows[row] < 0 {
        rows[row] = packages.count
        packages.append(
          Package(
            path: names.packages[row], folder: Self.folder(of: profile.strings[file]),
            origin: origins[function]))
      }
      let package = rows[row]
      packages[package].functions += 1
      if origins[function] != .standard, packages[package].origin == .standard {
        packages[package].origin = origins[function]
      }
      if file == .empty
        ? Self.isTest(names[function].member)
        : profile.strings[bytesOf: file].suffix(Self.testFile.count).elementsEqual(Self.testFile)
      {
        packages[package].isTested = true
      }
    }
    for row in packages.indices where packages[row].path.hasSuffix("_test") {
      packages[row].path.removeLast("_test".count)
    }
  }

  private static func folder(of file: String) -> String {
    file.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(file[..<$0]) } ?? ""
  }

  /// The program's name, judging by its file.
  private static func binaryName(_ path: String) -> String {
    var name = path.split(separator: "/").last.map(String.init) ?? ""
    for suffix in [".exe", ".test"] where name.hasSuffix(suffix) { name.removeLast(suffix.count) }
    return name
  }

  private static let testFile = Array("_test.go".utf8)

  private static func isTest(_ member: String) -> Bool {
    ["Test", "Benchmark", "Fuzz", "Example"].contains { member.hasPrefix($0) }
  }

  /// The module's path; empty when unknown. If a package of the standard library is under test and
  /// nothing else is there, its path.
  var path: String {
    let others = packages.filter { $0.origin != .standard }
    if others.isEmpty, mainFolder == nil { return testedStandardPackage }
    let tested = others.filter(\.isTested)
    if !tested.isEmpty, let root = root(of: tested, beside: others) { return root }
    let own = others.filter { $0.origin == .own }
    if let main = mainPath(beside: own) {
      let package = Package(path: main, functions: 1, origin: .own)
      if let root = root(of: [package], beside: own + [package], hasMain: true) { return root }
    }
    let named = own.filter { ModulePath($0.path)?.has(element: binary) ?? false }
    return root(of: named, beside: own) ?? root(of: own, beside: own) ?? ""
  }

  private var testedStandardPackage: String {
    packages.filter(\.isTested).min { ($1.functions, $0.path) < ($0.functions, $1.path) }?.path
      ?? ""
  }

  /// The common path of a module's packages, for the candidate module with the most functions.
  ///
  /// - Parameter hasMain: package main is among them.
  private func root(
    of candidates: [Package], beside all: [Package], hasMain: Bool = false
  ) -> String? {
    var weights: [String: Int] = [:]
    for package in candidates {
      guard let path = ModulePath(package.path) else { continue }
      weights[path.group, default: 0] += package.functions
    }
    guard let group = weights.min(by: { ($1.value, $0.key) < ($0.value, $1.key) })?.key else {
      return nil
    }
    let root = ModulePath.root(
      of: group, among: all.compactMap { ModulePath($0.path) }, hasMain: hasMain)
    return root.isEmpty ? nil : root
  }
}

/// The path of package main.
extension ModuleGuess {
  /// Its folder shows it, while its name does not: by comparison with the folders and paths of
  /// other packages, or alone below GOPATH, in the module cache and with `-trimpath`.
  private func mainPath(beside own: [Package]) -> String? {
    guard let mainFolder else { return nil }
    if let path = Self.cachedPath(of: mainFolder) { return path }
    let main = mainFolder.split(separator: "/")
    var votes: [Tree: Int] = [:]
    for package in own {
      let tree = Tree(package.folder.split(separator: "/"), package.path.split(separator: "/"))
      if main.starts(with: tree.folder) { votes[tree, default: 0] += package.functions }
    }
    let tree = votes.min {
      let depths = ($0.key.folder.count, $1.key.folder.count)
      if depths.0 != depths.1 { return depths.0 > depths.1 }
      return ($1.value, $0.key.path.joined()) < ($0.value, $1.key.path.joined())
    }?.key
    if let tree {
      let path = (tree.path + main.dropFirst(tree.folder.count)).joined(separator: "/")
      // Below GOPATH every folder has its path; elsewhere a folder beside a module may be anything.
      let group = ModulePath(path)?.group
      let isOfModule = own.contains { ModulePath($0.path)?.group == group }
      return tree.path.isEmpty || isOfModule ? path : nil
    }
    return mainFolder.hasPrefix("/") ? nil : mainFolder
  }

  /// A folder, and the path of the packages in it.
  private struct Tree: Hashable {
    var folder: [Substring]
    var path: [Substring]

    /// Removes the common end of a package's folder and path.
    init(_ folder: [Substring], _ path: [Substring]) {
      let shared = zip(folder.reversed(), path.reversed()).prefix { $0 == $1 }.count
      self.folder = folder.dropLast(shared)
      self.path = path.dropLast(shared)
    }
  }

  /// The path of a package that was built from the module cache: `…/pkg/mod/host/name@v1.2.0/cmd`.
  private static func cachedPath(of folder: String) -> String? {
    var elements = folder.split(separator: "/")
    guard let versioned = elements.firstIndex(where: { $0.contains("@v") }) else { return nil }
    elements[versioned] = elements[versioned].prefix { $0 != "@" }
    if let cache = elements[..<versioned].lastIndex(of: "mod"), cache > 0,
      elements[cache - 1] == "pkg"
    {
      elements.removeFirst(cache + 1)
    }
    // The cache writes `!x` for `X`.
    var path = ""
    var isCapital = false
    for character in elements.joined(separator: "/") {
      if character == "!" {
        isCapital = true
      } else {
        path += isCapital ? character.uppercased() : String(character)
        isCapital = false
      }
    }
    return path
  }
}

extension Profile {
  /// By function: whether it is on the stack of a sample. Always true when there are no samples.
  fileprivate var functionsOnStacks: [Bool] {
    if samples.count == 0 { return [Bool](repeating: true, count: functions.count) }
    var isUsed = [Bool](repeating: false, count: locations.count)
    // A packed frame represents all samples that share it. Plain memory, as there are millions of
    // them.
    (samples.packedStacks?.frames ?? samples.frames).withUnsafeBufferPointer { frames in
      isUsed.withUnsafeMutableBufferPointer { isUsed in
        for frame in frames { isUsed[frame.index] = true }
      }
    }
    var result = [Bool](repeating: false, count: functions.count)
    for location in isUsed.indices where isUsed[location] {
      for line in locations.lines[locations.lineRange(of: location)] {
        result[line.function.index] = true
      }
    }
    return result
  }
}
