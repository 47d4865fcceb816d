#include "dicom/file.h"
#include "payload.h"
#include "volumes/nifti_header.h"

#include <strings.h>
#include <sys/stat.h>
#include <zlib.h>

#include <algorithm>
#include <string_view>

namespace vernier {
namespace {

using namespace std::string_view_literals;

/// The first bytes of a file, unpacked where it is compressed by gzip.
std::string head(const std::string &path) {
  std::string bytes(1024, 0);
  const size_t found = std::fread(bytes.data(), 1, bytes.size(), openFile(path).get());
  if (found < 2 || bytes[0] != '\x1f' || bytes[1] != '\x8b') {
    bytes.resize(found);
    return bytes;
  }
  gzFile file = gzopen(path.c_str(), "rb");
  if (!file) return {};
  const int count = gzread(file, bytes.data(), static_cast<unsigned>(bytes.size()));
  gzclose(file);
  bytes.resize(count > 0 ? static_cast<size_t>(count) : 0);
  return bytes;
}

/// A format that is told from others so that it can be named, and not read.
struct Stranger {
  size_t place;
  std::string_view magic;
  const char *name;
};

constexpr Stranger strangers[] = {
  {4, "ftypheic"sv, "HEIF"}, {4, "ftypheix"sv, "HEIF"}, {4, "ftypmif1"sv, "HEIF"}, {4, "ftyphevc"sv, "HEIF"},
  {4, "ftypmsf1"sv, "HEIF"}, {4, "ftypavif"sv, "AVIF"}, {4, "ftypavis"sv, "AVIF"},
  {0, "\xff\x0a"sv, "JPEG XL"}, {0, "\0\0\0\x0cJXL \r\n\x87\n"sv, "JPEG XL"}, {0, "II\xbc\x01"sv, "JPEG XR"},
  {0, "8BPS"sv, "Photoshop"}, {0, "gimp xcf"sv, "GIMP"}, {0, "v/1\x01"sv, "OpenEXR"}, {0, "#?RADIANCE"sv, "Radiance"},
  {0, "ZISRAWFILE"sv, "Zeiss CZI"}, {0, "\xda\xce\xbe\x0a"sv, "Nikon ND2"}, {0, "\x70\0\0\0"sv, "Leica LIF"},
  {0, "\xd0\xcf\x11\xe0"sv, "Zeiss ZVI or Olympus OIB"}, {0, "\x89HDF\r\n\x1a\n"sv, "HDF5"}, {0, "CDF\x01"sv, "NetCDF"},
  {0, "CDF\x02"sv, "NetCDF"}, {0, "SIMPLE  ="sv, "FITS"}, {208, "MAP "sv, "MRC"}, {0, "\x93NUMPY"sv, "NumPy"},
  {0, "MATLAB 5"sv, "MATLAB"}, {0, "%PDF"sv, "PDF"}, {0, "%!PS"sv, "PostScript"}, {0, "<svg"sv, "SVG"}, {0, "PK\x03\x04"sv, "a ZIP archive"},
  {0, "\0\0\0\1"sv, "FreeSurfer MGH"}, {0, "BZh"sv, "bzip2"}, {0, "\xfd" "7zXZ"sv, "xz"}, {0, "\x28\xb5\x2f\xfd"sv, "Zstandard"},
  {0, "7z\xbc\xaf\x27\x1c"sv, "7-Zip"},
  {0, "P1\n"sv, "Netpbm"}, {0, "P2\n"sv, "Netpbm"}, {0, "P3\n"sv, "Netpbm"}, {0, "P4\n"sv, "Netpbm"}, {0, "P5\n"sv, "Netpbm"},
  {0, "P6\n"sv, "Netpbm"}, {0, "P7\n"sv, "Netpbm"}, {0, "Pf\n"sv, "Netpbm"}, {0, "PF\n"sv, "Netpbm"},
};

/// Whether what follows "BM" is the head of a bitmap: one of the headers that there are.
bool isBMP(std::string_view bytes) {
  if (bytes.size() < 26) return false;
  for (const unsigned size : {12, 16, 40, 52, 56, 64, 108, 124}) {
    if (static_cast<unsigned char>(bytes[14]) == size && bytes.substr(15, 3) == "\0\0\0"sv) return true;
  }
  return false;
}

/// Whether the content begins with lines of a name and a value, `NDims` among them.
bool isMeta(std::string_view bytes) {
  const auto place = bytes.find("NDims"sv);
  if (place == bytes.npos || bytes.find('=') == bytes.npos) return false;
  return std::all_of(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(place),
                     [](unsigned char character) { return character >= 32 || std::isspace(character); });
}

}  // namespace

bool hasEnding(const std::string &text, const std::string &ending) {
  return text.size() >= ending.size() && strcasecmp(text.c_str() + text.size() - ending.size(), ending.c_str()) == 0;
}

void checkNotEmpty(const std::string &path, const std::string &prefix) {
  struct stat status;
  if (stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode) || status.st_size > 0) return;
  throw Failure(VERNIER_UNSUPPORTED, prefix + "it is empty (0 bytes); copy or download it again");
}

int32_t recognise(const std::string &path) {
  const std::string headerPath = niftiNames(path).header;
  const std::string content = head(headerPath);
  const std::string_view bytes = content;
  const auto begins = [bytes](std::string_view magic) { return bytes.substr(0, magic.size()) == magic; };
  // The 128 bytes before the mark are free: some files are TIFF as well.
  if (bytes.size() >= 132 && bytes.substr(128, 4) == "DICM"sv) return VERNIER_FORMAT_DICOM;
  if (begins("\x89PNG\r\n\x1a\n"sv)) return VERNIER_FORMAT_PNG;
  if (begins("\xff\xd8\xff"sv)) return VERNIER_FORMAT_JPEG;
  if (begins("II*\0"sv) || begins("MM\0*"sv) || begins("II+\0"sv) || begins("MM\0+"sv)) return VERNIER_FORMAT_TIFF;
  if (begins("NRRD000"sv)) return VERNIER_FORMAT_NRRD;
  if (isNIfTI(bytes)) return VERNIER_FORMAT_NIFTI;
  if (begins("RIFF"sv) && bytes.size() >= 12 && bytes.substr(8, 4) == "WEBP"sv) return VERNIER_FORMAT_WEBP;
  if (begins("GIF87a"sv) || begins("GIF89a"sv)) return VERNIER_FORMAT_GIF;
  if (begins("\0\0\0\x0cjP  \r\n\x87\n"sv) || begins("\xff\x4f\xff\x51"sv)) return VERNIER_FORMAT_JPEG2000;
  if (begins("BM"sv) && isBMP(bytes)) return VERNIER_FORMAT_BMP;
  if (isBareDICOM(bytes)) return VERNIER_FORMAT_DICOM;
  if (isMeta(bytes)) return VERNIER_FORMAT_META;
  const bool isHeader = hasEnding(headerPath, ".hdr") || hasEnding(headerPath, ".hdr.gz");
  if (isHeader && isAnalyze(bytes)) return VERNIER_FORMAT_NIFTI;
  return 0;
}

std::string strangerName(const std::string &path) {
  const std::string content = head(path);
  const std::string_view bytes = content;
  for (const Stranger &stranger : strangers) {
    if (bytes.substr(std::min(stranger.place, bytes.size()), stranger.magic.size()) == stranger.magic) return stranger.name;
  }
  return {};
}

}  // namespace vernier
