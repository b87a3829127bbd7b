import TestSupport
import Testing

@testable import ShmtopKit

/// Sizes of entries, against a plain sort.
@Suite struct SizeSurveyTests {
  @Test(arguments: [0, 1, 17, 5000]) func `Percentiles are at most a sixteenth above the sorted size`(
    _ count: Int
  ) {
    var random = SeededGenerator(seed: 3)
    var table = EntryTable()
    var sizes: [Int] = []
    table.beginPass()
    for number in 0..<count {
      let value = [UInt8](
        repeating: 1, count: Int.random(in: 1...(number.isMultiple(of: 50) ? 60_000 : 300), using: &random))
      let key = Array("key:\(number)".utf8)
      table.note(key: key.span.bytes, value: value.span.bytes, stamp: 1)
      sizes.append(key.count + value.count)
    }
    table.endPass()
    var survey = SizeSurvey()
    while survey.countOn(7, table) {}
    sizes.sort()
    #expect(survey.count == count)
    #expect(survey.largest.map(\.byteCount) == Array(sizes.reversed().prefix(20)))
    #expect(survey.keyBytes + survey.valueBytes == sizes.reduce(0, +))
    for share in [0.001, 0.5, 0.9, 0.99, 0.999, 1] {
      guard count > 0 else {
        #expect(survey.percentile(share) == nil)
        continue
      }
      let exact = sizes[max(1, Int((share * Double(count)).rounded(.up))) - 1]
      let shown = survey.percentile(share)!
      #expect(shown >= exact && shown <= exact + exact / 16 + 1)
    }
  }
}
