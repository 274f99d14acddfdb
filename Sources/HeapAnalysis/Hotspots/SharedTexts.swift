import ProfileModel

/// The texts of a profile as strings, each made once: a name of a megabyte may be that of
/// a hundred thousand lines.
struct SharedTexts {
  private let strings: StringTable
  private var known: [StringID: String] = [:]

  init(_ strings: StringTable) { self.strings = strings }

  subscript(id: StringID) -> String {
    mutating get {
      if let text = known[id] { return text }
      let text = strings[id]
      known[id] = text
      return text
    }
  }
}
