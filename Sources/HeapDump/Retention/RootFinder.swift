import Foundations
import Ownership
import ProfileModel

/// Finds the roots of a dump and names them.
struct RootFinder {
  private(set) var dump: HeapDump
  private let symbols: ProgramSymbols?
  private let origins: [FunctionOrigin]
  private(set) var table = RootTable()
  private var runtimeRoot: Int?

  /// Records of goroutines and threads.
  let closed: Set<UInt32>

  init(_ dump: HeapDump, _ symbols: ProgramSymbols?, _ ownership: Ownership) {
    self.dump = dump
    self.symbols = symbols
    origins = Self.origins(dump.names.profile, ownership)
    closed = Set(dump.runtimeRecords.compactMap { dump.objects.object(at: $0).map(UInt32.init) })
    self.dump.objects.separateWaiters(of: closed)
    addVariables()
    addFrames()
    addFinalizers()
    for (name, pointer) in dump.otherRoots {
      guard let object = dump.objects.object(at: pointer) else { continue }
      let root = table.add(Root(kind: .other, name: name))
      table.add([UInt32(object)], to: root, .program)
    }
    table.finish()
  }

  /// Whose code each function is. Frames have no files, but lines that allocated do: what is known
  /// of a function with its file also applies to the one without.
  private static func origins(_ names: Profile, _ ownership: Ownership) -> [FunctionOrigin] {
    var known: [StringID: FunctionOrigin] = [:]
    for row in 0..<names.functions.count where names.functions.files[row] != .empty {
      known[names.functions.names[row]] = ownership.origins[row]
    }
    return ownership.origins.indices.map {
      known[names.functions.names[$0]] ?? ownership.origins[$0]
    }
  }

  private mutating func addToRuntime(_ target: UInt32) {
    let root = runtimeRoot ?? table.add(Root(kind: .runtime, name: "runtime"))
    runtimeRoot = root
    table.add([target], to: root, .runtime)
  }

  // MARK: Variables

  private mutating func addVariables() {
    let gaps = NamelessData(dump, symbols)
    for segment in dump.segments {
      // The slots of a variable are consecutive.
      var variable: Int?
      var pointers: [UInt64] = []
      for slot in segment.slots {
        let other = symbols?.variable(at: slot.address)
        if other != variable {
          addVariable(variable, pointers, gaps)
          pointers = []
          variable = other
        }
        if variable != nil {
          pointers.append(slot.pointer)
        } else if let object = dump.objects.object(at: slot.pointer),
          !gaps.isClaimed(slot.address)
        {
          addNameless(slot.address, UInt32(object), segment)
        }
      }
      addVariable(variable, pointers, gaps)
    }
  }

  /// Adds a variable with the objects that its pointers lead to, if any.
  private mutating func addVariable(_ row: Int?, _ pointers: [UInt64], _ gaps: NamelessData) {
    guard let row, let symbols else { return }
    let direct = pointers.compactMap { dump.objects.object(at: $0).map { UInt32($0) } }
    let reached = gaps.objects(reachedFrom: pointers)
    if direct.isEmpty, reached.isEmpty { return }
    let variable = symbols.variables[row]
    let name = symbols.name(variable)
    let tier = Self.tier(ofVariable: name)
    if tier == .runtime {
      for object in direct + reached { addToRuntime(object) }
      return
    }
    let root = table.add(
      Root(kind: .global, name: name, address: variable.address &+ symbols.bias))
    table.add(direct + reached, to: root, tier)
  }

  static func tier(ofVariable name: String) -> Tier {
    if name == "runtime.allp" { return .timers }
    // The contents of pools belong to the pools; the lists of all pools exist only to empty them.
    if name == "sync.allPools" || name == "sync.oldPools" { return .runtime }
    let path = name.prefix { $0 != "[" }
    let element = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
    let package = path.prefix(upTo: path[element...].firstIndex(of: ".") ?? path.endIndex)
    return package == "runtime" || package.hasPrefix("internal/runtime/")
      || package.hasPrefix("runtime/internal/") ? .runtime : .program
  }

  /// Adds a slot that belongs to no known variable.
  private mutating func addNameless(
    _ address: UInt64, _ object: UInt32, _ segment: HeapDump.Segment
  ) {
    if isRuntimeList(object) { return addToRuntime(object) }
    let offset = String(address - segment.address, radix: 16)
    let root = table.add(
      Root(kind: .global, name: "\(segment.isBSS ? "bss" : "data")+0x\(offset)", address: address))
    table.add([object], to: root, isProcessorList(object) ? .timers : .program)
  }

  private func targets(of object: UInt32) -> ArraySlice<UInt32> {
    dump.objects.edges[dump.objects.edgeRange(of: Int(object))]
  }

