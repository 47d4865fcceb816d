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

#define VERNIER_FILES_ABI 10
#define VERNIER_FILES_MOST_CHANNELS 64

enum {
  VERNIER_FORMAT_PNG = 1,
  VERNIER_FORMAT_JPEG,
  VERNIER_FORMAT_TIFF,
  VERNIER_FORMAT_BMP,
  VERNIER_FORMAT_NIFTI,
  VERNIER_FORMAT_NRRD,
  VERNIER_FORMAT_META,
  VERNIER_FORMAT_DICOM,
  VERNIER_FORMAT_WEBP,
  VERNIER_FORMAT_GIF,
  VERNIER_FORMAT_JPEG2000
};

enum {
  VERNIER_SAMPLE_UINT8 = 1,
  VERNIER_SAMPLE_INT8,
  VERNIER_SAMPLE_UINT16,
  VERNIER_SAMPLE_INT16,
  VERNIER_SAMPLE_UINT32,
  VERNIER_SAMPLE_INT32,
  VERNIER_SAMPLE_FLOAT32,
  VERNIER_SAMPLE_FLOAT64,
  VERNIER_SAMPLE_INT64,
  VERNIER_SAMPLE_UINT64
};

enum {
  VERNIER_OK = 0,
  /// With the name of the format where it is known.
  VERNIER_NOT_AN_IMAGE,
  /// The file ends before its content does.
  VERNIER_TRUNCATED,
  VERNIER_EMPTY,
  VERNIER_UNUSABLE_SPACING,
  VERNIER_SEVERAL_SERIES,
  VERNIER_NO_SERIES,
  /// With the reason and the remedy.
  VERNIER_UNSUPPORTED,
  VERNIER_FAILED,
  /// The content breaks the rules of its format, or a checksum does not agree.
  VERNIER_DAMAGED
};

/// What copying a channel may meet.
enum { VERNIER_NOT_FINITE = 1, VERNIER_ROUNDED = 2 };

/// A part of a file. All count from 0; −1 where none is chosen.
typedef struct {
  /// Of a file with more than three axes the volume along the further ones, the fourth fastest; the frame in time where
  /// the file has several; else the page of a file of pages, as a picture.
  int64_t index;
  int64_t channel;
  int64_t time;
  int64_t slice;
  /// Of a pyramid; 0 is the finest.
  int64_t level;
} vernier_part;

/// What was read, after axes of size 1 at the end were dropped down to rank 2; and of the file what a caller may tell.
typedef struct {
  int32_t format;
  int32_t rank;
  int32_t channels;
  int32_t sample_type;
  int64_t size[3];
  /// Millimetres where the file states a physical unit, else 1.
  double spacing[3];
  double origin[3];
  /// The first rank × rank elements, row by row; a column is an axis.
  double direction[9];
  /// The unit in which the file gives its spacing, in UTF-8, such as "µm" or "mm"; empty where it has no physical one.
  char unit[16];

  /// The first three channels are red, green and blue.
  int32_t is_color;
  /// The channel that is opacity, or −1.
  int32_t alpha;
  /// The colours were multiplied by the opacity.
  int32_t is_alpha_associated;
  /// Samples of this value are none.
  int32_t has_nodata;
  double nodata;
  /// The number of the orientation's tag, 1 to 8, or 0 where there is none. The samples are upright already.
  int32_t orientation;
  /// What a NIfTI header says its numbers are (intent_code), such as 1007 for vectors; 0 in other files.
  int32_t intent;

  /// What the file holds, whatever part of it was chosen.
  int64_t file_channels;
  int64_t frames;
  int64_t levels;
  /// Where nothing chose among several: the channel to take of those that were read, and the frame that was read;
  /// else −1.
  int64_t channel_by_rule;
  int64_t frame_by_rule;
} vernier_image;

/// What the frames of a series are.
enum {
  /// Volumes or pictures one after another in time, or along whatever else a file counts.
  VERNIER_SERIES_TIME = 1,
  /// The pages of a file that says nothing of time: slices.
  VERNIER_SERIES_SLICES
};

