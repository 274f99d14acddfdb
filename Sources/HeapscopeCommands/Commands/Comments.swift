import ArgumentParser
import Reports

struct CommentsAnswer: PlainAnswer {
  static let configuration = CommandConfiguration(
    commandName: "comments", abstract: "Print the comments in the profile.",
    discussion: """
      EXAMPLES:
        heapscope comments heap.pb.gz
      """)

  func answer(_ run: ProfileRun) throws -> Answer {
    let context = ReportContext(try run.select())
    return try run.written(
      text: context.commentsText, document: context.commentsDocument)
  }
}
