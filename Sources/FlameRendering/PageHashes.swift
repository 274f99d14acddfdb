/// SHA-256 of the page's script and style, for its content security policy.
///
/// `make page` writes them anew when a file in Resources has changed.
package enum PageHashes {
  package static let script = "sha256-NHSgeuKmFnmuxiIbyzi/LK5MigDM2xu7IyNRbsziN34="
  package static let style = "sha256-1277/DowH9iVtgP2CqqEJc7ofGLH6tmafT9PDXHngg4="
}
