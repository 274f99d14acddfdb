/// Memory for some elements, freed together with its owner.
///
/// It is for loops that write to it for every frame or byte: an array would check each time whether
/// it is shared. Bounds are not checked, and elements are undefined until written.
///
/// It is public, and its members inlinable, because only then does it cost no call in other
/// modules.
@frozen
public struct OwnedBuffer<Element: BitwiseCopyable>: ~Copyable {
  @usableFromInline var memory: UnsafeMutablePointer<Element>
  @usableFromInline var room: Int

  /// The first element. It moves when the buffer grows.
  @inlinable
  public var start: UnsafeMutablePointer<Element> { memory }

  /// The number of elements that it has room for.
  @inlinable
  public var capacity: Int { room }

  /// Makes room for undefined elements.
  @inlinable
  public init(capacity: Int) {
    memory = .allocate(capacity: capacity)
    room = capacity
  }

  /// Makes room, and fills it with equal elements.
  @inlinable
  public init(repeating element: Element, count: Int) {
    self.init(capacity: count)
    memory.initialize(repeating: element, count: count)
  }

  @inlinable
  deinit { memory.deallocate() }

  /// The element at an index.
  @inlinable
  public subscript(index: Int) -> Element {
    @inline(__always) get { memory[index] }
    @inline(__always) nonmutating set { memory[index] = newValue }
  }

  /// Makes more room, and keeps the first elements.
  @inlinable
  public mutating func grow(to capacity: Int, keeping count: Int) {
    let larger = UnsafeMutablePointer<Element>.allocate(capacity: capacity)
    larger.update(from: memory, count: count)
    memory.deallocate()
    memory = larger
    room = capacity
  }

  /// The memory as bytes.
  @inlinable
  public var bytes: UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(start: memory, count: room * MemoryLayout<Element>.stride)
  }
}
