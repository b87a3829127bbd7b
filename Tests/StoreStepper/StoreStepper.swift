import CTrace
import Glibc
import SharedSimple

/// Runs one operation of a real process an instruction at a time, and looks at what its death, or its standing
/// still, after each of them is to others.
///
///     StoreStepper kill [--seed=N] [--stride=N] [--real=N] [--chain=N] [OPERATION…]
///     StoreStepper stop [--seed=N] [--stride=N] [--real=N] [OPERATION…]
///     StoreStepper full [--seed=N] [--samples=N]
///
/// `kill`: what is left, examined where it has changed. `stop`: what others can do meanwhile. `full`: readers that
/// go on in a /dev/shm that has been filled. Without operations it does all of them. Ends with 1 where it has found something, with 75 where the system
/// does not let it trace its children.
@main
enum StoreStepper {
  static func main() {
    let arguments = Array(CommandLine.arguments.dropFirst())
    if arguments.first == "child" { return SteppedChild.run(Array(arguments.dropFirst())) }
    let options = Dictionary(
      arguments.filter { $0.hasPrefix("--") }.map { option -> (String, String) in
        let parts = option.dropFirst(2).split(separator: "=", maxSplits: 1)
        return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
      }, uniquingKeysWith: { _, last in last })
    let words = arguments.filter { !$0.hasPrefix("--") }
    // For the children: symbols bound at the first call are thousands of instructions that touch no segment, and
    // a crash is a finding, where Swift's backtracer can hang.
    setenv("LD_BIND_NOW", "1", 1)
    setenv("SWIFT_BACKTRACE", "enable=no", 1)
    if words.first == "full" { PrivateMemory.enter() }
    let seed = options["seed"].flatMap(number) ?? UInt64.random(in: .min ... .max)
    Chance.seed(seed)
    print("seed: 0x\(String(seed, radix: 16))")
    guard isTracingPermitted else {
      print("skipped: this system does not let a process trace its children (ptrace)")
      exit(75)
    }
    let report = Report()
    func effort(_ name: String, _ standard: Int) -> Int { options[name].flatMap { Int($0) } ?? standard }
    let segment = "shmtop-test-stepper-\(getpid())"
    let chosen = words.dropFirst()
    func operations(_ all: [SteppedOperation]) -> [SteppedOperation] {
      chosen.isEmpty ? all : (all + [.torn]).filter { chosen.contains($0.name) }
    }
    do {
      switch words.first {
      case "kill":
        for operation in operations(SteppedOperation.all) {
          var kill = KillRun.Effort()
          kill.stride = effort("stride", kill.stride)
          kill.realKills = effort("real", kill.realKills)
          kill.chain = effort("chain", kill.chain)
          try KillRun(operation: operation, segment: segment, report: report, effort: kill).run()
        }
      case "stop":
        for operation in operations(SteppedOperation.onStores) {
          var stop = StopRun.Effort()
          stop.stride = effort("stride", stop.stride)
          stop.realStops = effort("real", stop.realStops)
          try StopRun(operation: operation, segment: segment, report: report, effort: stop).run()
        }
      case "full":
        for reading in FullMemoryRun.Reading.allCases
        where chosen.isEmpty || chosen.contains(reading.rawValue) {
          try FullMemoryRun(reading: reading, report: report, samples: effort("samples", 20)).run()
        }
      default:
        print("StoreStepper kill|stop|full [--seed=N] [OPERATION…]")
        exit(64)
      }
    } catch is Report.TooMuch {
      print("gave up after so many findings")
    } catch {
      print("FOUND: \(error)")
      exit(1)
    }
    exit(report.findingCount == 0 ? 0 : 1)
  }

  private static func number(_ text: String) -> UInt64? {
    text.hasPrefix("0x") ? UInt64(text.dropFirst(2), radix: 16) : UInt64(text)
  }

  private static var isTracingPermitted: Bool {
    guard let child = try? SteppedProcess(["nothing", ""]) else { return false }
    return (try? child.step()) == true
  }
}

/// The other side: what `SteppedProcess` starts.
enum SteppedChild {
  static func run(_ arguments: [String]) {
    guard arguments.count == 2, trace_me() == 0 else { exit(70) }
    mark()
    let (name, segment) = (arguments[0], arguments[1])
    do {
      if name == "nothing" {
        mark()
        exit(0)
      }
      if let reading = FullMemoryRun.Reading(rawValue: String(name.dropFirst(5))) {
        let read = try reading.reader(of: segment)
        // What a process does only the first time touches no segment.
        try read()
        while true {
          mark()
          try read()
          mark()
        }
      }
      guard let operation = (SteppedOperation.all + [.torn, .waiter]).first(where: { $0.name == name }) else {
        exit(64)
      }
      try warmUp(operation, segment + "-warm")
      let perform = try operation.child(segment)
      mark()
      try perform()
      mark()
      exit(0)
    } catch {
      print("the child of \(name): \(error)")
      exit(1)
    }
  }

  /// Does the operation once on a segment that is nobody's concern: what a process does only the first time,
  /// binding symbols and looking up types, takes half a million instructions that touch no segment.
  private static func warmUp(_ operation: SteppedOperation, _ segment: String) throws {
    defer { World.remove(segment) }
    // Making a segment for a recovery takes a process of one's own to kill.
    let operation = operation.startsOrphaned ? SteppedOperation.all.first { $0.name == "attach" }! : operation
    _ = try operation.prepare(segment)
    try operation.child(segment)()
  }

  /// Stops this process, as its tracer expects.
  private static func mark() { raise(SIGSTOP) }
}
