import ProfileModel

extension Profile {
  /// Sets the regular expressions that drop the frames of the profiler or the allocator, for a
  /// profile whose format has no place for them.
  mutating func setLegacyFrameFilters() {
    let types = sampleTypes.map { strings[$0.name] }
    switch types {
    case ["objects", "space"], ["inuse_objects", "inuse_space"],
      ["alloc_objects", "alloc_space", "inuse_objects", "inuse_space"]:
      dropFrames = strings.intern(allocatorFrames)
      keepFrames = strings.intern(keptRuntimeFrames)
    case ["contentions", "delay"]:
      dropFrames = strings.intern(lockFrames)
    default:
      dropFrames = strings.intern(cpuProfilerFrames)
    }
  }
}

extension Profile {
  /// Also drops jemalloc's own functions, which pprof does not know, with the prefixes that
  /// jemalloc and Rust's crate use: all its stacks end in one that walks the stack.
  mutating func dropJemallocFrames() {
    dropFrames = strings.intern(strings[dropFrames] + "|(_rjem_)?je_.*|prof_backtrace(_impl)?")
  }
}

/// The functions that pprof counts as part of the allocator, as one expression.
private let allocatorFrames = [
  // Functions of the C library, also with gperftools' prefix.
  #"(tc_)?(c|m|re|v|pv)alloc"#, #"(tc_)?(c?free|memalign)"#, "do_memalign",
  "(__|tc_)?posix_memalign", "__libc_malloc",
  // gperftools and tcmalloc.
  "tcmalloc::.*", "tc_new(array)?(_nothrow)?", "tc_delete(array)?",
  #"(::)?do_malloc(_no_errno|_pages)?"#, "DoSampledAllocation",
  "MallocedMemBlock::MallocedMemBlock", "BaseArena::.*", "cpp_alloc", "allocate", "_M_allocate",
  "simple_alloc::allocate",
  // The C++ library.
  #"operator new(\[\])?"#, "__builtin_(vec_)?(new|delete)", "__gnu_cxx::new_allocator::allocate",
  "__malloc_alloc_template::allocate",
  // macOS.
  "malloc_zone_(malloc|calloc|valloc|realloc|memalign|free)",
  // Go.
  #"runtime\..*"#,
].joined(separator: "|")

/// Functions of the Go runtime that call the program's code: their callees are kept.
private let keptRuntimeFrames = #"runtime\.(panic|reflectcall|call[0-9]*)"#

private let lockFrames = [
  "(base::)?(RecordLockProfileData|SubmitMutexProfileData|SubmitSpinLockProfileData).*",
  "((base::)?Mutex::)?(AwaitCommon|Unlock|UnlockSlow|ReaderUnlock).*",
  "((base::)?MutexLock::)?~MutexLock.*", "(SpinLock::)?(Unlock|SlowUnlock).*",
  "(SpinLockHolder::)?~SpinLockHolder.*",
].joined(separator: "|")

private let cpuProfilerFrames = [
  "ProfileData::(Add|prof_handler)", "CpuProfiler::prof_handler", "__pthread_sighandler",
  "__restore",
].joined(separator: "|")
