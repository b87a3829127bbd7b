import Glibc

/// A library that is looked for when the program runs.
struct DynamicLibrary {
  private let handle: UnsafeMutableRawPointer
  private let file: String

  /// Loads a library; it stays loaded.
  init(_ file: String) throws {
    guard let handle = dlopen(file, RTLD_NOW | RTLD_LOCAL) else {
      throw Failure(dlerror().map { String(cString: $0) } ?? "\(file) cannot be loaded")
    }
    self.handle = handle
    self.file = file
  }

  /// The function of a name. Its type must be the one it has in C.
  func function<F>(_ name: String, as type: F.Type = F.self) throws -> F {
    guard let address = dlsym(handle, name) else { throw Failure("\(file) has no \(name)") }
    return unsafeBitCast(address, to: type)
  }
}
