/// What `shmtop check --json` found.
public struct CheckDocument: Sendable, Encodable {
  struct Finding: Sendable, Encodable {
    let kind: String
    let offset: Int
    let message: String
  }
  let segment: String
  let isSound: Bool
  let findings: [Finding]

  public init(segment: String, _ findings: [CheckFinding]) {
    self.segment = segment
    isSound = findings.isEmpty
    self.findings = findings.map { Finding(kind: $0.kind, offset: $0.offset, message: $0.message) }
  }
}
