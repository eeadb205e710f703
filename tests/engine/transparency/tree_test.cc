#include "engine/transparency/tree.h"

#include <rapidcheck.h>

#include <boost/test/unit_test.hpp>

#include "tests/engine/transparency/model.h"
#include "tests/engine/transparency/vectors.h"

namespace stafett::transparency {
BOOST_AUTO_TEST_SUITE(transparency_tree_test)
namespace {

BOOST_AUTO_TEST_CASE(roots_of_the_rfc6962_reference_tree_are_the_published_ones) {
  const auto& tree = vectors::all().at("rfc6962_ref").as_object();
  const auto& inputs = tree.at("leaf_inputs_hex").as_array();
  const auto& roots = tree.at("roots_size_0_to_8").as_array();
  BOOST_REQUIRE(roots.size() == inputs.size() + 1);
  CompactRange range;
  BOOST_TEST((range.root() == vectors::hash_from_hex(roots[0])));
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const Hash leaf = leaf_hash(from_hex(vectors::text(inputs[i])).value());
    BOOST_TEST((leaf == vectors::hash_from_hex(tree.at("leaf_hashes").as_array()[i])));
    range.append(leaf);
    BOOST_TEST((range.root() == vectors::hash_from_hex(roots[i + 1])));
  }
}

BOOST_AUTO_TEST_CASE(roots_of_numbered_leaves_are_the_published_ones) {
  const std::pair<const char*, const char*> trees[] = {{"leaf_d", "leaf "},
                                                       {"record_d", "record "}};
  for (const auto& [name, prefix] : trees) {
    std::size_t compared = 0;
    const auto& roots = vectors::all().at(name).as_object().at("roots_b64").as_object();
    CompactRange range;
    for (std::uint64_t size = 0; size <= 600; ++size) {
      if (const auto* root = roots.if_contains(std::to_string(size))) {
        BOOST_TEST((range.root() == vectors::hash_from_base64(*root)), name << " " << size);
        ++compared;
      }
      range.append(leaf_hash(as_bytes(prefix + std::to_string(size))));
    }
    BOOST_TEST(compared == roots.size());
  }
}

BOOST_AUTO_TEST_CASE(compact_range_has_the_root_of_the_recursive_definition_at_every_size) {
  const std::vector<Hash> leaves = model::leaves(300);
  CompactRange range;
  for (std::size_t size = 0; size <= leaves.size(); ++size) {
    BOOST_TEST((range.root() == model::mth(model::Leaves{leaves}.first(size))), "size " << size);
    BOOST_TEST(range.size().value() == size);
    if (size < leaves.size()) range.append(leaves[size]);
  }
}

BOOST_AUTO_TEST_CASE(compact_range_continues_from_its_own_roots) {
  const bool ok = rc::check("from(size, roots) is the same range", [] {
    const auto before = *rc::gen::inRange<std::size_t>(0, 200);
    const auto after = *rc::gen::inRange<std::size_t>(0, 200);
    const std::vector<Hash> leaves = model::leaves(before + after);
    CompactRange range;
    for (std::size_t i = 0; i < before; ++i) range.append(leaves[i]);
    auto continued = CompactRange::from(range.size(), range.roots());
    RC_ASSERT(bool(continued));
    for (std::size_t i = before; i < leaves.size(); ++i) continued->append(leaves[i]);
    RC_ASSERT(continued->root() == model::mth(leaves));
  });
  BOOST_TEST(ok);
}

BOOST_AUTO_TEST_CASE(append_names_every_subtree_that_it_completes) {
  const std::vector<Hash> leaves = model::leaves(64);
  CompactRange range;
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    unsigned level = 0;
    range.append(leaves[i], [&](const Subtree& subtree, const Hash& hash) {
      const std::size_t width = std::size_t{1} << level;
      BOOST_TEST(subtree.level == level);
      BOOST_TEST(subtree.index == (i + 1) / width - 1);
      BOOST_TEST((hash == model::mth(model::Leaves{leaves}.subspan(i + 1 - width, width))));
      ++level;
    });
    BOOST_TEST(level == static_cast<unsigned>(std::countr_zero(i + 1)) + 1);
  }
}

BOOST_AUTO_TEST_CASE(roots_that_do_not_fit_the_size_are_refused) {
  const std::vector<Hash> roots = model::leaves(3);
  BOOST_TEST(bool(CompactRange::from(TreeSize{7}, roots)));
  for (const std::uint64_t size : {std::uint64_t{0}, std::uint64_t{6}, std::uint64_t{8},
                                   std::uint64_t{1} << 63, (std::uint64_t{1} << 63) + 3}) {
    const auto range = CompactRange::from(TreeSize{size}, roots);
    BOOST_REQUIRE(!range);
    BOOST_TEST((range.error().code() == Errc::invalid_argument));
  }
}

BOOST_AUTO_TEST_CASE(the_largest_tree_has_a_root) {
  const std::vector<Hash> roots = model::leaves(63);
  const auto range = CompactRange::from(kTreeSizeMax, roots);
  BOOST_REQUIRE(range);
  Hash expected = roots.back();
  for (std::size_t i = roots.size() - 1; i-- > 0;) expected = node_hash(roots[i], expected);
  BOOST_TEST((range->root() == expected));
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::transparency
