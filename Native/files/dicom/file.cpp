#include "file.h"

#include "../payload.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <limits>

namespace vernier {
namespace {

using namespace std::string_view_literals;

[[noreturn]] void refuse(const std::string &why) { throw Failure(VERNIER_UNSUPPORTED, why); }

constexpr size_t preambleSize = 132;
constexpr size_t mostInflated = size_t(1) << 32;

/// Whether the type beside a tag is two capital letters.
bool hasType(std::string_view bytes, size_t at) {
  const auto isCapital = [&](size_t place) {
    return place < bytes.size() && bytes[place] >= 'A' && bytes[place] <= 'Z';
  };
  return isCapital(at + 4) && isCapital(at + 5);
}

/// Without what fills it up.
std::string trimmed(std::string_view text) {
  while (!text.empty() && (text.back() == 0 || text.back() == ' ')) text.remove_suffix(1);
  return std::string(text);
}

std::string inflate(std::string_view packed) {
  z_stream stream{};
  if (inflateInit2(&stream, -15) != Z_OK) throw std::bad_alloc();
  std::string result;
  std::vector<char> part(1 << 18);
  stream.next_in = reinterpret_cast<unsigned char *>(const_cast<char *>(packed.data()));
  stream.avail_in = static_cast<unsigned>(std::min<size_t>(packed.size(), 1u << 31));
  int status = Z_OK;
  while (status == Z_OK && result.size() < mostInflated) {
    stream.next_out = reinterpret_cast<unsigned char *>(part.data());
    stream.avail_out = static_cast<unsigned>(part.size());
    status = ::inflate(&stream, Z_NO_FLUSH);
    result.append(part.data(), part.size() - stream.avail_out);
  }
  inflateEnd(&stream);
  if (status == Z_BUF_ERROR) throw Failure(VERNIER_TRUNCATED, "its deflated elements end early");
  if (status != Z_STREAM_END) throw Failure(VERNIER_DAMAGED, "its deflated elements cannot be unpacked");
  return result;
}

}  // namespace

MappedFile::MappedFile(const std::string &path) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat status = {};
  if (descriptor < 0 || fstat(descriptor, &status) != 0) {
    const int error = errno;
    if (descriptor >= 0) close(descriptor);
    throw Failure(VERNIER_FAILED, path + ": " + std::strerror(error));
  }
  size = static_cast<size_t>(status.st_size);
  void *memory = size == 0 ? nullptr : mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
  const int error = errno;
  close(descriptor);
  if (memory == MAP_FAILED) throw Failure(VERNIER_FAILED, path + ": " + std::strerror(error));
  start = static_cast<const char *>(memory);
}

MappedFile::~MappedFile() {
  if (start) munmap(const_cast<char *>(start), size);
}

bool isBareDICOM(std::string_view bytes) {
  // Elements of the group of file meta information or of the identifying group, in their order, of sensible lengths.
  const bool isSwapped = bytes.substr(0, 2) == "\0\x08"sv;
  const auto number = [&](size_t at, size_t size) {
    size_t result = 0;
    for (size_t index = 0; index < size; ++index) {
      const size_t place = isSwapped ? at + index : at + size - 1 - index;
      result = result << 8 | static_cast<unsigned char>(bytes[place]);
    }
    return result;
  };
  size_t position = 0, before = 0;
  for (int element = 0; element < 3; ++element) {
    if (position + 12 > bytes.size()) return false;
    const size_t group = number(position, 2), tag = group << 16 | number(position + 2, 2);
    if ((group != 2 && group != 8) || (element > 0 && tag <= before)) return false;
    before = tag;
    const bool isTyped = hasType(bytes, position);
    const bool isLong = isTyped && "OB OW OF SQ UT UN"sv.find(bytes.substr(position + 4, 2)) != bytes.npos;
    const size_t length = isLong ? number(position + 8, 4)
      : isTyped                  ? number(position + 6, 2)
                                 : number(position + 4, 4);
    if (length % 2 != 0 || length > 256) return false;
    position += (isLong ? 12 : 8) + length;
  }
  return true;
}

DICOMFile::DICOMFile(const std::string &path) : path(path), file(std::make_shared<MappedFile>(path)) {
  std::string_view bytes = file->bytes();
  const bool hasPreamble = bytes.size() >= preambleSize && bytes.substr(128, 4) == "DICM"sv;
  size_t position = hasPreamble ? preambleSize : 0;
  const auto isMeta = [&] { return position + 8 <= bytes.size() && bytes.substr(position, 2) == "\2\0"sv; };
  // The file's own group is written with types, whatever follows.
  while (isMeta()) {
    const bool isTyped = hasType(bytes, position);
    const auto type = bytes.substr(position + 4, 2);
    const bool isLong = isTyped && (type == "OB"sv || type == "UN"sv);
    if (isLong && position + 12 > bytes.size()) failTruncated();
    uint32_t length = 0;
    std::memcpy(&length, bytes.data() + position + (isLong ? 8 : isTyped ? 6 : 4), isTyped && !isLong ? 2 : 4);
    const size_t start = position + (isLong ? 12 : 8);
    if (length > bytes.size() - start) failTruncated();
    if (bytes.substr(position + 2, 2) == "\x10\0"sv) transferSyntax = trimmed(bytes.substr(start, length));
    position = start + length;
  }
  unpack(bytes.substr(position));
  series = data.text(0x0020000e);
}

