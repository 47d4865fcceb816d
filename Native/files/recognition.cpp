#include "files.h"

#include <itkBMPImageIO.h>
#include <itkGDCMImageIO.h>
#include <itkJPEGImageIO.h>
#include <itkMetaImageIO.h>
#include <itkNiftiImageIO.h>
#include <itkNrrdImageIO.h>
#include <itkPNGImageIO.h>
#include <itkTIFFImageIO.h>
#include <strings.h>
#include <zlib.h>

#include <string_view>

namespace vernier {
namespace {

using namespace std::string_view_literals;

/// The first bytes of a file, unpacked where it is compressed by gzip.
std::string head(const std::string &path) {
  std::string bytes(1024, 0);
  gzFile file = gzopen(path.c_str(), "rb");
  if (!file) return {};
  const int count = gzread(file, bytes.data(), static_cast<unsigned>(bytes.size()));
  gzclose(file);
  bytes.resize(count > 0 ? static_cast<size_t>(count) : 0);
  return bytes;
}

/// The file that holds the header: for a NIfTI pair the `.hdr` beside the `.img`.
std::string headerPath(const std::string &path) {
  for (const char *ending : {".img", ".img.gz"}) {
    if (!hasEnding(path, ending)) continue;
    std::string header = path;
    header.replace(header.size() - strlen(ending), 4, ".hdr");
    return header;
  }
  return path;
}

bool isNIfTI(std::string_view bytes) {
  if (bytes.size() < 348) return false;
  const auto magic = bytes.substr(344, 4);
  return magic == "n+1\0"sv || magic == "ni1\0"sv;
}

}  // namespace

bool hasEnding(const std::string &text, const std::string &ending) {
  return text.size() >= ending.size() && strcasecmp(text.c_str() + text.size() - ending.size(), ending.c_str()) == 0;
}

int32_t recognise(const std::string &path) {
  const std::string content = head(headerPath(path));
  const std::string_view bytes = content;
  const auto begins = [bytes](std::string_view magic) { return bytes.substr(0, magic.size()) == magic; };
  if (begins("\x89PNG\r\n\x1a\n"sv)) return VERNIER_FORMAT_PNG;
  if (begins("\xff\xd8\xff"sv)) return VERNIER_FORMAT_JPEG;
  if (begins("II*\0"sv) || begins("MM\0*"sv) || begins("II+\0"sv) || begins("MM\0+"sv)) return VERNIER_FORMAT_TIFF;
  if (begins("NRRD000"sv)) return VERNIER_FORMAT_NRRD;
  if (isNIfTI(bytes)) return VERNIER_FORMAT_NIFTI;
  if (bytes.size() >= 132 && bytes.substr(128, 4) == "DICM"sv) return VERNIER_FORMAT_DICOM;
  if (bytes.find("NDims"sv) != bytes.npos && bytes.find("="sv) != bytes.npos) return VERNIER_FORMAT_META;
  if (begins("BM"sv) && bytes.size() >= 30 && bytes.substr(6, 4) == "\0\0\0\0"sv) return VERNIER_FORMAT_BMP;
  return 0;
}

std::unique_lock<std::mutex> turn(int32_t format) {
  static std::mutex nrrd;
  return format == VERNIER_FORMAT_NRRD ? std::unique_lock(nrrd) : std::unique_lock<std::mutex>();
}

itk::ImageIOBase::Pointer makeIO(int32_t format) {
  switch (format) {
    case VERNIER_FORMAT_PNG: return itk::PNGImageIO::New().GetPointer();
    case VERNIER_FORMAT_JPEG: return itk::JPEGImageIO::New().GetPointer();
    case VERNIER_FORMAT_TIFF: return itk::TIFFImageIO::New().GetPointer();
    case VERNIER_FORMAT_BMP: return itk::BMPImageIO::New().GetPointer();
    case VERNIER_FORMAT_NIFTI: return itk::NiftiImageIO::New().GetPointer();
    case VERNIER_FORMAT_NRRD: return itk::NrrdImageIO::New().GetPointer();
    case VERNIER_FORMAT_META: return itk::MetaImageIO::New().GetPointer();
    case VERNIER_FORMAT_DICOM: return itk::GDCMImageIO::New().GetPointer();
    default: throw Failure(VERNIER_FAILED, "no reader for format " + std::to_string(format));
  }
}

}  // namespace vernier
