import Vernier
import VernierFiles
import VernierReport

/// Picture files for a report: JPEG, or PNG where every sample counts.
struct ReportEncoder: PictureEncoder {
  /// Twice as small as 95, and hardly told from the original when enlarged.
  private static let quality = 85

  func encode(_ channels: [Image<2>], isExact: Bool) throws -> EncodedPicture {
    let file = ImageFile(channels, sampleType: .uint8)
    return isExact
      ? EncodedPicture(bytes: try file.encoded(ending: ".png"), mediaType: "image/png")
      : EncodedPicture(
        bytes: try file.encoded(ending: ".jpg", quality: Self.quality), mediaType: "image/jpeg")
  }
}
