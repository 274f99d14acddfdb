import ProfileFetch

/// A profile that was fetched into a file.
struct FetchedProfile {
  var url: ProfileURL
  var path: String
}
