#include "ome.h"

#include <expat.h>

#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <stdexcept>

namespace vernier::tiff {
namespace {

/// The attributes of an element.
class Attributes {
public:
  explicit Attributes(const XML_Char **list) : list(list) {}

  const char *operator[](const char *name) const {
    for (auto at = list; *at; at += 2) {
      if (std::strcmp(*at, name) == 0) return at[1];
    }
    return nullptr;
  }

  std::string text(const char *name, const std::string &otherwise = {}) const {
    const char *value = (*this)[name];
    return value ? value : otherwise;
  }

  std::optional<int64_t> whole(const char *name) const {
    const char *value = (*this)[name];
    if (!value) return {};
    char *end = nullptr;
    errno = 0;
    const long long number = std::strtoll(value, &end, 10);
    if (end == value || *end || errno || number < 0) {
      throw std::runtime_error(std::string("the number ") + name + " is not usable");
    }
    return number;
  }

  std::optional<double> real(const char *name) const {
    const char *value = (*this)[name];
    if (!value) return {};
    char *end = nullptr;
    const double number = std::strtod(value, &end);
    if (end == value || *end || !std::isfinite(number) || number <= 0) return {};
    return number;
  }

private:
  const XML_Char **list;
};

class Reader {
public:
  OMEDocument read(const std::string &xml) {
    const std::unique_ptr<XML_ParserStruct, void (*)(XML_Parser)> parser(XML_ParserCreate(nullptr), XML_ParserFree);
    if (!parser) throw std::bad_alloc();
    handle = parser.get();
    XML_SetUserData(handle, this);
    XML_SetElementHandler(
      handle, [](void *reader, const XML_Char *name, const XML_Char **attributes) {
        static_cast<Reader *>(reader)->guarded([&](Reader &self) { self.begin(name, Attributes(attributes)); });
      }, [](void *reader, const XML_Char *) {
        static_cast<Reader *>(reader)->guarded([](Reader &self) { self.end(); });
      });
    XML_SetCharacterDataHandler(handle, [](void *reader, const XML_Char *text, int count) {
      static_cast<Reader *>(reader)->guarded([&](Reader &self) { self.take(text, size_t(count)); });
    });
    const auto status = XML_Parse(handle, xml.data(), int(xml.size()), 1);
    if (!problem.empty()) throw std::runtime_error(problem);
    if (status != XML_STATUS_OK) {
      throw std::runtime_error(
        std::string(XML_ErrorString(XML_GetErrorCode(handle))) + " in line " +
        std::to_string(XML_GetCurrentLineNumber(handle)));
    }
    return std::move(document);
  }

private:
  /// No exception may cross the parser.
  template <typename Work>
  void guarded(Work work) noexcept {
    if (!problem.empty()) return;
    try {
      work(*this);
    } catch (const std::exception &error) {
      problem = error.what();
      XML_StopParser(handle, XML_FALSE);
    }
  }

  static std::string withoutPrefix(const XML_Char *name) {
    const char *colon = std::strrchr(name, ':');
    return colon ? colon + 1 : name;
  }

  void begin(const XML_Char *name, const Attributes &attributes) {
    if (path.size() > 400) throw std::runtime_error("its elements are nested too deeply");
    lengths.push_back(path.size());
    path += "/" + withoutPrefix(name);
    if (path == "/OME") {
      document.uuid = attributes.text("UUID");
    } else if (path == "/OME/BinaryOnly") {
      document.metadataFile = attributes.text("MetadataFile", "another one");
    } else if (path == "/OME/Image") {
      document.images.emplace_back();
      image().name = attributes.text("Name");
    } else if (path == "/OME/Image/Pixels") {
      beginPixels(attributes);
    } else if (path == "/OME/Image/Pixels/Channel") {
      OMEChannel channel;
      channel.name = attributes.text("Name");
      channel.color = attributes.text("Color");
      channel.samples = attributes.whole("SamplesPerPixel").value_or(1);
      image().channels.push_back(channel);
    } else if (path == "/OME/Image/Pixels/TiffData") {
      OMEPlanes planes;
      planes.page = attributes.whole("IFD");
      planes.count = attributes.whole("PlaneCount");
      planes.channel = attributes.whole("FirstC").value_or(0);
      planes.time = attributes.whole("FirstT").value_or(0);
      planes.slice = attributes.whole("FirstZ").value_or(0);
      image().planes.push_back(planes);
    } else if (path == "/OME/Image/Pixels/TiffData/UUID") {
      image().planes.back().file = attributes.text("FileName");
    }
  }

