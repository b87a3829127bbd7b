import Foundation
import FoundationXML
import Testing

@testable import ShmtopKit

/// Screens as pictures.
@Suite struct PictureTests {
  private struct Element {
    let name: String
    let text: String
    let attributes: [String: String]
  }

  /// The elements of a picture of one row, its ground left out.
  private static func elements(width: Int, _ draw: (inout Screen) -> Void) throws -> [Element] {
    var screen = Screen(width: width, height: 1)
    draw(&screen)
    let document = try XMLDocument(xmlString: ScreenPicture(screen, palette: .dark).text)
    // Nodes are good for as long as their document is.
    return try withExtendedLifetime(document) {
      let root = try #require(document.rootElement())
      return (root.children ?? []).compactMap { $0 as? XMLElement }.dropFirst().map { element in
        let attributes = (element.attributes ?? []).map { ($0.name ?? "", $0.stringValue ?? "") }
        return Element(
          name: element.name ?? "", text: element.stringValue ?? "",
          attributes: Dictionary(uniqueKeysWithValues: attributes))
      }
    }
  }

  @Test func `Words of one look are one text, as long as its cells, and wide gaps part it`() throws {
    let elements = try Self.elements(width: 30) { screen in
      screen.write("a <b> & c", row: 0, column: 2)
      screen.write("far", row: 0, column: 20, role: .strong)
    }
    #expect(elements.map(\.text) == ["a <b> & c", "far"])
    #expect(elements.map { $0.attributes["x"] } == ["30", "192"])
    #expect(elements.map { $0.attributes["textLength"] } == ["81", "27"])
    #expect(elements.map { $0.attributes["font-weight"] } == [nil, "bold"])
  }

  @Test func `A character of another script stands alone in its own cells`() throws {
    let elements = try Self.elements(width: 12) { $0.write("é 漢字 Ω x", row: 0, column: 0) }
    #expect(elements.map(\.text) == ["é", "漢", "字", "Ω", "x"])
    #expect(elements.map { $0.attributes["x"] } == ["12", "30", "48", "75", "93"])
    #expect(elements.map { $0.attributes["textLength"] } == ["9", "18", "18", "9", "9"])
  }

  @Test func `Charts are shapes, from the bottom of their cells`() throws {
    let elements = try Self.elements(width: 6) { $0.write("██▄─┐", row: 0, column: 0) }
    #expect(elements.map(\.name) == ["rect", "rect", "path", "path"])
    #expect(elements.map { $0.attributes["width"] } == ["18", "9", nil, nil])
    #expect(elements.map { $0.attributes["height"] } == ["18", "9", nil, nil])
    #expect(elements.map { $0.attributes["y"] } == ["12", "21", nil, nil])
  }

  @Test func `What is reversed has its colour as ground, blanks included, and what is underlined a line`()
    throws
  {
    let elements = try Self.elements(width: 4) { $0.write(" T  ", row: 0, column: 0, role: .chosenTitle) }
    #expect(elements.map(\.name) == ["rect", "text", "rect"])
    #expect(elements.map { $0.attributes["width"] } == ["36", nil, "36"])
    #expect(elements[0].attributes["fill"] == "#98c379")
    #expect(elements[1].attributes["fill"] == "#1e222a")
  }

  @Test func `Every colour of every look can be read on its ground`() {
    func brightness(_ hex: String) -> Double {
      let number = Int(hex.dropFirst(), radix: 16)!
      let parts = [16, 8, 0].map { shift -> Double in
        let part = Double(number >> shift & 0xFF) / 255
        return part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
      }
      return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    }
    for palette in [PicturePalette.dark, .light] {
      for role in Role.allCases {
        let pair = [palette.text(palette.theme.look(role).color), palette.background].map(brightness).sorted()
        #expect((pair[1] + 0.05) / (pair[0] + 0.05) >= 4.5, "\(role)")
      }
    }
  }
}
