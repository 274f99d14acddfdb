/// SHA-256 of the page's script and style, for its content security policy.
///
/// `make page` writes them anew when a file in Resources has changed.
package enum PageHashes {
  package static let script = "sha256-a9kCa1pfzFY1ye+YrJsIvuA48/x67QleGSppOWK1jH0="
  package static let style = "sha256-qk+ZZadhxxWXoL03SXemYhv+y1yaq6stXVYOokmk3OU="
}
