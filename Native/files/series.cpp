#include "payload.h"

#include <itkGDCMImageIO.h>
#include <itkGDCMSeriesFileNames.h>
#include <itksys/Directory.hxx>
#include <itksys/SystemTools.hxx>

#include <algorithm>
#include <cmath>

namespace vernier {
namespace {

/// A slice spacing may differ from the mean by this share: real scanners round positions, a missing slice doubles one.
constexpr double spacingTolerance = 0.1;

struct Slice {
  vernier_image image;
  double origin[3];
};

itk::GDCMImageIO::Pointer open(const std::string &path) {
  auto io = itk::GDCMImageIO::New();
  io->SetFileName(path);
  io->ReadImageInformation();
  return io;
}

std::string seriesUID(const std::string &path) {
  std::string uid;
  open(path)->GetValueFromTag("0020|000e", uid);
  while (!uid.empty() && (uid.back() == ' ' || uid.back() == 0)) uid.pop_back();
  return uid;
}

/// Throws where a file of the folder is damaged: GDCM would leave it out, or end the process.
void checkFiles(const std::string &folder) {
  itksys::Directory directory;
  if (!directory.Load(folder)) throw Failure(VERNIER_FAILED, "the folder cannot be read");
  for (unsigned long index = 0; index < directory.GetNumberOfFiles(); ++index) {
    const std::string path = folder + "/" + directory.GetFile(index);
    if (itksys::SystemTools::FileIsDirectory(path) || recognise(path) != VERNIER_FORMAT_DICOM) continue;
    try {
      checkDICOM(path);
    } catch (const Failure &failure) {
      throw Failure(failure.status, std::string(directory.GetFile(index)) + ": " + failure.what());
    }
  }
}

/// The files of the only series in a folder, in the order of their positions.
std::vector<std::string> fileNames(const std::string &folder) {
  auto names = itk::GDCMSeriesFileNames::New();
  names->SetUseSeriesDetails(true);
  names->SetDirectory(folder);
  const auto series = names->GetSeriesUIDs();
  if (series.empty()) throw Failure(VERNIER_NO_SERIES, "no DICOM file in it");
  if (series.size() == 1) return names->GetFileNames(series[0]);
  std::string list;
  for (const auto &identifier : series) {
    const auto files = names->GetFileNames(identifier);
    list += (list.empty() ? "" : ", ") + seriesUID(files.front()) + " (" + std::to_string(files.size()) +
            (files.size() == 1 ? " file)" : " files)");
  }
  throw Failure(VERNIER_SEVERAL_SERIES, list);
}

/// Sets the third axis from the first and last positions; throws where slices are not evenly spaced.
void setSliceAxis(const std::vector<Slice> &slices, vernier_image &image) {
  const size_t count = slices.size();
  double step[3], length = 0;
  for (int row = 0; row < 3; ++row) {
    step[row] = (slices.back().origin[row] - slices.front().origin[row]) / double(count - 1);
    length += step[row] * step[row];
  }
  length = std::sqrt(length);
  if (!(length > 0)) throw Failure(VERNIER_UNUSABLE_SPACING, "all slices have the same position");
  for (size_t slice = 1; slice < count; ++slice) {
    double along = 0;
    for (int row = 0; row < 3; ++row) {
      along += (slices[slice].origin[row] - slices[slice - 1].origin[row]) * step[row] / length;
    }
    if (std::abs(along - length) > spacingTolerance * length) {
      throw Failure(VERNIER_UNUSABLE_SPACING, "slices " + std::to_string(slice) + " and " + std::to_string(slice + 1) +
                                                " are " + std::to_string(along) + " mm apart, the mean is " +
                                                std::to_string(length) + " mm: is a slice missing?");
    }
  }
  image.spacing[2] = length;
  for (int row = 0; row < 3; ++row) image.direction[row * 3 + 2] = step[row] / length;
}

}  // namespace

Answer readSeries(const std::string &folder, const vernier_part &part) {
  checkFiles(folder);
  const auto paths = fileNames(folder);
  if (paths.size() == 1) return readFile(paths[0], part);

  Answer answer;
  vernier_image &image = answer.image;
  std::vector<Slice> slices;
  for (const auto &path : paths) {
    const auto io = open(path);
    Slice slice{};
    describe(*io, VERNIER_FORMAT_DICOM, wholeFile, slice.image);
    for (int row = 0; row < 3; ++row) slice.origin[row] = io->GetOrigin(row);
    if (slice.image.rank != 2) throw Failure(VERNIER_UNSUPPORTED, path + " holds more than one slice");
    const auto &first = slices.empty() ? slice.image : slices.front().image;
    if (slice.image.size[0] != first.size[0] || slice.image.size[1] != first.size[1] ||
        slice.image.channels != first.channels) {
      throw Failure(VERNIER_UNSUPPORTED, path + " has another size than the slices before it");
    }
    if (slice.image.sample_type != first.sample_type) slices.front().image.sample_type = VERNIER_SAMPLE_FLOAT32;
    if (slices.empty()) {
      image = slice.image;
      for (int axis = 0; axis < 3; ++axis) {
        image.origin[axis] = io->GetOrigin(axis);
        for (int row = 0; row < 3; ++row) image.direction[row * 3 + axis] = io->GetDirection(axis)[row] + 0.0;
      }
    }
    slices.push_back(slice);
  }
  image.sample_type = slices.front().image.sample_type;
  image.rank = 3;
  image.size[2] = static_cast<int64_t>(slices.size());
  setSliceAxis(slices, image);
  choose(part.index >= 0 ? part.index : part.time, 1, "volumes", part.index >= 0 ? "" : "t=");
  choose(part.level, 1, "levels", "level=");

  // The rescaling may differ from slice to slice, and the type with it, so the volume is assembled as floats.
  const size_t channels = static_cast<size_t>(image.channels);
  const size_t plane = static_cast<size_t>(image.size[0] * image.size[1]);
  answer.samples.reset(
    new vernier_samples{allocate(plane * channels * slices.size() * sizeof(float)), VERNIER_SAMPLE_FLOAT32,
                        channels, plane * slices.size(), channels, 1});
  float *destination = reinterpret_cast<float *>(answer.samples->bytes.get());
  std::vector<float> channel(plane);
  for (size_t slice = 0; slice < paths.size(); ++slice) {
    const auto samples = decode(*open(paths[slice]), paths[slice], VERNIER_FORMAT_DICOM);
    for (size_t index = 0; index < channels; ++index) {
      vernier_files()->copy_channel(samples.get(), static_cast<int32_t>(index), channel.data());
      float *row = destination + slice * plane * channels + index;
      for (size_t sample = 0; sample < plane; ++sample) row[sample * channels] = channel[sample];
    }
  }
  narrow(answer, part);
  return answer;
}

}  // namespace vernier
