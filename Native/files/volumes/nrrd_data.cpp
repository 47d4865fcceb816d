#include "nrrd_header.h"

#include <algorithm>
#include <cstring>

namespace vernier {
namespace {

[[noreturn]] void refuse(const std::string &why) { throw Failure(VERNIER_UNSUPPORTED, why); }

constexpr size_t mostFiles = 1 << 20;

Encoding encoding(const std::string &name) {
  std::string small = name;
  std::transform(small.begin(), small.end(), small.begin(), [](unsigned char c) { return char(std::tolower(c)); });
  if (small == "raw") return Encoding::raw;
  if (small == "txt" || small == "text" || small == "ascii") return Encoding::text;
  if (small == "hex") return Encoding::hex;
  if (small == "gz" || small == "gzip") return Encoding::deflate;
  if (small == "bz2" || small == "bzip2") return Encoding::bzip2;
  if (name.empty()) refuse("its header has no encoding; export it again");
  refuse("its encoding “" + name.substr(0, 24) + "” is none that can be read; save it as gzip or raw");
}

/// Where the line after as many lines begins.
uint64_t afterLines(const std::string &path, uint64_t start, int64_t lines) {
  if (lines <= 0) return start;
  const File file = openFile(path);
  std::fseek(file.get(), static_cast<long>(start), SEEK_SET);
  for (int64_t line = 0; line < lines; ++line) {
    for (int byte; (byte = getc_unlocked(file.get())) != '\n';) {
      if (byte == EOF) refuse("its header skips more lines than there are (line skip); correct it");
    }
  }
  return static_cast<uint64_t>(std::ftell(file.get()));
}

/// The names that a pattern such as `slice%03d.raw 1 40 1` stands for, and the dimension of each file, or 0.
std::vector<std::string> patterned(const std::vector<std::string> &words, int64_t &dimension) {
  const std::string &pattern = words[0];
  const auto percent = pattern.find('%');
  size_t end = percent + 1;
  while (end < pattern.size() && std::isdigit(static_cast<unsigned char>(pattern[end]))) ++end;
  const bool isPlain = end < pattern.size() && (pattern[end] == 'd' || pattern[end] == 'u') && end - percent < 4 &&
                       pattern.find('%', end) == std::string::npos;
  if (!isPlain) {
    refuse("the pattern of its data files, " + pattern.substr(0, 60) + ", is not one such as slice%03d.raw");
  }
  const auto integer = [&](size_t index) {
    char *rest = nullptr;
    const long long value = std::strtoll(words[index].c_str(), &rest, 10);
    if (*rest != 0) refuse("its header has “" + words[index].substr(0, 24) + "” where a number belongs; correct it");
    return value;
  };
  const long long first = integer(1), last = integer(2), step = integer(3);
  if (words.size() > 4) dimension = integer(4);
  if (step == 0 || (last - first) / step < 0 || static_cast<size_t>((last - first) / step) >= mostFiles) {
    refuse("the numbers of its data files are none that can be counted; correct its header");
  }
  std::vector<std::string> names;
  const std::string format = pattern.substr(percent, end - percent) + "lld";
  for (long long index = first; step > 0 ? index <= last : index >= last; index += step) {
    char number[128];
    std::snprintf(number, sizeof number, format.c_str(), index);
    names.push_back(pattern.substr(0, percent) + number + pattern.substr(end + 1));
  }
  return names;
}

}  // namespace

std::vector<Payload> nrrdPayloads(const NRRDHeader &header, const std::string &path, const std::vector<int64_t> &sizes,
                                  int32_t type) {
  Payload common;
  common.encoding = encoding(header.text("encoding"));
  common.type = type;
  const int64_t lines = header.integer("lineskip", 0), bytes = header.integer("byteskip", 0);
  common.isAtEnd = bytes == -1;
  if (bytes < -1 || lines < 0) refuse("its header skips less than nothing (byte skip, line skip); correct it");
  if (common.isAtEnd && common.encoding != Encoding::raw) {
    refuse(
      "its header counts encoded samples from the file's end (byte skip: -1); save it as raw, or without byte skip");
  }
  common.skip = static_cast<uint64_t>(std::max<int64_t>(bytes, 0));

  std::vector<std::string> names;
  int64_t dimension = 0;
  const auto words = header.words("datafile");
  if (!header.listedFiles.empty()) {
    names = header.listedFiles;
    if (words.size() > 1) dimension = std::strtoll(words[1].c_str(), nullptr, 10);
  } else if (words.size() >= 4 && words[0].find('%') != std::string::npos) {
    names = patterned(words, dimension);
  } else if (!header.text("datafile").empty()) {
    names = {header.text("datafile")};
  }
  if (names.empty()) {
    if (header.has("datafile")) refuse("its header names no data file; correct it");
    common.path = path;
    common.start = common.isAtEnd ? 0 : afterLines(path, header.end, lines);
    return {common};
  }
  if (names.size() > mostFiles) refuse("its header names too many data files; correct it");

  int64_t slowest = 1;
  const size_t each = dimension > 0 ? static_cast<size_t>(dimension) : std::max<size_t>(sizes.size(), 2) - 1;
  for (size_t axis = std::min(each, sizes.size() - 1); axis < sizes.size(); ++axis) slowest *= sizes[axis];
  const auto count = static_cast<int64_t>(names.size());
  const bool isEven = each >= sizes.size() || dimension == 0 ? slowest % count == 0 : slowest == count;
  if (!isEven) {
    refuse("its header names " + std::to_string(count) + " data files for " + std::to_string(slowest) +
      " slices; correct it");
  }
  std::vector<Payload> payloads;
  for (const auto &name : names) {
    Payload payload = common;
    payload.path = pathBeside(path, name);
    payload.start = payload.isAtEnd ? 0 : afterLines(payload.path, 0, lines);
    payloads.push_back(payload);
  }
  return payloads;
}

}  // namespace vernier