  /// Whether an object is a goroutine, a thread, or a list that mostly contains such.
  private func isRuntimeList(_ object: UInt32) -> Bool {
    if closed.contains(object) { return true }
    let targets = self.targets(of: object)
    return !targets.isEmpty && targets.count { closed.contains($0) } * 2 > targets.count
  }

  /// Whether an object is a list of objects that point to threads: the runtime's processors.
  private func isProcessorList(_ object: UInt32) -> Bool {
    let targets = self.targets(of: object)
    return !targets.isEmpty && targets.count <= 1 << 12
      && targets.allSatisfy { target in
        dump.objects.size(of: Int(target)) > 4096
          && self.targets(of: target).contains { closed.contains($0) }
      }
  }

  // MARK: Frames

  private struct FrameKey: Hashable {
    var stack: UInt32
    var function: UInt32
  }

  private mutating func addFrames() {
    let holders = dump.stacks.map { self.holders(of: $0) }
    var roots: [FrameKey: Int] = [:]
    for pointer in dump.framePointers {
      guard let object = dump.objects.object(at: pointer.pointer) else { continue }
      let stack = dump.stacks[Int(pointer.stack)]
      if stack.isSystem {
        addToRuntime(UInt32(object))
        continue
      }
      let holder = stack.functions.isEmpty ? 0 : holders[Int(pointer.stack)][Int(pointer.frame)]
      let function = stack.functions.isEmpty ? .max : stack.functions[holder].rawValue
      let key = FrameKey(stack: pointer.stack, function: function)
      let root: Int
      if let known = roots[key] {
        root = known
      } else {
        let name = stack.functions.isEmpty ? "goroutine" : functionName(stack.functions[holder])
        root = table.add(
          Root(kind: .frame, name: name, stack: Int(pointer.stack), depth: holder))
        roots[key] = root
      }
      table.add(
        [UInt32(object)], to: root, pointer.isConservative ? .stackObjects : .program)
    }
  }

  private func functionName(_ function: FunctionID) -> String {
    let names = dump.names.profile
    return names.strings[names.functions.names[function.index]]
  }

  /// By frame: the frame that a reader takes for the holder, the nearest one outwards that is not
  /// the standard library's.
  private func holders(of stack: HeapDump.GoroutineStack) -> [Int] {
    func isOwn(_ function: FunctionID) -> Bool {
      switch origins[function.index] {
      case .standard, .generated: false
      case .own, .library, .thirdParty: !Self.isWrapper(functionName(function))
      }
    }
    func isPlain(_ function: FunctionID) -> Bool {
      let name = functionName(function)
      return !name.hasPrefix("runtime.") && !Self.isWrapper(name)
    }
    // When all code is the library's, the function that the goroutine began with.
    var next =
      stack.functions.lastIndex(where: isOwn) ?? stack.functions.lastIndex(where: isPlain)
      ?? max(0, stack.functions.count - 1)
    var holders = [Int](repeating: next, count: stack.functions.count)
    for frame in stack.functions.indices.reversed() {
      if isOwn(stack.functions[frame]) { next = frame }
      holders[frame] = next
    }
    return holders
  }

  /// Whether the compiler made a function for a `go` or `defer` statement, such as
  /// `main.start.gowrap1`. Nobody wrote it; it holds the arguments of the call.
  static func isWrapper(_ name: String) -> Bool {
    guard let dot = name.lastIndex(of: ".") else { return false }
    let member = name[name.index(after: dot)...]
    for prefix in ["gowrap", "deferwrap"] where member.hasPrefix(prefix) {
      let digits = member.dropFirst(prefix.count)
      if !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isNumber }) { return true }
    }
    return false
  }

  // MARK: Finalizers

  private mutating func addFinalizers() {
    var roots: [String: Int] = [:]
    for finalizer in dump.finalizers {
      var targets: [UInt32] = []
      if let closure = dump.objects.object(at: finalizer.closure) {
        targets.append(UInt32(closure))
      }
      if let object = dump.objects.object(at: finalizer.object) {
        // The object itself may be freed: that is when its finalizer runs.
        if finalizer.isQueued { targets.append(UInt32(object)) }
        targets += self.targets(of: UInt32(object))
      }
      if targets.isEmpty { continue }
      let name =
        symbols?.function(at: finalizer.code) ?? "func 0x" + String(finalizer.code, radix: 16)
      let key = (finalizer.isQueued ? "queued " : "") + name
      let root =
        roots[key]
        ?? table.add(
          Root(kind: finalizer.isQueued ? .queuedFinalizer : .finalizer, name: name))
      roots[key] = root
      table.add(targets, to: root, .program)
    }
  }
}
