#include "server/routes/webhook_routes.h"

#include <boost/json.hpp>

#include "server/groups/webhook_message.h"
#include "server/http/problem.h"
#include "server/routes/group_handlers.h"

namespace stafett::server {
namespace {

// One that is set anew at the same address goes on with its key.
WebhookSetting setting_of(const std::string& url, const std::optional<WebhookSetting>& before,
                          log::Log& log) {
  const std::chrono::microseconds lasts = kWebhookLasts;
  WebhookSetting setting;
  setting.url = url;
  setting.key = before && before->url == url ? before->key : random_id<Hash>(log.random());
  setting.ends_at = TimeUs{log.clock().now().value() + lasts.count()};
  return setting;
}

HttpResponse set_webhook(WebhookSender& sender, ServedLog& log, const std::shared_ptr<Group>& group,
                         const HttpRequest& request) {
  const Result<boost::json::object> body = body_of(request, {"url"});
  if (!body) return problem_of(body.error(), request.id);
  const boost::json::value* url = body->if_contains("url");
  if (!url || !url->is_string())
    return problem("bad-parameter", "url: where to push to", request.id);
  const std::string text{url->as_string()};
  const Result<WebUrl> allowed = sender.hosts().allowed(text);
  if (!allowed) return problem("webhook-refused", allowed.error().detail(), request.id);
  const WebhookSetting setting = setting_of(text, group->webhook(), log.log);
  const Result<void> set = group->set_webhook(setting);
  if (!set) return group_problem(set.error(), request.id);
  sender.watch(log, group);
  return json_answer({{"url", setting.url},
                      {"endsAt", to_text(setting.ends_at)},
                      {"secret", webhook_secret(setting.key)}});
}

HttpResponse remove_webhook(ServedLog&, const std::shared_ptr<Group>& group, const SignedIn&,
                            const HttpRequest& request) {
  const Result<void> removed = group->set_webhook(std::nullopt);
  if (!removed) return group_problem(removed.error(), request.id);
  return json_answer(boost::json::object{});
}

}  // namespace

void add_webhook_routes(Router& router, const LogSet& logs, const GroupsOfLogs& groups,
                        WebhookSender& sender) {
  router.add(Method::put, "/{log}/v1/groups/{name}/webhook",
             of_group(logs, groups,
                      [&sender](ServedLog& log, const std::shared_ptr<Group>& group,
                                const SignedIn&, const HttpRequest& request) {
                        return set_webhook(sender, log, group, request);
                      }),
             Work::waits);
  router.add(Method::del, "/{log}/v1/groups/{name}/webhook", of_group(logs, groups, remove_webhook),
             Work::waits);
}

}  // namespace stafett::server
