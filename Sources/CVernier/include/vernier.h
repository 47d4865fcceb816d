/// Vernier for C and for whatever calls C: align two images, judge a transform, move an image or points.
///
///     vernier_image fixed = {.samples = a, .rank = 2, .size = {640, 480}, .spacing = {1, 1}, .direction = {1, 0, 0, 1}};
///     const char *options[] = {"--transform", "affine"};
///     vernier_alignment *found = NULL;
///     char *error = NULL;
///     if (vernier_register(&fixed, &moving, NULL, options, 2, &found, &error) == VERNIER_DONE) {
///       puts(vernier_alignment_json(found));
///       vernier_alignment_release(found);
///     } else {
///       fputs(error, stderr);
///       vernier_text_release(error);
///     }
///
/// Link with `-lvernier`. Conventions are those of the command: samples are 32-bit floats, x fastest; points and sizes are x, y
/// (, z); a transform leads from a point of the fixed image to the point of the moving image, in physical coordinates, which are
/// pixels where the spacing is 1 and the origin 0. Options are the words of the command line of `vernier register` or `vernier
/// apply`, without those that name files.
///
/// All functions may be called from any thread, and several at once. What a function gives is the caller's, and goes back by the
/// `release` of its type; NULL may be released, too. Text is UTF-8. Pointers that are not said to be NULL at times must not be.
#ifndef VERNIER_H
#define VERNIER_H

#include <stdint.h>

// For languages that ask which pointers may be NULL.
#ifdef __clang__
#pragma clang assume_nonnull begin
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wnullability-completeness"
#define VERNIER_OR_NULL _Nullable
#else
#define VERNIER_OR_NULL
#endif

