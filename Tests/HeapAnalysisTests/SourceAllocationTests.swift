import Testing

@testable import HeapAnalysis

@Suite("What a line of source allocates by itself")
struct SourceAllocationTests {
  private func sizes(_ sizes: [Int64]) -> BlockSizes {
    var result = BlockSizes(period: 1)
    for size in sizes { result.add(size: size, objects: 10) }
    return result
  }

  @Test(
    "a line names what it makes",
    arguments: [
      ("return &node{kind: 1}", .object), ("n := new(node)", .object),
      ("x = &pkg.Options[int]{}", .object), ("p := &[4]int{}", .object),
      ("return func(f *frame) int { return 0 }", .object), ("go func() {", .object),
      ("var pcs [16]uintptr", .object), ("c := *r", .object), ("f := frame{kind: kind}", .object),
      ("for i, x := range xs {", .object), ("func keep(f frame) {", .object),
      ("out = append(out, x)", .append), ("s.items = append(s.items[:n], more...)", .append),
      ("buf := make([]byte, n)", .buffer), ("done := make(chan int, 8)", .buffer),
      ("return []int{n, n + 1}", .buffer), ("f([]any{a, b})", .buffer),
      ("x := []interface{}{a, b}", .buffer),
      ("func page() []byte { return make([]byte, 4096) }", .buffer),
      ("m := make(map[string]int)", .smallMap), ("return map[string][]int{}", .smallMap),
      ("m := map[string]struct{}{}", .smallMap), ("m := map[K]interface{}{}", .smallMap),
      // Nothing that is known to allocate.
      ("return a && b", nil), ("x := a & mask", nil), ("total += n", nil),
      ("remake([]byte(s))", nil),
      ("x.append(y)", nil), ("if v, ok := m[k]; ok {", nil), ("xs := ys[i:j]", nil),
      ("", nil), ("&", nil), ("map[", nil), ("[]", nil), ("append(", .append), ("&[", nil),
    ] as [(String, SourcePattern?)])
  func line(code: String, expected: SourcePattern?) {
    #expect(SourceAllocation.pattern(of: code[...], sizes([64])) == expected)
  }

  @Test("a literal of a type that is a map makes a map")
  func namedMaps() {
    for line in ["f := Fields{}", "return Fields{\"\": x}", "f(pkg.Fields{})"] {
      let found = SourceAllocation.pattern(of: line[...], sizes([48])) { $0 == "Fields" }
      #expect(found == .smallMap, "\(line)")
    }
    #expect(SourceAllocation.pattern(of: "f := Other{}", sizes([48])) { $0 == "Fields" } == .object)
  }

  @Test("where a line makes two things, the sizes of its blocks decide")
  func two() {
    let appended = "n.kids = append(n.kids, &node{})"
    #expect(SourceAllocation.pattern(of: appended[...], sizes([48])) == .object)
    #expect(SourceAllocation.pattern(of: appended[...], sizes([8, 16, 32, 64, 128])) == .append)
    let buffered = "return &Buffer{data: make([]byte, n)}"
    #expect(SourceAllocation.pattern(of: buffered[...], sizes([48])) == .object)
    #expect(SourceAllocation.pattern(of: buffered[...], sizes([48, 1024])) == .buffer)
  }
}
