import Foundations
import Testing

@Suite("Pieces made in order")
struct OrderedPiecesTests {
  /// It is sendable because only one thread at a time fills it.
  private final class Piece: @unchecked Sendable {
    var number = 0
    var square = 0
  }

  private struct Stop: Error, Equatable { var number: Int }

  private func squares(_ count: Int, buffers: Int, stopAt: Int = .max) throws -> [Int] {
    var next = 0
    var result: [Int] = []
    try makeInOrder(
      buffers: (0..<buffers).map { _ in Piece() },
      claim: { piece in
        if next == count { return false }
        piece.number = next
        next += 1
        return true
      },
      make: { $0.square = $0.number * $0.number },
      handOver: { piece in
        if piece.number == stopAt { throw Stop(number: stopAt) }
        result.append(piece.square)
      })
    return result
  }

  @Test(
    "pieces that are made on several threads arrive complete and in order",
    arguments: [0, 1, 2, 3, 4, 5, 1000], [1, 2, 3, 8])
  func order(count: Int, buffers: Int) throws {
    #expect(try squares(count, buffers: buffers) == (0..<count).map { $0 * $0 })
  }

  @Test("an error ends the making of pieces", arguments: [0, 1, 500])
  func error(number: Int) {
    #expect(throws: Stop(number: number)) {
      try squares(1000, buffers: 4, stopAt: number)
    }
  }
}
