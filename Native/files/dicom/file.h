/// DICOM files with an image: what they say of their frames.
#pragma once

#include "data.h"
#include "../volumes/volume.h"

#include <array>

namespace vernier {

using Point = std::array<double, 3>;

/// What is told of a frame; where a file has one, of its image.
struct DICOMFrame {
  std::optional<Point> position;
  /// The directions of a row and of a column, each of length 1.
  std::optional<std::array<double, 6>> orientation;
  /// From row to row, and from column to column.
  std::optional<std::array<double, 2>> spacing;
  Scaling scaling;
  /// What may tell frames of one place apart, such as times or b-values, one list for each of `dicomKeys`; an empty one
  /// where nothing is told.
  std::vector<std::vector<double>> keys;
};

/// What the keys of a frame are.
extern const std::vector<std::string> dicomKeys;

/// Memory that a file is mapped to.
class MappedFile {
public:
  explicit MappedFile(const std::string &path);
  ~MappedFile();
  MappedFile(const MappedFile &) = delete;
  MappedFile &operator=(const MappedFile &) = delete;

  std::string_view bytes() const { return {start, size}; }

private:
  const char *start = nullptr;
  size_t size = 0;
};

class DICOMFile {
public:
  /// Reads a file. Throws `Failure` where it is no DICOM, or ends early.
  explicit DICOMFile(const std::string &path);

  /// Whether it holds an image; reports, plans and directories do not.
  bool hasImage() const { return data.has(rowsTag) && data.has(columnsTag); }

  /// Takes what is told of the image. Throws `Failure` where it is none that can be read.
  void readImage();

  std::string path;
  DICOMData data;
  std::string transferSyntax;
  std::string series;
  /// Among the images of its series.
  double instanceNumber = 0;

  size_t rows = 0, columns = 0, channels = 1;
  uint32_t bitsAllocated = 0, bitsStored = 0, highBit = 0;
  bool isSigned = false, isPlanar = false;
  /// Such as MONOCHROME2.
  std::string photometry;
  std::vector<DICOMFrame> frames;
  /// The distance from slice to slice that is told beside the positions.
  std::optional<double> sliceSpacing;

  bool isEncapsulated() const;

  /// The colours or the brightness of a frame, with rescaling applied, the channels of a sample beside one another.
  std::vector<float> samples(size_t frame) const;
  size_t sampleChannels() const { return photometry == "PALETTE COLOR" ? 3 : channels; }

  /// The least and the greatest value that its samples can have.
  std::pair<double, double> valueRange() const;
  /// Whether values may be no whole numbers.
  bool hasFractions() const;

  static constexpr uint32_t rowsTag = 0x00280010, columnsTag = 0x00280011, pixelsTag = 0x7fe00010,
                            floatPixelsTag = 0x7fe00008, doublePixelsTag = 0x7fe00009;

private:
  void unpack(std::string_view dataSet);
  void readFrames();
  void placeFrames();
  void checkPixels(double frameCount) const;

  std::shared_ptr<MappedFile> file;
  /// What a deflated data set becomes.
  std::shared_ptr<std::string> inflated;
};

/// Whether a file begins as DICOM does without the 128 bytes and the mark before it.
bool isBareDICOM(std::string_view bytes);

/// The stored numbers of a frame, before palettes, conversion of colours and rescaling; channels beside one another.
std::vector<float> storedSamples(const DICOMFile &file, size_t frame);

/// How frames make volumes.
struct DICOMArrangement {
  /// For each volume its frames in the order of their places.
  std::vector<std::vector<size_t>> volumes;
  Point origin = {0, 0, 0};
  /// 3 × 3 elements, row by row; a column is an axis.
  std::array<double, 9> direction = {1, 0, 0, 0, 1, 0, 0, 0, 1};
  double sliceSpacing = 1;
  std::string remarks;
};

/// Puts frames in the order of their places; `names` says which each is. Throws `Failure` where one is missing or two
/// share a place and nothing tells them apart.
DICOMArrangement arrange(const std::vector<const DICOMFrame *> &frames, const std::vector<std::string> &names,
                         double sliceSpacing);

/// Reads the frames of one or several files as one image.
Answer readFrames(const std::vector<DICOMFile> &files, const vernier_part &part);

}  // namespace vernier
