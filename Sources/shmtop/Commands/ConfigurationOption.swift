import ArgumentParser
import ShmtopKit

/// Whether the settings file is read.
struct ConfigurationOption: ParsableArguments {
  @Flag(help: "Do not read the settings file.") var noConfig = false

  /// The file, read; what is not understood in it is said.
  var file: ConfigurationFile {
    let file = unsaidFile
    file.sayWarnings()
    return file
  }

  /// The file, read; the caller says what is not understood in it.
  var unsaidFile: ConfigurationFile { noConfig ? .none : .read() }
}

extension ConfigurationFile {
  func sayWarnings() {
    for warning in warnings { StandardStreams.complain("shmtop: " + Locale.shown("\(warning)")) }
  }
}
