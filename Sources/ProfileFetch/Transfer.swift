import CCurl
import Glibc

/// A request in progress. It is an object because libcurl keeps its address.
final class Transfer {
  let handle: UnsafeMutableRawPointer
  private let options: FetchOptions

  /// From the start to the last byte, whatever a redirect requests.
  private let timeoutSeconds: Double
  private let deadline: ContinuousClock.Instant
  private let sink: (Span<UInt8>) -> Bool
  private var headers: UnsafeMutablePointer<curl_slist>?
  private let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

  private(set) var url: ProfileURL
  private(set) var received = 0
  private var redirects = 0

  // State of the response that is being read.
  private var reason = ""
  private var isFromPprof = false
  private var errorBody: [UInt8] = []
  private var problem: FetchError?

  private static let redirectLimit = 5
  private static let errorBodyLimit = 4096

  init?(_ request: FetchRequest, _ options: FetchOptions) {
    guard let handle = ccurl_easy_init() else { return nil }
    self.handle = handle
    self.options = options
    url = request.url
    sink = request.sink
    timeoutSeconds = options.timeoutSeconds(for: request.url)
    deadline = .now + .seconds(timeoutSeconds)
    errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    for line in options.headers { headers = ccurl_slist_append(headers, line) }
    configure()
  }

  deinit {
    ccurl_easy_cleanup(handle)
    ccurl_slist_free_all(headers)
    errorText.deallocate()
  }

  /// The length that the server announced, in bytes.
  var expected: Int? {
    let length = Int(ccurl_offset(handle, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T))
    return length > 0 ? length : nil
  }

  private func configure() {
    let context = Unmanaged.passUnretained(self).toOpaque()
    _ = ccurl_allow_http_only(handle)
    set(CURLOPT_NOSIGNAL, 1)
    set(CURLOPT_USERAGENT, "heapscope")
    _ = ccurl_set_pointer(handle, CURLOPT_ERRORBUFFER, errorText)
    _ = ccurl_set_pointer(handle, CURLOPT_WRITEDATA, context)
    _ = ccurl_set_pointer(handle, CURLOPT_HEADERDATA, context)
    _ = ccurl_set_callback(handle, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
      guard let bytes, let context else { return 0 }
      let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
      let body = UnsafeRawBufferPointer(start: bytes, count: size * count)
      return transfer.take(body) ? size * count : 0
    }
    _ = ccurl_set_callback(handle, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
      guard let bytes, let context else { return 0 }
      let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
      let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
      transfer.readHeader(String(decoding: line, as: UTF8.self))
      return size * count
    }
    _ = ccurl_set_pointer(handle, CURLOPT_HTTPHEADER, headers)
    if let file = options.authorityFile {
      // Only these authorities, as in pprof.
      set(CURLOPT_CAINFO, file)
      _ = ccurl_set_text(handle, CURLOPT_CAPATH, nil)
    }
    if let file = options.certificateFile { set(CURLOPT_SSLCERT, file) }
    if let file = options.keyFile { set(CURLOPT_SSLKEY, file) }
    if let socket = url.socket {
      set(CURLOPT_UNIX_SOCKET_PATH, socket)
      set(CURLOPT_PROXY, "")
    }
    aim()
  }

  /// Sets the options that change with a redirect.
  private func aim() {
    set(CURLOPT_URL, url.request)
    _ = ccurl_set_text(handle, CURLOPT_USERPWD, url.credentials)
    let checks = options.checksCertificate && !url.isInsecure
    set(CURLOPT_SSL_VERIFYPEER, checks ? 1 : 0)
    set(CURLOPT_SSL_VERIFYHOST, checks ? 2 : 0)
    let left = deadline - .now
    let milliseconds =
      left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000
    set(CURLOPT_TIMEOUT_MS, Int(max(1, min(milliseconds, Int64(Int32.max)))))
    set(CURLOPT_CONNECTTIMEOUT_MS, Int(max(1, min(milliseconds, 10_000))))
  }

  private func set(_ option: CURLoption, _ value: Int) { _ = ccurl_set_long(handle, option, value) }
  private func set(_ option: CURLoption, _ value: String) {
    _ = ccurl_set_text(handle, option, value)
  }

  // MARK: The answer

