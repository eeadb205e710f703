#include "server/routes/attachment_routes.h"

#include <array>
#include <atomic>
#include <boost/json.hpp>
#include <mutex>
#include <set>

#include "engine/base/encoding.h"
#include "engine/log/attachments.h"
#include "projections/recorder/recorder.h"
#include "projections/viewer/viewer_reader.h"
#include "server/auth/base64url.h"
#include "server/http/body_source.h"
#include "server/http/problem.h"
#include "server/routes/document_upload.h"
#include "server/routes/event_body.h"

namespace stafett::server {
namespace {

// One of so many places, for as long as it lives.
class Place final {
 public:
  static std::shared_ptr<Place> take(std::atomic<std::size_t>& taken, std::size_t of) {
    std::size_t now = taken.load();
    while (now < of)
      if (taken.compare_exchange_weak(now, now + 1)) return std::make_shared<Place>(taken);
    return nullptr;
  }
  explicit Place(std::atomic<std::size_t>& taken) : taken_(taken) {}
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  ~Place() { --taken_; }

 private:
  std::atomic<std::size_t>& taken_;
};

struct Traffic {
  std::atomic<std::size_t> uploads{0}, downloads{0};
  std::mutex mutex;
  std::set<std::pair<std::string, EventId>> coming;  // Guarded by mutex.
};

// One document of an event at a time: whoever stores it may also remove it.
class Coming final {
 public:
  Coming(Traffic& traffic, const std::string& log, const EventId& event)
      : traffic_(traffic), key_(log, event) {
    const std::lock_guard lock{traffic_.mutex};
    is_first_ = traffic_.coming.insert(key_).second;
  }
  Coming(const Coming&) = delete;
  Coming& operator=(const Coming&) = delete;
  ~Coming() {
    const std::lock_guard lock{traffic_.mutex};
    if (is_first_) traffic_.coming.erase(key_);
  }
  bool is_first() const { return is_first_; }

 private:
  Traffic& traffic_;
  const std::pair<std::string, EventId> key_;
  bool is_first_ = false;
};

// The event that a document comes with.
std::variant<bti::JsonEvent, HttpResponse> event_with(const SignedIn& person,
                                                      const HttpRequest& request) {
  const auto id = parse_uuid(request.param("event"));
  if (!id) return problem("bad-parameter", "an event's id is a UUID in lower case", request.id);
  const auto text = from_base64url(request.headers.find("stafett-event"));
  if (!text || text->empty())
    return problem("bad-parameter", "header Stafett-Event: the event in base64url", request.id);
  auto event = own_event(as_text(*text), person, request.id);
  auto* parsed = std::get_if<bti::JsonEvent>(&event);
  if (!parsed) return event;
  if (parsed->type != "AttachmentAdded")
    return problem("bad-parameter", "documents come with an AttachmentAdded", request.id);
  if (parsed->id && *parsed->id != EventId{*id})
    return problem("bad-parameter", "the event has another id than the path", request.id);
  parsed->id = EventId{*id};
  return event;
}

HttpResponse of_failure(Errc failure, const std::string& request) {
  if (failure == Errc::malformed) return problem("document-mismatch", {}, request);
  if (failure == Errc::too_large) return problem("body-too-large", {}, request);
  return problem("bad-request", "the document has not come whole", request);
}

// What is not read of a body would be in the way of the next request.
void pass_over(RequestBody& body) {
  std::array<std::uint8_t, 16 * 1024> bytes;
  for (;;) {
    const Result<std::size_t> got = body.read(bytes);
    if (!got || *got == 0) return;
  }
}

HttpResponse put(ServedLog& log, Traffic& traffic, const SignedIn& person,
                 const HttpRequest& request) {
  auto body = event_with(person, request);
  if (auto* wrong = std::get_if<HttpResponse>(&body)) return std::move(*wrong);
  bti::JsonEvent& event = std::get<bti::JsonEvent>(body);
  const EventId id = *event.id;
  const auto place = Place::take(traffic.uploads, kUploadsMax);
  if (!place) return problem("overloaded", "other documents are coming", request.id);
  const Coming coming{traffic, log.name, id};
  if (!coming.is_first()) return problem("conflict", "it is coming already", request.id);

  DocumentUpload upload{*request.streamed, event};
  event.attachment = [&upload](std::span<std::uint8_t> to) { return upload.read(to); };
  const bti::Answer answer = bti::Recorder{log.log, log.gate}.record_and_wait(std::move(event));
  if (answer.accepted()) {
    if (!upload.has_begun()) pass_over(*request.streamed);  // recorded before
    HttpResponse response;
    response.status = 201;
    response.body = boost::json::serialize(answer.to_json()) + "\n";
    return response;
  }
  const auto* error = std::get_if<Error>(&answer.result);
  // Of an event whose outcome is unknown the document may be needed: the next open of the log
  // knows.
  if (upload.has_begun() && (!error || error->code() != Errc::outcome_unknown))
    if (const Result<void> removed = log.log.store().delete_chunks(id); !removed)
      return problem_of(removed.error(), request.id);
  if (upload.failure()) return of_failure(*upload.failure(), request.id);
  if (error && error->code() == Errc::conflict)
    return problem("conflict", "the event has a document", request.id);
  if (error && error->code() == Errc::too_large) return problem("body-too-large", {}, request.id);
  if (error) return problem_of(*error, request.id);
  return refused(std::get<log::Refusal>(answer.result), request.id);
}

// A document that has been read and checked, as it goes out.
class Document final : public BodySource {
 public:
  Document(std::string bytes, std::shared_ptr<Place> place)
      : bytes_(std::move(bytes)), place_(std::move(place)) {}
  void begin(const boost::asio::any_io_executor&, const boost::asio::any_io_executor&) override {}
  boost::asio::awaitable<std::string> next() override {
    constexpr std::size_t kPieceBytes = 64 * 1024;
    std::string piece = is_stopped_ ? std::string{} : bytes_.substr(sent_, kPieceBytes);
    sent_ += piece.size();
    co_return piece;
  }
  void stop() override { is_stopped_ = true; }