/// A file that holds several frames, open to be read frame by frame; owned by the caller until closed.
typedef struct vernier_series vernier_series;

/// A file that is written frame by frame; owned by the caller until finished or abandoned.
typedef struct vernier_writer vernier_writer;

/// Decoded samples, owned by the plug-in until released.
typedef struct vernier_samples vernier_samples;

/// What a file said besides its samples and its geometry; owned by the caller until released, and only the plug-in looks
/// inside.
typedef struct vernier_header vernier_header;

typedef struct {
  int32_t abi;
  /// The name and version of the library behind the plug-in, such as "libtiff 4.5.0".
  const char *library;

  /// Reads a part of a file, or of a folder with one DICOM series. On success `message` holds what a person should know of
  /// how the file was read, a line each, or nothing; `header` may be null. On failure `samples` and `header` are null and
  /// `message` holds one line.
  int32_t (*read)(const char *path, const vernier_part *part, vernier_image *image, vernier_samples **samples,
                  vernier_header **header, char *message, size_t capacity);

  /// Copies one channel as floats, x fastest. Returns `VERNIER_NOT_FINITE` where one of them is NaN or infinite,
  /// `VERNIER_ROUNDED` where a whole number is too large to be held as it is, else 0.
  int32_t (*copy_channel)(const vernier_samples *samples, int32_t channel, float *destination);

  void (*release)(vernier_samples *samples);
  void (*release_header)(vernier_header *header);

  /// Writes `image->channels` planes of floats to `path` in `image->format`; integer types are rounded and clamped.
  /// `quality` is JPEG's, 1 to 100; 0 leaves it to the library. `geometry` is what the file said whose grid this is, `content`
  /// what the file said whose samples these are; either may be null, and a format takes from them what it understands.
  /// Of `image` the members about the file as a whole are not read.
  int32_t (*write)(const char *path, const vernier_image *image, const float *const *channels, int32_t quality,
                   const vernier_header *geometry, const vernier_header *content, char *message, size_t capacity);

  /// Opens a file whose frames are to be read one by one, in any order; the next one costs the least. `kind` is one of
  /// `VERNIER_SERIES_…`; `frames` is 1 where the file holds no more. `header` is as `read` gives it, for all frames.
  int32_t (*open_series)(const char *path, vernier_series **series, int64_t *frames, int32_t *kind,
                         vernier_header **header, char *message, size_t capacity);

  /// Reads a frame, as `read` does; of `part` the channel and the level alone are heeded.
  int32_t (*read_frame)(vernier_series *series, int64_t frame, const vernier_part *part, vernier_image *image,
                        vernier_samples **samples, char *message, size_t capacity);

  void (*close_series)(vernier_series *series);

  /// Begins a file of so many frames, each as `image` describes it; TIFF and NIfTI alone. `kind` is one of
  /// `VERNIER_SERIES_…`. The headers are as for `write`, and must live until the end. On failure `writer` is null.
  int32_t (*begin_series)(const char *path, const vernier_image *image, int64_t frames, int32_t kind,
                          const vernier_header *geometry, const vernier_header *content, vernier_writer **writer,
                          char *message, size_t capacity);

  /// Writes the next frame: `image->channels` planes of floats, as `write` takes them.
  int32_t (*append_frame)(vernier_writer *writer, const float *const *channels, char *message, size_t capacity);

  /// Completes the file and releases the writer, whatever the answer.
  int32_t (*finish_series)(vernier_writer *writer, char *message, size_t capacity);

  /// Releases a writer whose file is not wanted any more.
  void (*abandon_series)(vernier_writer *writer);

  /// Encodes one or three planes of `width` × `height` floats as a JPEG file in memory and replaces them by what decoding
  /// gives. Samples are rounded and clamped to 0…255; `quality` is 1 to 100.
  int32_t (*compress_jpeg)(float *const *channels, int32_t count, int32_t width, int32_t height, int32_t quality,
                           char *message, size_t capacity);
} vernier_files_table;

/// The plug-in's table; it lives as long as the plug-in.
const vernier_files_table *vernier_files(void);

#ifdef __cplusplus
}
#endif

#endif
