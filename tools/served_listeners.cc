#include "tools/served_listeners.h"

#include <algorithm>

namespace stafett::tools {

using server::ListenerSection;
using server::TlsIdentity;

namespace {

auto load(const ListenerSection& section) {
  return TlsIdentity::load({section.certificate, section.key});
}

}  // namespace

Result<ServedListeners> ServedListeners::open(const server::ServerConfig& config) {
  ServedListeners out;
  for (const ListenerSection& section : config.listeners) {
    One one{section, nullptr};
    if (section.is_encrypted()) {
      ENGINE_TRY(identity, load(section));
      one.slot = std::make_shared<server::TlsSlot>(std::move(identity));
    }
    out.all_.push_back(std::move(one));
  }
  return out;
}

Result<void> ServedListeners::listen(server::HttpServer& http,
                                     server::native::NativeServer& native) {
  for (const One& one : all_) {
    const std::string& address = one.section.address;
    const bool is_native = one.section.is_native();
    ENGINE_TRY(port, is_native  ? native.listen(address, one.slot)
                     : one.slot ? http.listen(address, one.slot)
                                : http.listen(address));
    const std::string scheme = std::string{is_native ? "stafett" : "http"} + (one.slot ? "s" : "");
    (is_native ? native_bases_ : bases_)
        .push_back(scheme + "://" + address.substr(0, address.rfind(':')) + ":" +
                   std::to_string(port));
  }
  return {};
}

std::vector<ServedListeners::Outcome> ServedListeners::reload(const server::ServerConfig& config,
                                                              Clock& clock) {
  std::vector<Outcome> out;
  for (const One& one : all_) {
    if (!one.slot) continue;
    const auto now = std::ranges::find_if(config.listeners, [&](const ListenerSection& listener) {
      return listener.address == one.section.address && listener.protocol == one.section.protocol;
    });
    if (now == config.listeners.end() || !now->is_encrypted()) {
      out.push_back({one.section.address,
                     Error{Errc::not_found, "the configuration has no certificate for it now"}});
      continue;
    }
    auto identity = load(*now);
    if (identity && (*identity)->expires_at() * 1'000'000 <= clock.now().value())
      identity = Error{Errc::refused, now->certificate + " has expired"};
    if (identity) one.slot->replace(std::move(*identity));
    out.push_back(
        {one.section.address, identity ? Result<void>{} : Result<void>{identity.error()}});
  }
  return out;
}

std::vector<server::CertificateFigure> ServedListeners::figures() const {
  std::vector<server::CertificateFigure> out;
  for (const One& one : all_)
    if (one.slot) out.push_back({one.section.address, one.slot->get()->expires_at()});
  return out;
}

}  // namespace stafett::tools
