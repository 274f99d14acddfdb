/// SHA-256 of the page's script and style, for its content security policy.
///
/// `make page` writes them anew when a file in Resources has changed.
package enum PageHashes {
  package static let script = "sha256-NlIwW1OUrtovN+rnhWbSB9Qab7qZduPqpbgGFI+9EKc="
  package static let style = "sha256-qk+ZZadhxxWXoL03SXemYhv+y1yaq6stXVYOokmk3OU="
}
