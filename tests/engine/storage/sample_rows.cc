#include "tests/engine/storage/sample_rows.h"

namespace stafett::storage::testing {
namespace {

bool same(std::span<const PartView> got_parts, const std::vector<PartRow>& want) {
  if (got_parts.size() != want.size()) return false;
  for (std::size_t i = 0; i < want.size(); ++i)
    if (got_parts[i].part_class != want[i].part_class ||
        !std::equal(got_parts[i].sealed.begin(), got_parts[i].sealed.end(), want[i].sealed.begin(),
                    want[i].sealed.end()))
      return false;
  return true;
}

}  // namespace

void check_samples(const Reads& reads, std::uint64_t size) {
  BOOST_REQUIRE_EQUAL(reads.size().value(), size);
  std::uint64_t next = 0;
  ok(reads.scan_with_parts(
      Position{0}, Position{size + 10},
      [&](Position p, ByteView entry, std::span<const PartView> parts) -> Result<Scan> {
        BOOST_REQUIRE_EQUAL(p.value(), next);
        BOOST_REQUIRE((Bytes{entry.begin(), entry.end()} == sample_entry(next)));
        BOOST_REQUIRE(same(parts, sample_parts(next)));
        ++next;
        return Scan::more;
      }));
  BOOST_REQUIRE_EQUAL(next, size);
  std::vector<Position> thirds;
  for (std::uint64_t p = 0; p < size; p += 3) thirds.push_back(Position{p});
  std::size_t visited = 0;
  ok(reads.visit_with_parts(
      thirds, [&](Position p, ByteView entry, std::span<const PartView> parts) -> Result<Scan> {
        BOOST_REQUIRE_EQUAL(p.value(), thirds.at(visited).value());
        BOOST_REQUIRE((Bytes{entry.begin(), entry.end()} == sample_entry(p.value())));
        BOOST_REQUIRE(same(parts, sample_parts(p.value())));
        ++visited;
        return Scan::more;
      }));
  BOOST_REQUIRE_EQUAL(visited, thirds.size());
  for (std::uint64_t p = 0; p < size; ++p) {
    const EventOutcome outcome = got(reads.event(sample_event(p)));
    BOOST_REQUIRE(std::holds_alternative<Position>(outcome));
    BOOST_REQUIRE_EQUAL(std::get<Position>(outcome).value(), p);
    const auto in_stream =
        got(reads.stream_position(sample_stream(p), Version{p / kSampleStreams}));
    BOOST_REQUIRE(in_stream.has_value());
    BOOST_REQUIRE_EQUAL(in_stream->value(), p);
  }
  std::uint64_t events = 0, streams = 0;
  ok(reads.scan_events([&](const EventId&, const EventOutcome& outcome) -> Result<Scan> {
    if (std::holds_alternative<Position>(outcome)) ++events;
    return Scan::more;
  }));
  ok(reads.scan_streams([&](const StreamId&, Version, Position) -> Result<Scan> {
    ++streams;
    return Scan::more;
  }));
  BOOST_REQUIRE_EQUAL(events, size);
  BOOST_REQUIRE_EQUAL(streams, size);
}

}  // namespace stafett::storage::testing
