import CNcurses
import Foundation
import Glibc

@testable import ShmtopKit

/// What libFuzzer calls for each input of the target `screen`, a program of its own: it is made of the whole of
/// shmtop, where the others need the library alone.
@c(LLVMFuzzerTestOneInput)
public func fuzzOneInput(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
  var screen = HostileScreen(Array(UnsafeBufferPointer(start: bytes, count: count)))
  screen.run()
  return 0
}

@c(LLVMFuzzerInitialize)
public func initializeFuzzing(
  _ count: UnsafeMutablePointer<Int32>, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>>
) -> Int32 {
  WatchedTerminal.shared.open()
  return 0
}

/// Stops at something that should not be: libFuzzer keeps the input.
func found(_ what: String) -> Never {
  FileHandle.standardError.write(Data("FOUND: \(what)\n".utf8))
  abort()
}

/// The program's own terminal, of which every byte is looked at: keys would come from a pseudo-terminal, and what it is
/// sent goes to a file in memory.
final class WatchedTerminal {
  nonisolated(unsafe) static let shared = WatchedTerminal()
  static let (width, height) = (140, 60)

  /// TIOCSPTLCK and TIOCGPTN, macros that do not import.
  private static let (unlock, getNumber): (UInt, UInt) = (0x4004_5431, 0x8004_5430)

  private var terminal: Terminal!
  private var file: Int32 = -1

  func open() {
    for (name, value) in [
      "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "LINES": "\(Self.height)", "COLUMNS": "\(Self.width)",
    ] { setenv(name, value, 1) }
    let keys = Glibc.open("/dev/ptmx", O_RDWR | O_NOCTTY)
    var (number, locked): (Int32, Int32) = (0, 0)
    guard keys >= 0, ioctl(keys, Self.unlock, &locked) == 0, ioctl(keys, Self.getNumber, &number) == 0 else {
      found("no pseudo-terminal")
    }
    dup2(Glibc.open("/dev/pts/\(number)", O_RDWR | O_NOCTTY), STDIN_FILENO)
    var name = Array("/dev/shm/shmtop-fuzz-screen-XXXXXX".utf8CString)
    file = mkstemp(&name)
    unlink(&name)
    dup2(file, STDOUT_FILENO)
    // The program's handlers would keep faults from libFuzzer.
    let signals = [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP]
    var saved = signals.map { signal in
      var action = sigaction()
      sigaction(signal, nil, &action)
      return action
    }
    terminal = Terminal(theme: "dark", noColor: false, mouse: true)
    guard terminal != nil else { found("no terminal") }
    for index in signals.indices { sigaction(signals[index], &saved[index], nil) }
  }

  /// Shows a screen, and looks at all that is sent.
  func show(_ screen: Screen) {
    terminal.redraw()
    terminal.show(screen)
    shim_flush()
    let sent = TerminalBytes(take())
    if let foreign = sent.foreign.first { found("the terminal was sent \(foreign)") }
  }

  func copy(_ text: String) {
    terminal.copy(text)
    let bytes = take()
    let body = bytes.dropFirst("\u{1b}]52;c;".utf8.count).dropLast()
    guard bytes.starts(with: "\u{1b}]52;c;".utf8), bytes.last == 7,
      body.allSatisfy({ Unicode.Scalar($0).properties.isAlphabetic || "0123456789+/=".utf8.contains($0) })
    else { found("the clipboard was sent another sequence") }
  }

  private func take() -> [UInt8] {
    let size = lseek(STDOUT_FILENO, 0, SEEK_CUR)
    var bytes = [UInt8](repeating: 0, count: Int(size))
    guard pread(file, &bytes, bytes.count, 0) == bytes.count, ftruncate(file, 0) == 0 else {
      found("the file cannot be read")
    }
    lseek(STDOUT_FILENO, 0, SEEK_SET)
    return bytes
  }
}
