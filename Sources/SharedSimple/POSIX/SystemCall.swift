internal import CLinux
internal import Glibc

/// A system call that failed.
struct SystemFailure: Error {
  let call: StaticString
  let errno: Int32
}

/// The one place where results of system calls become errors and EINTR is retried.
enum SystemCall {
  /// Runs a call that returns −1 and sets `errno`; starts it again when a signal interrupted it.
  @discardableResult
  static func check<Result: SignedInteger>(
    _ call: StaticString, _ body: () -> Result
  ) throws(SystemFailure) -> Result {
    while true {
      let result = body()
      if result != -1 { return result }
      let code = errno
      if code != EINTR { throw SystemFailure(call: call, errno: code) }
    }
  }

  /// Runs a call that returns an error number; starts it again when a signal interrupted it.
  static func checkNumber(_ call: StaticString, _ body: () -> Int32) throws(SystemFailure) {
    while true {
      let code = body()
      if code == 0 { return }
      if code != EINTR { throw SystemFailure(call: call, errno: code) }
    }
  }

  /// The system's words for an error number.
  static func message(_ code: Int32) -> String {
    // strerror_r fills the buffer we own; the XSI form, which Glibc imports, ends it with a NUL.
    unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { buffer in
      guard let start = buffer.baseAddress, unsafe strerror_r(code, start, 128) == 0 else {
        return "error \(code)"
      }
      return unsafe String(cString: start)
    }
  }
}
