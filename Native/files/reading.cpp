#include "files.h"

#include "payload.h"
#include "pictures/pictures.h"
#include "tiff/reading.h"

namespace vernier {

Answer readFile(const std::string &path, const vernier_part &part) {
  checkNotEmpty(path);
  const int32_t format = recognise(path);
  if (format != 0 && format != VERNIER_FORMAT_NIFTI && isPacked(path)) {
    throw Failure(VERNIER_UNSUPPORTED, "it is compressed by gzip as a whole; unpack it first (gunzip)");
  }
  switch (format) {
    case VERNIER_FORMAT_PNG: return readPNG(path, part);
    case VERNIER_FORMAT_JPEG: return readJPEG(path, part);
    case VERNIER_FORMAT_TIFF: return readTIFF(path, part);
    case VERNIER_FORMAT_BMP: return readBMP(path, part);
    case VERNIER_FORMAT_WEBP: return readWebP(path, part);
    case VERNIER_FORMAT_GIF: return readGIF(path, part);
    case VERNIER_FORMAT_JPEG2000: return readJPEG2000(path, part);
    case VERNIER_FORMAT_NIFTI: return readNIfTI(path, part);
    case VERNIER_FORMAT_NRRD: return readNRRD(path, part);
    case VERNIER_FORMAT_META: return readMeta(path, part);
    case VERNIER_FORMAT_DICOM: return readDICOM(path, part);
    default: throw Failure(VERNIER_NOT_AN_IMAGE, strangerName(path));
  }
}

}  // namespace vernier
