public import ArgumentParser
public import ShmtopKit

// The parser lists the names in the help, and refuses others.

extension ViewKind: ExpressibleByArgument {}

/// The colours to draw with.
enum ThemeName: String, CaseIterable, ExpressibleByArgument { case dark, light, mono }
