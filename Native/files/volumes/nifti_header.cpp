#include "nifti_header.h"

#include "../payload.h"

#include <sys/stat.h>
#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace vernier {
namespace {

using namespace std::string_view_literals;
using Kind = NIfTIFields::Kind;

constexpr size_t oldSize = 348, newSize = 540;

/// Takes the fields out of a header's bytes.
class FieldReader {
public:
  FieldReader(const char *bytes, bool isSwapped) : bytes(bytes), isSwapped(isSwapped) {}

  template <typename Stored, typename Value>
  void number(Value &value) {
    char copy[sizeof(Stored)];
    std::memcpy(copy, bytes, sizeof copy);
    if (isSwapped) std::reverse(copy, copy + sizeof copy);
    Stored stored;
    std::memcpy(&stored, copy, sizeof copy);
    value = static_cast<Value>(stored);
    bytes += sizeof copy;
  }
  void text(char *destination, size_t count) {
    std::memcpy(destination, bytes, count);
    bytes += count;
  }
  void skip(size_t count) { bytes += count; }

private:
  const char *bytes;
  bool isSwapped;
};

/// Puts them into bytes.
class FieldWriter {
public:
  template <typename Stored, typename Value>
  void number(Value &value) {
    const Stored stored = static_cast<Stored>(value);
    bytes.append(reinterpret_cast<const char *>(&stored), sizeof stored);
  }
  void text(const char *source, size_t count) { bytes.append(source, count); }
  void skip(size_t count) { bytes.append(count, 0); }

