/// Third-party libraries that a finding names as the way in instead of blaming them: their caller
/// decides what is logged or encoded.
///
/// They are given by package path, which includes the packages below it.
package enum KnownLibraries {
  package static let logging = [
    "go.uber.org/zap", "github.com/rs/zerolog", "github.com/sirupsen/logrus", "k8s.io/klog",
    "github.com/golang/glog", "github.com/go-logr/logr", "github.com/go-logr/zapr",
    "github.com/go-logr/stdr", "github.com/go-kit/log", "github.com/go-kit/kit/log",
    "github.com/hashicorp/go-hclog", "github.com/inconshreveable/log15", "github.com/apex/log",
    "github.com/charmbracelet/log", "charm.land/log", "github.com/phuslu/log",
    "github.com/lmittmann/tint", "github.com/gookit/slog", "github.com/op/go-logging",
    "github.com/cihub/seelog", "github.com/kataras/golog", "github.com/uber-go/zap",
    "cloud.google.com/go/logging", "sigs.k8s.io/controller-runtime/pkg/log",
    "golang.org/x/exp/slog", "github.com/samber/slog-multi", "github.com/ethereum/go-ethereum/log",
    "gopkg.in/inconshreveable/log15.v2", "github.com/Sirupsen/logrus", "github.com/golang/log",
    "cosmossdk.io/log", "github.com/zeromicro/go-zero/core/logx", "gopkg.in/op/go-logging.v1",
    "github.com/uptrace/opentelemetry-go-extra/otelzap", "github.com/go-chi/httplog",
    "github.com/luci/go-render",
  ]

  package static let encoding = [
    "github.com/json-iterator/go", "github.com/goccy/go-json", "github.com/bytedance/sonic",
    "github.com/segmentio/encoding", "github.com/go-json-experiment/json",
    "github.com/modern-go/reflect2", "gopkg.in/yaml.v2", "gopkg.in/yaml.v3", "sigs.k8s.io/yaml",
    "go.mongodb.org/mongo-driver/bson", "go.mongodb.org/mongo-driver/v2/bson",
    "go.yaml.in/yaml", "github.com/goccy/go-yaml", "github.com/vmihailenco/msgpack",
    "github.com/ugorji/go/codec", "github.com/fxamacker/cbor", "github.com/BurntSushi/toml",
    "github.com/pelletier/go-toml", "github.com/klauspost/compress", "github.com/klauspost/pgzip",
    "golang.org/x/exp/maps", "golang.org/x/exp/slices", "github.com/samber/lo",
    "github.com/davecgh/go-spew", "github.com/kr/pretty",
  ]

  package static let errors = [
    "github.com/pkg/errors", "github.com/go-errors/errors", "github.com/cockroachdb/errors",
    "golang.org/x/xerrors", "github.com/rotisserie/eris", "github.com/ztrue/tracerr",
    "github.com/palantir/stacktrace", "github.com/juju/errors", "emperror.dev/errors",
    "github.com/samber/oops", "github.com/morikuni/failure",
  ]

  package static let transparent = Set(logging + encoding + errors)
  private static let loggingPaths = Set(logging)

  package static func isTransparent(_ package: String) -> Bool { isIn(transparent, package) }

  /// Packages of the standard library that log.
  package static let standardLogging: Set<String> = ["log", "log/slog", "log/syslog"]

  package static func isLogging(_ package: String) -> Bool {
    standardLogging.contains(package) || isIn(loggingPaths, package)
  }

  /// The package, or a package above it, is one of these.
  ///
  /// - Complexity: O(1): no prefix longer than the longest path is tried.
  package static func isIn(_ paths: Set<String>, _ package: String) -> Bool {
    for (count, byte) in package.utf8.prefix(longestPath + 1).enumerated()
    where byte == UInt8(ascii: "/") {
      if paths.contains(String(decoding: package.utf8.prefix(count), as: UTF8.self)) { return true }
    }
    return package.utf8.count <= longestPath && paths.contains(package)
  }

  private static let longestPath = transparent.map(\.utf8.count).max() ?? 0
}