  private func readHeader(_ line: String) {
    if line.hasPrefix("HTTP/") {
      // Of several responses (100 Continue, a proxy's) the last one counts.
      reason = line.drop { $0 != " " }.dropFirst().filter { !$0.isNewline }
      isFromPprof = false
    } else if line.lowercased().hasPrefix("x-go-pprof:") {
      // net/http/pprof marks its own error responses.
      isFromPprof = true
    }
  }

  /// - Returns: false to abort the transfer.
  private func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard ccurl_long(handle, CURLINFO_RESPONSE_CODE) == 200 else {
      errorBody += bytes.prefix(Self.errorBodyLimit - errorBody.count)
      return errorBody.count < Self.errorBodyLimit
    }
    let limit = options.sizeLimit
    if received == 0, let expected, expected > limit {
      problem = .tooLarge(limit: limit, announced: expected)
      return false
    }
    guard bytes.count <= limit - received else {
      problem = .tooLarge(limit: limit, announced: nil)
      return false
    }
    received += bytes.count
    if !sink(bytes.assumingMemoryBound(to: UInt8.self).span) { problem = .cannotKeep }
    return problem == nil
  }

  /// The result of a finished transfer.
  enum End {
    case done
    case failed(FetchError)
    /// It has another URL now, and must be started again.
    case redirected
  }

  func end(_ code: CURLcode) -> End {
    if let problem { return .failed(problem) }
    let status = ccurl_long(handle, CURLINFO_RESPONSE_CODE)
    if (300..<400).contains(status), let location = ccurl_text(handle, CURLINFO_REDIRECT_URL) {
      return redirect(to: String(cString: location))
    }
    // The body of an error may be incomplete, but its cause is known.
    if status != 0, status != 200 {
      return .failed(.status(code: status, reason: reason, detail: errorDetail))
    }
    return code == CURLE_OK ? .done : .failed(error(code))
  }

  private var errorDetail: String {
    guard isFromPprof else { return "" }
    let text = String(decoding: errorBody, as: UTF8.self)
    return text.split(whereSeparator: \.isNewline).first.map { String($0.prefix(200)) } ?? ""
  }

  private func redirect(to location: String) -> End {
    let shown = ProfileURL.withoutSecrets(location)
    redirects += 1
    if redirects > Self.redirectLimit { return .failed(.tooManyRedirects(Self.redirectLimit)) }
    guard let target = url.redirected(to: location) else {
      return .failed(.redirectRefused(target: shown, because: .scheme))
    }
    let hasSecrets =
      url.credentials != nil || !options.headers.isEmpty || options.certificateFile != nil
    if hasSecrets, target.origin != url.origin {
      return .failed(.redirectRefused(target: target.shown, because: .credentials))
    }
    url = target
    errorBody = []
    aim()
    return .redirected
  }

  private func error(_ code: CURLcode) -> FetchError {
    let detail = String(cString: errorText)
    switch code {
    case CURLE_COULDNT_RESOLVE_HOST: return .unknownHost(url.host)
    case CURLE_COULDNT_RESOLVE_PROXY: return .unknownProxy
    case CURLE_COULDNT_CONNECT:
      return .cannotConnect(errno: Int32(truncatingIfNeeded: ccurl_long(handle, CURLINFO_OS_ERRNO)))
    case CURLE_OPERATION_TIMEDOUT:
      return .timeout(
        seconds: timeoutSeconds, received: received,
        // A redirect may reuse the existing connection, which takes no time.
        isConnected: ccurl_offset(handle, CURLINFO_CONNECT_TIME_T) > 0
          || ccurl_offset(handle, CURLINFO_PRETRANSFER_TIME_T) > 0)
    case CURLE_GOT_NOTHING: return .noAnswer
    case CURLE_PARTIAL_FILE: return .brokenOff(received: received, expected: expected)
    case CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_HTTP2, CURLE_HTTP2_STREAM:
      return received > 0 || ccurl_long(handle, CURLINFO_RESPONSE_CODE) > 0
        ? .brokenOff(received: received, expected: expected) : .noAnswer
    case CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL: return .notHTTP
    case CURLE_SSL_CERTPROBLEM, CURLE_SSL_CACERT_BADFILE: return .certificateFile(detail)
    case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CIPHER,
      CURLE_SSL_ISSUER_ERROR:
      return .tls(detail)
    default: return .other(String(cString: ccurl_easy_strerror(code)))
    }
  }
}
