import CCurl

/// Fetches several profiles at the same time, on this thread.
///
/// - Parameters:
///   - wakeUp: a descriptor that becomes readable when `isInterrupted` may have changed; -1 for
///     none.
///   - isInterrupted: whether to give up.
///   - report: called a few times a second with the progress of each request.
/// - Returns: a result for each request, in order.
package func fetch(
  _ requests: [FetchRequest], _ options: FetchOptions, wakeUp: Int32 = -1,
  isInterrupted: () -> Bool = { false }, report: ([FetchProgress]) -> Void = { _ in }
) -> [Result<Void, FetchError>] {
  if let reason = ccurl_load() {
    let failure = FetchError.noLibrary(String(cString: reason))
    return requests.map { _ in .failure(failure) }
  }
  var results = [Result<Void, FetchError>?](repeating: nil, count: requests.count)
  let multi = ccurl_multi_init()
  defer { ccurl_multi_cleanup(multi) }
  var transfers: [Int: Transfer] = [:]
  for (index, request) in requests.enumerated() {
    transfers[index] = Transfer(request, options)
    if let transfer = transfers[index] { ccurl_multi_add_handle(multi, transfer.handle) }
  }
  let all = transfers
  while !transfers.isEmpty {
    if isInterrupted() {
      for (index, transfer) in transfers {
        ccurl_multi_remove_handle(multi, transfer.handle)
        results[index] = .failure(.interrupted)
      }
      break
    }
    var running: Int32 = 0
    guard ccurl_multi_perform(multi, &running) == CURLM_OK else { break }
    var code = CURLE_OK
    var isRestarted = false
    while let done = ccurl_multi_done(multi, &code) {
      ccurl_multi_remove_handle(multi, done)
      guard let (index, transfer) = transfers.first(where: { $0.value.handle == done }) else {
        continue
      }
      switch transfer.end(code) {
      case .done: results[index] = .success(())
      case .failed(let error): results[index] = .failure(error)
      case .redirected:
        ccurl_multi_add_handle(multi, transfer.handle)
        isRestarted = true
        continue
      }
      transfers[index] = nil
    }
    report(
      requests.indices.map {
        FetchProgress(received: all[$0]?.received ?? 0, expected: all[$0]?.expected)
      })
    if !transfers.isEmpty, !isRestarted { ccurl_multi_poll(multi, wakeUp, 200) }
  }
  for transfer in transfers.values { ccurl_multi_remove_handle(multi, transfer.handle) }
  return results.map { $0 ?? .failure(.other("libcurl gave up")) }
}
