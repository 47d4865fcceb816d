#include "../payload.h"
#include "volume.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>

namespace vernier {
namespace {

[[noreturn]] void refuse(const std::string &why) { throw Failure(VERNIER_UNSUPPORTED, why); }

std::string trimmed(const std::string &text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::vector<std::string> split(const std::string &text) {
  std::vector<std::string> result;
  for (size_t first = 0; (first = text.find_first_not_of(" \t", first)) != std::string::npos;) {
    const size_t end = std::min(text.find_first_of(" \t", first), text.size());
    result.push_back(text.substr(first, end - first));
    first = end;
  }
  return result;
}

double number(const std::string &word) {
  char *end = nullptr;
  const double result = std::strtod(word.c_str(), &end);
  if (*end != 0) refuse("its header has “" + word.substr(0, 24) + "” where a number belongs; correct it");
  return result;
}

/// The lines of a header up to `ElementDataFile`, which is the last.
class Header {
public:
  explicit Header(const std::string &path) {
    const File file = openFile(path);
    std::string line;
    for (int byte; (byte = getc_unlocked(file.get())) != EOF || !line.empty();) {
      if (byte != EOF && ++end > mostBytes) break;
      if (byte != '\n' && byte != EOF) {
        line.push_back(static_cast<char>(byte));
        continue;
      }
      const auto equals = line.find_first_of("=:");
      if (equals != std::string::npos) fields[trimmed(line.substr(0, equals))] = trimmed(line.substr(equals + 1));
      line.clear();
      if (has("ElementDataFile")) break;
    }
    if (!has("ElementDataFile")) {
      throw Failure(VERNIER_TRUNCATED, "the file ends before its header does, which is at ElementDataFile");
    }
    if (split(text("ElementDataFile")).empty()) refuse("its header names no data (ElementDataFile); correct it");
    if (split(text("ElementDataFile"))[0] != "LIST") return;
    for (int byte; (byte = getc_unlocked(file.get())) != EOF || !line.empty();) {
      if (byte != '\n' && byte != EOF) {
        line.push_back(static_cast<char>(byte));
        continue;
      }
      if (!trimmed(line).empty()) listedFiles.push_back(trimmed(line));
      line.clear();
    }
  }

  bool has(const std::string &name) const { return fields.count(name) > 0; }
  std::string text(const std::string &name) const {
    const auto found = fields.find(name);
    return found == fields.end() ? "" : found->second;
  }
  /// The value under the first of these names that there is.
  std::string first(std::initializer_list<const char *> names) const {
    for (const char *name : names) {
      if (has(name)) return text(name);
    }
    return {};
  }
  bool isTrue(const std::string &name) const {
    const std::string value = text(name);
    return !value.empty() && std::strchr("Tt1", value[0]);
  }
  double number(const std::string &name, double otherwise) const {
    return has(name) ? vernier::number(text(name)) : otherwise;
  }
  /// The numbers under one of these names; none where there is no such field.
  std::vector<double> numbers(std::initializer_list<const char *> names, size_t count) const {
    std::vector<double> result;
    for (const auto &word : split(first(names))) result.push_back(vernier::number(word));
    if (!result.empty() && result.size() != count) {
      refuse("its header has " + std::to_string(result.size()) + " numbers for " + *names.begin() + ", not " +
             std::to_string(count) + "; correct it");
    }
    return result;
  }

  std::vector<std::string> listedFiles;
  /// Where it ends in the file.
  uint64_t end = 0;

private:
  static constexpr uint64_t mostBytes = 1 << 20;
  std::map<std::string, std::string> fields;
};

int32_t storedType(const std::string &name) {
  static const std::map<std::string, int32_t> types = {
    {"MET_CHAR", VERNIER_SAMPLE_INT8},       {"MET_ASCII_CHAR", VERNIER_SAMPLE_INT8},
    {"MET_UCHAR", VERNIER_SAMPLE_UINT8},     {"MET_SHORT", VERNIER_SAMPLE_INT16},
    {"MET_USHORT", VERNIER_SAMPLE_UINT16},   {"MET_INT", VERNIER_SAMPLE_INT32},
    {"MET_UINT", VERNIER_SAMPLE_UINT32},     {"MET_LONG", VERNIER_SAMPLE_INT32},
    {"MET_ULONG", VERNIER_SAMPLE_UINT32},    {"MET_LONG_LONG", VERNIER_SAMPLE_INT64},
    {"MET_ULONG_LONG", VERNIER_SAMPLE_UINT64}, {"MET_FLOAT", VERNIER_SAMPLE_FLOAT32},
    {"MET_DOUBLE", VERNIER_SAMPLE_FLOAT64}};
  std::string plain = name;
  // An array of a type is that type with several channels.
  const std::string ending = "_ARRAY";
  if (hasEnding(plain, ending)) plain.erase(plain.size() - ending.size());
  const auto found = types.find(plain);
  if (found == types.end()) {
    refuse("its ElementType “" + name.substr(0, 40) + "” is none that can be read; save it as numbers");
  }
  return found->second;
}

void setGrid(Volume &volume, const Header &header, size_t axes) {
  const auto spacing = header.numbers({"ElementSpacing", "ElementSize"}, axes);
  const auto origin = header.numbers({"Offset", "Position", "Origin"}, axes);
  const auto matrix = header.numbers({"TransformMatrix", "Rotation", "Orientation"}, axes * axes);
  for (size_t axis = 0; axis < std::min<size_t>(axes, 3); ++axis) {
    if (!spacing.empty()) volume.spacing[axis] = spacing[axis];
    if (!origin.empty()) volume.origin[axis] = origin[axis];
    if (matrix.empty()) continue;
    // A row of the file's matrix is the direction of an axis.
    double squares = 0;
    for (size_t row = 0; row < std::min<size_t>(axes, 3); ++row) squares += std::pow(matrix[axis * axes + row], 2);
    const double length = std::abs(squares - 1) < 1e-6 ? 1 : std::sqrt(squares);
    for (size_t row = 0; row < std::min<size_t>(axes, 3); ++row) {
      volume.direction[3 * row + axis] = matrix[axis * axes + row] / length;
    }
    volume.spacing[axis] *= length;
  }
}

/// The files that hold the samples, in their order, and how many there must be.
std::vector<std::string> dataFiles(const Header &header, const std::vector<double> &sizes) {
  const auto words = split(header.text("ElementDataFile"));
  const bool isList = words[0] == "LIST";
  const auto percent = words[0].find('%');
  if (!isList && percent == std::string::npos) return {header.text("ElementDataFile")};

  // A file has all axes but the last, or as many as a list says.
  const double told = isList && words.size() > 1 ? number(words[1]) : 0;
  const size_t axes = told >= 1 && told <= double(sizes.size()) ? size_t(told) : sizes.size() - 1;
  double needed = 1;
  for (size_t axis = axes; axis < sizes.size(); ++axis) needed *= sizes[axis];
  std::vector<std::string> names = header.listedFiles;
  if (!isList) {
    size_t end = percent + 1;
    while (end < words[0].size() && std::isdigit(static_cast<unsigned char>(words[0][end]))) ++end;
    if (end - percent > 3 || end >= words[0].size() || words[0][end] != 'd' ||
        words[0].find('%', end) != std::string::npos) {
      refuse("the pattern of its data files, " + words[0].substr(0, 60) + ", is not one such as slice%03d.raw");
    }
    // The numbers of the first and the last file, and the step.
    const double first = words.size() > 1 ? number(words[1]) : 1;
    const double last = words.size() > 2 ? number(words[2]) : first + needed - 1;
    const double step = words.size() > 3 ? number(words[3]) : 1;
    if (!(step >= 1 && std::abs(first) < 1e9 && last >= first && (last - first) / step < 1 << 20)) {
      refuse("the numbers of its data files are none that can be counted; correct its header");
    }
    const std::string format = words[0].substr(percent, end - percent) + "lld";
    for (double index = first; index <= last; index += step) {
      char text[128];
      std::snprintf(text, sizeof text, format.c_str(), static_cast<long long>(index));
      names.push_back(words[0].substr(0, percent) + text + words[0].substr(end + 1));
    }
  }
  if (double(names.size()) != needed) {
    refuse("its header names " + std::to_string(names.size()) + " data files, " + std::to_string(int64_t(needed)) +
           " are needed; correct it");
  }
  return names;
}

std::vector<Payload> payloads(const Header &header, const std::string &path, int32_t type,
                              const std::vector<double> &sizes) {
  Payload common;
  common.type = type;
  const bool isText = header.has("BinaryData") && !header.isTrue("BinaryData");
  common.encoding = isText ? Encoding::text : header.isTrue("CompressedData") ? Encoding::deflate : Encoding::raw;
  const std::string dataFile = header.text("ElementDataFile");
  if (dataFile == "LOCAL" || dataFile == "Local" || dataFile == "local") {
    common.path = path;
    common.start = header.end;
    return {common};
  }
  const double skipped = header.number("HeaderSize", 0);
  common.isAtEnd = skipped < 0;
  common.start = common.isAtEnd ? 0 : static_cast<uint64_t>(std::min(skipped, 1e15));
  if (common.isAtEnd && common.encoding != Encoding::raw) {
    refuse("its header counts samples from the file's end (HeaderSize = -1), which raw ones alone allow; correct it");
  }
  std::vector<Payload> result;
  for (const auto &name : dataFiles(header, sizes)) {
    result.push_back(common);
    result.back().path = pathBeside(path, name);
  }
  return result;
}

}  // namespace

Answer readMeta(const std::string &path, const vernier_part &part) {
  const Header header(path);
  for (const char *name : {"NDims", "DimSize", "ElementType"}) {
    if (!header.has(name)) refuse(std::string("its header has no ") + name + "; export it again");
  }
  const double count = header.number("NDims", 0);
  if (!(count >= 1 && count <= 10)) refuse("its header tells no number of axes (NDims) from 1 to 10; export it again");
  const size_t axes = static_cast<size_t>(count);

  Volume volume;
  volume.type = storedType(header.text("ElementType"));
  const double channels = header.number("ElementNumberOfChannels", 1);
  if (!(channels >= 1 && channels < 1e9)) refuse("its ElementNumberOfChannels is no number of channels; correct it");
  if (channels > 1) volume.axes.push_back({AxisRole::channel, static_cast<int64_t>(channels)});
  const auto sizes = header.numbers({"DimSize"}, axes);
  if (sizes.empty()) refuse("its header has no sizes (DimSize); export it again");
  for (size_t axis = 0; axis < axes; ++axis) {
    if (!(sizes[axis] >= 1 && sizes[axis] < 9e15)) throw Failure(VERNIER_EMPTY, "an axis has no samples");
    volume.axes.push_back({axis < 3 ? AxisRole::space : AxisRole::frame, static_cast<int64_t>(sizes[axis])});
  }
  // The format has no mark of colours; three bytes a sample are such by custom.
  volume.isColor = volume.type == VERNIER_SAMPLE_UINT8 && (channels == 3 || channels == 4);
  volume.hasAlpha = volume.isColor && channels == 4;
  setGrid(volume, header, axes);

  const size_t size = sampleSize(volume.type);
  volume.count();
  const auto places = payloads(header, path, volume.type, sizes);
  const bool isBigEndian = header.isTrue("BinaryDataByteOrderMSB") || header.isTrue("ElementByteOrderMSB");
  const bool isSwapped = isBigEndian && places[0].encoding != Encoding::text;
  return take(volume, VERNIER_FORMAT_META, part, [&](size_t first, size_t count) {
    Bytes bytes = load(places, first * size, count * size, volume.byteCount());
    if (isSwapped) swapBytes(bytes.get(), count, size);
    return bytes;
  });
}

}  // namespace vernier
