import ProfileModel

extension ReportContext {
  /// Returns the comments of the profile, one per line, as `pprof -comments` does.
  package func commentsText() -> TextOutput {
    var output = TextOutput()
    output.lines(profile.comments.map { Array(profile.strings[bytesOf: $0]) })
    return output
  }

  package func commentsDocument() -> ReportDocument {
    ReportDocument(
      "comments", self,
      [
        .init(
          "rows", ["comment"],
          profile.comments.map { [.name(Array(profile.strings[bytesOf: $0]))] })
      ])
  }
}
