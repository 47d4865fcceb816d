#include "payload.h"

#include <cstring>
#include <map>

namespace vernier {
namespace {

std::string trimmed(const std::string &text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

struct Header {
  std::map<std::string, std::string> fields;
  /// How many other fields stand before it.
  std::map<std::string, int> places;
  /// Where the header ends.
  int64_t end = 0;

  bool isTrue(const std::string &name) const {
    const auto field = fields.find(name);
    return field != fields.end() && !field->second.empty() && strchr("Tt1", field->second[0]);
  }
};

/// The lines up to `ElementDataFile`, which is the last.
Header readHeader(const std::string &path) {
  const File file = openFile(path);
  Header header;
  std::string line;
  for (int byte; (byte = getc_unlocked(file.get())) != EOF;) {
    if (byte != '\n') {
      line.push_back(static_cast<char>(byte));
      continue;
    }
    const auto equals = line.find_first_of("=:");
    if (equals != std::string::npos) {
      const std::string name = trimmed(line.substr(0, equals));
      header.fields[name] = trimmed(line.substr(equals + 1));
      header.places.emplace(name, int(header.places.size()));
    }
    if (header.fields.count("ElementDataFile")) break;
    line.clear();
  }
  // The last line of a header beside its samples may lack its end.
  if (!header.fields.count("ElementDataFile") && trimmed(line).rfind("ElementDataFile", 0) == 0) {
    header.fields["ElementDataFile"] = trimmed(line.substr(line.find_first_of("=:") + 1));
  }
  if (!header.fields.count("ElementDataFile")) failTruncated();
  header.end = std::ftell(file.get());
  return header;
}

/// The fields that have a number for each axis, so that MetaIO takes them only after the number of axes.
constexpr const char *axisFields[] = {"DimSize", "ElementSpacing", "ElementSize", "Offset", "Position", "Origin",
                                      "TransformMatrix", "Rotation", "Orientation", "CenterOfRotation"};

}  // namespace

void checkMeta(const std::string &path) {
  const Header header = readHeader(path);
  for (const char *name : {"NDims", "DimSize", "ElementType"}) {
    if (!header.fields.count(name)) throw Failure(VERNIER_TRUNCATED, std::string("its header has no ") + name);
  }
  const int axes = header.places.at("NDims");
  for (const char *name : axisFields) {
    const auto place = header.places.find(name);
    if (place == header.places.end() || place->second > axes) continue;
    throw Failure(VERNIER_TRUNCATED, std::string("its header has ") + name + " before NDims");
  }
}

std::unique_ptr<vernier_samples> decodeMeta(const itk::ImageIOBase &io, const std::string &path) {
  const Header header = readHeader(path);
  const std::string dataFile = header.fields.at("ElementDataFile");
  const bool isLocal = dataFile == "LOCAL" || dataFile == "Local" || dataFile == "local";
  if (!isLocal && (dataFile == "LIST" || dataFile.find('%') != std::string::npos)) {
    throw Failure(VERNIER_UNSUPPORTED, "its samples are spread over several files: save it as .mha");
  }
  if (header.fields.count("BinaryData") && !header.isTrue("BinaryData")) {
    throw Failure(VERNIER_UNSUPPORTED, "its samples are written as text: save it as binary");
  }

  std::unique_ptr<vernier_samples> samples(new vernier_samples{});
  samples->type = sampleType(io.GetComponentType());
  samples->channels = samples->sampleStride = io.GetNumberOfComponents();
  samples->channelStride = 1;
  samples->count = io.GetImageSizeInPixels();

  Payload payload;
  const auto slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "" : path.substr(0, slash + 1);
  payload.path = isLocal ? path : dataFile[0] == '/' ? dataFile : folder + dataFile;
  payload.isCompressed = header.isTrue("CompressedData");
  payload.offset = isLocal ? header.end : 0;
  if (!isLocal && header.fields.count("HeaderSize")) {
    payload.offset = std::strtoll(header.fields.at("HeaderSize").c_str(), nullptr, 10);
    payload.isAtEnd = payload.offset < 0;
    if (payload.isAtEnd) payload.offset = 0;
  }
  const size_t count = samples->count * samples->channels;
  payload.count = count * io.GetComponentSize();
  samples->bytes = load(payload);

  const bool isBigEndian = header.isTrue("BinaryDataByteOrderMSB") || header.isTrue("ElementByteOrderMSB");
  if (isBigEndian) swapBytes(samples->bytes.get(), count, io.GetComponentSize());
  return samples;
}

}  // namespace vernier
