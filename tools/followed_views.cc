#include "tools/followed_views.h"

#include <filesystem>

#include "tools/terminal.h"

namespace stafett::tools {

bti::ViewsPlace views_place(bti::BtiLog& opened) {
  bti::ViewsPlace place{*opened.log, opened.gate->source()};
  place.known_directory = std::make_shared<const bti::Directory>(opened.gate->directory());
  place.known_directory_at = opened.log->head().size;
  return place;
}

FollowedViews::FollowedViews(bti::BtiLog& opened) {
  if (!std::filesystem::exists(opened.log->paths().views + "/CURRENT")) return;
  Result<std::unique_ptr<bti::Views>> views = bti::Views::open(views_place(opened));
  if (!views) {
    talk("the views are not kept up: " + views.error().to_string());
    return;
  }
  // From the first event on is a rebuild's work.
  if ((*views)->thrown_away()) {
    talk("the views could not be used; stafett rebuild makes them anew: " +
         (*views)->thrown_away()->to_string());
    return;
  }
  if ((*views)->generations().empty()) {  // thrown away earlier, or their first rebuild was killed
    talk("there are no views; stafett rebuild makes them");
    return;
  }
  views_ = std::move(*views);
  follower_ = std::make_unique<bti::Follower>(*views_);
  follower_->start();
}

void FollowedViews::forget(std::span<const SubjectId> cases) {
  if (follower_) follower_->forget(cases);
}

FollowedViews::~FollowedViews() {
  if (!follower_) return;
  follower_->stop();
  std::optional<Error> failure = follower_->failure();
  if (!failure)
    if (const Result<void> done = follower_->catch_up(); !done) failure = done.error();
  if (failure) talk("the views were not kept up: " + failure->to_string());
}

}  // namespace stafett::tools
