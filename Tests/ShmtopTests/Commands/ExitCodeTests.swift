import OriginalSegment
import SharedSimple
import TestSupport
import Testing

@Suite struct ExitCodeTests {
  @Test(arguments: [
    "--bogus", "-d 0.05 x", "-d 61 x", "-d nan x", "-v table2 x", "--theme red x", "-r --write x", "--wait",
    "-n 3 x",
    "-b -n 0 x", "--batch", "-b -f a x", "--demo x", "--workers 3 x", "--demo --workers 65",
    "--demo --keys 9", "--replay file --openmetrics", "--replay file --batch -d 1", "--replay file -b x",
    "--replay file --json -s key", "-b --replay file -r", "-b --replay file --theme dark",
    "-b --replay file --edit-original", "--wait --replay file", "-b --theme dark x", "-bx", "-bnx x",
    "-bd0 x",
    "x y", "get", "get x", "put x", "remove x", "increment x", "increment x y --by z", "unlink",
    "put a/b k v",
  ])
  func `wrong usage ends with 2 and one line`(arguments: String) async throws {
    let outcome = try await ShmtopProgram.shell("shmtop \(arguments)")
    #expect(outcome.code == 2, "\(outcome.complaint)")
    #expect(outcome.bytes == [])
    #expect(outcome.complaint.hasPrefix("shmtop: "))
    #expect(outcome.complaint.count { $0 == "\n" } == 1, "\(outcome.complaint)")
  }

  @Test(arguments: [
    ("-b --replay f -r", "leave out --read-only. See 'shmtop --help'."),
    ("-b --replay f --edit-original", "leave out --edit-original. See"),
    ("--wait --replay f", "leave out --wait. See"),
    ("x --write --replay f", "leave out the NAME and --write. See"),
    ("-b --replay f --theme dark", "--theme are for the screen"),
    ("--sotr key", "Did you mean '--sort'? See 'shmtop --help'."), ("put x", "See 'shmtop help put'."),
    ("get x --jso", "See 'shmtop help get'."), ("-nx -b x", "The value 'x' is invalid for '-n <count>'"),
  ])
  func `what is wrong is said, and where to read on`(arguments: String, words: String) async throws {
    let outcome = try await ShmtopProgram.shell("shmtop \(arguments)")
    #expect(outcome.code == 2)
    #expect(outcome.complaint.contains(words), "\(outcome.complaint)")
  }

  @Test(arguments: [("", "value"), ("key", "longer than the 32 bytes there are here"), ("key", "")])
  func `a key or value that no store takes is wrong usage`(key: String, value: String) async throws {
    let segment = TemporaryStore("usage")
    _ = try segment.open()
    let outcome = try await ShmtopProgram.run("put", segment.name, key, value)
    #expect(outcome.code == 2, "\(outcome.complaint)")
  }

  @Test func `without a terminal there is no screen`() async throws {
    let segment = TemporaryStore("no-terminal")
    _ = try segment.open()
    for line in ["shmtop", "shmtop \(segment.name)", "shmtop --demo"] {
      let outcome = try await ShmtopProgram.shell(line)
      #expect(outcome.code == 2)
      #expect(outcome.complaint.contains("--batch"))
    }
  }

  @Test func `a mistyped name is said before a missing terminal`() async throws {
    let segment = TemporaryStore("mistyped-without-terminal")
    _ = try segment.open()
    let outcome = try await ShmtopProgram.run(segment.name + "x")
    #expect(outcome.code == 1)
    #expect(outcome.complaint.contains("did you mean \(segment.name)"))
    let command = try await ShmtopProgram.run("lisst")
    #expect(command.code == 1)
    #expect(command.complaint.contains("the command 'list'"))
  }

  @Test func `a segment that is refused ends with 3`() async throws {
    let foreign = TemporaryStore("foreign")
    RawObject(foreign).write(Array(repeating: 0x41, count: 8192))
    for command in ["get NAME k", "put NAME k v", "-b NAME", "check NAME", "unlink NAME"] {
      let line =
        command.split(separator: "NAME").joined(separator: foreign.name)
        + (command.hasSuffix("NAME") ? foreign.name : "")
      let outcome = try await ShmtopProgram.shell("shmtop \(line)")
      #expect(outcome.code == 3, "\(line): \(outcome.complaint)")
      #expect(outcome.complaint.contains(foreign.name))
    }
  }

  @Test func `a system that refuses ends with 4`() async throws {
    let segment = TemporaryStore("full")
    try segment.open().put("key", "value")
    let outcome = try await ShmtopProgram.shell("shmtop get \(segment.name) key > /dev/full")
    #expect(outcome.code == 4)
    #expect(outcome.complaint.contains("No space left"))
  }

  @Test func `a stuck lock ends with 4 and names the holder`() async throws {
    let segment = TemporaryStore("stuck")
    try segment.open().put("key", "value")
    let holder = try AgentProcess.stoppedHolder(of: segment)
    defer { holder.kill() }
    let outcome = try await ShmtopProgram.run("put", segment.name, "key", "other")
    #expect(outcome.code == 4)
    #expect(outcome.complaint.contains("within 5 s: process \(holder.pid) holds it"), "\(outcome.complaint)")
  }

  @Test(arguments: [(40, "40 ms"), (999, "999 ms"), (1000, "1 s"), (1460, "1.5 s"), (3011, "3 s")])
  func `the time that the lock was waited for is said in seconds from one on`(_ time: Int, _ words: String) {
    let store = StoreError.lockTimeout(name: "a", holder: 1, holderState: "S", milliseconds: time)
    #expect(store.description.contains("within \(words): "))
    let original = OriginalError.lockTimeout(name: "a", owner: 1, milliseconds: time)
    #expect(original.description.contains("within \(words); "))
  }

  @Test func `help and version end with 0`() async throws {
    for arguments in ["--help", "-h", "help", "--version", "help get", "get --help"] {
      let outcome = try await ShmtopProgram.shell("shmtop \(arguments)")
      #expect(outcome.code == 0)
      #expect(outcome.complaint == "")
    }
    let help = try await ShmtopProgram.run("--help").output
    for word in ["--version", "--delay", "--demo", "list", "unlink", "EXIT CODES", "shmtop show NAME"] {
      #expect(help.contains(word))
    }
    #expect(!help.contains("demo-worker"))
  }

  @Test func `a reader that goes away is no failure`() async throws {
    let segment = TemporaryStore("gone-reader")
    try segment.open().put("key", "value")
    for command in ["list", "get \(segment.name) key", "--help"] {
      let outcome = try await ShmtopProgram.shell(
        "exec 3> >(exec true); sleep 0.2; shmtop \(command) >&3; echo $?")
      #expect(outcome.output == "0\n", "\(command)")
      #expect(outcome.complaint == "", "\(command)")
    }
  }

  @Test func `closed streams never take a segment's place`() async throws {
    let segment = TemporaryStore("closed-streams")
    let store = try segment.open()
    let before = RawObject(segment).bytes(count: 4096)
    let outcome = try await ShmtopProgram.shell("shmtop list <&- >&- 2>&-; echo $?")
    #expect(outcome.output == "0\n")
    _ = try await ShmtopProgram.shell("shmtop get \(segment.name) missing <&- >&- 2>&-")
    #expect(RawObject(segment).bytes(count: 4096) == before)
    try store.put("key", "value")
  }
}
