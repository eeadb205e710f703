#include <algorithm>
#include <string>

#include "engine/base/encoding.h"
#include "projections/archive/noark.h"
#include "projections/archive/xml_writer.h"

namespace stafett::bti {
namespace {

constexpr char kAddmlSpace[] = "http://www.arkivverket.no/standarder/addml";

class Addml final {
 public:
  Addml(const NoarkExtract& extract, std::span<const ArchivedFile> files)
      : extract_(extract), files_(files), xml_("addml", kAddmlSpace) {}

  Result<std::string> write() {
    xml_.attribute("xsi:schemaLocation", std::string{kAddmlSpace} + " addml.xsd");
    xml_.attribute("name", "arkivuttrekk");
    xml_.open("dataset");
    xml_.attribute("name", "Stafettlogger");
    xml_.element("description", "Avsluttede stafettlogger fra " + extract_.creator);
    reference();
    xml_.open("dataObjects");
    xml_.open("dataObject");
    xml_.attribute("name", "Noark 5-arkivuttrekk");
    xml_.open("properties");
    about();
    xml_.close();
    xml_.open("dataObjects");
    object("arkivstruktur");
    object("endringslogg");
    return xml_.finish();
  }

 private:
  void open_property(const char* name) {
    xml_.open("property");
    xml_.attribute("name", name);
  }
  void property(const char* name, const std::string& value) {
    open_property(name);
    xml_.element("value", value);
    xml_.close();
  }
  void open_nested(const char* name) {
    open_property(name);
    xml_.open("properties");
  }
  void close_nested() {
    xml_.close();
    xml_.close();
  }

  void additional(const char* name, const std::string& value) {
    xml_.open("additionalElement");
    xml_.attribute("name", name);
    xml_.element("value", value);
    xml_.close();
  }
  void open_additional(const char* name) {
    xml_.open("additionalElement");
    xml_.attribute("name", name);
    xml_.open("additionalElements");
  }
  void close_additional() {
    xml_.close();
    xml_.close();
  }

  void reference() {
    xml_.open("reference");
    xml_.open("context");
    xml_.open("additionalElements");
    open_additional("recordCreators");
    additional("recordCreator", extract_.creator);
    close_additional();
    additional("systemType", "Fagsystem for stafettlogg");
    additional("systemName", "Stafett");
    additional("archive", "Stafettlogger");
    xml_.close();
    xml_.close();
    xml_.close();
  }

  std::size_t documents() const {
    std::size_t count = 0;
    for (const NoarkCase& one : extract_.cases) {
      count += one.own.size();
      count += static_cast<std::size_t>(
          std::ranges::count_if(one.documents, [](const auto& file) { return file.has_value(); }));
    }
    return count;
  }

  void about() {
    open_nested("info");
    open_property("type");
    xml_.element("value", "Noark 5");
    xml_.open("properties");
    property("version", "5.0");
    close_nested();
    open_nested("additionalInfo");
    property("periode", local_day(extract_.made_at));
    property("antallMapper", std::to_string(extract_.cases.size()));
    property("antallDokumentfiler", std::to_string(documents()));
    property("inneholderSkjermetInformasjon", "true");
    property("inneholderDokumenterSomSkalKasseres", "false");
    close_nested();
    close_nested();
  }

  const ArchivedFile* file(const std::string& name) const {
    const auto found = std::ranges::find(files_, name, &ArchivedFile::name);
    return found == files_.end() ? nullptr : &*found;
  }

  void checked_file(const ArchivedFile& one) {
    open_nested("file");
    property("name", one.name);
    open_property("format");
    xml_.element("value", "XML");
    xml_.open("properties");
    property("version", "1.0");
    close_nested();
    open_nested("checksum");
    property("algorithm", "SHA-256");
    property("value", to_hex(one.sha256.view()));
    close_nested();
    close_nested();
  }

  void schema(const char* role, const ArchivedFile* one) {
    if (!one) return;
    open_property("schema");
    xml_.element("value", role);
    xml_.open("properties");
    checked_file(*one);
    close_nested();
  }

  void object(const char* name) {
    xml_.open("dataObject");
    xml_.attribute("name", name);
    xml_.open("properties");
    if (const ArchivedFile* one = file(std::string{name} + ".xml")) checked_file(*one);
    schema("main", file(std::string{name} + ".xsd"));
    schema("part", file("metadatakatalog.xsd"));
    xml_.close();
    xml_.close();
  }

  const NoarkExtract& extract_;
  const std::span<const ArchivedFile> files_;
  XmlWriter xml_;
};

}  // namespace

Result<std::string> arkivuttrekk(const NoarkExtract& extract, std::span<const ArchivedFile> files) {
  return Addml{extract, files}.write();
}

}  // namespace stafett::bti
