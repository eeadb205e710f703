#include "projections/archive/xml_writer.h"

#include <libxml/parser.h>
#include <libxml/xmlschemas.h>
#include <libxml/xmlwriter.h>

#include <climits>

namespace stafett::bti {
namespace {

constexpr char kInstances[] = "http://www.w3.org/2001/XMLSchema-instance";

const xmlChar* chars(const char* text) {
  return reinterpret_cast<const xmlChar*>(text);
}

// A character that XML has no way to carry would keep everybody from reading the whole document.
std::string carried(std::string_view text) {
  constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
  constexpr std::size_t kBytes = kReplacement.size();
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto byte = static_cast<unsigned char>(text.front());
    const bool is_control = byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r';
    const bool is_none = text.starts_with("\xEF\xBF\xBE") || text.starts_with("\xEF\xBF\xBF");
    if (is_control || is_none)
      out += kReplacement;
    else
      out += text.front();
    text.remove_prefix(is_none ? kBytes : 1);
  }
  return out;
}

// Puts back what loaded files before.
class NoNetwork final {
 public:
  NoNetwork() : before_(xmlGetExternalEntityLoader()) {
    xmlSetExternalEntityLoader(xmlNoNetExternalEntityLoader);
  }
  ~NoNetwork() { xmlSetExternalEntityLoader(before_); }
  NoNetwork(const NoNetwork&) = delete;
  NoNetwork& operator=(const NoNetwork&) = delete;

 private:
  const xmlExternalEntityLoader before_;
};

struct FreeDocument {
  void operator()(xmlDoc* it) const { xmlFreeDoc(it); }
};
struct FreeSchemaParser {
  void operator()(xmlSchemaParserCtxt* it) const { xmlSchemaFreeParserCtxt(it); }
};
struct FreeSchema {
  void operator()(xmlSchema* it) const { xmlSchemaFree(it); }
};
struct FreeValidation {
  void operator()(xmlSchemaValidCtxt* it) const { xmlSchemaFreeValidCtxt(it); }
};

// The first thing that was said.
void keep_first(void* where, xmlError* error) {
  auto& kept = *static_cast<std::string*>(where);
  if (!kept.empty() || !error || !error->message) return;
  kept = error->message;
  while (kept.ends_with('\n')) kept.pop_back();
}

}  // namespace

struct XmlWriter::State {
  struct FreeBuffer {
    void operator()(xmlBuffer* it) const { xmlBufferFree(it); }
  };
  struct FreeWriter {
    void operator()(xmlTextWriter* it) const { xmlFreeTextWriter(it); }
  };
  std::unique_ptr<xmlBuffer, FreeBuffer> buffer{xmlBufferCreate()};
  std::unique_ptr<xmlTextWriter, FreeWriter> writer{xmlNewTextWriterMemory(buffer.get(), 0)};
};

XmlWriter::XmlWriter(const char* root, const char* space) : state_(std::make_unique<State>()) {
  xmlTextWriter* writer = state_->writer.get();
  if (!writer) {
    failed_ = true;
    return;
  }
  check(xmlTextWriterSetIndent(writer, 1));
  check(xmlTextWriterSetIndentString(writer, chars("  ")));
  check(xmlTextWriterStartDocument(writer, nullptr, "UTF-8", nullptr));
  open(root, space);
  attribute("xmlns:xsi", kInstances);
}

XmlWriter::~XmlWriter() = default;

void XmlWriter::check(int written) {
  failed_ = failed_ || written < 0;
}

void XmlWriter::attribute(const char* name, std::string_view value) {
  if (failed_) return;
  check(xmlTextWriterWriteAttribute(state_->writer.get(), chars(name),
                                    chars(carried(value).c_str())));
}

void XmlWriter::open(const char* name) {
  if (failed_) return;
  check(xmlTextWriterStartElement(state_->writer.get(), chars(name)));
}

void XmlWriter::open(const char* name, const char* space) {
  open(name);
  attribute("xmlns", space);
}

void XmlWriter::open_as(const char* name, const char* type) {
  open(name);
  attribute("xsi:type", type);
}

