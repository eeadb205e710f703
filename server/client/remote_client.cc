#include "server/client/remote_client.h"

#include "server/client/remote_core.h"

namespace stafett::server::client {

using namespace std::chrono_literals;

class RemoteClient::Core final : public RemoteCore {
  using RemoteCore::RemoteCore;
};

class RemoteClient::Stream final : public EventStream {
 public:
  Stream(std::shared_ptr<RemoteCore> core, native::RequestId request)
      : core_(std::move(core)), request_(request) {}
  ~Stream() override { core_->give_up(request_); }

  Result<std::optional<StreamItem>> next(std::chrono::milliseconds longest) override {
    if (is_over_) return Error{Errc::io, "the stream has ended"};
    Result<std::optional<StreamItem>> item = take(longest);
    is_over_ = !item || (*item && std::holds_alternative<Ended>(**item));
    return item;
  }

 private:
  Result<std::optional<StreamItem>> take(std::chrono::milliseconds longest) {
    ENGINE_TRY(frame, core_->next_frame(request_, longest));
    if (!frame) return std::optional<StreamItem>{};
    if (auto* event = std::get_if<native::EventFrame>(&*frame)) {
      ENGINE_TRY(verified, verify_event(core_->origin_hash(), event->position,
                                        std::move(event->entry), std::move(event->openings)));
      if (last_ && verified.position <= *last_)
        return Error{Errc::corrupt, "a position that does not rise"};
      last_ = verified.position;
      verified.case_id = event->case_id;
      return std::optional<StreamItem>{std::move(verified)};
    }
    if (auto* caught_up = std::get_if<native::CaughtUpFrame>(&*frame))
      return std::optional<StreamItem>{CaughtUp{caught_up->size, std::move(caught_up->checkpoint)}};
    if (const auto* behind = std::get_if<native::FellBehindFrame>(&*frame))
      return std::optional<StreamItem>{FellBehind{behind->size, behind->looked_at}};
    if (auto* heartbeat = std::get_if<native::HeartbeatFrame>(&*frame))
      return std::optional<StreamItem>{
          Progress{heartbeat->size, heartbeat->looked_at, std::move(heartbeat->checkpoint)}};
    if (auto* ended = std::get_if<native::CaseEndedFrame>(&*frame))
      return std::optional<StreamItem>{CaseEnded{ended->case_id, std::move(ended->rule)}};
    if (auto* ended = std::get_if<native::EndedFrame>(&*frame))
      return std::optional<StreamItem>{Ended{std::move(ended->why), std::move(ended->rule)}};
    if (const auto* fault = std::get_if<native::FaultFrame>(&*frame)) return refused_by(*fault);
    return Error{Errc::malformed, "a frame that no subscription has"};
  }

  const std::shared_ptr<RemoteCore> core_;
  const native::RequestId request_;
  std::optional<Position> last_;
  bool is_over_ = false;
};

Result<std::unique_ptr<RemoteClient>> RemoteClient::connect(RemoteOptions options,
                                                            crypto::SigningKey key) {
  const auto longest = options.connect_time;
  auto core = std::make_shared<Core>(std::move(options), std::move(key));
  ENGINE_TRY_VOID(core->start());
  ENGINE_TRY_VOID(core->wait_until_signed_in(longest));
  return std::unique_ptr<RemoteClient>{new RemoteClient{std::move(core)}};
}

RemoteClient::~RemoteClient() {
  core_->close(Error{Errc::io, "closed here"});
}

const std::string& RemoteClient::origin() const {
  return core_->origin();
}

const ActorId& RemoteClient::actor() const {
  return core_->actor();
}

Result<std::vector<AppendOutcome>> RemoteClient::append(const log::SubmissionGroup& group,
                                                        std::chrono::milliseconds longest) {
  return core_->append(group, longest);
}

Result<std::unique_ptr<EventStream>> RemoteClient::subscribe(const Wish& wish) {
  ENGINE_TRY(request, core_->subscribe(wish));
  return std::unique_ptr<EventStream>{std::make_unique<Stream>(core_, request)};
}

}  // namespace stafett::server::client
