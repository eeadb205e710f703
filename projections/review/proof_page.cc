// The control of the proofs, the method, the profile, and what the report cannot tell.

#include <boost/json.hpp>

#include "engine/base/encoding.h"
#include "projections/profile/profile_view.h"
#include "projections/review/page_parts.h"

namespace stafett::bti {
namespace {

constexpr std::size_t kErrorsMax = 20;

void fact(Page& page, std::string_view key, const std::string& value) {
  const Inside row{page.html, "tr"};
  page.html.element("th", page.of(key), {{"scope", "row"}});
  const Inside cell{page.html, "td"};
  page.html.element("code", value);
}

void facts(Page& page) {
  const ReviewProofs& proofs = page.document.proofs;
  const Inside table{page.html, "table", {{"class", "facts"}}};
  const Inside body{page.html, "tbody"};
  fact(page, "origin", page.document.origin);
  if (!proofs.log_key.empty()) fact(page, "key", proofs.log_key);
  if (!proofs.verified) return;
  const log::VerifyReport& verified = *proofs.verified;
  fact(page, "size", std::to_string(verified.size.value()));
  if (verified.level >= 2) fact(page, "root", to_base64(verified.root.view()));
  const Inside row{page.html, "tr"};
  page.html.element("th", page.of("verify.result"), {{"scope", "row"}});
  page.html.element(
      "td", verified.ok ? page.of("verify.ok")
                        : page.of("proven.bad", {{"n", page.texts.number(verified.error_count)}}));
}

void faults(Page& page) {
  const auto& verified = page.document.proofs.verified;
  if (!verified || verified->errors.empty()) return;
  page.html.element("h3", page.of("verify.errors"));
  {
    const Inside table{page.html, "table"};
    page.head({"position", "place", "code"});
    const Inside body{page.html, "tbody"};
    for (std::size_t i = 0; i < std::min(verified->errors.size(), kErrorsMax); ++i) {
      const log::VerifyError& error = verified->errors[i];
      page.row({error.position ? std::to_string(error.position->value()) : "–", error.place,
                error.code});
    }
  }
  if (verified->error_count > kErrorsMax)
    page.paragraph("verify.more", {{"n", page.texts.number(verified->error_count - kErrorsMax)}});
}

void commands(Page& page) {
  const ReviewDocument& document = page.document;
  const std::string last = document.review.period.to.to_text();
  page.html.element("h3", page.of("check.heading"));
  if (document.source == ReviewSource::bundle) {
    page.paragraph("check.bundle");
    page.html.element("pre", "stafett verify BUNDLE --key '" + document.proofs.log_key +
                                 "' --checkpoint KEPT\nverify_bundle.py BUNDLE '" +
                                 document.proofs.log_key + "'");
    page.paragraph("check.findings");
    page.html.element("pre", "stafett findings BUNDLE --as-of " + last);
  } else {
    page.paragraph("check.log");
    page.html.element("pre", "stafett verify DIR\nstafett proof DIR POSITION");
    page.paragraph("check.findings");
    page.html.element("pre", "stafett findings DIR --as-of " + last + " --known-at " +
                                 std::to_string(document.size.value()) +
                                 " --json\nstafett statistics DIR --from " +
                                 document.review.period.from.to_text() + " --to " + last +
                                 " --known-at " + std::to_string(document.size.value()) +
                                 " --as PERSON");
  }
  page.paragraph("check.compare");
  page.paragraph("check.keep");
  page.html.element("h3", page.of("checkpoint"));
  if (document.proofs.checkpoint.empty()) return page.paragraph("checkpoint.none");
  page.html.element("pre", document.proofs.checkpoint);
}

void profile_values(Page& page, const ProfileVersion& version) {
  const boost::json::object other = difference(Profile{}, version.profile);
  if (other.empty()) return page.paragraph("profile.default");
  const Inside table{page.html, "table"};
  page.head({"profile.key", "profile.value", "default"});
  const Inside body{page.html, "tbody"};
  for (const auto& [key, values] : other) {
    const Inside row{page.html, "tr"};
    const auto& fields = values.as_object();
    {
      const Inside cell{page.html, "td"};
      page.html.element("code", std::string_view{key});
    }
    page.html.element("td", boost::json::serialize(fields.at("to")));
    page.html.element("td", boost::json::serialize(fields.at("from")));
  }
}

void profile(Page& page) {
  const DatePeriod& period = page.document.review.period;
  page.html.element("h3", page.of("profile.heading"));
  page.paragraph("profile.all");
  for (const ProfileVersion& version : page.document.profiles.versions()) {
    // In force on some day of the period.
    const ProfileVersion& last = page.document.profiles.in_force(period.to);
    const ProfileVersion& first = page.document.profiles.in_force(period.from);
    if (version.version < first.version || version.version > last.version) continue;
    page.html.element(
        "h4", page.of("profile.version") + " " + std::to_string(version.version) + ", " +
                  (version.version == 1
                       ? page.of("profile.first")
                       : page.of("axis.from", {{"day", page.texts.day(version.effective_from)}})));
    profile_values(page, version);
  }
}

}  // namespace

void write_proofs(Page& page) {
  const Inside section{page.html, "section", {{"class", "proofs"}}};
  page.heading("verify.heading");
  facts(page);
  faults(page);
  commands(page);
}

void write_method(Page& page) {
  const ReviewDocument& document = page.document;
  const Inside section{page.html, "section"};
  page.heading("method.heading");
  page.paragraph("method.known", {{"size", page.texts.number(document.size.value())},
                                  {"day", page.texts.day(document.review.period.to)}});
  page.paragraph("method.counted");
  page.paragraph("method.rate");
  if (document.review.suppressed_below == 0) page.paragraph("method.shown");
  profile(page);
}

void write_limits(Page& page) {
  const ReviewDocument& document = page.document;
  const Inside section{page.html, "section"};
  page.heading("limits.heading");
  const auto n = [&](std::uint64_t number) { return page.texts.number(number); };
  write_damaged(page);
  const Inside list{page.html, "ul"};
  if (document.review.suppressed_below > 0)
    page.html.element(
        "li", page.of("limits.hidden",
                      {{"n", n(static_cast<std::uint64_t>(document.review.suppressed_below))}}));
  if (document.source == ReviewSource::bundle) page.html.element("li", page.of("limits.bundle"));
  if (document.grant_cases)
    page.html.element("li", page.of("limits.grant", {{"n", n(*document.grant_cases)}}));
  for (const char* key : {"limits.1", "limits.2", "limits.3", "limits.4", "limits.6", "limits.7"})
    page.html.element("li", page.of(key));
  page.html.element("li", page.of("limits.5", {{"n", page.texts.number(document.review.erased)}}));
}

}  // namespace stafett::bti
