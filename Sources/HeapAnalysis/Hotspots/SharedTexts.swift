import ProfileModel

/// The texts of a profile as strings, each made once: a hundred thousand lines may share a name of
/// a megabyte.
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
