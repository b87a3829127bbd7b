import Glibc

/// A wall clock of an agent's own, which it can set forward and back: a library, compiled here, that stands
/// before the system's `clock_gettime`.
public enum SteppedClock {
  private static let source = """
    #include <time.h>
    #include <unistd.h>
    #include <sys/syscall.h>
    long clock_step_seconds;
    int clock_gettime(clockid_t clock, struct timespec *time) {
      int result = (int)syscall(SYS_clock_gettime, clock, time);
      if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE) time->tv_sec += clock_step_seconds;
      return result;
    }
    """

  /// The command in front of an agent that gives it one; `nil` where there is no C compiler.
  public static let wrapper: [String]? = {
    let (code, library) = (ScratchFile(byteCount: 0), ScratchFile(byteCount: 0))
    let descriptor = open(code.path, O_WRONLY | O_TRUNC | O_CLOEXEC)
    defer { close(descriptor) }
    guard write(descriptor, source, source.utf8.count) == source.utf8.count else { return nil }
    let compile =
      "for c in cc clang gcc; do $c -x c -shared -fPIC -o \(library.path) \(code.path) && exit 0; done; exit 1"
    let arguments: [String] = ["sh", "-c", compile]
    var words = arguments.map { strdup($0) } + [nil]
    defer { words.forEach { free($0) } }
    var compiler: pid_t = 0
    var status: Int32 = -1
    guard posix_spawnp(&compiler, "sh", nil, nil, &words, environ) == 0,
      waitpid(compiler, &status, 0) == compiler, status == 0
    else { return nil }
    keptForEver = library
    return ["env", "LD_PRELOAD=\(library.path)"]
  }()

  // Written once, under the initialisation of `wrapper`.
  nonisolated(unsafe) private static var keptForEver: ScratchFile?
}
