// The samples of a frame as the file means them.
#include "codecs.h"


#include <algorithm>
#include <cmath>
#include <cstring>

namespace vernier {
namespace {

using namespace std::string_view_literals;

[[noreturn]] void refuse(const std::string &why) { throw Failure(VERNIER_UNSUPPORTED, why); }

constexpr const char *runLength = "1.2.840.10008.1.2.5";

/// How numbers stand in the bytes of a frame.
struct Cells {
  uint32_t bitsAllocated, bitsStored, highBit;
  bool isSigned;
  bool isSwapped;
};

/// The number of the cell with an index: its stored bits, with their sign.
template <typename Word>
float cell(const char *bytes, size_t index, const Cells &cells) {
  Word word;
  std::memcpy(&word, bytes + index * sizeof word, sizeof word);
  if constexpr (sizeof(Word) == 2) word = cells.isSwapped ? __builtin_bswap16(word) : word;
  if constexpr (sizeof(Word) == 4) word = cells.isSwapped ? __builtin_bswap32(word) : word;
  if constexpr (sizeof(Word) == 8) word = cells.isSwapped ? __builtin_bswap64(word) : word;
  const uint64_t mask = cells.bitsStored == 64 ? ~uint64_t(0) : (uint64_t(1) << cells.bitsStored) - 1;
  const uint64_t value = uint64_t(word) >> (cells.highBit + 1 - cells.bitsStored) & mask;
  if (!cells.isSigned) return static_cast<float>(value);
  const uint64_t sign = uint64_t(1) << (cells.bitsStored - 1);
  return static_cast<float>(static_cast<int64_t>((value ^ sign) - sign));
}

/// Cells of bits that do not fill bytes, the lowest bit first.
float bits(const char *bytes, size_t index, const Cells &cells) {
  uint64_t value = 0;
  for (uint32_t bit = 0; bit < cells.bitsAllocated; ++bit) {
    const size_t place = index * cells.bitsAllocated + bit;
    value |= uint64_t(static_cast<unsigned char>(bytes[place / 8]) >> place % 8 & 1) << bit;
  }
  return static_cast<float>(value);
}

std::vector<float> numbers(const char *bytes, size_t first, size_t count, const Cells &cells) {
  std::vector<float> result(count);
  const auto fill = [&](auto read) {
    for (size_t index = 0; index < count; ++index) result[index] = read(bytes, first + index, cells);
  };
  switch (cells.bitsAllocated) {
    case 8: fill(cell<uint8_t>); break;
    case 16: fill(cell<uint16_t>); break;
    case 32: fill(cell<uint32_t>); break;
    case 64: fill(cell<uint64_t>); break;
    default: fill(bits); break;
  }
  return result;
}

template <typename Real>
std::vector<float> reals(std::string_view bytes, size_t first, size_t count, bool isSwapped) {
  std::vector<float> result(count);
  for (size_t index = 0; index < count; ++index) {
    char copy[sizeof(Real)];
    std::memcpy(copy, bytes.data() + (first + index) * sizeof copy, sizeof copy);
    if (isSwapped) std::reverse(copy, copy + sizeof copy);
    Real real;
    std::memcpy(&real, copy, sizeof copy);
    result[index] = static_cast<float>(real);
  }
  return result;
}

/// Planes of channels become channels beside one another.
std::vector<float> interleaved(const std::vector<float> &planes, size_t channels) {
  std::vector<float> result(planes.size());
  const size_t count = planes.size() / channels;
  for (size_t channel = 0; channel < channels; ++channel) {
    for (size_t index = 0; index < count; ++index) result[index * channels + channel] = planes[channel * count + index];
  }
  return result;
}

std::vector<float> plainSamples(const DICOMFile &file, size_t frame) {
  const bool isBigEndian = file.data.syntax.isSwapped || file.transferSyntax == "1.2.840.113619.5.2";
  const size_t pixels = file.rows * file.columns, count = pixels * file.channels;
  if (const auto *real = file.data.find(DICOMFile::floatPixelsTag)) {
    return reals<float>(real->value, frame * count, count, isBigEndian);
  }
  if (const auto *real = file.data.find(DICOMFile::doublePixelsTag)) {
    return reals<double>(real->value, frame * count, count, isBigEndian);
  }
  const auto *element = file.data.find(DICOMFile::pixelsTag);
  const auto value = element->value;
  const Cells cells{file.bitsAllocated, file.bitsStored, file.highBit, file.isSigned, isBigEndian};
  if (file.photometry == "YBR_FULL_422") {
    // Two samples share their colour: Y, Y, Cb, Cr.
    if (pixels % 2 != 0 || file.channels != 3) {
      refuse("its colours are halved and its samples are not in pairs; correct it");
    }
    const auto stored = numbers(value.data(), frame * pixels * 2, pixels * 2, cells);
    std::vector<float> result(count);
    for (size_t index = 0; index < pixels; ++index) {
      const float *pair = stored.data() + index / 2 * 4;
      result[index * 3] = pair[index % 2];
      result[index * 3 + 1] = pair[2];
      result[index * 3 + 2] = pair[3];
    }
    return result;
  }
  if (isBigEndian && file.bitsAllocated == 8 && element->type == "OW"sv) {
    // Bytes lie in words of two (PS3.5, annex A.3).
    std::string words(value.substr(frame * count & ~size_t(1), count + 2));
    for (size_t index = 0; index + 1 < words.size(); index += 2) std::swap(words[index], words[index + 1]);
    words.resize(count + 3);
    const auto result = numbers(words.data(), frame * count % 2, count, cells);
    return file.isPlanar ? interleaved(result, file.channels) : result;
  }
  auto result = numbers(value.data(), frame * count, count, cells);
  return file.isPlanar ? interleaved(result, file.channels) : result;
}

/// The fragments of a frame.
std::vector<std::string_view> frameFragments(const DICOMFile &file, size_t frame) {
  auto fragments = file.data.fragments(DICOMFile::pixelsTag);
  const auto table = fragments[0];
  fragments.erase(fragments.begin());
  const size_t frameCount = file.frames.size();
  if (frameCount == 1) return fragments;
  if (fragments.size() == frameCount) return {fragments[frame]};

  // Where each fragment begins, counted from the first one's tag.
  std::vector<uint64_t> places;
  uint64_t place = 0;
  for (const auto &fragment : fragments) {
    places.push_back(place);
    place += fragment.size() + 8;
  }
  std::vector<uint64_t> starts = file.data.longest(0x7fe00001);
  if (starts.size() != frameCount) {
    starts.clear();
    for (size_t at = 0; at + 4 <= table.size(); at += 4) {
      uint32_t start;
      std::memcpy(&start, table.data() + at, sizeof start);
      starts.push_back(start);
    }
  }
  if (starts.size() != frameCount) {
    // Without a table a fragment that ends as JPEG does ends a frame.
    starts.assign(1, 0);
    for (size_t index = 0; index + 1 < fragments.size(); ++index) {
      const auto end = fragments[index].substr(fragments[index].size() - std::min<size_t>(fragments[index].size(), 10));
      if (end.find("\xff\xd9"sv) != end.npos) starts.push_back(places[index + 1]);
    }
  }
  if (starts.size() != frameCount) {
    refuse(
      "its " + std::to_string(fragments.size()) + " fragments do not tell which frames they are of; export it again");
  }
  const uint64_t from = starts[frame], to = frame + 1 < frameCount ? starts[frame + 1] : place;
  std::vector<std::string_view> result;
  for (size_t index = 0; index < fragments.size(); ++index) {
    if (places[index] >= from && places[index] < to) result.push_back(fragments[index]);
  }
  return result;
}

/// Undoes a run-length code (PS3.5, annex G): the bytes of numbers, each in a plane of its own, the highest first.
std::vector<float> unpackedRuns(const DICOMFile &file, const std::vector<std::string_view> &fragments) {
  std::string joined;
  for (const auto &fragment : fragments) joined += fragment;
  const size_t pixels = file.rows * file.columns, size = file.bitsAllocated / 8, planes = size * file.channels;
  const auto number = [&](size_t at) {
    uint32_t result = 0;
    if (at + 4 <= joined.size()) std::memcpy(&result, joined.data() + at, sizeof result);
    return size_t(result);
  };
  if (file.bitsAllocated % 8 != 0 || number(0) != planes || planes > 15) {
    refuse("its run-length code has " + std::to_string(number(0)) + " planes, not " + std::to_string(planes) +
      "; export it again");
  }
  // Two bytes stand for 128 at most.
  if (pixels * planes > joined.size() * 64) throw Failure(VERNIER_TRUNCATED, "its run-length code ends early");
  std::vector<char> bytes(pixels * planes);
  for (size_t plane = 0; plane < planes; ++plane) {
    size_t from = number(4 + 4 * plane), to = 0;
    const auto put = [&](char byte) {
      // Highest bytes come first; a number's lowest shall.
      const size_t channel = plane / size, place = size - 1 - plane % size;
      if (to < pixels) bytes[(to * file.channels + channel) * size + place] = byte;
      ++to;
    };
    while (to < pixels) {
      if (from >= joined.size()) throw Failure(VERNIER_TRUNCATED, "its run-length code ends early");
      const int code = static_cast<signed char>(joined[from++]);
      const size_t count = code >= 0 ? size_t(code) + 1 : code == -128 ? 0 : 1;
      if (count > joined.size() - from) throw Failure(VERNIER_TRUNCATED, "its run-length code ends early");
      if (code >= 0) {
        for (size_t index = 0; index < count; ++index) put(joined[from + index]);
      } else {
        for (int index = 0; count > 0 && index <= -code; ++index) put(joined[from]);
      }
      from += count;
    }
  }
  return numbers(bytes.data(), 0, pixels * file.channels,
                 {file.bitsAllocated, file.bitsStored, file.highBit, file.isSigned, false});
}

/// Brightness and colour differences become red, green and blue (PS3.3, section C.7.6.3.1.2).
void convertColors(std::vector<float> &samples, double full) {
  const float half = static_cast<float>((full + 1) / 2), most = static_cast<float>(full);
  for (size_t index = 0; index + 2 < samples.size(); index += 3) {
    const float y = samples[index], blue = samples[index + 1] - half, red = samples[index + 2] - half;
    const auto rounded = [most](float value) { return std::clamp(std::nearbyint(value), 0.0f, most); };
    samples[index] = rounded(y + 1.402f * red);
    samples[index + 1] = rounded(y - 0.344136f * blue - 0.714136f * red);
    samples[index + 2] = rounded(y + 1.772f * blue);
  }
}

/// The frame by the codec of its transfer syntax.
DecodedFrame decoded(const DICOMFile &file, size_t frame) {
  std::string bytes;
  for (const auto &fragment : frameFragments(file, frame)) bytes += fragment;
  const FrameSize size{file.columns, file.rows, file.channels};
  const std::string family = "1.2.840.10008.1.2.4.", &syntax = file.transferSyntax;
  const int number = syntax.rfind(family, 0) == 0 ? std::atoi(syntax.c_str() + family.size()) : 0;
  if (number >= 50 && number <= 70) return decodeJPEG(bytes, size);
  if (number == 80 || number == 81) return decodeJPEGLS(bytes, size);
  if (number >= 90 && number <= 93) return decodeCodestream(bytes, size);
  const std::string name = number >= 100 && number <= 106   ? "MPEG"
                           : number == 107 || number == 108 ? "HEVC"
                           : number >= 110 && number <= 112 ? "JPEG XL"
                           : number >= 201 && number <= 203 ? "high-throughput JPEG 2000"
                                                            : "transfer syntax " + syntax;
  refuse("its compression, " + name + ", is none that can be read; export it uncompressed");
}

std::vector<float> decodedSamples(const DICOMFile &file, size_t frame) {
  const DecodedFrame found = decoded(file, frame);
  std::vector<float> result(found.numbers.begin(), found.numbers.end());
  if (file.isSigned && !found.isSigned) {
    const uint32_t bits = std::min(found.bits, file.bitsStored);
    const int32_t mask = static_cast<int32_t>((int64_t(1) << bits) - 1), sign = int32_t(1) << (bits - 1);
    for (size_t index = 0; index < result.size(); ++index) {
      result[index] = static_cast<float>(((found.numbers[index] & mask) ^ sign) - sign);
    }
  }
  const bool isMeantCoded = file.photometry.rfind("YBR", 0) == 0 && !found.isRGB;
  if (file.channels == 3 && (isMeantCoded || found.isYCbCr)) {
    convertColors(result, std::ldexp(1, static_cast<int>(found.bits)) - 1);
  }
  return result;
}

/// The colours that the numbers of a palette stand for (PS3.3, section C.7.6.3.1.5).
std::vector<float> colors(const DICOMFile &file, const std::vector<float> &indices) {
  if (file.data.has(0x00281221)) refuse("its palette is segmented, which is not read; save it in colours");
  std::vector<float> result(indices.size() * 3);
  for (uint32_t channel = 0; channel < 3; ++channel) {
    const auto descriptor = file.data.words(0x00281101 + channel);
    const auto *table = file.data.find(0x00281201 + channel);
    if (descriptor.size() < 3 || !table) refuse("its palette is not whole; export it again");
    const size_t count = descriptor[0] == 0 ? 65536 : descriptor[0];
    const double first = file.isSigned ? double(int16_t(descriptor[1])) : double(descriptor[1]);
    const bool isBytes = descriptor[2] <= 8 && table->value.size() < count * 2;
    if (table->value.size() < count * (isBytes ? 1 : 2)) refuse("its palette is not whole; export it again");
    const Cells cells{isBytes ? 8u : 16u, isBytes ? 8u : 16u, isBytes ? 7u : 15u, false, file.data.syntax.isSwapped};
    const auto values = numbers(table->value.data(), 0, count, cells);
    for (size_t index = 0; index < indices.size(); ++index) {
      const double place = std::clamp(double(indices[index]) - first, 0.0, double(count - 1));
      result[index * 3 + channel] = values[static_cast<size_t>(place)];
    }
  }
  return result;
}

/// Puts the values of a table in place of numbers (PS3.3, section C.11.1).
void lookUp(const DICOMFile &file, const DICOMData &table, std::vector<float> &samples) {
  const auto descriptor = table.words(0x00283002), values = table.words(0x00283006);
  if (descriptor.size() < 3 || values.empty()) refuse("its modality table (0028,3000) is not whole; export it again");
  const double first = file.isSigned ? double(int16_t(descriptor[1])) : double(descriptor[1]);
  for (float &sample : samples) {
    sample = values[static_cast<size_t>(std::clamp(double(sample) - first, 0.0, double(values.size() - 1)))];
  }
}

}  // namespace

std::vector<float> storedSamples(const DICOMFile &file, size_t frame) {
  const bool isRunLength = file.transferSyntax == runLength;
  if (file.isEncapsulated() && !isRunLength) return decodedSamples(file, frame);
  auto result = isRunLength ? unpackedRuns(file, frameFragments(file, frame)) : plainSamples(file, frame);
  const bool isCoded = file.photometry == "YBR_FULL" || file.photometry == "YBR_FULL_422";
  if (isCoded && file.channels == 3) convertColors(result, std::ldexp(1, static_cast<int>(file.bitsStored)) - 1);
  return result;
}

std::vector<float> DICOMFile::samples(size_t frame) const {
  std::vector<float> result = storedSamples(*this, frame);
  if (photometry == "PALETTE COLOR") return colors(*this, result);
  if (data.has(0x00283000) && channels == 1) {
    lookUp(*this, data.first(0x00283000), result);
    return result;
  }
  const Scaling &scaling = frames[frame].scaling;
  if (scaling.slope == 1 && scaling.intercept == 0) return result;
  for (float &sample : result) sample = static_cast<float>(double(sample) * scaling.slope + scaling.intercept);
  return result;
}

}  // namespace vernier
