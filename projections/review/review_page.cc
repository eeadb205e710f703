#include "projections/review/review_page.h"

#include "projections/review/page_parts.h"

namespace stafett::bti {
namespace {

// What counts is readable in grey, too; a level is a letter as well as a colour.
constexpr std::string_view kStyle = R"(
html { font: 10.5pt/1.42 "DejaVu Sans", "Liberation Sans", Arial, sans-serif; color: #1b2430; }
body { margin: 0 auto; max-width: 48rem; padding: 1.5rem 1rem; }
header { border-bottom: 3px solid #2b5c8a; margin-bottom: 0.6rem; }
header p { margin: 0.1rem 0; color: #46505e; }
h1 { font-size: 1.5rem; line-height: 1.2; margin: 0.1rem 0; }
h2 { font-size: 1.2rem; color: #2b5c8a; margin: 1.6rem 0 0.4rem; }
h3 { font-size: 1rem; margin: 0.9rem 0 0.25rem; }
h4 { font-size: 0.95rem; margin: 0.6rem 0 0.2rem; }
p { margin: 0.3rem 0; }
ul { margin: 0.3rem 0; padding-left: 1.2rem; }
figure { margin: 0.2rem 0; }
figcaption { font-size: 0.85rem; color: #46505e; }
svg { max-width: 100%; height: auto; display: block; }
td svg { max-width: 72px; }
table { border-collapse: collapse; width: 100%; font-size: 0.82rem; }
th, td { text-align: left; vertical-align: top; padding: 0.18rem 0.5rem 0.18rem 0; }
tbody tr { border-top: 1px solid #d5dae1; page-break-inside: avoid; }
thead th { color: #46505e; font-weight: normal; }
tbody th { font-weight: normal; }
tr.theme th { font-weight: bold; padding-top: 0.7rem; }
tr.theme { page-break-after: avoid; }
td.n { text-align: right; white-space: nowrap; }
.soft { color: #5b6675; }
.worst th:nth-child(n+3), .rules thead th:nth-child(n+4):not(:last-child) { text-align: right; }
.tiles td { width: 33%; background: #eef1f5; padding: 0.45rem 0.7rem;
  border-right: 6px solid #fff; }
.tiles td:last-child { border-right: 0; }
.tiles span { display: block; }
.big { font-size: 1.75rem; font-weight: bold; line-height: 1.1; }
.what { font-weight: bold; }
.more { color: #46505e; font-size: 0.85rem; }
.level { display: inline-block; font-size: 0.75rem; font-weight: bold; color: #fff;
  padding: 0 0.35rem; border-radius: 2px; }
.level.B { background: #9b1c1c; }
.level.A { background: #a85f08; }
.level.R { background: #4a6a8f; }
.level.I { background: #5b6675; }
.proven { border-left: 5px solid #1d6b4f; background: #eef5f1; padding: 0.2rem 0.8rem 0.4rem;
  margin-top: 0.8rem; page-break-inside: avoid; }
.proven.bad { border-color: #9b1c1c; background: #fbeeee; }
.proven.unknown { border-color: #5b6675; background: #eef1f5; }
.proven h3 { margin-top: 0.3rem; }
.verdict { font-weight: bold; }
p.bad { color: #9b1c1c; font-weight: bold; }
.proven ul { font-size: 0.88rem; }
code, pre { font-family: "DejaVu Sans Mono", "Liberation Mono", monospace; font-size: 0.74rem; }
code { word-break: break-all; }
pre { background: #eef1f5; padding: 0.5rem; white-space: pre-wrap; word-break: break-all; }
ul.proof { list-style: none; margin: 0; padding: 0; }
.shown td:first-child { width: 31%; }
.shown code { word-break: normal; white-space: nowrap; }
.shown td:nth-child(2), .shown td:nth-child(3) { width: 11%; }
.shown td:nth-child(4) { width: 9%; }
.numbers { width: auto; }
.numbers td { text-align: right; padding-left: 1rem; }
.facts th { width: 22%; }
@page { size: A4; margin: 14mm 15mm 16mm;
  @bottom-right { content: counter(page) " / " counter(pages); font: 8pt sans-serif; } }
@media print { html { font-size: 9pt; } body { max-width: none; padding: 0; }
  h2, h3, h4, thead { page-break-after: avoid; }
  section.glance { page-break-after: always; } section.case { page-break-before: auto; }
  figure { page-break-inside: avoid; } }
)";

void write_head(Page& page) {
  const ReviewDocument& document = page.document;
  const Inside head{page.html, "head"};
  page.html.empty("meta", {{"charset", "utf-8"}});
  page.html.empty("meta", {{"http-equiv", "Content-Security-Policy"},
                           {"content", "default-src 'none'; style-src 'unsafe-inline'"}});
  page.html.empty("meta", {{"name", "viewport"}, {"content", "width=device-width"}});
  page.html.element("title",
                    page.of("title", {{"origin", document.origin},
                                      {"first", page.texts.day(document.review.period.from)},
                                      {"last", page.texts.day(document.review.period.to)}}));
  page.html.open("style");
  page.html.raw(kStyle);
  page.html.close();
}

void write_header(Page& page) {
  const ReviewDocument& document = page.document;
  const Inside header{page.html, "header"};
  page.html.element("p", page.of("kicker"));
  page.html.element("h1", document.municipality.empty() ? document.origin : document.municipality);
  page.html.element("p", page.of("period", {{"first", page.texts.day(document.review.period.from)},
                                            {"last", page.texts.day(document.review.period.to)}}) +
                             " · " + page.texts.number(document.review.cases) + " " +
                             page.of("glance.cases"));
  page.html.element(
      "p", (document.municipality.empty() ? "" : document.origin + " · ") +
               page.of("shown.in", {{"size", page.texts.number(document.size.value())}}) + " · " +
               page.of("made", {{"time", page.texts.time(document.made_at)}}) + " · " +
               (document.grant.empty() ? page.of("under.none")
                                       : page.of("under.grant", {{"grant", document.grant}})));
}

}  // namespace

std::string review_html(const ReviewDocument& document) {
  static constexpr std::string_view kTags[] = {"nb", "nn", "en"};
  Page page{document, ReviewTexts{document.language}};
  page.html.raw("<!DOCTYPE html>\n");
  {
    const Inside html{page.html,
                      "html",
                      {{"lang", std::string{kTags[static_cast<std::size_t>(document.language)]}}}};
    write_head(page);
    const Inside body{page.html, "body"};
    write_header(page);
    const Inside main{page.html, "main"};
    write_glance(page);
    write_trend(page);
    write_rules(page);
    write_findings(page);
    write_cases(page);
    write_proofs(page);
    write_method(page);
    write_limits(page);
  }
  return page.html.take();
}

}  // namespace stafett::bti
