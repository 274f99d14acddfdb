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
    "a source line shows what it allocates",
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
      ("saved := append([]byte(nil), line...)", .appendedCopy),
      ("return append([]int{}, ids...)", .appendedCopy),
      ("x = append(x[:0:0], x...)", .appendedCopy), ("x = append(x[:0], y...)", .append),
      ("x = append([]int(nil), a, b)", .append),
      ("names := make(Names, 0, n)", .buffer), ("h := make(http.Header)", .smallMap),
      // Types of functions are no closures, and what sorting takes does not outlive it.
      ("calls := make([]func(), n)", .buffer), ("m := make(map[string]func() error)", .smallMap),
      ("sort.Slice(xs, func(i, j int) bool {", nil), ("var f func(int) int", .object),
      ("run(func() { done <- x })", .object), ("x.fs[k] = func() {", .object),
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
      let found = SourceAllocation.pattern(of: line[...], sizes([48])) {
        $0 == "Fields" ? .map : nil
      }
      #expect(found == .smallMap, "\(line)")
    }
    #expect(
      SourceAllocation.pattern(of: "f := Other{}", sizes([48])) { $0 == "Fields" ? .map : nil }
        == .object)
  }

  @Test(
    "an unexplained allocation is boxing if something in the statement takes an interface",
    arguments: [
      ("sort.Sort(byAge(people))", 24, .boxing), ("heap.Push(q, n)", 8, .boxing),
      ("return v", 8, .boxing), ("cells[i] = text", 16, .boxing), ("x := y", 16, nil),
      ("total == n", 8, nil), ("return load(v)", 8, nil), ("use(v)", 8, nil),
      ("if x > y {", 8, nil), ("if v, err := json.Marshal(p); err != nil {", 48, .boxing),
      ("log.Info(\"\", Int(\"\", 1), Int(\"\", 2), String(\"\", s))", 192, .buffer),
      ("go s.serve(conn, id)", 32, .object), ("defer v.pool.Free(m)", 24, .object),
      ("l.WithFields(log.Fields{ \"\": x, \"\": y, }).Info(\"\")", 336, .smallMap),
    ] as [(String, Int64, SourcePattern?)])
  func remainder(statement: String, size: Int64, expected: SourcePattern?) {
    #expect(SourceAllocation.remainder(of: statement[...], sizes([size])) == expected)
    // Blocks of many sizes are nothing of the kind.
    let many = sizes([size, 2 * size, 3 * size, 5 * size])
    let found = SourceAllocation.remainder(of: statement[...], many)
    #expect(found != .boxing && found != .buffer)
  }

  @Test("when a line makes two things, the sizes of its blocks decide")
  func two() {
    let appended = "n.kids = append(n.kids, &node{})"
    #expect(SourceAllocation.pattern(of: appended[...], sizes([48])) == .object)
    #expect(SourceAllocation.pattern(of: appended[...], sizes([8, 16, 32, 64, 128])) == .append)
    let buffered = "return &Buffer{data: make([]byte, n)}"
    #expect(SourceAllocation.pattern(of: buffered[...], sizes([48])) == .object)
    #expect(SourceAllocation.pattern(of: buffered[...], sizes([48, 1024])) == .buffer)
  }
}