  void beginPixels(const Attributes &attributes) {
    OMEImage &found = image();
    found.dimensionOrder = attributes.text("DimensionOrder", found.dimensionOrder);
    found.type = attributes.text("Type", attributes.text("PixelType"));
    found.sizeX = attributes.whole("SizeX").value_or(0);
    found.sizeY = attributes.whole("SizeY").value_or(0);
    found.sizeZ = attributes.whole("SizeZ").value_or(1);
    found.sizeC = attributes.whole("SizeC").value_or(1);
    found.sizeT = attributes.whole("SizeT").value_or(1);
    found.timeIncrement = attributes.real("TimeIncrement");
    found.timeUnit = attributes.text("TimeIncrementUnit", "s");
    constexpr const char *names[] = {"PhysicalSizeX", "PhysicalSizeY", "PhysicalSizeZ"};
    for (size_t axis = 0; axis < 3; ++axis) {
      found.physicalSize[axis] = attributes.real(names[axis]);
      found.physicalUnit[axis] = attributes.text((std::string(names[axis]) + "Unit").c_str(), "µm");
    }
  }

  void end() {
    path.resize(lengths.back());
    lengths.pop_back();
  }

  void take(const char *text, size_t count) {
    if (path == "/OME/Image/Pixels/TiffData/UUID") image().planes.back().uuid.append(text, count);
    if (path == "/OME/Image/Description") image().description.append(text, count);
  }

  OMEImage &image() { return document.images.back(); }

  XML_Parser handle = nullptr;
  OMEDocument document;
  std::string path;
  std::vector<size_t> lengths;
  std::string problem;
};

std::string escaped(const std::string &text) {
  std::string result;
  for (const char character : text) {
    switch (character) {
      case '&': result += "&amp;"; break;
      case '<': result += "&lt;"; break;
      case '>': result += "&gt;"; break;
      case '"': result += "&quot;"; break;
      default: result += character;
    }
  }
  return result;
}

std::string printed(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.10g", value);
  return text;
}

std::string attribute(const std::string &name, const std::string &value) {
  return " " + name + "=\"" + escaped(value) + "\"";
}

}  // namespace

bool isOME(const std::string &description) {
  // The elements may have a prefix, as in <ome:OME xmlns:ome="…">.
  const bool isRoot = description.find("<OME") != std::string::npos || description.find(":OME ") != std::string::npos;
  return isRoot && description.find("openmicroscopy.org") != std::string::npos;
}

OMEDocument readOME(const std::string &xml) {
  const auto start = xml.find('<');
  const auto end = xml.find_last_of('>');
  if (start == std::string::npos || end == std::string::npos) throw std::runtime_error("it is no XML");
  return Reader().read(xml.substr(start, end + 1 - start));
}

std::string writeOME(const OMEImage &image) {
  const auto whole = [](int64_t value) { return std::to_string(value); };
  std::string pixels =
    attribute("ID", "Pixels:0") + attribute("DimensionOrder", "XYCZT") + attribute("Type", image.type) +
    attribute("SizeX", whole(image.sizeX)) + attribute("SizeY", whole(image.sizeY)) +
    attribute("SizeC", whole(image.sizeC)) + attribute("SizeZ", whole(image.sizeZ)) +
    attribute("SizeT", whole(image.sizeT));
  constexpr const char *names[] = {"PhysicalSizeX", "PhysicalSizeY", "PhysicalSizeZ"};
  for (size_t axis = 0; axis < 3; ++axis) {
    if (!image.physicalSize[axis]) continue;
    pixels += attribute(names[axis], printed(*image.physicalSize[axis])) +
              attribute(std::string(names[axis]) + "Unit", image.physicalUnit[axis]);
  }
  if (image.timeIncrement) {
    pixels += attribute("TimeIncrement", printed(*image.timeIncrement)) +
              attribute("TimeIncrementUnit", image.timeUnit);
  }
  std::string inner;
  for (size_t index = 0; index < image.channels.size(); ++index) {
    const OMEChannel &channel = image.channels[index];
    inner += "<Channel" + attribute("ID", "Channel:0:" + std::to_string(index)) +
             (channel.name.empty() ? "" : attribute("Name", channel.name)) +
             (channel.color.empty() ? "" : attribute("Color", channel.color)) +
             attribute("SamplesPerPixel", whole(channel.samples)) + "/>";
  }
  const int64_t pages = int64_t(image.channels.size()) * image.sizeZ * image.sizeT;
  inner += "<TiffData IFD=\"0\" PlaneCount=\"" + whole(pages) + "\"/>";
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
         "<OME xmlns=\"http://www.openmicroscopy.org/Schemas/OME/2016-06\" "
         "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
         "xsi:schemaLocation=\"http://www.openmicroscopy.org/Schemas/OME/2016-06 "
         "http://www.openmicroscopy.org/Schemas/OME/2016-06/ome.xsd\" Creator=\"Vernier\">"
         "<Image ID=\"Image:0\"" + attribute("Name", image.name.empty() ? "Image0" : image.name) + ">" +
         (image.description.empty() ? "" : "<Description>" + escaped(image.description) + "</Description>") +
         "<Pixels" + pixels + ">" + inner + "</Pixels></Image></OME>";
}

}  // namespace vernier::tiff