void DICOMFile::unpack(std::string_view dataSet) {
  if (transferSyntax == "1.2.840.10008.1.2.1.99") {
    inflated = std::make_shared<std::string>(inflate(dataSet));
    dataSet = *inflated;
  }
  DICOMSyntax syntax;
  const std::string bigEndian = "1.2.840.10008.1.2.2";
  if (transferSyntax.empty() && dataSet.substr(0, 2) == "\0\x08"sv) transferSyntax = bigEndian;
  syntax.isSwapped = transferSyntax == bigEndian;
  syntax.isExplicit = hasType(dataSet, 0);
  size_t position = 0;
  data = DICOMData(dataSet, syntax, position);
}

void DICOMFile::readImage() {
  const std::string whole = "1.2.840.10008.5.1.4.1.1.77.1.6";
  if (data.text(0x00080016) == whole) {
    refuse("it holds the tiles of a whole slide, which are not read; save it as TIFF");
  }
  const auto number = [&](uint32_t tag, uint32_t otherwise) -> uint32_t { return data.word(tag).value_or(otherwise); };
  rows = number(rowsTag, 0);
  columns = number(columnsTag, 0);
  if (rows < 1 || columns < 1) throw Failure(VERNIER_EMPTY, "an axis has no samples");
  channels = number(0x00280002, 1);
  if (channels < 1 || channels > 4) {
    refuse("its samples have " + std::to_string(channels) + " numbers, 1 to 4 can be read");
  }
  photometry = data.text(0x00280004);
  isPlanar = channels > 1 && number(0x00280006, 0) == 1;
  const bool isFloat = data.has(floatPixelsTag), isDouble = data.has(doublePixelsTag);
  bitsAllocated = isDouble ? 64 : isFloat ? 32 : number(0x00280100, 0);
  bitsStored = isFloat || isDouble ? bitsAllocated : number(0x00280101, bitsAllocated);
  highBit = isFloat || isDouble ? bitsAllocated - 1 : number(0x00280102, bitsStored - 1);
  isSigned = number(0x00280103, 0) == 1;
  const bool isWhole = bitsAllocated == 1 || bitsAllocated == 8 || bitsAllocated == 12 || bitsAllocated == 16 ||
                       bitsAllocated == 32 || bitsAllocated == 64;
  if (!isWhole || bitsStored < 1 || bitsStored > bitsAllocated || highBit >= bitsAllocated ||
    highBit + 1 < bitsStored) {
    refuse("its samples have " + std::to_string(bitsStored) + " of " + std::to_string(bitsAllocated) +
           " bits, up to bit " + std::to_string(highBit) + ", which no sample has; correct it");
  }
  const double frameCount = data.decimal(0x00280008).value_or(1);
  if (!(frameCount >= 0 && frameCount < 1e7)) refuse("its number of frames is no number of frames; correct it");
  checkPixels(std::max(std::floor(frameCount), 1.0));
  frames.resize(static_cast<size_t>(std::max(frameCount, 1.0)));
  readFrames();
  instanceNumber = data.decimal(0x00200013).value_or(0);
}

bool DICOMFile::isEncapsulated() const {
  const auto *pixels = data.find(pixelsTag);
  return pixels && !pixels->hasLength;
}

/// Throws where there is less than the header tells.
void DICOMFile::checkPixels(double frameCount) const {
  const DICOMElement *pixels = nullptr;
  for (const uint32_t tag : {pixelsTag, floatPixelsTag, doublePixelsTag}) {
    if (!pixels) pixels = data.find(tag);
  }
  if (!pixels) refuse("it has no pixel data; export it again");
  if (isEncapsulated()) {
    // The first fragment is the table of offsets; each frame has one at least.
    const size_t count = data.fragments(pixelsTag).size();
    if (double(count) >= frameCount + 1) return;
    throw Failure(VERNIER_TRUNCATED, "its header tells " + std::to_string(uint64_t(frameCount)) + " frames, and " +
                                       std::to_string(count > 0 ? count - 1 : 0) + " are there");
  }
  const bool isHalved = photometry == "YBR_FULL_422";
  const double perSample = double(bitsAllocated) * (isHalved ? 2 : double(channels));
  const double needed = std::ceil(double(rows) * double(columns) * frameCount * perSample / 8);
  if (double(pixels->value.size()) >= needed) return;
  throw Failure(VERNIER_TRUNCATED,
    "its header asks for " + std::to_string(uint64_t(needed)) + " bytes of samples, and " +
      std::to_string(pixels->value.size()) + " are there");
}

std::pair<double, double> DICOMFile::valueRange() const {
  const double stored = std::ldexp(1, static_cast<int>(bitsStored));
  const double least = isSigned ? -stored / 2 : 0, most = isSigned ? stored / 2 - 1 : stored - 1;
  if (photometry == "PALETTE COLOR") {
    const auto descriptor = data.words(0x00281101);
    return {0, descriptor.size() > 2 && descriptor[2] > 8 ? 65535 : 255};
  }
  if (data.has(0x00283000)) return {0, 65535};
  std::pair<double, double> range = {std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()};
  for (const auto &frame : frames) {
    for (const double number : {least, most}) {
      const double value = number * frame.scaling.slope + frame.scaling.intercept;
      range = {std::min(range.first, value), std::max(range.second, value)};
    }
  }
  return range;
}

bool DICOMFile::hasFractions() const {
  if (data.has(floatPixelsTag) || data.has(doublePixelsTag)) return true;
  return std::any_of(frames.begin(), frames.end(), [](const DICOMFrame &frame) {
    const Scaling &scaling = frame.scaling;
    return scaling.slope != std::floor(scaling.slope) || scaling.intercept != std::floor(scaling.intercept);
  });
}

}  // namespace vernier
