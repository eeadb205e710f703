#include "projections/bundle/bundle_lines.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "engine/base/encoding.h"
#include "projections/catalogue/atoms.h"

namespace stafett::bti {

namespace json = boost::json;

using format::PartClass;

namespace {

// By number.
constexpr std::array<std::string_view, 5> kClasses = {"", "fact", "narrative", "identity",
                                                      "attachment"};
constexpr std::array<std::string_view, 6> kKinds = {"",      "engine", "directory",
                                                    "audit", "case",   "access"};
constexpr std::array<std::string_view, 3> kSpaces = {"", "person", "case"};

// The members of one object by name; remembers the first thing that is wrong. Exactly the members
// asked for may be there.
class Members final {
 public:
  explicit Members(std::string_view text) {
    boost::system::error_code error;
    value_ = json::parse({text.data(), text.size()}, error);
    if (error || !value_.is_object()) fail("no JSON object");
  }
  explicit Members(const json::value& value) : value_(value) {
    if (!value_.is_object()) fail("no JSON object");
  }

  std::uint64_t number(std::string_view name) {
    const json::value* found = find(name);
    if (!found) return 0;
    boost::system::error_code error;
    const auto number = found->is_number() ? found->to_number<std::uint64_t>(error) : 0;
    if (!found->is_number() || error) fail(name);
    return number;
  }
  std::string text(std::string_view name) {
    const json::value* found = find(name);
    if (!found || !found->is_string()) return fail(name), std::string{};
    return std::string{std::string_view{found->get_string()}};
  }
  bool flag(std::string_view name) {
    const json::value* found = find(name);
    if (!found || !found->is_bool()) return fail(name), false;
    return found->get_bool();
  }
  Bytes bytes(std::string_view name) { return bytes_in(find(name), name); }
  template <class Id>
  Id fixed(std::string_view name) {
    return checked(Id::from(bytes(name)), name);
  }
  template <class Id>
  Id uuid(std::string_view name) {
    const auto id = parse_uuid(text(name));
    return checked(id ? std::optional{Id{*id}} : std::nullopt, name);
  }
  // Nothing where the member is null.
  template <class Id>
  std::optional<Id> uuid_or_null(std::string_view name) {
    if (const json::value* found = object_member(name); found && found->is_null()) {
      ++asked_;
      return std::nullopt;
    }
    const Id id = uuid<Id>(name);
    if (id.is_zero()) fail(name);  // would be written as null
    return id;
  }
  transparency::Path path(std::string_view name,
                          std::size_t nodes_max = transparency::kProofNodesMax) {
    transparency::Path path;
    const json::array& array = list(name);
    if (array.size() > nodes_max) return fail(name), path;
    for (const json::value& one : array)
      path.push_back(checked(Hash::from(bytes_in(&one, name)), name));
    return path;
  }
  std::optional<transparency::Path> path_or_null(std::string_view name) {
    if (const json::value* found = object_member(name); found && found->is_null()) {
      ++asked_;
      return std::nullopt;
    }
    return path(name);
  }
  template <std::size_t N>
  std::size_t word(std::string_view name, const std::array<std::string_view, N>& words) {
    return word_in(text(name), words, name);
  }
  template <std::size_t N>
  std::size_t word_in(std::string_view text, const std::array<std::string_view, N>& words,
                      std::string_view name) {
    const auto found = std::find(words.begin() + 1, words.end(), text);
    if (found == words.end()) return fail(name), 1;
    return static_cast<std::size_t>(found - words.begin());
  }
  const json::array& list(std::string_view name) {
    static const json::array kNone;
    const json::value* found = find(name);
    if (!found || !found->is_array()) return fail(name), kNone;
    return found->get_array();
  }
  void fail(std::string_view what) {
    if (wrong_.empty()) wrong_ = what;
  }
  // REQUIRES: everything was asked for.
  Result<void> done() {
    if (wrong_.empty() && value_.get_object().size() != asked_) fail("a member too many");
    if (!wrong_.empty()) return Error{Errc::malformed, "not of its form: " + wrong_};
    return {};
  }

