#include "file.h"

#include <dirent.h>
#include <sys/stat.h>

#include <algorithm>
#include <map>

namespace vernier {
namespace {

/// The plain files of a folder in the order of their names.
std::vector<std::string> fileNames(const std::string &folder) {
  DIR *directory = opendir(folder.c_str());
  if (!directory) throw Failure(VERNIER_FAILED, "the folder cannot be read");
  std::vector<std::string> names;
  while (const dirent *entry = readdir(directory)) {
    struct stat status;
    const std::string name = entry->d_name;
    if (stat((folder + "/" + name).c_str(), &status) == 0 && S_ISREG(status.st_mode)) names.push_back(name);
  }
  closedir(directory);
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

Answer readSeries(const std::string &folder, const vernier_part &part) {
  std::map<std::string, std::vector<DICOMFile>> series;
  for (const auto &name : fileNames(folder)) {
    const std::string path = folder + "/" + name;
    if (hasEnding(name, ".dcm")) checkNotEmpty(path, name + ": ");
    if (recognise(path) != VERNIER_FORMAT_DICOM) continue;
    try {
      DICOMFile file(path);
      if (!file.hasImage()) continue;
      file.readImage();
      series[file.series].push_back(std::move(file));
    } catch (const Failure &failure) {
      throw Failure(failure.status, name + ": " + failure.what());
    }
  }
  if (series.empty()) throw Failure(VERNIER_NO_SERIES, "no DICOM file in it");
  if (series.size() == 1) {
    auto &files = series.begin()->second;
    // Where no positions are told the numbers of the images are their order.
    std::stable_sort(files.begin(), files.end(), [](const DICOMFile &a, const DICOMFile &b) {
      return a.instanceNumber < b.instanceNumber;
    });
    return readFrames(files, part);
  }
  std::string list;
  for (const auto &[identifier, files] : series) {
    list += (list.empty() ? "" : ", ") + (identifier.empty() ? "without a series" : identifier) + " (" +
            std::to_string(files.size()) + (files.size() == 1 ? " file)" : " files)");
  }
  throw Failure(VERNIER_SEVERAL_SERIES, list);
}

}  // namespace vernier
