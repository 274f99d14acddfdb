/// SHA-256 of the page's script and style, for its content security policy.
///
/// `make page` rewrites them when a file in Resources has changed.
package enum PageHashes {
  package static let script = "sha256-qeUXsoVFZ2E0tA0jH6Y/TGav9cWwCd/Lm09npYFasMs="
  package static let style = "sha256-Ni7WNMZFlq7zxpWwKBAKJPYhMYv//6Zw8G2IRqbOSOw="
}
