#include "nrrd_header.h"

#include <algorithm>
#include <cctype>
#include <cstring>

namespace vernier {
namespace {

constexpr size_t mostHeaderBytes = 1 << 22;

[[noreturn]] void refuse(const std::string &why) { throw Failure(VERNIER_UNSUPPORTED, why); }

std::string trimmed(const std::string &text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::string plain(const std::string &name) {
  std::string result;
  for (const unsigned char character : name) {
    if (!std::isspace(character)) result.push_back(static_cast<char>(std::tolower(character)));
  }
  return result;
}

/// The name by which a field goes here; the format knows some by two.
std::string canonical(const std::string &name) {
  static const std::map<std::string, std::string> synonyms = {{"centerings", "centers"}, {"axismin", "axismins"},
                                                              {"axismax", "axismaxs"},   {"datafile", "datafile"},
                                                              {"dimensions", "dimension"}};
  const auto found = synonyms.find(name);
  return found == synonyms.end() ? name : found->second;
}

double number(const std::string &word) {
  const std::string text = plain(word);
  if (text == "none" || text == "???") return unknown;
  char *end = nullptr;
  const double result = std::strtod(text.c_str(), &end);
  if (text.empty() || *end != 0) {
    refuse("its header has “" + word.substr(0, 24) + "” where a number belongs; correct it");
  }
  return result;
}

}  // namespace

NRRDHeader::NRRDHeader(const std::string &path) {
  const File file = openFile(path);
  std::string line;
  bool isFirst = true, isList = false, isEnded = false;
  for (int byte; (byte = getc_unlocked(file.get())) != EOF || !line.empty();) {
    if (byte != EOF && ++end > mostHeaderBytes) refuse("its header has no end; export it again");
    if (byte != '\n' && byte != EOF) {
      line.push_back(static_cast<char>(byte));
      continue;
    }
    const std::string text = trimmed(line);
    line.clear();
    if (isList) {
      if (!text.empty()) listedFiles.push_back(text);
      continue;
    }
    if (isFirst) {
      isFirst = false;
      continue;
    }
    if (text.empty()) {
      isEnded = true;
      break;
    }
    if (text[0] == '#') continue;
    const auto colon = text.find(':');
    // A pair of a key and a value has “:=” between.
    if (colon == std::string::npos || text.compare(colon, 2, ":=") == 0) continue;
    const std::string name = canonical(plain(text.substr(0, colon)));
    fields[name] = trimmed(text.substr(colon + 1));
    isList = name == "datafile" && plain(fields[name]).rfind("list", 0) == 0;
  }
  // A header beside its data may lack the empty line at its end.
  if (!isEnded && !has("datafile")) throw Failure(VERNIER_TRUNCATED, "the file ends within its header");
}

std::string NRRDHeader::text(const std::string &name) const {
  const auto found = fields.find(name);
  return found == fields.end() ? "" : found->second;
}

std::vector<std::string> NRRDHeader::words(const std::string &name) const {
  std::vector<std::string> result;
  std::string word;
  bool isQuoted = false, hasWord = false;
  for (const char character : text(name) + " ") {
    if (character == '"') {
      isQuoted = !isQuoted;
      hasWord = true;
    } else if (!isQuoted && (character == ' ' || character == '\t')) {
      if (hasWord) result.push_back(word);
      word.clear();
      hasWord = false;
    } else {
      word.push_back(character);
      hasWord = true;
    }
  }
  return result;
}

std::vector<double> NRRDHeader::numbers(const std::string &name, size_t count) const {
  std::vector<double> result;
  for (const auto &word : words(name)) result.push_back(number(word));
  if (result.size() != count) {
    refuse("its header has " + std::to_string(result.size()) + " " + name + " for " + std::to_string(count) +
           " axes; correct it");
  }
  return result;
}

std::vector<std::vector<double>> NRRDHeader::vectors(const std::string &name) const {
  std::vector<std::vector<double>> result;
  std::string rest = text(name);
  while (!(rest = trimmed(rest)).empty()) {
    if (rest[0] != '(') {
      const auto length = rest.find_first_of(" \t(");
      const std::string word = rest.substr(0, length);
      if (plain(word) != "none") {
        refuse("its header has “" + word.substr(0, 24) + "” where a vector belongs; correct it");
      }
      result.emplace_back();
      rest.erase(0, length);
      continue;
    }
    const auto close = rest.find(')');
    if (close == std::string::npos) refuse("its header has a vector without its end; correct it");
    std::vector<double> vector;
    std::string inside = rest.substr(1, close - 1) + ",";
    for (size_t comma; (comma = inside.find(',')) != std::string::npos; inside.erase(0, comma + 1)) {
      vector.push_back(number(inside.substr(0, comma)));
    }
    result.push_back(vector);
    rest.erase(0, close + 1);
  }
  return result;
}

int64_t NRRDHeader::integer(const std::string &name, int64_t otherwise) const {
  if (!has(name)) return otherwise;
  const std::string value = text(name);
  char *end = nullptr;
  const long long result = std::strtoll(value.c_str(), &end, 10);
  if (value.empty() || *end != 0) {
    refuse("its header has “" + value.substr(0, 24) + "” where a number belongs; correct it");
  }
  return result;
}

size_t NRRDHeader::spaceDimension() const {
  if (!has("space")) {
    const int64_t count = integer("spacedimension", 0);
    if (count < 0 || count > 8) refuse("its space has " + std::to_string(count) + " dimensions; correct its header");
    return static_cast<size_t>(count);
  }
  const std::string space = plain(text("space"));
  return space.find("time") != std::string::npos || (space.size() == 4 && space.back() == 't') ? 4 : 3;
}

std::vector<double> NRRDHeader::signs() const {
  const std::string space = plain(text("space"));
  const auto begins = [&](const char *name, const char *letters) {
    return space.rfind(name, 0) == 0 || space.rfind(letters, 0) == 0;
  };
  if (begins("right-anterior-superior", "ras")) return {-1, -1, 1};
  if (begins("left-anterior-superior", "las")) return {1, -1, 1};
  if (begins("left-posterior-superior", "lps")) return {1, 1, 1};
  // These are in no body: they are taken as they stand, as ITK does.
  if (space.empty() || space.rfind("scanner-xyz", 0) == 0 || space.rfind("3d-right-handed", 0) == 0 ||
      space.rfind("3d-left-handed", 0) == 0) {
    return {1, 1, 1};
  }
  refuse("its space “" + text("space").substr(0, 40) + "” is none that NRRD has; correct its header");
}

std::vector<Unit> NRRDHeader::units() const {
  std::vector<Unit> result;
  for (const auto &word : words("spaceunits")) result.push_back(findUnit(word).value_or(Unit{"mm", 1}));
  result.resize(3, {"mm", 1});
  return result;
}

}  // namespace vernier
