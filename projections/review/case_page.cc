// The sampled cases: a picture of each, and the same as a table.

#include <algorithm>
#include <map>

#include "engine/base/encoding.h"
#include "projections/review/charts.h"
#include "projections/review/page_parts.h"

namespace stafett::bti {
namespace {

constexpr std::size_t kReadsMax = 40;  // told one by one; of more, those with ground by capacity

class CaseTable final {
 public:
  CaseTable(Page& page, const CaseCourse& course) : page_(page), course_(course) {}

  void write() {
    const Inside table{page_.html, "table", {{"class", "course"}}};
    page_.head({"lane", "what", "who", "from", "until", "position"});
    const Inside body{page_.html, "tbody"};
    for (const Stretch& level : course_.levels)
      row("levels", page_.of("level." + level.what), level);
    for (const Stretch& holder : course_.holders) row("holders", holder.what, holder);
    for (const Stretch& consent : course_.consents) row("consents", consent.what, consent);
    for (const Stretch& measure : course_.measures)
      row("measures", measure.what + (measure.service.empty() ? "" : ", " + measure.service),
          measure);
    for (const Mark& mark : course_.evaluations)
      row("measures", page_.of("evaluation") + " " + mark.what, mark);
    for (const Mark& mark : course_.meetings)
      row("meetings", page_.texts.of_word("meeting", mark.what), mark);
    for (const Mark& mark : course_.hearings) row("hearings", page_.of("hearing"), mark);
    reads();
    for (const Mark& mark : course_.findings)
      row("findings", mark.what + " " + page_.name(LabelGroup::finding, mark.what), mark);
  }

 private:
  void row(std::string_view lane, const std::string& what, const Stretch& stretch) {
    page_.row({page_.of(lane), what,
               stretch.who.empty() ? "" : page_.of("person", {{"letter", stretch.who}}),
               page_.texts.day(stretch.from),
               stretch.until == kNoDate ? page_.of("lasting") : page_.texts.day(stretch.until),
               std::to_string(stretch.position.value())});
  }
  void row(std::string_view lane, const std::string& what, const Mark& mark) {
    const std::string day = page_.texts.day(mark.day);
    page_.row({page_.of(lane), what, "", day, day, std::to_string(mark.position.value())});
  }
  std::string reader(const Mark& read) const {
    const std::string who = page_.texts.of_word("capacity", read.what);
    return read.kind == Mark::Kind::read ? who : who + ", " + page_.of("reading.bad");
  }
  void reads() {
    const bool all = course_.reads.size() <= kReadsMax;
    struct Many {
      std::uint64_t count = 0;
      std::int32_t first = kNoDate, last = kNoDate;
    };
    std::map<std::string, Many> many;
    for (const Mark& read : course_.reads) {
      if (all || read.kind != Mark::Kind::read) {
        row("reads", reader(read), read);
        continue;
      }
      Many& of = many[reader(read)];
      if (of.count++ == 0) of.first = read.day;
      of.last = read.day;
    }
    for (const auto& [who, of] : many)
      page_.row({page_.of("reads"),
                 who + ": " + page_.of("reading.many", {{"n", page_.texts.number(of.count)}}), "",
                 page_.texts.day(of.first), page_.texts.day(of.last), ""});
  }

  Page& page_;
  const CaseCourse& course_;
};

}  // namespace

void write_cases(Page& page) {
  const ReviewDocument& document = page.document;
  const Inside section{page.html, "section", {{"class", "cases"}}};
  page.heading("cases.heading");
  if (document.review.suppressed_below > 0) return page.paragraph("case.hidden");
  if (document.courses.empty()) return page.paragraph("case.none");
  page.paragraph("cases.intro");
  if (document.sample)
    page.paragraph("method.sample", {{"population", page.texts.number(document.sample->population)},
                                     {"seed", document.sample->sample.seed},
                                     {"method", std::string{kSampleMethod}}});
  for (const CaseCourse& course : document.courses) {
    const Inside one{page.html, "section", {{"class", "case"}}};
    page.html.element("h3", page.of("case.title", {{"case", to_uuid_text(course.id.view())}}));
    {
      const Inside figure{page.html, "figure"};
      page.html.raw(case_chart(course, page.texts));
    }
    CaseTable{page, course}.write();
  }
}

}  // namespace stafett::bti