 private:
  const json::value* object_member(std::string_view name) const {
    return value_.is_object() ? value_.get_object().if_contains({name.data(), name.size()})
                              : nullptr;
  }
  const json::value* find(std::string_view name) {
    ++asked_;
    const json::value* found = object_member(name);
    if (!found) fail(name);
    return found;
  }
  Bytes bytes_in(const json::value* found, std::string_view name) {
    const auto bytes = found && found->is_string()
                           ? from_base64(std::string_view{found->get_string()})
                           : std::nullopt;
    if (!bytes) return fail(name), Bytes{};
    return *bytes;
  }
  template <class Id>
  Id checked(const std::optional<Id>& id, std::string_view name) {
    if (!id) fail(name);
    return id.value_or(Id{});
  }

  json::value value_;
  std::size_t asked_ = 0;
  std::string wrong_;
};

json::array to_json(const transparency::Path& path) {
  json::array out;
  for (const Hash& hash : path) out.emplace_back(to_base64(hash.view()));
  return out;
}

json::array to_json(const std::vector<PartClass>& classes) {
  json::array out;
  for (const PartClass one : classes) out.emplace_back(kClasses[static_cast<std::size_t>(one)]);
  return out;
}

std::vector<PartClass> classes_in(Members& members, std::string_view name) {
  std::vector<PartClass> classes;
  for (const json::value& one : members.list(name)) {
    const std::string_view text = one.is_string() ? std::string_view{one.get_string()} : "";
    classes.push_back(static_cast<PartClass>(members.word_in(text, kClasses, name)));
  }
  if (classes.size() > format::kPartsMax) members.fail(name);
  return classes;
}

}  // namespace

json::object to_json(const EntryLine& line) {
  json::array parts;
  for (const format::OpenPart& part : line.parts)
    parts.push_back({{"class", kClasses[static_cast<std::size_t>(part.part_class)]},
                     {"salt", to_base64(part.salt.view())},
                     {"plaintext", to_base64(part.plaintext)}});
  const json::value path_json = line.path ? json::value(to_json(*line.path)) : nullptr;
  return {{"position", line.position.value()},
          {"entry", to_base64(line.entry)},
          {"path", path_json},
          {"parts", std::move(parts)},
          {"erased", to_json(line.erased)},
          {"withheld", to_json(line.withheld)}};
}

Result<EntryLine> parse_entry_line(std::string_view text) {
  Members members{text};
  EntryLine line;
  line.position = Position{members.number("position")};
  line.entry = members.bytes("entry");
  line.path = members.path_or_null("path");
  for (const json::value& one : members.list("parts")) {
    Members part{one};
    const auto part_class = static_cast<PartClass>(part.word("class", kClasses));
    line.parts.push_back({part_class, part.fixed<format::Salt>("salt"), part.bytes("plaintext")});
    ENGINE_TRY_VOID(part.done());
  }
  line.erased = classes_in(members, "erased");
  line.withheld = classes_in(members, "withheld");
  ENGINE_TRY_VOID(members.done());
  return line;
}

json::object to_json(const RangeLine& line) {
  return {{"first", line.first.value()},
          {"count", line.count},
          {"left", to_json(line.proof.left)},
          {"right", to_json(line.proof.right)}};
}

Result<RangeLine> parse_range_line(std::string_view text) {
  Members members{text};
  RangeLine line;
  line.first = Position{members.number("first")};
  line.count = members.number("count");
  if (line.count < 2) members.fail("count");
  line.proof.left = members.path("left");
  // Up to the largest subtree that fits, and down again to the tree's ragged edge.
  line.proof.right = members.path("right", 2 * transparency::kProofNodesMax);
  ENGINE_TRY_VOID(members.done());
  return line;
}

json::object to_json(const DocumentLine& line) {
  return {{"position", line.position.value()},
          {"bytes", line.bytes},
          {"sha256", to_base64(line.sha256.view())}};
}

Result<DocumentLine> parse_document_line(std::string_view text) {
  Members members{text};
  const DocumentLine line{Position{members.number("position")}, members.number("bytes"),
                          members.fixed<Hash>("sha256")};
  ENGINE_TRY_VOID(members.done());
  return line;
}

json::object to_json(const StreamLine& line) {
  const bool is_case = !line.record.subject.is_zero();
  return {{"stream", to_uuid_text(line.stream.view())},
          {"kind", kKinds[static_cast<std::size_t>(line.record.kind)]},
          {"lane", line.record.lane},
          {"case", is_case ? json::value(to_uuid_text(line.record.subject.view())) : nullptr},
          {"nextVersion", line.next_version},
          {"head", to_base64(line.head.view())},
          {"index", line.index},
          {"path", to_json(line.path)}};
}

Result<StreamLine> parse_stream_line(std::string_view text) {
  Members members{text};
  StreamLine line;
  line.stream = members.uuid<StreamId>("stream");
  line.record.kind = static_cast<format::StreamKind>(members.word("kind", kKinds));
  const std::uint64_t lane = members.number("lane");
  if (lane >= log::SubjectRecord::kLanesMax) members.fail("lane");
  line.record.lane = static_cast<std::uint8_t>(lane % log::SubjectRecord::kLanesMax);
  line.record.subject = members.uuid_or_null<SubjectId>("case").value_or(SubjectId{});
  line.next_version = members.number("nextVersion");
  line.head = members.fixed<Hash>("head");
  line.index = members.number("index");
  line.path = members.path("path");
  ENGINE_TRY_VOID(members.done());
  return line;
}

json::object to_json(const NameLine& line) {
  return {{"kind", kSpaces[static_cast<std::size_t>(line.space)]},
          {"id", to_uuid_text(line.id)},
          {"label", line.label}};
}

Result<NameLine> parse_name_line(std::string_view text) {
  Members members{text};
  NameLine line;
  line.space = static_cast<log::LabelSpace>(members.word("kind", kSpaces));
  line.id = members.uuid<ActorId>("id").array();
  line.label = members.text("label");
  // What a label can be: so nothing else of the file ever reaches a screen.
  if (local_id_problem(line.label)) members.fail("label");
  ENGINE_TRY_VOID(members.done());
  return line;
}

json::object to_json(const ConsistencyLine& line) {
  return {{"checkpoint", line.note}, {"path", to_json(line.path)}};
}

Result<ConsistencyLine> parse_consistency_line(std::string_view text) {
  Members members{text};
  ConsistencyLine line{members.text("checkpoint"), members.path("path")};
  ENGINE_TRY_VOID(members.done());
  return line;
}

json::object to_json(const PopulationLine& line) {
  json::array streams;
  for (const log::StreamEnd& end : line.streams)
    streams.push_back({{"stream", to_base64(end.stream.view())},
                       {"nextVersion", end.next_version},
                       {"head", to_base64(end.head.view())}});
  json::array shown;
  for (const ShownEntry& one : line.shown)
    shown.push_back({{"position", one.position.value()},
                     {"entry", to_base64(one.entry)},
                     {"path", to_json(one.path)}});
  const bool is_case = !line.case_id.is_zero();
  return {{"case", is_case ? json::value(to_uuid_text(line.case_id.view())) : nullptr},
          {"among", line.among},
          {"streams", std::move(streams)},
          {"shown", std::move(shown)}};
}

Result<PopulationLine> parse_population_line(std::string_view text) {
  Members members{text};
  PopulationLine line;
  line.case_id = members.uuid_or_null<SubjectId>("case").value_or(SubjectId{});
  line.among = members.flag("among");
  for (const json::value& one : members.list("streams")) {
    Members end{one};
    line.streams.push_back(
        {end.fixed<Hash>("stream"), end.number("nextVersion"), end.fixed<Hash>("head")});
    ENGINE_TRY_VOID(end.done());
  }
  if (line.streams.size() > log::SubjectRecord::kLanesMax) members.fail("streams");
  for (const json::value& one : members.list("shown")) {
    Members shown{one};
    line.shown.push_back(
        {Position{shown.number("position")}, shown.bytes("entry"), shown.path("path")});
    ENGINE_TRY_VOID(shown.done());
  }
  if (line.shown.size() > line.streams.size()) members.fail("shown");
  ENGINE_TRY_VOID(members.done());
  return line;
}

}  // namespace stafett::bti
