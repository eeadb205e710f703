#include "projections/bundle/document_check.h"

#include <algorithm>
#include <unordered_set>

namespace stafett::bti {
namespace {

class DocumentCheck final {
 public:
  DocumentCheck(BundleContext& context, std::vector<PromisedDocument> promised)
      : context_(context), promised_(std::move(promised)) {
    std::ranges::sort(promised_, {}, &PromisedDocument::position);
  }

  // The next one: they are told of by position, and none twice.
  void add(const DocumentLine& line) {
    while (next_ < promised_.size() && promised_[next_].position < line.position) miss();
    const std::string name = document_name(line.position);
    if (next_ == promised_.size() || promised_[next_].position != line.position)
      return context_.file_fault(bundle_file::kDocuments, bundle_code::kFile,
                                 name + " is of no entry here, or not in order");
    names_.insert(name);
    compare(promised_[next_++], line, name);
  }

  Result<void> finish() {
    while (next_ < promised_.size()) miss();
    ENGINE_TRY(names, context_.files.list(context_.directory));
    for (const std::string& name : names)
      if (is_document_name(name) && !names_.contains(name))
        context_.file_fault(name, bundle_code::kFile, "no document that is told of");
    return {};
  }

 private:
  void part_fault(Position position, const char* code, const char* why) {
    context_.findings.add(position, "part", code, std::string{"attachment: "} + why);
  }
  void miss() {
    part_fault(promised_[next_++].position, log::code::kPartMissing, "not in the bundle");
  }

  void compare(const PromisedDocument& promised, const DocumentLine& line,
               const std::string& name) {
    const auto fault = [&](const std::string& why) {
      context_.file_fault(name, bundle_code::kFile, why);
    };
    if (line.bytes != promised.length)
      return part_fault(line.position, log::code::kPartDigest,
                        "not of the length that its actor committed to");
    if (promised.digest && *promised.digest != line.sha256)
      part_fault(line.position, log::code::kPartDigest, "not the one that its event names");
    if (!is_plain_file(context_.path_of(name))) return fault("no plain file");
    const auto found = digest_of(context_.files, context_.directory, name, line.bytes);
    if (!found) return fault(found.error().detail());
    if (found->bytes != line.bytes || found->sha256 != line.sha256)
      return fault("not the document that documents.jsonl lists");
    ++context_.documents;
  }

  BundleContext& context_;
  std::vector<PromisedDocument> promised_;
  std::size_t next_ = 0;  // the first that no line so far is of
  std::unordered_set<std::string> names_;
};

}  // namespace

Result<void> check_documents(BundleContext& context, std::vector<PromisedDocument> promised) {
  DocumentCheck check{context, std::move(promised)};
  for_each_line(context, bundle_file::kDocuments, [&](std::string_view text) -> Result<void> {
    ENGINE_TRY(line, parse_document_line(text));
    check.add(line);
    return {};
  });
  return check.finish();
}

}  // namespace stafett::bti
