// The pages in docs/formats/ show what the code makes, and all of it.
#include <boost/test/unit_test.hpp>
#include <sstream>

#include "engine/base/encoding.h"
#include "tests/engine/format/golden.h"
#include "tests/engine/format/worked_page.h"

BOOST_AUTO_TEST_SUITE(worked_bytes_test)

using namespace stafett;
using namespace stafett::format;

BOOST_AUTO_TEST_CASE(pages_show_the_bytes_that_the_code_makes) {
  for (const auto& [page, made] : golden::pages()) {
    const auto blocks = worked_blocks(page);
    for (const auto& [name, bytes] : made) {
      BOOST_TEST_CONTEXT(page << " " << name) {
        const auto block = blocks.find(name);
        BOOST_TEST((block != blocks.end()), "no such block; it would hold " << to_hex(bytes));
        if (block != blocks.end()) BOOST_TEST(digits(block->second) == to_hex(bytes));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(pages_show_nothing_that_is_not_made) {
  for (const auto& [page, made] : golden::pages())
    for (const auto& [name, lines] : worked_blocks(page))
      BOOST_TEST((made.contains(name) || name == "padding"), page << " has the block " << name);
}

BOOST_AUTO_TEST_CASE(page_of_parts_shows_the_padded_lengths) {
  const auto blocks = worked_blocks("part.md");
  BOOST_REQUIRE(blocks.contains("padding"));
  std::size_t rows = 0;
  for (const std::string& line : blocks.at("padding")) {
    std::istringstream row{line};
    std::size_t length = 0, padded = 0;
    BOOST_REQUIRE((row >> length >> padded));
    BOOST_TEST(padded_length(length) == padded, "length " << length);
    ++rows;
  }
  BOOST_TEST(rows == 12u);
}

BOOST_AUTO_TEST_SUITE_END()
