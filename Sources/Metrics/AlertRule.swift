/// A Prometheus rule that would have caught a signal.
package struct AlertRule: Sendable {
  package var name: String
  package var expression: String

  /// How long the expression must hold.
  package var holds: String
  package var summary: String
  package var description: String
}

extension Signal {
  /// The rule for the signal. Thresholds are those of ``SignalJudge`` where Prometheus can ask the
  /// same.
  package var alert: AlertRule {
    switch self {
    case .goroutinesRise:
      AlertRule(
        name: "GoGoroutinesRising",
        expression: """
          delta(go_goroutines[30m]) > 50
            and go_goroutines > 1.2 * (go_goroutines offset 30m)
            unless rate(process_cpu_seconds_total[15m])
              > 1.5 * (rate(process_cpu_seconds_total[15m] offset 30m))
          """,
        holds: "10m", summary: "Goroutines of {{ $labels.instance }} rise, and its CPU does not",
        description:
          "{{ $value }} more in half an hour. heapscope goroutines on its "
          + "/debug/pprof/goroutine?debug=2 says where they wait and who starts them.")
    case .threadsRise:
      AlertRule(
        name: "GoThreadsRising",
        expression: """
          delta(go_threads[30m]) > 10
            and go_threads > 1.2 * (go_threads offset 30m)
          """,
        holds: "10m", summary: "Threads of {{ $labels.instance }} rise",
        description:
          "Each is held by a system call or by C. heapscope goroutines says which goroutines are "
          + "in syscalls.")
    case .liveHeapGrows:
      AlertRule(
        name: "GoLiveHeapGrowing",
        expression: """
          min_over_time(go_memstats_heap_alloc_bytes[15m])
              > 1.2 * min_over_time(go_memstats_heap_alloc_bytes[15m] offset 45m)
            and min_over_time(go_memstats_heap_alloc_bytes[15m])
              > 8e6 + min_over_time(go_memstats_heap_alloc_bytes[15m] offset 45m)
            and increase(go_gc_duration_seconds_count[45m]) > 1
          """,
        holds: "10m", summary: "The live heap of {{ $labels.instance }} grows through collections",
        description:
          "What is left after collections is {{ $value | humanize1024 }}B. heapscope diff or trend "
          + "on two heap profiles says which line keeps it.")
    case .idleMemory:
      AlertRule(
        name: "GoIdleMemoryKept",
        expression: """
          go_memstats_heap_idle_bytes - go_memstats_heap_released_bytes > 64e6
            and go_memstats_heap_idle_bytes - go_memstats_heap_released_bytes
              > 0.3 * process_resident_memory_bytes
          """,
        holds: "30m", summary: "{{ $labels.instance }} holds memory that its heap no longer uses",
        description:
          "{{ $value | humanize1024 }}B are idle and not given back: a peak is over, or allocation "
          + "comes in bursts. GOMEMLIMIT makes the runtime give it back.")
    case .outsideMemory:
      AlertRule(
        name: "GoMemoryOutsideRuntime",
        expression: """
          process_resident_memory_bytes
              - (go_memstats_sys_bytes - go_memstats_heap_released_bytes) > 64e6
            and process_resident_memory_bytes
              - (go_memstats_sys_bytes - go_memstats_heap_released_bytes)
              > 0.3 * process_resident_memory_bytes
          """,
        holds: "30m",
        summary: "Memory of {{ $labels.instance }} is not of Go's runtime",
        description:
          "{{ $value | humanize1024 }}B are resident and no part of the runtime's account: cgo, "
          + "mapped files. A heap profile does not show them.")
    case .collectorShare:
      AlertRule(
        name: "GoCollectorShareHigh",
        expression: """
          (
            rate(go_cpu_classes_gc_total_cpu_seconds_total[15m])
              - rate(go_cpu_classes_gc_mark_idle_cpu_seconds_total[15m])
          ) / (
            rate(go_cpu_classes_total_cpu_seconds_total[15m])
              - rate(go_cpu_classes_idle_cpu_seconds_total[15m])
          ) > 0.25
          """,
        holds: "10m", summary: "The collector takes a quarter of what {{ $labels.instance }} does",
        description:
          "Its share is {{ $value | humanizePercentage }}. heapscope hotspots on an allocs profile "
          + "says what feeds it. Needs the collector of runtime/metrics.")
    case .collectionsOften:
      AlertRule(
        name: "GoCollectionsOften",
        expression: "rate(go_gc_duration_seconds_count[15m]) > 2",
        holds: "10m", summary: "{{ $labels.instance }} collects garbage all the time",
        description: "{{ $value | humanize }} collections a second. heapscope gctrace says why.")
    case .memoryLimit:
      AlertRule(
        name: "GoMemoryLimitNear",
        expression: """
          go_memstats_sys_bytes - go_memstats_heap_released_bytes
            > 0.9 * (go_gc_gomemlimit_bytes < 1e15)
          """,
        holds: "5m", summary: "{{ $labels.instance }} is close to its GOMEMLIMIT",
        description:
          "The runtime has {{ $value | humanize1024 }}B, and soon does little but collect.")
    case .allocationJump:
      AlertRule(
        name: "GoAllocationRateJump",
        expression: """
          rate(go_memstats_alloc_bytes_total[15m])
              > 2 * (rate(go_memstats_alloc_bytes_total[15m] offset 1h))
            and rate(go_memstats_alloc_bytes_total[15m])
              > 10e6 + (rate(go_memstats_alloc_bytes_total[15m] offset 1h))
          """,
        holds: "10m", summary: "{{ $labels.instance }} allocates twice as much as an hour ago",
        description:
          "{{ $value | humanize1024 }}B a second. heapscope diff --sample-index=alloc_space on two "
          + "profiles says which line.")
    case .filesRise:
      AlertRule(
        name: "ProcessOpenFilesRising",
        expression: """
          delta(process_open_fds[30m]) > 20
            and process_open_fds > 1.2 * (process_open_fds offset 30m)
          """,
        holds: "10m", summary: "Open files and sockets of {{ $labels.instance }} rise",
        description:
          "{{ $value | humanize }} more in half an hour: bodies of answers or files are not closed."
      )
    case .filesLimit:
      AlertRule(
        name: "ProcessOpenFilesNearLimit",
        expression: "process_open_fds > 0.8 * process_max_fds",
        holds: "5m", summary: "{{ $labels.instance }} has nearly as many open files as it may",
        description: "{{ $value | humanize }} are open.")
    case .containerLimit:
      AlertRule(
        name: "ContainerMemoryNearLimit",
        expression: """
          container_memory_working_set_bytes{container!=""}
            > 0.9 * (container_spec_memory_limit_bytes{container!=""} > 0)
          """,
        holds: "5m", summary: "{{ $labels.pod }}/{{ $labels.container }} is close to its limit",
        description: "{{ $value | humanize1024 }}B are in use. The kernel ends it at the limit.")
    }
  }

  /// A rules file for Prometheus.
  package static func alertsFile(of signals: [Signal]) -> String {
    var text = """
      # Rules that catch what heapscope metrics knows. Times and thresholds are a beginning.
      # Made by: heapscope metrics --alerts
      groups:
        - name: heapscope
          rules:

      """
    for signal in signals {
      let rule = signal.alert
      text += "      - alert: \(rule.name)\n        expr: |\n"
      for line in rule.expression.split(separator: "\n") { text += "          \(line)\n" }
      text += "        for: \(rule.holds)\n"
      text += "        labels:\n          severity: warning\n          signal: \(signal.rawValue)\n"
      text += "        annotations:\n"
      text += "          summary: \(quoted(rule.summary))\n"
      text += "          description: \(quoted(rule.description))\n"
    }
    return text
  }

  /// Quotes a text for YAML, in one line.
  private static func quoted(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
  }
}
