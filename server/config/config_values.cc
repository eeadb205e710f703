// values_of(): every section's fields, listed instead of read.

#include "server/config/quantity.h"
#include "server/config/sections.h"

namespace stafett::server {
namespace {

class Listed final : public SectionFields {
 public:
  Listed(std::string prefix, std::vector<ConfigValue>& out)
      : prefix_(std::move(prefix)), out_(out) {}
  void text(std::string_view key, std::string& value, std::string_view what) override {
    add(key, value.empty() ? "" : '"' + value + '"', std::string{what});
  }
  void texts(std::string_view key, std::vector<std::string>& values, std::size_t,
             std::string_view what) override {
    std::string all;
    for (const std::string& one : values) all += (all.empty() ? "\"" : ", \"") + one + '"';
    add(key, all.empty() ? "" : '[' + all + ']', "list of " + std::string{what});
  }
  void path(std::string_view key, std::string& value) override { text(key, value, "path"); }

 private:
  void number(std::string_view key, std::int64_t& value, Bounds bounds) override {
    add(key, std::to_string(value), std::to_string(bounds.min) + "–" + std::to_string(bounds.max));
  }
  void bytes(std::string_view key, std::int64_t& value, Bounds bounds) override {
    add(key, '"' + size_text(value) + '"', size_text(bounds.min) + "–" + size_text(bounds.max));
  }
  void duration(std::string_view key, std::chrono::milliseconds& value, Bounds bounds,
                std::int64_t) override {
    using std::chrono::milliseconds;
    add(key, '"' + time_text(value) + '"',
        time_text(milliseconds{bounds.min}) + "–" + time_text(milliseconds{bounds.max}));
  }
  void add(std::string_view key, std::string value, std::string allowed) {
    out_.push_back({prefix_ + std::string{key}, std::move(value), {}, std::move(allowed), {}});
  }

  const std::string prefix_;
  std::vector<ConfigValue>& out_;
};

template <class Section>
void list(const ServerConfig& config, const std::string& prefix, Section section,
          void (*fields)(SectionFields&, Section&), std::vector<ConfigValue>& out) {
  std::vector<ConfigValue> now, initial;
  Listed shown{prefix, now};
  fields(shown, section);
  Section untouched{};
  Listed defaults{prefix, initial};
  fields(defaults, untouched);
  for (std::size_t i = 0; i < now.size(); ++i) {
    now[i].initial = initial[i].value;
    now[i].provenance = config.provenance_of(now[i].name);
    out.push_back(std::move(now[i]));
  }
}

}  // namespace

std::vector<ConfigValue> values_of(const ServerConfig& config) {
  std::vector<ConfigValue> out;
  list(config, "http.", config.http, http_fields, out);
  list(config, "limits.", config.limits, limits_fields, out);
  list(config, "webhooks.", config.webhooks, webhooks_fields, out);
  list(config, "sign_in.", config.sign_in, sign_in_fields, out);
  for (std::size_t i = 0; i < config.listeners.size(); ++i)
    list(config, "listener[" + std::to_string(i) + "].", config.listeners[i], listener_fields, out);
  for (std::size_t i = 0; i < config.logs.size(); ++i)
    list(config, "log[" + std::to_string(i) + "].", config.logs[i], log_fields, out);
  return out;
}

}  // namespace stafett::server
