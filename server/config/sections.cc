#include "server/config/sections.h"

namespace stafett::server {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;

namespace {

constexpr milliseconds kShortest{50};
constexpr milliseconds kLongest = minutes{10};

}  // namespace

void http_fields(SectionFields& fields, HttpLimits& section) {
  fields.count("connections_max", section.connections_max, {1, 100'000});
  fields.count("turned_away_max", section.turned_away_max, {1, 10'000});
  fields.count("handshakes_max", section.handshakes_max, {1, 100'000});
  fields.size("header_bytes_max", section.header_bytes_max, {1024, 256 * 1024});
  fields.size("body_bytes_max", section.body_bytes_max, {1024, 64 * 1024 * 1024});
  fields.count("requests_max", section.requests_max, {1, 1'000'000});
  fields.time("header_time", section.header_time, kShortest, kLongest);
  fields.time("idle_time", section.idle_time, kShortest, kLongest);
  fields.time("body_time", section.body_time, kShortest, kLongest);
  fields.time("upload_time", section.upload_time, kShortest, milliseconds{hours{1}});
  fields.time("write_time", section.write_time, kShortest, kLongest);
  fields.time("drain_time", section.drain_time, kShortest, kLongest);
}

void limits_fields(SectionFields& fields, LoadLimits& section) {
  fields.count("person_rate", section.person_rate, {1, 1'000'000});
  fields.count("person_burst", section.person_burst, {1, 1'000'000});
  fields.count("address_rate", section.address_rate, {1, 1'000'000});
  fields.count("address_burst", section.address_burst, {1, 1'000'000});
  fields.count("streams_per_person_max", section.streams_per_person_max, {1, 100'000});
  fields.count("streams_max", section.streams_max, {1, 100'000});
}

void webhooks_fields(SectionFields& fields, WebhooksSection& section) {
  fields.texts("allowed_hosts", section.allowed_hosts, kWebhookHostsMax, "HOST or HOST:PORT");
}

void sign_in_fields(SectionFields& fields, SignInSection& section) {
  fields.path("issuers", section.issuers);
  fields.text("public_url", section.public_url, "https://HOST[:PORT]");
  fields.time("session_idle", section.session_idle, minutes{1}, minutes{24 * 60});
  fields.time("session_time", section.session_time, minutes{1}, minutes{24 * 60});
  fields.count("sessions_max", section.sessions_max, {1, 100'000});
}

void listener_fields(SectionFields& fields, ListenerSection& section) {
  fields.text("address", section.address, "ADDRESS:PORT");
  fields.path("certificate", section.certificate);
  fields.path("key", section.key);
  fields.text("protocol", section.protocol, "\"http\" or \"native\"");
}

void log_fields(SectionFields& fields, LogSection& section) {
  fields.path("directory", section.directory);
  fields.time("public_grid", section.public_grid, std::chrono::seconds{0},
              std::chrono::seconds{hours{24}});
  fields.count("cases_max", section.cases_max, {1'000, 1'000'000});
}

}  // namespace stafett::server
