import Testing
import Vernier
import VernierFiles

/// Damaged texts give a value or a typed error, never a crash.
struct FuzzTests {
  let folder = TemporaryFolder()

  /// The seeds with bytes changed, removed, doubled or cut off, and every fourth time bytes at random.
  func texts(seeds: [String], count: Int, seed: UInt64) -> [[UInt8]] {
    var generator = SeededGenerator(seed: seed)
    let alphabet = Array("0123456789.,-+eE{}[]\":\\u#\n\r\t TransformParameters_double".utf8) + [0, 0xef, 0xbb, 0xff]
    return (0..<count).map { index in
      if index % 4 == 3 {
        return (0..<Int.random(in: 0...200, using: &generator)).map { _ in
          Bool.random(using: &generator)
            ? alphabet.randomElement(using: &generator)! : UInt8.random(in: 0...255, using: &generator)
        }
      }
      var text = Array(seeds[index % seeds.count].utf8)
      for _ in 0..<Int.random(in: 1...6, using: &generator) where !text.isEmpty {
        let place = Int.random(in: 0..<text.count, using: &generator)
        let end = min(text.count, place + Int.random(in: 1...30, using: &generator))
        switch Int.random(in: 0...4, using: &generator) {
        case 0: text[place] = alphabet.randomElement(using: &generator)!
        case 1: text.removeSubrange(place..<end)
        case 2: text.insert(contentsOf: text[place..<end], at: place)
        case 3: text.insert(alphabet.randomElement(using: &generator)!, at: place)
        default: text.removeSubrange(place...)
        }
      }
      return text
    }
  }

  private func isFinite<let rank: Int>(_ map: Transform<rank>) -> Bool {
    switch map.base {
    case let spline as BSplineTransform<rank>: spline.isFinite
    case let field as DisplacementField<rank>: field.isFinite && field.grid.origin.isFinite
    case let homography as Homography: homography.matrix.isFinite
    case let composition as Composition<rank>: composition.maps.allSatisfy { isFinite($0) }
    default: map.linear.isFinite
    }
  }

  /// How many of the texts are read as transforms; each transform is finite.
  func readable(_ texts: [[UInt8]]) -> Int {
    var count = 0
    for text in texts {
      write(text, to: folder("t.tfm"))
      guard let file = try? TransformFile.read(folder("t.tfm")) else { continue }
      count += 1
      switch file.transform {
      case .plane(let transform): #expect(isFinite(transform))
      case .space(let transform): #expect(isFinite(transform))
      }
    }
    return count
  }

  @Test func transformText() {
    let texts = texts(seeds: goldenTransforms.map(\.text), count: 2000, seed: 1)
    let count = readable(texts)
    #expect(count > 20 && count < 1500)
  }

  @Test func transformJSON() throws {
    try TransformFile(
      Affine<3>(translation: [1.5, -2e-7, 3e20], center: [1, 2, 3]), model: .affine
    ).write(to: folder("seed.json"))
    let seed = String(decoding: bytes(of: folder("seed.json")), as: UTF8.self)
    let deep = String(repeating: "[", count: 300) + String(repeating: "]", count: 300)
    let report = #"{"a": {"b": [true, null, "x\n\u00e9\ud83d\ude00"]}, "matrix": [[1, 0, 2], [0, 1, 3], [0, 0, 1]]}"#
    let count = readable(texts(seeds: [seed, report, #"{"matrix": \#(deep)}"#], count: 2000, seed: 2))
    #expect(count > 20 && count < 1500)
  }

  @Test func pairLists() throws {
    let seeds = ["fixed,moving,x\r\n\"a\"\"b\",c,\"d\ne\"\r\nf,g,h\r\n", "x,fixed,moving\n1,2,3\n\n4,5,6"]
    var count = 0
    for text in texts(seeds: seeds, count: 2000, seed: 3) {
      write(text, to: folder("p.csv"))
      guard let list = try? PairList.read(folder("p.csv")) else { continue }
      count += 1
      for case .success(let pair) in list.rows {
        #expect(!pair.fixed.isEmpty && !pair.moving.isEmpty && pair.others.count == list.otherColumns.count)
      }
    }
    #expect(count > 100 && count < 1900)
  }

  /// Some libraries end the process at some of these unless they are kept from it.
  @Test(.enabled(if: filesPluginAvailable, pluginNeeded))
  func imageHeaders() throws {
    var generator = SeededGenerator(seed: 9)
    let plane = try Image(width: 40, height: 30, samples: samples(.uint8, count: 1200))
    let names = ["a.png", "a.jpg", "a.tif", "a.bmp", "a.nii", "a.nii.gz", "a.nrrd", "a.mha"]
    var seeds: [(name: String, bytes: [UInt8])] = []
    for name in names {
      try ImageFile([plane], sampleType: .uint8).write(to: folder(name))
      seeds.append((name, bytes(of: folder(name))))
    }
    let slice = DICOMTests().slice(
      [Int16](repeating: 5, count: 1200), width: 40, height: 30, number: 1, position: [0, 0, 0])
    seeds.append(("a.dcm", slice))
    for (name, seed) in seeds {
      var refused = 0
      for _ in 0..<60 {
        var damaged = seed
        for _ in 0..<Int.random(in: 1...6, using: &generator) {
          let place = Int.random(in: 0..<min(damaged.count, name == "a.dcm" ? 800 : 400), using: &generator)
          damaged[place] = UInt8.random(in: 0...255, using: &generator)
        }
        write(damaged, to: folder(name))
        do throws(FileError) { _ = try ImageFile.read(folder(name)) } catch { refused += 1 }
      }
      #expect(refused > 0 || name == "a.bmp" || name == "a.nii", "\(name)")
    }
  }
}
