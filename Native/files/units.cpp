#include "units.h"

#include <cctype>

namespace vernier {
namespace {

struct Name {
  const char *name;
  const char *symbol;
  double millimetres;
};

/// In lower case. The sign of the micron and the Greek letter, in UTF-8, in Latin-1 and as Java escapes them, are all in use.
constexpr Name names[] = {
  {"pm", "pm", 1e-9}, {"picometer", "pm", 1e-9}, {"picometre", "pm", 1e-9},
  {"\xc3\x85", "Å", 1e-7}, {"\xe2\x84\xab", "Å", 1e-7}, {"\xc3\xa5", "Å", 1e-7}, {"angstrom", "Å", 1e-7},
  {"nm", "nm", 1e-6}, {"nanometer", "nm", 1e-6}, {"nanometre", "nm", 1e-6},
  {"\xc2\xb5m", "µm", 1e-3}, {"\xce\xbcm", "µm", 1e-3}, {"\xb5m", "µm", 1e-3}, {"\\u00b5m", "µm", 1e-3},
  {"\\u03bcm", "µm", 1e-3}, {"um", "µm", 1e-3}, {"micron", "µm", 1e-3}, {"micrometer", "µm", 1e-3},
  {"micrometre", "µm", 1e-3}, {"\xc2\xb5", "µm", 1e-3},
  {"mm", "mm", 1}, {"millimeter", "mm", 1}, {"millimetre", "mm", 1},
  {"cm", "cm", 10}, {"centimeter", "cm", 10}, {"centimetre", "cm", 10},
  {"dm", "dm", 100},
  {"m", "m", 1e3}, {"meter", "m", 1e3}, {"metre", "m", 1e3},
  {"km", "km", 1e6}, {"kilometer", "km", 1e6}, {"kilometre", "km", 1e6},
  {"in", "in", 25.4}, {"inch", "in", 25.4}, {"inche", "in", 25.4},
  {"pt", "pt", 25.4 / 72}, {"thou", "thou", 0.0254}, {"mil", "thou", 0.0254}, {"yd", "yd", 914.4},
  {"ft", "ft", 304.8}, {"foot", "ft", 304.8}, {"feet", "ft", 304.8},
};

}  // namespace

std::optional<Unit> findUnit(const std::string &name) {
  std::string key;
  for (const char character : name) {
    const auto byte = static_cast<unsigned char>(character);
    if (byte == '"' || std::isspace(byte)) continue;
    key += static_cast<char>(byte < 128 ? std::tolower(byte) : byte);
  }
  for (int attempt = 0; attempt < 2; ++attempt) {
    for (const Name &known : names) {
      if (key == known.name) return Unit{known.symbol, known.millimetres};
    }
    // Plurals.
    if (key.size() > 3 && key.back() == 's') key.pop_back();
  }
  return {};
}

}  // namespace vernier
