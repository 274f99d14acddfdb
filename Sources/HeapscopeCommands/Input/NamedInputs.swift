import ArgumentParser
import Foundations
import Glibc
import ProfileCodec
import ProfileFetch

/// The input that an argument names, or one of the files that it stands for.
struct NamedInput {
  /// A path, a URL, or `-` for standard input.
  var name: String

  /// It was not named, but is in a named folder.
  var isFound = false

  /// The characters that make a path a pattern.
  static let wildcards = "*?["
}

/// The description in the help of every command.
let profilesHelp: ArgumentHelp =
  "Profiles, added up: files, folders, patterns, @LIST; - is standard input."

/// Whether arguments may stand for two or more profiles, as far as that is known without reading
/// anything.
func mayNameSeveral(_ arguments: [String]) -> Bool {
  guard arguments.count == 1 else { return arguments.count > 1 }
  var status = stat()
  if stat(arguments[0], &status) == 0 { return status.st_mode & S_IFMT == S_IFDIR }
  return arguments[0] == "-" || arguments[0].hasPrefix("@")
    || arguments[0].contains { NamedInput.wildcards.contains($0) }
}

extension Session {
  /// Returns the inputs that arguments stand for, in their order: files, URLs and `-` as they are,
  /// the paths that a pattern matches, the files in a folder and in its folders, and the names in
  /// the lines of a list (`@FILE`, `@-`).
  ///
  /// If something exists under a name, the name means it, whatever characters it has.
  func namedInputs(
    _ arguments: [String], _ fetching: FetchingRequest
  ) throws(CommandFailure) -> [NamedInput] {
    var inputs: [NamedInput] = []
    for argument in arguments {
      if argument == "-" {
        if let names = try standardInputAsList() {
          for name in names { try add(name, to: &inputs, fetching) }
        } else {
          inputs.append(NamedInput(name: argument))
        }
      } else if argument.hasPrefix("@"), argument.count > 1, access(argument, F_OK) != 0 {
        for name in try list(String(argument.dropFirst()), as: argument) {
          try add(name, to: &inputs, fetching)
        }
      } else {
        try add(argument, to: &inputs, fetching)
      }
    }
    return inputs
  }

  /// Adds the inputs that a name stands for, unless it is a list.
  private func add(
    _ name: String, to inputs: inout [NamedInput], _ fetching: FetchingRequest
  ) throws(CommandFailure) {
    var status = stat()
    if stat(name, &status) == 0 {
      guard status.st_mode & S_IFMT == S_IFDIR else {
        inputs.append(NamedInput(name: name))
        return
      }
      let count = inputs.count
      var seen: Set<FolderIdentity> = []
      try addFiles(in: name, status, to: &inputs, seen: &seen)
      if inputs.count == count { throw CommandFailure(.noInput, "\(name): there is no file in it") }
      return
    }
    // A pattern may look like a URL, which means itself.
    if name.contains(where: { NamedInput.wildcards.contains($0) }),
      try profileURL(name, fetching) == nil
    {
      let found = paths(matching: name)
      for path in found { try add(path, to: &inputs, fetching) }
      if !found.isEmpty { return }
    }
    inputs.append(NamedInput(name: name))
  }

  // MARK: Folders

  private struct FolderIdentity: Hashable {
    var device: dev_t
    var number: ino_t
  }

  /// Adds the files of a folder except hidden ones, sorted by name. Anything but a regular file is
  /// there for another purpose: a pipe would never end.
  ///
  /// - Parameter seen: the folders so far, since a link may lead back to one.
  private func addFiles(
    in folder: String, _ status: stat, to inputs: inout [NamedInput],
    seen: inout Set<FolderIdentity>
  ) throws(CommandFailure) {
    let identity = FolderIdentity(device: status.st_dev, number: status.st_ino)
    guard seen.insert(identity).inserted else { return }
    let names: [String]
    do { names = try namesOfFiles(in: folder) } catch {
      throw CommandFailure(.noInput, "\(folder): cannot open: \(systemMessage(error.errno))")
    }
    let base = folder.hasSuffix("/") ? folder : folder + "/"
    for name in names.sorted() {
      let path = base + name
      var status = stat()
      guard stat(path, &status) == 0 else { continue }
      switch status.st_mode & S_IFMT {
      case S_IFREG: inputs.append(NamedInput(name: path, isFound: true))
      case S_IFDIR: try addFiles(in: path, status, to: &inputs, seen: &seen)
      default: break
      }
    }
  }

  // MARK: Lists

  /// A longer file is no list.
  private static let listLimit = 64 << 20

  /// Reads a list from a file, or from standard input.
  private func list(_ file: String, as argument: String) throws(CommandFailure) -> [String] {
    let source: any ByteSource =
      if file == "-" {
        try input(named: "-", FetchingRequest()).open()
      } else {
        try FileSource.open(file, as: "a list of profiles")
      }
    return try names(in: source, argument)
  }

  /// The list on standard input, if its first line names something that exists: no profile begins
  /// that way. Nil for anything else, which is read as a profile.
  private func standardInputAsList() throws(CommandFailure) -> [String]? {
    guard case .bytes(let source) = invocation.standardInput else { return nil }
    let buffered = lookedAtInput ?? BufferedSource(source)
    lookedAtInput = buffered
    let front = try decoding("standard input") { () throws(CodecError) in
      Array(try buffered.peek(Int(PATH_MAX)))
    }
    let line = front.prefix { $0 != UInt8(ascii: "\n") && $0 != 0 }
    guard line.count < front.count || front.count < Int(PATH_MAX), !line.isEmpty,
      let path = String(validating: line, as: UTF8.self), path != "-", access(path, F_OK) == 0
    else { return nil }
    return try names(in: buffered, "standard input")
  }

  /// The names in a list: one per line, or, as `find -print0` writes them, each followed by a zero
  /// byte. Empty lines and those that begin with `#` are skipped.
  private func names(
    in source: any ByteSource, _ argument: String
  ) throws(CommandFailure) -> [String] {
    let bytes = try decoding(argument) { () throws(CodecError) in
      try source.readAll(limit: Self.listLimit)
    }
    guard let bytes else {
      throw CommandFailure(
        .badData, "\(argument): is longer than \(Self.listLimit >> 20) MiB: no list of profiles")
    }
    let hasZeros = bytes.contains(0)
    var names: [String] = []
    for (index, line) in bytes.split(
      separator: hasZeros ? 0 : UInt8(ascii: "\n"), omittingEmptySubsequences: false
    ).enumerated() {
      let line = !hasZeros && line.last == UInt8(ascii: "\r") ? line.dropLast() : line
      if line.isEmpty || !hasZeros && line.first == UInt8(ascii: "#") { continue }
      guard let name = String(validating: line, as: UTF8.self),
        line.allSatisfy({ $0 >= 0x20 }) || hasZeros
      else {
        throw CommandFailure(
          .badData,
          "\(argument), line \(index + 1): is no name of a file; a list has one a line")
      }
      // These are file names: a list contains no list.
      names.append(name == "-" || name.hasPrefix("@") ? "./" + name : name)
    }
    if names.isEmpty { throw CommandFailure(.noInput, "\(argument): names no profile") }
    return names
  }
}
