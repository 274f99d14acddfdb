/// Options for fetching profiles.
package struct FetchOptions: Sendable {
  /// Lines such as `Authorization: Bearer …`.
  package var headers: [String] = []

  /// Files in PEM form.
  package var authorityFile: String?
  package var certificateFile: String?
  package var keyFile: String?

  /// Whether the server's certificate must be valid.
  package var checksCertificate = true

  /// From the start to the last byte, including redirects. Nil for pprof's rule: a minute, or one
  /// and a half times the profile's duration, plus five seconds.
  package var timeoutSeconds: Double?

  /// The most bytes to accept.
  package var sizeLimit = 512 << 20

  package init() {}

  package func timeoutSeconds(for url: ProfileURL) -> Double {
    let measured = Double(min(url.seconds, ProfileURL.mostSeconds))
    return timeoutSeconds ?? (measured > 0 ? 1.5 * measured : 60) + 5
  }
}

/// One profile to fetch, and the receiver of its bytes.
package struct FetchRequest {
  package var url: ProfileURL

  /// Returns false when it cannot accept more.
  package var sink: (Span<UInt8>) -> Bool

  package init(url: ProfileURL, sink: @escaping (Span<UInt8>) -> Bool) {
    self.url = url
    self.sink = sink
  }
}

/// The progress of fetching one profile, in bytes.
package struct FetchProgress: Equatable, Sendable {
  package var received: Int
  package var expected: Int?
}
