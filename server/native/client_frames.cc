#include <algorithm>

#include "server/native/frame_parts.h"

namespace stafett::server::native {
namespace {

using parts::as_text_field;
using parts::bounded_text;

constexpr log::PartSet kAskable = log::PartSet{}
                                      .add(format::PartClass::fact)
                                      .add(format::PartClass::narrative)
                                      .add(format::PartClass::identity);

struct ClientWriter {
  schema::ClientFrame::Builder frame;

  void operator()(const SignInFrame& from) {
    auto to = frame.initSignIn();
    to.setLog(as_text_field(from.log));
    to.setKey(format::as_data(from.key.view()));
    to.setSignature(format::as_data(from.signature.view()));
  }
  void operator()(const AppendFrame& from) {
    auto to = frame.initAppend();
    to.setRequest(from.request);
    to.setSignature(format::as_data(from.group.signature.view()));
    auto events = to.initEvents(static_cast<unsigned>(from.group.events.size()));
    for (unsigned i = 0; i < events.size(); ++i) {
      const log::Submission& one = from.group.events[i];
      events[i].setMode(static_cast<std::uint8_t>(one.mode));
      events[i].setIntent(format::as_data(one.intent));
      parts::write_openings(events[i].initParts(static_cast<unsigned>(one.parts.size())),
                            one.parts);
    }
  }
  void operator()(const SubscribeFrame& from) {
    auto to = frame.initSubscribe();
    to.setRequest(from.request);
    if (from.after)
      to.getAfter().setPosition(from.after->value());
    else
      to.getAfter().setBeforeFirst();
    to.setCreditEvents(from.credit.events);
    to.setCreditBytes(from.credit.bytes);
    if (!from.purpose.empty()) to.setPurpose(as_text_field(from.purpose));
    if (!from.visit.empty()) to.setVisit(as_text_field(from.visit));
    if (!from.service.empty()) to.setService(as_text_field(from.service));
    if (!from.case_label.empty()) to.setCase(as_text_field(from.case_label));
    if (!from.types.empty()) {
      auto types = to.initTypes(static_cast<unsigned>(from.types.size()));
      for (unsigned i = 0; i < types.size(); ++i) types.set(i, as_text_field(from.types[i]));
    }
    std::vector<std::uint8_t> classes;
    for (const format::PartClass one : parts::kContentClasses)
      if (from.classes.has(one)) classes.push_back(static_cast<std::uint8_t>(one));
    if (classes.empty()) return;
    auto list = to.initClasses(static_cast<unsigned>(classes.size()));
    for (unsigned i = 0; i < list.size(); ++i) list.set(i, classes[i]);
  }
  void operator()(const GrantFrame& from) {
    auto to = frame.initGrant();
    to.setRequest(from.request);
    to.setEvents(from.credit.events);
    to.setBytes(from.credit.bytes);
  }
  void operator()(const CancelFrame& from) { frame.initCancel().setRequest(from.request); }
};

Result<ClientFrame> read(schema::SignIn::Reader from) {
  SignInFrame to;
  ENGINE_TRY(name, bounded_text(from.getLog(), "log"));
  to.log = std::move(name);
  ENGINE_TRY(key, format::id_field<KeyId>(from.getKey(), "key"));
  to.key = key;
  ENGINE_TRY(signature, format::id_field<crypto::Signature>(from.getSignature(), "signature"));
  to.signature = signature;
  return ClientFrame{std::move(to)};
}

Result<log::Submission> read(schema::Submission::Reader from) {
  log::Submission to;
  const format::PartClass last = format::PartClass::public_;
  const auto intent = from.getIntent();
  if (intent.size() > format::kIntentBytesMax) return Error{Errc::too_large, "intent"};
  to.intent.assign(intent.begin(), intent.end());
  if (from.getMode() < 1 || from.getMode() > static_cast<std::uint8_t>(format::Mode::imported))
    return Error{Errc::unsupported, "mode"};
  to.mode = static_cast<format::Mode>(from.getMode());
  ENGINE_TRY(openings, parts::read_openings(from.getParts(), last));
  to.parts = std::move(openings);
  return to;
}

Result<ClientFrame> read(schema::Append::Reader from) {
  AppendFrame to;
  ENGINE_TRY(request, parts::request_id(from.getRequest()));
  to.request = request;
  ENGINE_TRY(signature, format::id_field<crypto::Signature>(from.getSignature(), "signature"));
  to.group.signature = signature;
  const auto events = from.getEvents();
  if (events.size() == 0) return Error{Errc::malformed, "no events"};
  if (events.size() > format::kSignedGroupMax) return Error{Errc::too_large, "events"};
  for (const auto event : events) {
    ENGINE_TRY(one, read(event));
    to.group.events.push_back(std::move(one));
  }
  return ClientFrame{std::move(to)};
}

Result<ClientFrame> read(schema::Subscribe::Reader from) {
  SubscribeFrame to;
  ENGINE_TRY(request, parts::request_id(from.getRequest()));
  to.request = request;
  switch (from.getAfter().which()) {
    case schema::Subscribe::After::BEFORE_FIRST:
      break;
    case schema::Subscribe::After::POSITION:
      to.after = Position{from.getAfter().getPosition()};
      break;
    default:
      return Error{Errc::unsupported, "after"};
  }
  to.credit = {from.getCreditEvents(), from.getCreditBytes()};
  ENGINE_TRY(purpose, bounded_text(from.getPurpose(), "purpose"));
  to.purpose = std::move(purpose);
  ENGINE_TRY(visit, bounded_text(from.getVisit(), "visit"));
  to.visit = std::move(visit);
  ENGINE_TRY(service, bounded_text(from.getService(), "service"));
  to.service = std::move(service);
  ENGINE_TRY(case_label, bounded_text(from.getCase(), "case"));
  to.case_label = std::move(case_label);
  const auto types = from.getTypes();
  if (types.size() > kTypesMax) return Error{Errc::too_large, "types"};
  for (const auto type : types) {
    ENGINE_TRY(text, bounded_text(type, "types"));
    to.types.push_back(std::move(text));
  }
  const auto classes = from.getClasses();
  std::uint8_t before = 0;
  for (const std::uint8_t one : classes) {
    const auto part_class = static_cast<format::PartClass>(one);
    const bool is_class = one <= static_cast<std::uint8_t>(format::PartClass::public_);
    if (one <= before || !is_class || !kAskable.has(part_class))
      return Error{Errc::malformed, "classes"};
    to.classes.add(part_class);
    before = one;
  }
  return ClientFrame{std::move(to)};
}

Result<ClientFrame> read(schema::Grant::Reader from) {
  ENGINE_TRY(request, parts::request_id(from.getRequest()));
  return ClientFrame{GrantFrame{request, {from.getEvents(), from.getBytes()}}};
}

Result<ClientFrame> read(schema::Cancel::Reader from) {
  ENGINE_TRY(request, parts::request_id(from.getRequest()));
  return ClientFrame{CancelFrame{request}};
}

}  // namespace

Result<void> write_frame(Bytes& to, const ClientFrame& frame) {
  return parts::write_message<schema::ClientFrame>(
      to, [&](schema::ClientFrame::Builder root) { std::visit(ClientWriter{root}, frame); });
}

Result<ClientFrame> read_client_frame(ByteView frame) {
  return format::with_message<schema::ClientFrame>(
      frame,
      [](schema::ClientFrame::Reader root) -> Result<ClientFrame> {
        switch (root.which()) {
          case schema::ClientFrame::SIGN_IN:
            return read(root.getSignIn());
          case schema::ClientFrame::APPEND:
            return read(root.getAppend());
          case schema::ClientFrame::SUBSCRIBE:
            return read(root.getSubscribe());
          case schema::ClientFrame::GRANT:
            return read(root.getGrant());
          case schema::ClientFrame::CANCEL:
            return read(root.getCancel());
          default:
            return Error{Errc::unsupported, "an unknown kind of frame"};
        }
      },
      format::Trust::own);
}

}  // namespace stafett::server::native