 private:
  const std::string bytes_;
  const std::shared_ptr<Place> place_;
  std::size_t sent_ = 0;
  bool is_stopped_ = false;
};

// The event, when it is shown whole to the reader now, and the case that it is of.
Result<bool> is_shown_whole(ServedLog& log, const SubjectId& case_id, const ActorId& person,
                            const EventId& id) {
  ENGINE_TRY(axes, bti::viewer_axes(log.log, {}));
  ENGINE_TRY(viewed, bti::ViewerReader(log.log, log.gate).view(case_id, person, axes));
  for (const bti::SeenEvent& seen : viewed->seen())
    if (seen.event->id == id)
      return seen.sight.classes == bti::ClassSet::all() &&
             seen.sight.form == bti::Sight::Form::whole;
  return false;
}

Result<HttpResponse> get(ServedLog& log, Traffic& traffic, const SignedIn& person,
                         const HttpRequest& request) {
  auto said = purpose_of(request);
  if (auto* wrong = std::get_if<HttpResponse>(&said)) return std::move(*wrong);
  const auto uuid = parse_uuid(request.param("event"));
  if (!uuid) return problem("bad-parameter", "an event's id is a UUID in lower case", request.id);
  const EventId id{*uuid};
  ENGINE_TRY(seen, log.log.store().event(id));
  const auto* position = std::get_if<Position>(&seen);
  if (!position || position->value() >= log.log.size().value()) return no_such_case(request);
  ENGINE_TRY(bytes, log.log.store().entry(*position));
  ENGINE_TRY(entry, format::decode_entry(bytes));
  ENGINE_TRY(stream, log.log.index().stream(entry.intent.stream_id));
  if (!stream || stream->subject.is_zero()) return no_such_case(request);
  ENGINE_TRY(admission, log.reads.admit(stream->subject, person, std::get<ReadPurpose>(said)));
  if (admission.refusal) return read_refused(*admission.refusal, request);
  ENGINE_TRY(is_shown, is_shown_whole(log, stream->subject, person.person, id));
  // As if the event were of a case that the person has nothing to do with.
  if (!is_shown) return no_such_case(request);
  const auto promised = std::ranges::find(entry.intent.parts, format::PartClass::attachment,
                                          &format::PartCommitment::part_class);
  if (promised == entry.intent.parts.end())
    return problem("not-found", "the event has no document here", request.id);
  auto place = Place::take(traffic.downloads, kDownloadsMax);
  if (!place) return problem("overloaded", "other documents are going out", request.id);
  std::string document;
  const auto take = [&](ByteView piece) -> Result<void> {
    document.append(as_text(piece));
    return {};
  };
  ENGINE_TRY_VOID(log::read_attachment(
      {log.log.store(), log.log.vault(), log.log.random(), log.log.origin_hash()}, id,
      stream->domain, *promised, take));
  HttpResponse response;
  // What kind of document it is, its sender said: nothing is to be run because of that.
  response.type = "application/octet-stream";
  response.source = std::make_shared<Document>(std::move(document), std::move(place));
  return response;
}

}  // namespace

void add_attachment_routes(Router& router, const LogSet& logs) {
  const auto traffic = std::make_shared<Traffic>();
  constexpr char kPath[] = "/{log}/v1/attachments/{event}";
  router.add(
      {Method::put, kPath,
       signed_in(logs,
                 [traffic](ServedLog& log, const SignedIn& person, const HttpRequest& request) {
                   return put(log, *traffic, person, request);
                 }),
       Work::waits, BodyForm::streamed, format::kAttachmentLengthMax});
  router.add(
      Method::get, kPath,
      signed_in(logs,
                [traffic](ServedLog& log, const SignedIn& person, const HttpRequest& request) {
                  Result<HttpResponse> response = get(log, *traffic, person, request);
                  return response ? std::move(*response) : problem_of(response.error(), request.id);
                }),
      Work::waits);
}

}  // namespace stafett::server
