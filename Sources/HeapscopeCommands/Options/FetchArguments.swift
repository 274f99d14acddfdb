import ProfileFetch
import ArgumentParser

/// How profiles are obtained, especially those named by a URL; the names are pprof's where it has
/// them.
struct FetchArguments: ParsableArguments {
  @Option("Fetch what changes within this many seconds, not what there is.")
  var seconds: SecondCount?
  @Flag(help: "Have the program collect its garbage before it answers (gc=1).")
  var gc = false
  @Flag(help: "Of several, go on without those that are missing or cannot be read.")
  var allowMissing = false
  @Option("The most time to fetch in: seconds, or as in 500ms, 2m.")
  var timeout: Timeout?
  @Option("Send this header; may be given several times. @file reads them from a file.")
  var header: [Text<Header>] = []
  @Option("Trust the authorities of this PEM file, and no others.")
  var tlsCa: Text<CertificateFile>?
  @Option("The client's certificate, in PEM form.")
  var tlsCert: Text<CertificateFile>?
  @Option("The key of the client's certificate.")
  var tlsKey: Text<CertificateFile>?
  @Flag(help: "Do not check the certificate of the service.")
  var insecure = false
  @Option("The most bytes to download (512MB).")
  var maxDownload: ByteSize?

  func validate() throws {
    // The text may be a secret, so it is not shown.
    if header.map(\.text).contains(where: {
      !isHeader($0) && !($0.hasPrefix("@") && $0.count > 1)
    }) {
      throw ValidationError("--header: give \(Header.description.expected)")
    }
    switch (tlsCert, tlsKey) {
    case (.some, nil): throw ValidationError("--tls-cert needs its key too: add --tls-key")
    case (nil, .some): throw ValidationError("--tls-key needs its certificate too: add --tls-cert")
    default: break
    }
    if tlsCa != nil, insecure {
      throw ValidationError("--tls-ca and --insecure exclude each other: give one")
    }
  }

  var request: FetchingRequest {
    var request = FetchingRequest()
    request.seconds = seconds?.value
    request.collectsGarbage = gc
    request.options.timeoutSeconds = timeout?.period.seconds
    request.allowsMissing = allowMissing
    request.headers = header.map(\.text)
    request.options.authorityFile = tlsCa?.text
    request.options.certificateFile = tlsCert?.text
    request.options.keyFile = tlsKey?.text
    request.options.checksCertificate = !insecure
    if let maxDownload { request.options.sizeLimit = maxDownload.bytes }
    return request
  }
}
