#include "server/groups/group_rows.h"

#include <boost/json.hpp>

#include "engine/base/encoding.h"

namespace stafett::server {

namespace {

constexpr std::size_t kUnfinishedBytes = 8 + 4;
constexpr std::size_t kProgressHeadBytes = 1 + 8 + 32;
constexpr std::size_t kParkedHeadBytes = 1 + 4 + 8;

Error damaged(const char* what) {
  return Error{Errc::corrupt, std::string{"a group's row: "} + what};
}

Result<void> check_version(ByteView row) {
  if (row.empty()) return damaged("empty");
  if (row[0] != kGroupRowsVersion) return Error{Errc::unsupported, "a group of another version"};
  return {};
}

std::optional<std::string> text_at(const boost::json::object& fields, std::string_view name) {
  const boost::json::value* value = fields.if_contains(name);
  if (!value || !value->is_string()) return std::nullopt;
  return std::string{value->as_string()};
}

Result<WebhookSetting> parse_webhook(const boost::json::value& value) {
  const boost::json::object* fields = value.if_object();
  if (!fields) return damaged("webhook");
  const auto url = text_at(*fields, "url");
  const auto key = text_at(*fields, "key");
  const boost::json::value* ends = fields->if_contains("ends");
  if (!url || !key || !ends || !ends->is_int64()) return damaged("webhook");
  const auto bytes = from_hex(*key);
  const auto hash = bytes ? Hash::from(*bytes) : std::nullopt;
  if (!hash) return damaged("webhook's key");
  return WebhookSetting{*url, *hash, TimeUs{ends->as_int64()}};
}

}  // namespace

Bytes record_row(const GroupRecord& record) {
  boost::json::object out{{"owner", to_hex(record.owner.view())},
                          {"label", record.owner_label},
                          {"name", record.name},
                          {"definition", to_json(record.definition)}};
  if (record.webhook)
    out["webhook"] = {{"url", record.webhook->url},
                      {"key", to_hex(record.webhook->key.view())},
                      {"ends", record.webhook->ends_at.value()}};
  Bytes row{static_cast<std::uint8_t>(kGroupRowsVersion)};
  append(row, as_bytes(boost::json::serialize(out)));
  return row;
}

Result<GroupRecord> parse_record_row(ByteView row) {
  ENGINE_TRY_VOID(check_version(row));
  boost::system::error_code error;
  const boost::json::value parsed = boost::json::parse(as_text(row.subspan(1)), error);
  if (error || !parsed.is_object()) return damaged("record");
  const boost::json::object& fields = parsed.as_object();
  GroupRecord record;
  const auto owner = text_at(fields, "owner");
  const auto label = text_at(fields, "label");
  const auto name = text_at(fields, "name");
  const boost::json::value* definition = fields.if_contains("definition");
  if (!owner || !label || !name || !definition) return damaged("record");
  const auto bytes = from_hex(*owner);
  const auto id = bytes ? ActorId::from(*bytes) : std::nullopt;
  if (!id) return damaged("owner");
  Result<GroupDefinition> said = parse_group_definition(*definition);
  if (!said) return damaged("definition");
  record.owner = *id;
  record.owner_label = *label;
  record.name = *name;
  record.definition = std::move(*said);
  if (const boost::json::value* webhook = fields.if_contains("webhook")) {
    ENGINE_TRY(setting, parse_webhook(*webhook));
    record.webhook = setting;
  }
  return record;
}

Bytes progress_row(const GroupProgress& progress) {
  Bytes row{static_cast<std::uint8_t>(kGroupRowsVersion)};
  append(row, big_endian(progress.looked_at.value()));
  append(row, progress.leaf.view());
  for (const auto& [position, open] : progress.unfinished) {
    append(row, big_endian(position.value()));
    append(row, big_endian(open.attempts));
  }
  return row;
}

Result<GroupProgress> parse_progress_row(ByteView row) {
  ENGINE_TRY_VOID(check_version(row));
  if (row.size() < kProgressHeadBytes || (row.size() - kProgressHeadBytes) % kUnfinishedBytes != 0)
    return damaged("progress");
  GroupProgress out;
  out.looked_at = TreeSize{from_big_endian<std::uint64_t>(row.subspan(1))};
  out.leaf = *Hash::from(row.subspan(9, 32));
  for (ByteView rest = row.subspan(kProgressHeadBytes); !rest.empty();
       rest = rest.subspan(kUnfinishedBytes)) {
    const Position position{from_big_endian<std::uint64_t>(rest)};
    if (position.value() >= out.looked_at.value()) return damaged("what it has not looked at");
    const OpenEvent open{from_big_endian<std::uint32_t>(rest.subspan(8))};
    if (!out.unfinished.emplace(position, open).second) return damaged("a position twice");
  }
  return out;
}

Bytes parked_row(const ParkedEvent& parked) {
  Bytes row{static_cast<std::uint8_t>(kGroupRowsVersion)};
  append(row, big_endian(parked.attempts));
  append(row, big_endian(parked.since.value()));
  append(row, as_bytes(parked.reason));
  return row;
}

Result<ParkedEvent> parse_parked_row(ByteView row) {
  ENGINE_TRY_VOID(check_version(row));
  if (row.size() < kParkedHeadBytes) return damaged("parked");
  ParkedEvent out;
  out.attempts = from_big_endian<std::uint32_t>(row.subspan(1));
  out.since = TimeUs{static_cast<std::int64_t>(from_big_endian<std::uint64_t>(row.subspan(5)))};
  out.reason = std::string{as_text(row.subspan(kParkedHeadBytes))};
  return out;
}

}  // namespace stafett::server
