/// Whose code a function is, judging by its file.
package enum FunctionOrigin: UInt8, Sendable {
  /// The Go distribution.
  case standard

  /// Written by the compiler or the go command; nobody's line.
  case generated

  /// A library whose caller is to blame: see ``KnownLibraries``.
  case library

  /// Another module, from the module cache or a vendor folder.
  case thirdParty
  case own
}
