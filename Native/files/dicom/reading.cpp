#include "file.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <set>

namespace vernier {
namespace {

[[noreturn]] void refuse(const std::string &why) { throw Failure(VERNIER_UNSUPPORTED, why); }

std::string fileName(const std::string &path) { return path.substr(path.rfind('/') + 1); }

/// All frames of all files, with the file that each is in.
struct Frames {
  explicit Frames(const std::vector<DICOMFile> &files) {
    for (const auto &file : files) {
      for (size_t index = 0; index < file.frames.size(); ++index) {
        files_.push_back(&file);
        indices.push_back(index);
        frames.push_back(&file.frames[index]);
        const std::string number = "frame " + std::to_string(index + 1);
        names.push_back(files.size() == 1 ? number
                                          : fileName(file.path) + (file.frames.size() > 1 ? ", " + number : ""));
      }
    }
  }

  std::vector<const DICOMFile *> files_;
  std::vector<size_t> indices;
  std::vector<const DICOMFrame *> frames;
  std::vector<std::string> names;
};

/// Throws where files cannot be slices of one image.
void checkLikeness(const std::vector<DICOMFile> &files) {
  const DICOMFile &first = files[0];
  std::set<std::string> instances;
  for (const auto &file : files) {
    const std::string instance = file.data.text(0x00080018);
    if (!instance.empty() && !instances.insert(instance).second) {
      refuse(fileName(file.path) + " holds a slice that another file holds, too (the same instance, " + instance +
             "); take one of them away");
    }
    if (file.rows != first.rows || file.columns != first.columns) {
      refuse(fileName(file.path) + " has another size than " + fileName(first.path) + "; keep slices of one size");
    }
    if (file.sampleChannels() != first.sampleChannels()) {
      refuse(fileName(file.path) + " has other channels than " + fileName(first.path) + "; keep slices of one kind");
    }
    const auto &spacing = file.frames[0].spacing, &other = first.frames[0].spacing;
    const bool isAlike = spacing.has_value() == other.has_value() &&
                         (!spacing || (std::abs((*spacing)[0] - (*other)[0]) <= 1e-3 * (*other)[0] &&
                                       std::abs((*spacing)[1] - (*other)[1]) <= 1e-3 * (*other)[1]));
    if (!isAlike) {
      refuse(
        fileName(file.path) + " has another pixel spacing than " + fileName(first.path) + "; keep slices of one kind");
    }
  }
}

/// The narrowest type that holds all numbers of a range.
int32_t integerType(double least, double most) {
  const auto fits = [&](double from, double to) { return least >= from && most <= to; };
  if (fits(0, 255)) return VERNIER_SAMPLE_UINT8;
  if (fits(-128, 127)) return VERNIER_SAMPLE_INT8;
  if (fits(0, 65535)) return VERNIER_SAMPLE_UINT16;
  if (fits(-32768, 32767)) return VERNIER_SAMPLE_INT16;
  if (fits(0, 4294967295.0)) return VERNIER_SAMPLE_UINT32;
  if (fits(-2147483648.0, 2147483647.0)) return VERNIER_SAMPLE_INT32;
  return VERNIER_SAMPLE_FLOAT64;
}

/// The narrowest type that holds what the samples of all files can be; `values` are what they are.
int32_t valueType(const std::vector<DICOMFile> &files, const float *values, size_t count) {
  std::pair<double, double> range = {0, 0};
  uint32_t bits = 0;
  for (const auto &file : files) {
    if (file.data.has(DICOMFile::doublePixelsTag)) return VERNIER_SAMPLE_FLOAT64;
    if (file.hasFractions()) return VERNIER_SAMPLE_FLOAT32;
    const auto own = file.valueRange();
    range = {std::min(range.first, own.first), std::max(range.second, own.second)};
    bits = std::max(bits, file.bitsAllocated);
  }
  const int32_t type = integerType(range.first, range.second);
  // Tomograms have 16 bits and a shift of 1024: what could be takes 32, what is 16.
  const bool isWidened = bits <= 16 && (type == VERNIER_SAMPLE_UINT32 || type == VERNIER_SAMPLE_INT32);
  if (!isWidened) return type;
  const auto [least, most] = std::minmax_element(values, values + count);
  const bool isSmall = integerType(*least, *most) <= VERNIER_SAMPLE_INT16;
  return !isSmall ? type : *least < 0 ? VERNIER_SAMPLE_INT16 : VERNIER_SAMPLE_UINT16;
}

}  // namespace

Answer readFrames(const std::vector<DICOMFile> &files, const vernier_part &part) {
  checkLikeness(files);
  const Frames frames(files);
  const DICOMFile &first = files[0];
  const double sliceSpacing = std::abs(first.sliceSpacing.value_or(1));
  const DICOMArrangement arrangement = arrange(frames.frames, frames.names, sliceSpacing);

  Answer answer;
  answer.remarks = arrangement.remarks;
  vernier_image &image = answer.image;
  image = blankImage(VERNIER_FORMAT_DICOM);
  image.channels = static_cast<int32_t>(first.sampleChannels());
  image.is_color = image.channels == 3;
  image.frames = static_cast<int64_t>(arrangement.volumes.size());
  const auto &pixelSpacing = frames.frames[arrangement.volumes[0][0]]->spacing;
  if (pixelSpacing) std::strcpy(image.unit, "mm");
  const int64_t size[3] = {static_cast<int64_t>(first.columns), static_cast<int64_t>(first.rows),
                           static_cast<int64_t>(arrangement.volumes[0].size())};
  // Without a size of its pixels an image is one of pixels along every axis.
  const double pixels[3] = {1, 1, 1}, start[3] = {0, 0, 0};
  const double physical[3] = {pixelSpacing ? (*pixelSpacing)[1] : 1, pixelSpacing ? (*pixelSpacing)[0] : 1,
                              arrangement.sliceSpacing};
  if (!pixelSpacing && size[2] > 1) {
    answer.remarks += "it tells no size of its pixels (PixelSpacing): it is taken in pixels, its slices 1 apart\n";
  }
  setGrid(image, size, pixelSpacing ? physical : pixels, pixelSpacing ? arrangement.origin.data() : start,
          arrangement.direction.data());

  choose(part.level, 1, "levels", "level=");
  const bool isTime = part.index < 0 && part.time >= 0;
  const int64_t chosen = isTime ? part.time : part.index;
  const int64_t index = choose(chosen, image.frames, isTime ? "frames" : "volumes", isTime ? "t=" : "");
  if (chosen < 0 && image.frames > 1) image.frame_by_rule = index;

  // The rescaling may differ from slice to slice, and the type with it, so the volume is assembled as floats.
  const auto &slices = arrangement.volumes[static_cast<size_t>(index)];
  const size_t channels = first.sampleChannels(), each = first.rows * first.columns * channels;
  answer.samples.reset(new vernier_samples{allocate(each * slices.size() * sizeof(float)), VERNIER_SAMPLE_FLOAT32,
    channels, each / channels * slices.size(), channels, 1});
  float *destination = reinterpret_cast<float *>(answer.samples->bytes.get());
  for (const size_t slice : slices) {
    const auto samples = frames.files_[slice]->samples(frames.indices[slice]);
    destination = std::copy(samples.begin(), samples.end(), destination);
  }
  const size_t total = each * slices.size();
  image.sample_type = valueType(files, destination - total, total);
  const bool isInverted =
    std::any_of(files.begin(), files.end(), [](const DICOMFile &file) { return file.photometry == "MONOCHROME1"; });
  if (isInverted) answer.remarks += "its low samples are bright (MONOCHROME1); they are used as they are stored\n";
  if (first.data.text(0x00080008).find("MOSAIC") != std::string::npos) {
    answer.remarks += "it is a mosaic of slices, which is used as one picture; convert it to a volume first\n";
  }
  if (first.data.has(0x3004000e)) answer.remarks += "its samples are doses (DoseGridScaling is applied)\n";
  narrow(answer, part);
  return answer;
}

Answer readDICOM(const std::string &path, const vernier_part &part) {
  std::vector<DICOMFile> files;
  files.emplace_back(path);
  if (!files[0].hasImage()) {
    const std::string kind = files[0].data.text(0x00080060);
    refuse("it is DICOM without an image" + (kind.empty() ? "" : " (" + kind.substr(0, 16) + ")") +
      "; name one with an image");
  }
  files[0].readImage();
  return readFrames(files, part);
}

}  // namespace vernier