#ifdef __cplusplus
extern "C" {
#endif

/// What a function returns.
enum {
  /// It gave what was asked for; of an alignment that is an answer with any verdict, `failed` among them.
  VERNIER_DONE = 0,
  /// The input cannot be used: `error` says why.
  VERNIER_UNUSABLE = 1,
  /// The options are wrong: `error` says which.
  VERNIER_USAGE = 2
};

/// Samples on a regular grid. The sample with index i lies at origin + direction · (spacing ∘ i).
typedef struct vernier_image {
  /// As many as the sizes' product, x fastest. NULL where the grid alone is meant.
  const float *VERNIER_OR_NULL samples;
  /// One for each sample: 0 where it is to be left out. NULL where all count. Samples that are not finite never count.
  const uint8_t *VERNIER_OR_NULL mask;
  /// 2 or 3. Of what follows, the first so many are read; of `direction` the first 4 or 9.
  int32_t rank;
  int64_t size[3];
  double spacing[3];
  double origin[3];
  /// Row by row.
  double direction[9];
} vernier_image;

/// An answer: a transform, the evidence for it and a verdict.
typedef struct vernier_alignment vernier_alignment;

/// A map from points of the fixed image to points of the moving one: linear, a homography or a deformation.
typedef struct vernier_transform vernier_transform;

/// The version, such as "0.1.0". Not to be released.
const char *vernier_version(void);

/// Aligns `moving` to `fixed`.
///
/// `initial`: where to start, a linear transform; NULL lets it search. `options`: `count` words, such as "--transform", "rigid";
/// those of `vernier register` that name no file. Where the images can be used and no transform is found, `found` is an answer
/// without a transform.
int32_t vernier_register(
  const vernier_image *fixed, const vernier_image *moving, const vernier_transform *VERNIER_OR_NULL initial,
  const char *const *options,
  int32_t count, vernier_alignment **found, char **error);

/// Judges a transform that somebody else made; `options` are "--metric" and "--threads".
int32_t vernier_judge(
  const vernier_image *fixed, const vernier_image *moving, const vernier_transform *transform,
  const char *const *options,
  int32_t count, vernier_alignment **found, char **error);

/// The answer as JSON, as `vernier register --json` writes it. Lives as long as the answer.
const char *vernier_alignment_json(const vernier_alignment *alignment);

/// The answer's transform; NULL where none was found.
vernier_transform *VERNIER_OR_NULL vernier_alignment_transform(const vernier_alignment *alignment);

/// The page that `vernier register --report` writes, as HTML; the images are those that were aligned.
int32_t vernier_alignment_report(
  const vernier_alignment *alignment, const vernier_image *fixed, const vernier_image *moving, char **html,
  char **error);

/// Reads a transform's file, of any format that the command reads. `fixed` and `moving` are the grids between which it leads,
/// which FSL's matrices need; NULL otherwise.
int32_t vernier_transform_read(
  const char *path, const vernier_image *VERNIER_OR_NULL fixed, const vernier_image *VERNIER_OR_NULL moving,
  vernier_transform **transform, char **error);

/// Writes a transform in the format that the path ends with, as `vernier register --save-transform` does. `fixed` is the grid on
/// which a deformation is sampled where the format holds displacements; `fixed` and `moving` may be NULL for other formats.
int32_t vernier_transform_write(
  const vernier_transform *transform, const char *path, const vernier_image *VERNIER_OR_NULL fixed,
  const vernier_image *VERNIER_OR_NULL moving, char **error);

/// The transform of a homogeneous matrix, row by row: 3×3 for rank 2, where the last row makes it a homography unless it is
/// 0 0 1; 4×4 for rank 3.
int32_t vernier_transform_of_matrix(int32_t rank, const double *matrix, vernier_transform **transform, char **error);

/// 2 or 3.
int32_t vernier_transform_rank(const vernier_transform *transform);

/// The homogeneous matrix, row by row, with 9 or 16 elements: of a linear map and of a homography the map itself, of others their
/// linear part. Returns whether it is the map itself.
int32_t vernier_transform_matrix(const vernier_transform *transform, double *matrix);

/// Moves `count` points in place; a point that has no image becomes not a number.
void vernier_transform_points(const vernier_transform *transform, double *points, int64_t count);

/// The map that undoes this one; NULL where there is none.
vernier_transform *VERNIER_OR_NULL vernier_transform_inverse(const vernier_transform *transform);

/// Samples the moving image through a transform on the grid of `fixed`: `samples[p] = moving(T(p))`.
///
/// `options`: "--interpolation", "--background", "--threads" of `vernier apply`; the background is 0 unless told. `mask`: becomes 1
/// where the moving image has a sample and 0 elsewhere; NULL where it is not asked for.
int32_t vernier_resample(
  const vernier_image *moving, const vernier_image *fixed, const vernier_transform *transform,
  const char *const *options,
  int32_t count, float *samples, uint8_t *VERNIER_OR_NULL mask, char **error);

/// Frames to which the poses of a series can refer.
enum {
  /// The one whose corners lie closest to the medians of all.
  VERNIER_MIDDLE_FRAME = -1,
  /// The first of the largest group of frames that belong together.
  VERNIER_FIRST_FRAME = -2
};

/// Frames of a series that are brought together as they come.
typedef struct vernier_series vernier_series;

/// Begins a series whose frames lie on the grid of `reference`. `options`: "--transform", "--method", "--metric", "--threads" of
/// `vernier stack`. `number`: the reference's place in the series, to which every frame is aligned; negative where frames are
/// aligned with their predecessors alone.
int32_t vernier_series_begin(
  const vernier_image *reference, int64_t number, const char *const *options, int32_t count, vernier_series **series,
  char **error);

/// Adds the next frame.
int32_t vernier_series_add(vernier_series *series, const vernier_image *frame, char **error);

/// Where all frames lie, as a JSON list in their order: {"matrix", "verdict", "confidence", "skipped"}; the matrix leads from the
/// anchor's grid to the frame and is null where the frame has no place. `anchor` is a frame's number, or one of the enumeration.
int32_t vernier_series_poses(vernier_series *series, int64_t anchor, char **json, char **error);

void vernier_alignment_release(vernier_alignment *VERNIER_OR_NULL alignment);
void vernier_transform_release(vernier_transform *VERNIER_OR_NULL transform);
void vernier_series_release(vernier_series *VERNIER_OR_NULL series);
void vernier_text_release(char *VERNIER_OR_NULL text);

#ifdef __cplusplus
}
#endif
#ifdef __clang__
#pragma clang diagnostic pop
#pragma clang assume_nonnull end
#endif
#endif
