import Foundations
import Testing

@Suite("Memory with an owner")
struct OwnedBufferTests {
  @Test("an owned buffer keeps its first elements when it grows")
  func grow() {
    var buffer = OwnedBuffer<Int>(repeating: 3, count: 4)
    buffer[1] = 5
    buffer.grow(to: 1000, keeping: 3)
    buffer[999] = 1
    #expect(buffer.capacity == 1000)
    #expect((0..<3).map { buffer[$0] } == [3, 5, 3])
    #expect(buffer.bytes.count == 1000 * MemoryLayout<Int>.size)
  }
}
