/// The boundary between Vernier and its `files` plug-in: plain C, no exception crosses it.
///
/// The plug-in exports one function for callers, `vernier_files`. The table that it returns starts with the ABI number,
/// which the caller compares with `VERNIER_FILES_ABI` before it reads any further member. Change the number with every
/// change here.
#ifndef VERNIER_FILES_H
#define VERNIER_FILES_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define VERNIER_FILES_ABI 5
#define VERNIER_FILES_MOST_AXES 8

enum {
  VERNIER_FORMAT_PNG = 1,
  VERNIER_FORMAT_JPEG,
  VERNIER_FORMAT_TIFF,
  VERNIER_FORMAT_BMP,
  VERNIER_FORMAT_NIFTI,
  VERNIER_FORMAT_NRRD,
  VERNIER_FORMAT_META,
  VERNIER_FORMAT_DICOM
};

enum {
  VERNIER_SAMPLE_UINT8 = 1,
  VERNIER_SAMPLE_INT8,
  VERNIER_SAMPLE_UINT16,
  VERNIER_SAMPLE_INT16,
  VERNIER_SAMPLE_UINT32,
  VERNIER_SAMPLE_INT32,
  VERNIER_SAMPLE_FLOAT32,
  VERNIER_SAMPLE_FLOAT64
};

enum {
  VERNIER_OK = 0,
  VERNIER_NOT_AN_IMAGE,
  VERNIER_TRUNCATED,
  /// More than three axes longer than 1, and no volume was chosen: `file_size` says which.
  VERNIER_EXTRA_AXIS,
  VERNIER_EMPTY,
  VERNIER_UNUSABLE_SPACING,
  VERNIER_SEVERAL_SERIES,
  VERNIER_NO_SERIES,
  VERNIER_UNSUPPORTED,
  VERNIER_FAILED
};

/// What an image file holds, after axes of size 1 at the end were dropped down to rank 2.
typedef struct {
  int32_t format;
  int32_t rank;
  int32_t channels;
  int32_t sample_type;
  int64_t size[3];
  double spacing[3];
  double origin[3];
  /// The first rank × rank elements, row by row; a column is an axis.
  double direction[9];
  /// The axes as the file has them.
  int32_t file_rank;
  int64_t file_size[VERNIER_FILES_MOST_AXES];
} vernier_image;

/// Decoded samples, owned by the plug-in until released.
typedef struct vernier_samples vernier_samples;

typedef struct {
  int32_t abi;
  /// The name and version of the library behind the plug-in, such as "ITK 5.2.1".
  const char *library;

  /// Reads a file, or a folder with one DICOM series. Of a file with more than three axes it reads the volume with the index
  /// `volume`, counted from 0 along the further axes, the fourth fastest; a negative one chooses none. On failure `samples` is null and
  /// `message` holds one line.
  int32_t (*read)(const char *path, int64_t volume, vernier_image *image, vernier_samples **samples, char *message, size_t capacity);

  /// Copies one channel as floats, x fastest.
  void (*copy_channel)(const vernier_samples *samples, int32_t channel, float *destination);

  void (*release)(vernier_samples *samples);

  /// Writes `image->channels` planes of floats to `path` in `image->format`; integer types are rounded and clamped.
  /// `quality` is JPEG's, 1 to 100; 0 leaves it to the library.
  int32_t (*write)(const char *path, const vernier_image *image, const float *const *channels, int32_t quality,
                   char *message, size_t capacity);

  /// Encodes one or three planes of `width` × `height` floats as a JPEG file in memory and replaces them by what decoding
  /// gives. Samples are rounded and clamped to 0…255; `quality` is 1 to 100.
  int32_t (*compress_jpeg)(float *const *channels, int32_t count, int32_t width, int32_t height, int32_t quality,
                           char *message, size_t capacity);

  /// From now on drops what the libraries write to `std::cout` and `std::cerr`, past all hooks, while a function of
  /// this table runs on the thread. Output of other threads stays. Changes the streams' buffers, for the whole process:
  /// call it before other threads write to them.
  void (*filter_standard_streams)(void);
} vernier_files_table;

/// The plug-in's table; it lives as long as the plug-in.
const vernier_files_table *vernier_files(void);

#ifdef __cplusplus
}
#endif

#endif
