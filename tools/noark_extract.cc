#include "tools/noark_extract.h"

#include "engine/base/encoding.h"
#include "engine/storage/files.h"
#include "projections/archive/xml_writer.h"

namespace stafett::tools {
namespace {

constexpr std::size_t kSchemaBytesMax = std::size_t{1} << 20;
constexpr std::string_view kDocuments = "dokumenter";

class Writer final {
 public:
  Writer(bti::BtiLog& opened, const ExtractWish& wish, const std::string& directory)
      : opened_(opened), wish_(wish), directory_(directory) {}

  Result<WrittenExtract> write(std::vector<bti::ClosedLog> logs) {
    extract_ = {logs.front().origin, wish_.creator,          wish_.archivist,
                wish_.shielding,     wish_.printout.made_at, {}};
    ENGINE_TRY_VOID(folder(std::string{kDocuments}));
    for (bti::ClosedLog& log : logs) ENGINE_TRY_VOID(add(std::move(log)));
    ENGINE_TRY(structure, bti::arkivstruktur(extract_));
    ENGINE_TRY_VOID(write_xml("arkivstruktur", structure));
    ENGINE_TRY(changes, bti::endringslogg(extract_));
    ENGINE_TRY_VOID(write_xml("endringslogg", changes));
    ENGINE_TRY_VOID(copy_schema("metadatakatalog.xsd"));
    ENGINE_TRY(addml, bti::arkivuttrekk(extract_, files_));
    ENGINE_TRY_VOID(is_valid(addml, "addml.xsd"));
    ENGINE_TRY_VOID(copy_schema("addml.xsd"));
    ENGINE_TRY(file, write_file(directory_, "arkivuttrekk.xml", addml));
    return WrittenExtract{file.sha256, documents_};
  }

 private:
  Result<void> folder(const std::string& name) {
    return storage::posix_files().make_directory(directory_ + "/" + name);
  }

  Result<void> add(bti::ClosedLog log) {
    const std::string below = std::string{kDocuments} + "/" + log.uuid();
    ENGINE_TRY_VOID(folder(below));
    bti::NoarkCase one;
    ENGINE_TRY(printout, write_printout(directory_, below + "/utskrift", log, wish_.printout));
    ENGINE_TRY(events, write_events(directory_, below + "/hendelser.jsonl", log));
    one.own = {printout, events};
    ENGINE_TRY(documents, write_documents(opened_, directory_, below, log));
    one.documents = std::move(documents);
    documents_ += one.own.size();
    for (const auto& file : one.documents) documents_ += file ? 1U : 0U;
    one.log = std::move(log);
    extract_.cases.push_back(std::move(one));
    return {};
  }

  Result<void> is_valid(const std::string& xml, const std::string& schema) const {
    if (wish_.schemas.empty()) return {};
    return bti::validate_xml(xml, wish_.schemas + "/" + schema);
  }

  Result<void> copy_schema(const std::string& name) {
    if (wish_.schemas.empty()) return {};
    ENGINE_TRY(bytes, storage::posix_files().read(wish_.schemas + "/" + name, kSchemaBytesMax));
    ENGINE_TRY(file, write_file(directory_, name, as_text(bytes)));
    files_.push_back(std::move(file));
    return {};
  }

  Result<void> write_xml(const std::string& name, const std::string& xml) {
    ENGINE_TRY_VOID(is_valid(xml, name + ".xsd"));
    ENGINE_TRY(file, write_file(directory_, name + ".xml", xml));
    files_.push_back(std::move(file));
    return copy_schema(name + ".xsd");
  }

  bti::BtiLog& opened_;
  const ExtractWish& wish_;
  const std::string& directory_;
  bti::NoarkExtract extract_;
  std::vector<bti::ArchivedFile> files_;
  std::size_t documents_ = 0;
};

}  // namespace

Result<WrittenExtract> write_noark(bti::BtiLog& opened, std::vector<bti::ClosedLog> logs,
                                   const ExtractWish& wish, const std::string& directory) {
  return Writer{opened, wish, directory}.write(std::move(logs));
}

}  // namespace stafett::tools