void XmlWriter::close() {
  if (failed_) return;
  check(xmlTextWriterEndElement(state_->writer.get()));
}

void XmlWriter::element(const char* name, std::string_view text) {
  if (failed_) return;
  check(xmlTextWriterWriteElement(state_->writer.get(), chars(name), chars(carried(text).c_str())));
}

void XmlWriter::text(std::string_view text) {
  if (failed_) return;
  check(xmlTextWriterWriteString(state_->writer.get(), chars(carried(text).c_str())));
}

Result<std::string> XmlWriter::finish() {
  if (!failed_) check(xmlTextWriterEndDocument(state_->writer.get()));
  if (!failed_) check(xmlTextWriterFlush(state_->writer.get()));
  if (failed_) return Error{Errc::too_large, "no memory for the document"};
  const xmlChar* bytes = xmlBufferContent(state_->buffer.get());
  return std::string{reinterpret_cast<const char*>(bytes),
                     static_cast<std::size_t>(xmlBufferLength(state_->buffer.get()))};
}

Result<void> validate_xml(std::string_view xml, const std::string& schema_path) {
  if (xml.size() > INT_MAX) return Error{Errc::too_large, "a document of 2 GiB and more"};
  std::string said;
  xmlSetStructuredErrorFunc(&said, keep_first);
  struct Quiet {
    ~Quiet() { xmlSetStructuredErrorFunc(nullptr, nullptr); }
  } quiet;
  // Imported schemas lie beside it. The parser of schemas would also fetch them.
  const NoNetwork no_network;
  const std::unique_ptr<xmlSchemaParserCtxt, FreeSchemaParser> parser{
      xmlSchemaNewParserCtxt(schema_path.c_str())};
  if (!parser) return Error{Errc::not_found, schema_path};
  xmlSchemaSetParserStructuredErrors(parser.get(), keep_first, &said);
  const std::unique_ptr<xmlSchema, FreeSchema> schema{xmlSchemaParse(parser.get())};
  if (!schema) return Error{Errc::unsupported, schema_path + ": " + said};
  const std::unique_ptr<xmlDoc, FreeDocument> document{
      xmlReadMemory(xml.data(), static_cast<int>(xml.size()), "document.xml", nullptr,
                    XML_PARSE_NONET | XML_PARSE_HUGE)};
  if (!document) return Error{Errc::malformed, said};
  const std::unique_ptr<xmlSchemaValidCtxt, FreeValidation> validation{
      xmlSchemaNewValidCtxt(schema.get())};
  if (!validation) return Error{Errc::too_large, "no memory to validate"};
  said.clear();
  xmlSchemaSetValidStructuredErrors(validation.get(), keep_first, &said);
  if (xmlSchemaValidateDoc(validation.get(), document.get()) == 0) return {};
  return Error{Errc::malformed, schema_path + ": " + said};
}

Result<std::optional<std::string>> first_text(std::string_view xml, std::string_view name) {
  std::string said;
  xmlSetStructuredErrorFunc(&said, keep_first);
  // Neither entities nor anything from outside.
  const std::unique_ptr<xmlDoc, FreeDocument> document{xmlReadMemory(
      xml.data(), static_cast<int>(xml.size()), "answer.xml", nullptr, XML_PARSE_NONET)};
  xmlSetStructuredErrorFunc(nullptr, nullptr);
  if (!document) return Error{Errc::malformed, said};
  if (document->intSubset) return Error{Errc::malformed, "a document type is not taken"};
  for (const xmlNode* at = xmlDocGetRootElement(document.get()); at;) {
    if (at->type == XML_ELEMENT_NODE &&
        std::string_view{reinterpret_cast<const char*>(at->name)} == name) {
      xmlChar* content = xmlNodeGetContent(at);
      std::string text{content ? reinterpret_cast<const char*>(content) : ""};
      xmlFree(content);
      return std::optional{std::move(text)};
    }
    if (at->type == XML_ELEMENT_NODE && at->children) {
      at = at->children;
      continue;
    }
    while (at && !at->next) at = at->parent;
    if (at) at = at->next;
  }
  return std::optional<std::string>{};
}

}  // namespace stafett::bti
