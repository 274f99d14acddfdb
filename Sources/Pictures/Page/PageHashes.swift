/// SHA-256 of the page's script and style, for its content security policy.
///
/// `make page` writes them anew when a file in Resources has changed.
package enum PageHashes {
  package static let script = "sha256-AfdBXA6mHYA4r4eqOQ4fU36WIc1a440BF2fOed/Z5J8="
  package static let style = "sha256-qk+ZZadhxxWXoL03SXemYhv+y1yaq6stXVYOokmk3OU="
}
