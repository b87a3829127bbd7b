import ShmtopKit

/// Which segments nothing is written to.
struct ReadOnlyRule {
  /// All of them, as the command line has it.
  let isForced: Bool
  let configuration: ConfigurationFile

  /// Why a segment is one of these; nil where it is not.
  func reason(for name: String) -> String? {
    if isForced { return "started with --read-only" }
    if configuration.hidesReadOnly { return "what the settings file keeps read-only is not known" }
    return configuration.settings.readOnlyPattern(matching: name).map {
      "its name matches “\($0)” in the settings file"
    }
  }
}
