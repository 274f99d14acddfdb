/// How profiles are fetched.
package struct FetchOptions: Sendable {
  /// Lines such as `Authorization: Bearer …`.
  package var headers: [String] = []

  /// Files in PEM form.
  package var authorityFile: String?
  package var certificateFile: String?
  package var keyFile: String?

  /// Whether the certificate of the service has to be good.
  package var checksCertificate = true

  /// From the start to the last byte, redirects included; nil for pprof's rule:
  /// a minute, or half as long again as the profile measures, and five seconds.
  package var timeoutSeconds: Double?

  /// The most bytes to take.
  package var sizeLimit = 512 << 20

  package init() {}

  package func timeoutSeconds(for url: ProfileURL) -> Double {
    let measured = Double(min(url.seconds, ProfileURL.mostSeconds))
    return timeoutSeconds ?? (measured > 0 ? 1.5 * measured : 60) + 5
  }
}

/// One profile to fetch, and what takes its bytes.
package struct FetchRequest {
  package var url: ProfileURL

  /// Returns false when it cannot take more.
  package var sink: (Span<UInt8>) -> Bool

  package init(url: ProfileURL, sink: @escaping (Span<UInt8>) -> Bool) {
    self.url = url
    self.sink = sink
  }
}

/// How far the fetching of one profile has come, in bytes.
package struct FetchProgress: Equatable, Sendable {
  package var received: Int
  package var expected: Int?
}
