#pragma once
// The review report as one HTML page that needs nothing from outside: no script, no address; its
// pictures are in it, each with its alternative in words.
//
// Source:  docs/reference/review-report.md
// Threads: pure function.

#include <optional>
#include <span>
#include <string>

#include "engine/log/verify/verifier.h"
#include "projections/bundle/selection.h"
#include "projections/profile/profile.h"
#include "projections/review/case_course.h"
#include "projections/review/review.h"
#include "projections/review/review_texts.h"

namespace stafett::bti {

// How the cases that are shown whole were drawn.
struct ReviewSample {
  Sample sample;
  std::uint64_t population = 0;
};

enum class ReviewSource : std::uint8_t { log, bundle };

struct ReviewProofs {
  std::optional<log::VerifyReport> verified;  // nothing: it was not
  std::string checkpoint;                     // a note; empty: there is none
  std::string log_key;                        // a verifier key
  bool given = false;                         // what verification said was handed in
};

struct ReviewDocument {
  Language language = Language::nb;
  ReviewSource source = ReviewSource::log;
  std::string municipality;  // as whoever made it calls it; empty: the origin alone
  std::string origin;
  TimeUs made_at;
  TreeSize size;                             // what was known
  std::string grant;                         // empty: the reader has none
  std::optional<std::uint64_t> grant_cases;  // it covers so many; nothing: all
  const Review& review;
  std::span<const CaseCourse> courses;
  std::optional<ReviewSample> sample;
  const ProfileHistory& profiles;
  ReviewProofs proofs;
};

std::string review_html(const ReviewDocument& document);

}  // namespace stafett::bti
