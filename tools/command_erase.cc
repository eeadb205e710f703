// stafett erase: the ceremony by which cases are erased: ordered, approved by another, carried out.

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>

#include "engine/base/encoding.h"
#include "engine/log/keeping/key_table.h"
#include "engine/log/keeping/table_places.h"
#include "projections/erasure/ceremony.h"
#include "tools/command.h"
#include "tools/followed_views.h"
#include "tools/open_log.h"
#include "tools/public_log.h"
#include "tools/root_key_shares.h"

namespace stafett::tools {
namespace {

struct EraseWords {
  std::string directory, order, person, basis;
  std::vector<std::string> cases, places;
  bool with_accesses = false;
  bool no_places = false;
  ShareWords shares;
  bool no_shares = false;
  bool json = false;
};

Result<log::OrderId> order_named(const EraseWords& words) {
  const auto id = parse_uuid(words.order);
  if (!id) return Error{Errc::invalid_argument, "an order's id is a UUID in lower case"};
  return *id;
}

Result<int> order_cases(const EraseWords& words) {
  const auto basis = bti::basis_named(words.basis);
  if (!basis) return Error{Errc::invalid_argument, "--basis takes retention, request or court"};
  ENGINE_TRY(opened, open_recording(words.directory));
  ENGINE_TRY(by, bti::erasure_person(*opened.log, *opened.gate, words.person));
  const bti::ErasureWish wish{words.cases, *basis, words.with_accesses};
  ENGINE_TRY(ordered, bti::order_erasure(*opened.log, *opened.gate, wish, by));
  const std::string id = to_uuid_text(ordered.id);
  print_text(id + "\n");
  talk(
      fmt::format("{} cases, {} events; another administrator is to approve it: "
                  "stafett erase approve {} {} --by LABEL",
                  ordered.cases, ordered.positions, words.directory, id));
  return int{kDone};
}

std::string what_goes(const bti::OrderedCase& one) {
  if (!one.accesses) return "its content";
  return one.content ? "its content, and who has read it" : "who has read it";
}

Result<int> approve(const EraseWords& words) {
  ENGINE_TRY(id, order_named(words));
  ENGINE_TRY(opened, open_recording(words.directory));
  ENGINE_TRY(by, bti::erasure_person(*opened.log, *opened.gate, words.person));
  ENGINE_TRY(ordered, bti::cases_ordered(*opened.log, *opened.gate, id));
  if (!words.cases.empty()) {
    std::vector<std::string> meant = words.cases;
    std::ranges::sort(meant);
    std::vector<std::string> named;
    for (const bti::OrderedCase& one : ordered.cases) named.push_back(one.label);
    if (meant != named)
      return Error{Errc::conflict, "the order names other cases than --case does"};
  }
  talk(fmt::format("basis: {}", bti::basis_name(ordered.basis)));
  for (const bti::OrderedCase& one : ordered.cases) talk(one.label + ": " + what_goes(one));
  ENGINE_TRY_VOID(bti::approve_erasure(*opened.log, *opened.gate, id, by));
  talk("approved");
  return int{kDone};
}

Result<std::vector<std::string>> places_of(const log::Log& log, const EraseWords& words) {
  ENGINE_TRY(places, log::read_places(storage::posix_files(), log.paths().table_places));
  for (const std::string& said : words.places) {
    std::string place = std::filesystem::absolute(said).lexically_normal().string();
    while (place.size() > 1 && place.ends_with('/')) place.pop_back();
    if (std::ranges::find(places, place) == places.end()) places.push_back(std::move(place));
  }
  if (places.empty() && !words.no_places)
    return Error{Errc::invalid_argument,
                 "where are copies of the key table kept? Name them in " +
                     log.paths().table_places +
                     " or by --place; where there is none but what backups made, say --no-places"};
  return std::move(places);
}

// Old shares bring the old root key back: who has them must be told, or it must be said that nobody
// has.
Result<void> check_shares(const log::Log& log, const EraseWords& words) {
  if (!words.shares.files.empty()) return check_share_words(words.shares);
  const std::string said = no_shares_file(log.paths());
  if (words.no_shares || std::filesystem::exists(said)) return {};
  return Error{Errc::invalid_argument,
               "where do the shares of the new root key go? Name a file for each by --share, and "
               "--threshold; where nobody has shares, say --no-shares, or make " +
                   said};
}

std::function<Result<void>(const log::RootKey&)> escrow_of(const log::Log& log,
                                                           const EraseWords& words) {
  if (words.shares.files.empty()) return {};
  return [&log, &words](const log::RootKey& root) -> Result<void> {
    ENGINE_TRY(table, log::read_key_table_header(storage::posix_files(), log.paths().key_table));
    ENGINE_TRY_VOID(remove_unused_shares(words.shares, table));
    ENGINE_TRY_VOID(write_shares(words.shares, root, log.origin_hash()));
    talk("shares of the new root key: each to a person of its own, and the old ones destroyed");
    return {};
  };
}

Result<std::unique_ptr<bti::Views>> views_of(bti::BtiLog& opened) {
  ENGINE_TRY(has_views, bti::has_views(*opened.log));
  if (!has_views) return std::unique_ptr<bti::Views>{};
  return bti::Views::open(views_place(opened));
}

boost::json::object completed_json(const format::ErasureCompleted& completed) {
  return {{"partsDeleted", completed.parts_deleted},
          {"rootKeyId", to_hex(completed.root_key_id.view())},
          {"tableDigest", to_hex(completed.table_digest.view())},
          {"places", completed.places}};
}

Result<int> carry_out(const EraseWords& words) {
  ENGINE_TRY(id, order_named(words));
  ENGINE_TRY(opened, open_recording(words.directory));
  ENGINE_TRY(places, places_of(*opened.log, words));
  ENGINE_TRY_VOID(check_shares(*opened.log, words));
  ENGINE_TRY(views, views_of(opened));
  bti::ErasureCarrier carrier{
      *opened.log, *opened.gate, views.get(), places, escrow_of(*opened.log, words), {}};
  carrier.done_with = [](const char* step) -> Result<void> {
    talk(step);
    return {};
  };
  ENGINE_TRY(report, bti::carry_out_erasure(carrier, id));
  boost::json::object json{{"order", words.order}, {"cases", report.subjects}};
  for (auto& member : completed_json(report.completed)) json.insert(member);
  if (report.was_complete) {
    talk("this order was carried out before");
    json.erase("cases");
  }
  words.json ? print_line(json) : print_indented(json);
  return int{kDone};
}

boost::json::value act_json(const log::ErasureOrder::Act& act) {
  return {{"by", to_uuid_text(act.by.view())}, {"position", act.position.value()}};
}

const char* state_of(const log::ErasureOrder& order, TreeSize checkpointed) {
  if (order.completed) return "completed";
  if (!order.approved) return "ordered";
  return order.counts(checkpointed) ? "approved" : "approved, under no checkpoint yet";
}

boost::json::object order_json(const log::ErasureOrder& order, TreeSize checkpointed) {
  std::uint64_t positions = 0;
  for (const auto& range : order.ranges) positions += range.end.value() - range.first.value();
  boost::json::object json{{"order", to_uuid_text(order.id)},
                           {"state", state_of(order, checkpointed)},
                           {"basis", bti::basis_name(order.basis)},
                           {"events", positions},
                           {"ordered", act_json(order.ordered)},
                           {"approved", nullptr},
                           {"completed", nullptr}};
  if (order.approved) json["approved"] = act_json(*order.approved);
  if (order.completed) {
    boost::json::object completed{{"position", order.completed_at->value()}};
    for (auto& member : completed_json(*order.completed)) completed.insert(member);
    json["completed"] = std::move(completed);
  }
  return json;
}

// Without any key, and beside a writer.
Result<int> show_orders(const EraseWords& words) {
  ENGINE_TRY(opened, open_public(words.directory));
  ENGINE_TRY(orders, log::read_erasure_orders(*opened->store, opened->streams.engine));
  const auto checkpoint = opened->checkpoint();
  const TreeSize checkpointed = checkpoint ? checkpoint->head.size : TreeSize{0};
  for (const log::ErasureOrder& order : orders) {
    const boost::json::object json = order_json(order, checkpointed);
    words.json ? print_line(json)
               : print_text(fmt::format("{}  {}  {}  {} events\n", to_uuid_text(order.id),
                                        state_of(order, checkpointed), bti::basis_name(order.basis),
                                        json.at("events").to_number<std::uint64_t>()));
  }
  return int{kDone};
}

}  // namespace

void add_erase(CLI::App& app, Run& run_later) {
  auto words = std::make_shared<EraseWords>();
  CLI::App* erase = app.add_subcommand("erase", "Erasing cases for good: ordered, approved, run");
  erase->require_subcommand(1);
  CLI::App* ordering = add_log_verb(*erase, run_later, words, "order",
                                    "Orders it; prints the order's id", order_cases);
  ordering->add_option("--case", words->cases, "a case, by label or id; may be repeated")
      ->required();
  ordering->add_option("--basis", words->basis, "retention, request or court")->required();
  ordering->add_option("--by", words->person, "the administrator who orders")->required();
  ordering->add_flag("--accesses", words->with_accesses, "who has read it goes too");
  CLI::App* approving =
      add_log_verb(*erase, run_later, words, "approve", "Approves an order", approve);
  approving->add_option("ORDER", words->order, "its id")->required();
  approving->add_option("--by", words->person, "another administrator")->required();
  approving->add_option("--case", words->cases, "only if it names exactly these");
  CLI::App* running =
      add_log_verb(*erase, run_later, words, "run",
                   "Carries an approved order out, or on from where it stopped", carry_out);
  running->add_option("ORDER", words->order, "its id")->required();
  running->add_option("--place", words->places,
                      "a directory with a copy of the key table; may be repeated");
  running->add_flag("--no-places", words->no_places,
                    "no copy of the key table but what backups made");
  running->add_option("--share", words->shares.files,
                      "a file for each share of the new root key; may be repeated");
  running->add_option("--threshold", words->shares.threshold, "how many shares bring it back");
  running->add_flag("--no-shares", words->no_shares, "nobody has shares of the root key");
  running->add_flag("--json", words->json, "one JSON document");
  CLI::App* showing =
      add_log_verb(*erase, run_later, words, "status", "Every order and its state", show_orders);
  showing->add_flag("--json", words->json, "JSON Lines");
}

}  // namespace stafett::tools
