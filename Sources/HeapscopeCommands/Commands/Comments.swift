import ArgumentParser
import Reports

struct CommentsAnswer: PlainAnswer {
  static let configuration = CommandConfiguration(
    commandName: "comments", abstract: "Print the comments in the profile.",
    discussion: """
      EXAMPLES:
        heapscope comments heap.pb.gz
      """)

  func answer(
    _ request: Request, _ loaded: LoadedProfile, in session: Session
  ) throws -> (TextOutput, ExitStatus) {
    let context = ReportContext(try session.select(loaded, request.selection))
    let output = try request.output.written(
      text: context.commentsText, document: context.commentsDocument)
    return (output, .success)
  }
}
