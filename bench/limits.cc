#include "bench/limits.h"

#include <sodium.h>

#include <filesystem>
#include <map>
#include <thread>

#include "bench/timing.h"
#include "engine/format/entry.h"
#include "engine/transparency/tile.h"

namespace stafett::bench {
namespace {

class LimitMeter final {
 public:
  explicit LimitMeter(CpuCost* cpu) : cpu_(cpu), start_(cpu_seconds()) {}
  void stop(std::uint64_t events) const {
    if (cpu_ == nullptr) return;
    cpu_->limit_seconds += cpu_seconds() - start_;
    cpu_->limit_events += static_cast<double>(events);
  }

 private:
  CpuCost* const cpu_;
  const double start_;
};

struct Signed {
  crypto::PublicKey key;
  Bytes message;
  crypto::Signature signature;
};

std::vector<Signed> signed_messages(Random& random) {
  constexpr int kKeys = 64, kMessagesEach = 16;
  std::vector<Signed> out;
  for (int k = 0; k < kKeys; ++k) {
    const crypto::SigningKey key = crypto::SigningKey::generate(random);
    for (int m = 0; m < kMessagesEach; ++m) {
      Bytes message = format::signed_message(random_id<Hash>(random), 1, random_id<Hash>(random));
      const crypto::Signature signature = key.sign(message);
      out.push_back({key.public_key(), std::move(message), signature});
    }
  }
  return out;
}

}  // namespace

double verify_limit(double seconds, CpuCost* cpu) {
  static crypto::SystemRandom random;
  static const std::vector<Signed> messages = signed_messages(random);
  std::vector<std::thread> threads;
  std::atomic<std::uint64_t> checked{0};
  const LimitMeter meter{cpu};
  const Stopwatch watch;
  for (unsigned t = 0; t < std::max(1u, std::thread::hardware_concurrency()); ++t)
    threads.emplace_back([&, t] {
      std::uint64_t count = 0;
      for (std::size_t i = t * 97; watch.seconds() < seconds; ++i, ++count) {
        const Signed& one = messages[i % messages.size()];
        CHECK(crypto_sign_verify_detached(one.signature.data(), one.message.data(),
                                          one.message.size(), one.key.data()) == 0);
      }
      checked += count;
    });
  for (std::thread& thread : threads) thread.join();
  meter.stop(checked.load());
  return per_second(static_cast<double>(checked.load()), watch.seconds());
}

Result<StoredGroups> read_groups(const storage::Reads& reads, Position first) {
  StoredGroups groups;
  ENGINE_TRY_VOID(reads.scan_receipt_groups(
      first, [&](Position from, ByteView record) -> Result<storage::Scan> {
        storage::SealedBatch batch;
        batch.first = Position{from.value() - first.value()};
        batch.receipt_group = Bytes(record.begin(), record.end());
        groups.batches.push_back(std::move(batch));
        return storage::Scan::more;
      }));
  if (groups.batches.empty()) return Error{Errc::not_found, "no groups"};
  groups.tiles.resize(groups.batches.size());
  std::size_t at = 0;
  ENGINE_TRY_VOID(reads.scan_with_parts(
      first, Position{reads.size().value()},
      [&](Position position, ByteView bytes,
          std::span<const storage::PartView> parts) -> Result<storage::Scan> {
        const Position place{position.value() - first.value()};
        while (at + 1 < groups.batches.size() && groups.batches[at + 1].first <= place) ++at;
        ENGINE_TRY(entry, format::decode_entry(bytes));
        storage::EntryRow row{Bytes(bytes.begin(), bytes.end()),
                              entry.intent.stream_id,
                              entry.stamp.version,
                              entry.intent.event_id,
                              {}};
        groups.bytes += bytes.size();
        for (const storage::PartView& part : parts) {
          row.parts.push_back({part.part_class, Bytes(part.sealed.begin(), part.sealed.end())});
          groups.bytes += part.sealed.size();
        }
        groups.batches[at].entries.push_back(std::move(row));
        ++groups.events;
        const std::uint64_t size = position.value() + 1;
        if (size % transparency::kTileWidth == 0) {
          ENGINE_TRY(tile, reads.tile(0, size / transparency::kTileWidth - 1));
          if (tile) groups.tiles[at].push_back({0, place.value(), std::move(*tile)});
        }
        return storage::Scan::more;
      }));
  return groups;
}

Result<double> store_limit(const StoredGroups& groups, const std::string& directory, CpuCost* cpu) {
  std::filesystem::remove_all(directory);
  double seconds = 0;
  {
    ENGINE_TRY(store, storage::Store::open(directory, storage::Mode::create));
    const LimitMeter meter{cpu};
    const Stopwatch watch;
    for (std::size_t i = 0; i < groups.batches.size(); ++i)
      ENGINE_TRY_VOID(store->commit(groups.batches[i], groups.tiles[i]));
    seconds = watch.seconds();
    meter.stop(groups.events);
  }
  std::filesystem::remove_all(directory);
  return per_second(static_cast<double>(groups.events), seconds);
}

Result<double> iteration_limit(const storage::Reads& reads, CpuCost* cpu) {
  std::uint64_t bytes = 0;
  const LimitMeter meter{cpu};
  const Stopwatch watch;
  ENGINE_TRY_VOID(
      reads.scan_with_parts(Position{0}, Position{reads.size().value()},
                            [&](Position, ByteView entry,
                                std::span<const storage::PartView> parts) -> Result<storage::Scan> {
                              bytes += entry.size();
                              for (const storage::PartView& part : parts)
                                bytes += part.sealed.size();
                              return storage::Scan::more;
                            }));
  CHECK(bytes > 0);
  meter.stop(reads.size().value());
  return per_second(static_cast<double>(reads.size().value()), watch.seconds());
}

Result<double> entry_iteration_limit(const storage::Reads& reads, CpuCost* cpu) {
  std::uint64_t bytes = 0;
  const LimitMeter meter{cpu};
  const Stopwatch watch;
  ENGINE_TRY_VOID(reads.scan_entries(Position{0}, Position{reads.size().value()},
                                     [&](Position, ByteView entry) -> Result<storage::Scan> {
                                       bytes += entry.size();
                                       return storage::Scan::more;
                                     }));
  CHECK(bytes > 0);
  meter.stop(reads.size().value());
  return per_second(static_cast<double>(reads.size().value()), watch.seconds());
}

}  // namespace stafett::bench