  std::string bytes;
};

template <typename Number>
Number littleEndian(std::string_view bytes, size_t at) {
  Number number;
  std::memcpy(&number, bytes.data() + at, sizeof number);
  return number;
}

bool isPlainFile(const std::string &path) {
  struct stat status;
  return stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

/// Takes an ending off; false where the name has another.
bool dropEnding(std::string &name, const std::string &ending) {
  if (!hasEnding(name, ending)) return false;
  name.erase(name.size() - ending.size());
  return true;
}

/// The name with one of the endings under which there is a file; empty where there is none.
std::string existing(const std::string &stem, std::initializer_list<const char *> endings) {
  for (const char *ending : endings) {
    if (isPlainFile(stem + ending)) return stem + ending;
  }
  return {};
}

}  // namespace

template <typename Visitor>
void NIfTIFields::visit(Visitor &visitor) {
  const auto numbers = [&](auto stored, auto &values, size_t count) {
    for (size_t index = 0; index < count; ++index) visitor.template number<decltype(stored)>(values[index]);
  };
  if (kind == Kind::nifti2) {
    visitor.skip(12);
    visitor.template number<int16_t>(datatype);
    visitor.template number<int16_t>(bitsPerVoxel);
    numbers(int64_t(), dimensions, 8);
    numbers(double(), intentParameters, 3);
    numbers(double(), spacing, 8);
    visitor.template number<int64_t>(offset);
    visitor.template number<double>(slope);
    visitor.template number<double>(intercept);
    visitor.template number<double>(displayMost);
    visitor.template number<double>(displayLeast);
    visitor.template number<double>(sliceDuration);
    visitor.template number<double>(timeOffset);
    visitor.template number<int64_t>(sliceStart);
    visitor.template number<int64_t>(sliceEnd);
    visitor.text(description, sizeof description);
    visitor.text(auxiliary, sizeof auxiliary);
    visitor.template number<int32_t>(qformCode);
    visitor.template number<int32_t>(sformCode);
    numbers(double(), quaternion, 3);
    numbers(double(), qformOffset, 3);
    numbers(double(), sform, 12);
    visitor.template number<int32_t>(sliceCode);
    visitor.template number<int32_t>(units);
    visitor.template number<int32_t>(intent);
    visitor.text(intentName, sizeof intentName);
    visitor.template number<uint8_t>(axisRoles);
    visitor.skip(15);
    return;
  }
  // Analyze has something else in the places of what says when slices were taken.
  NIfTIFields other;
  NIfTIFields &timing = kind == Kind::analyze ? other : *this;
  visitor.skip(39);
  visitor.template number<uint8_t>(timing.axisRoles);
  numbers(int16_t(), dimensions, 8);
  numbers(float(), intentParameters, 3);
  visitor.template number<int16_t>(intent);
  visitor.template number<int16_t>(datatype);
  visitor.template number<int16_t>(bitsPerVoxel);
  visitor.template number<int16_t>(timing.sliceStart);
  numbers(float(), spacing, 8);
  visitor.template number<float>(offset);
  visitor.template number<float>(slope);
  visitor.template number<float>(intercept);
  visitor.template number<int16_t>(timing.sliceEnd);
  visitor.template number<uint8_t>(timing.sliceCode);
  visitor.template number<uint8_t>(units);
  visitor.template number<float>(displayMost);
  visitor.template number<float>(displayLeast);
  visitor.template number<float>(timing.sliceDuration);
  visitor.template number<float>(timing.timeOffset);
  visitor.template number<int32_t>(most);
  visitor.template number<int32_t>(least);
  visitor.text(description, sizeof description);
  visitor.text(auxiliary, sizeof auxiliary);
  if (kind == Kind::analyze) {
    visitor.skip(1);
    numbers(int16_t(), spmOrigin, 3);
    return;
  }
  visitor.template number<int16_t>(qformCode);
  visitor.template number<int16_t>(sformCode);
  numbers(float(), quaternion, 3);
  numbers(float(), qformOffset, 3);
  numbers(float(), sform, 12);
  visitor.text(intentName, sizeof intentName);
  visitor.skip(4);
}

std::string NIfTIFields::bytes() const {
  NIfTIFields copy = *this;
  FieldWriter writer;
  copy.visit(writer);
  const int32_t size = static_cast<int32_t>(writer.bytes.size());
  std::memcpy(writer.bytes.data(), &size, sizeof size);
  const auto magic = kind == Kind::nifti2 ? "n+2\0\r\n\032\n"sv : "n+1\0"sv;
  writer.bytes.replace(kind == Kind::nifti2 ? 4 : 344, magic.size(), magic);
  return std::move(writer.bytes);
}

Unit NIfTIFields::unit() const {
  switch (units & 7) {
    case 1: return {"m", 1000};
    case 3: return {"µm", 0.001};
    default: return {"mm", 1};
  }
}

bool isNIfTI(std::string_view bytes) {
  if (bytes.size() < oldSize) return false;
  const auto mark = bytes.substr(344, 4), newMark = bytes.substr(4, 4);
  return mark == "n+1\0"sv || mark == "ni1\0"sv ||
         (bytes.size() >= newSize && (newMark == "n+2\0"sv || newMark == "ni2\0"sv));
}

bool isAnalyze(std::string_view bytes) {
  if (bytes.size() < oldSize) return false;
  const auto size = littleEndian<uint32_t>(bytes, 0);
  const bool isSwapped = size == __builtin_bswap32(oldSize);
  if (size != oldSize && !isSwapped) return false;
  const auto axes = littleEndian<uint16_t>(bytes, 40);
  const int count = isSwapped ? __builtin_bswap16(axes) : axes;
  return count >= 1 && count <= 7;
}

NIfTINames niftiNames(const std::string &path) {
  std::string stem = path;
  dropEnding(stem, ".gz");
  const bool isHeader = dropEnding(stem, ".hdr");
  if (!isHeader && !dropEnding(stem, ".img")) return {path, path};
  const std::string partner = isHeader ? existing(stem, {".img", ".img.gz", ".IMG", ".IMG.gz"})
                                       : existing(stem, {".hdr", ".hdr.gz", ".HDR", ".HDR.gz"});
  if (partner.empty()) return {path, path};
  return isHeader ? NIfTINames{path, partner} : NIfTINames{partner, path};
}

NIfTIHeader::NIfTIHeader(const std::string &path) {
  gzFile file = gzopen(path.c_str(), "rb");
  if (!file) throw Failure(VERNIER_FAILED, "its header " + path + " cannot be read");
  char head[newSize];
  const int count = gzread(file, head, sizeof head);
  gzclose(file);
  const std::string_view bytes(head, static_cast<size_t>(std::max(count, 0)));
  if (bytes.size() < oldSize) failTruncated();
  if (isNIfTI(bytes)) {
    const bool isNew = bytes.substr(344, 2) != "n+"sv && bytes.substr(344, 2) != "ni"sv;
    fields.kind = isNew ? Kind::nifti2 : Kind::nifti1;
    isPair = bytes[isNew ? 5 : 345] == 'i';
  } else {
    fields.kind = Kind::analyze;
    isPair = true;
  }
  const auto size = littleEndian<uint32_t>(bytes, 0);
  isSwapped = size == __builtin_bswap32(oldSize) || size == __builtin_bswap32(newSize);
  FieldReader reader(head, isSwapped);
  fields.visit(reader);
}

}  // namespace vernier
