import ArgumentParser
import ShmtopKit

/// Whether the settings file is read.
struct ConfigurationOption: ParsableArguments {
  @Flag(help: "Do not read the settings file.") var noConfig = false

  /// The file, read; what is not understood in it is said.
  var file: ConfigurationFile {
    if noConfig { return .none }
    let file = ConfigurationFile.read()
    for warning in file.warnings { StandardStreams.complain("shmtop: " + Locale.shown("\(warning)")) }
    return file
  }
}
