#include "engine/transparency/proof.h"

#include <rapidcheck.h>

#include <boost/test/unit_test.hpp>

#include "engine/transparency/group_path.h"
#include "tests/engine/transparency/model.h"
#include "tests/engine/transparency/vectors.h"

namespace stafett::transparency {
BOOST_AUTO_TEST_SUITE(proof_test)
namespace {

constexpr std::size_t kSizes = 70;  // every tree up to here, every proof

const std::vector<Hash>& leaves() {
  static const std::vector<Hash> made = model::leaves(kSizes);
  return made;
}
TreeHead head_of(std::size_t size) {
  return {TreeSize{size}, model::mth(model::Leaves{leaves()}.first(size))};
}
bool not_proven(const Result<void>& result) {
  return !result && result.error().code() == Errc::corrupt;
}

BOOST_AUTO_TEST_CASE(published_inclusion_and_consistency_proofs_are_reproduced) {
  const auto& reference = vectors::all().at("rfc6962_ref").as_object();
  const auto& record = vectors::all().at("record_d").as_object();
  std::vector<Hash> reference_leaves;
  for (const auto& hash : reference.at("leaf_hashes").as_array())
    reference_leaves.push_back(vectors::hash_from_hex(hash));
  struct PublishedLog {
    const boost::json::object& json;
    std::vector<Hash> leaves;
    const char* key;
    Path (*parse)(const boost::json::value&);
    std::size_t proofs;
  };
  const PublishedLog logs[] = {
      {reference, reference_leaves, "proof", vectors::path_from_hex, 36},
      {record, model::leaves(600, "record "), "proof_b64", vectors::path_from_base64, 5}};
  for (const PublishedLog& log : logs) {
    model::Source source{log.leaves};
    const auto head = [&](std::uint64_t size) {
      return TreeHead{TreeSize{size}, model::mth(model::Leaves{log.leaves}.first(size))};
    };
    BOOST_TEST(log.json.at("inclusion").as_array().size() == log.proofs);
    for (const auto& value : log.json.at("inclusion").as_array()) {
      const Position position{vectors::number(value.at("index"))};
      const TreeHead tree = head(vectors::number(value.at("size")));
      const Path want = log.parse(value.at(log.key));
      BOOST_TEST((inclusion_proof(source, position, tree.size).value() == want));
      BOOST_TEST(bool(verify_inclusion(log.leaves[position.value()], position, tree, want)));
    }
    BOOST_TEST(log.json.at("consistency").as_array().size() == log.proofs);
    for (const auto& value : log.json.at("consistency").as_array()) {
      const TreeHead older = head(vectors::number(value.at("old")));
      const TreeHead newer = head(vectors::number(value.at("new")));
      const Path want = log.parse(value.at(log.key));
      BOOST_TEST((consistency_proof(source, older.size, newer.size).value() == want));
      BOOST_TEST(bool(verify_consistency(older, newer, want)));
    }
  }
}

BOOST_AUTO_TEST_CASE(every_inclusion_proof_is_that_of_the_definition_and_verifies) {
  model::Source source{leaves()};
  for (std::size_t size = 1; size <= kSizes; ++size) {
    const TreeHead head = head_of(size);
    for (std::size_t i = 0; i < size; ++i) {
      const Path path = inclusion_proof(source, Position{i}, head.size).value();
      BOOST_TEST((path == model::path(i, model::Leaves{leaves()}.first(size))));
      BOOST_TEST(bool(verify_inclusion(leaves()[i], Position{i}, head, path)), i << "/" << size);
    }
  }
}

BOOST_AUTO_TEST_CASE(every_consistency_proof_is_that_of_the_definition_and_verifies) {
  model::Source source{leaves()};
  for (std::size_t newer = 1; newer <= kSizes; ++newer) {
    for (std::size_t older = 1; older <= newer; ++older) {
      const Path path = consistency_proof(source, TreeSize{older}, TreeSize{newer}).value();
      BOOST_TEST((path == model::subproof(older, model::Leaves{leaves()}.first(newer), true)));
      BOOST_TEST(bool(verify_consistency(head_of(older), head_of(newer), path)));
    }
  }
}

BOOST_AUTO_TEST_CASE(the_empty_tree_is_consistent_with_every_tree_by_the_empty_path) {
  const TreeHead empty{TreeSize{0}, empty_root()};
  const Path node{leaves()[0]};
  model::Source source{leaves()};
  BOOST_TEST(consistency_proof(source, TreeSize{0}, TreeSize{7}).value().empty());
  BOOST_TEST(consistency_proof(source, TreeSize{7}, TreeSize{7}).value().empty());
  BOOST_TEST(bool(verify_consistency(empty, empty, {})));
  BOOST_TEST(bool(verify_consistency(empty, head_of(5), {})));
  BOOST_TEST(not_proven(verify_consistency(empty, empty, node)));
  BOOST_TEST(not_proven(verify_consistency(empty, head_of(5), node)));
  BOOST_TEST(not_proven(verify_consistency(head_of(5), empty, {})));
  const TreeHead lie{TreeSize{0}, leaves()[0]};
  BOOST_TEST(not_proven(verify_consistency(lie, lie, {})));
  BOOST_TEST(not_proven(verify_consistency(lie, head_of(5), {})));
  BOOST_TEST(not_proven(verify_consistency(empty, lie, {})));
}

BOOST_AUTO_TEST_CASE(two_roots_for_one_size_are_never_consistent) {
  for (std::size_t size = 1; size <= kSizes; ++size) {
    const TreeHead head = head_of(size);
    const TreeHead other{head.size, leaves()[size % 7 + 3]};
    BOOST_TEST(bool(verify_consistency(head, head, {})));
    BOOST_TEST(not_proven(verify_consistency(head, other, {})));
    BOOST_TEST(not_proven(verify_consistency(head, head, Path{head.root})));
  }
}

BOOST_AUTO_TEST_CASE(a_path_longer_than_any_tree_needs_is_refused) {
  const Path longest(kProofNodesMax, leaves()[0]);
  Path longer = longest;
  longer.push_back(leaves()[0]);
  const TreeSize largest = kTreeSizeMax;
  const auto root = root_from_path(leaves()[0], Position{0}, largest, longest);
  BOOST_REQUIRE(root);
  BOOST_TEST(bool(verify_inclusion(leaves()[0], Position{0}, {largest, *root}, longest)));
  BOOST_TEST(not_proven(verify_inclusion(leaves()[0], Position{0}, {largest, *root}, longer)));
  BOOST_TEST(not_proven(verify_consistency({TreeSize{3}, *root}, {largest, *root}, longer)));
  const TreeHead beyond{TreeSize{largest.value() + 1}, *root};
  BOOST_TEST(not_proven(verify_inclusion(leaves()[0], Position{0}, beyond, longest)));
  BOOST_TEST(not_proven(verify_consistency({TreeSize{3}, *root}, beyond, longest)));
}

BOOST_AUTO_TEST_CASE(proofs_of_what_the_tree_does_not_have_are_not_made) {
  model::Source source{leaves()};
  const auto invalid = [](const auto& result) {
    return !result && result.error().code() == Errc::invalid_argument;
  };
  const TreeSize beyond{kTreeSizeMax.value() + 1};
  BOOST_TEST(invalid(inclusion_proof(source, Position{5}, TreeSize{5})));
  BOOST_TEST(invalid(inclusion_proof(source, Position{0}, TreeSize{0})));
  BOOST_TEST(invalid(inclusion_proof(source, Position{0}, beyond)));
  BOOST_TEST(invalid(consistency_proof(source, TreeSize{6}, TreeSize{5})));
  BOOST_TEST(invalid(consistency_proof(source, TreeSize{6}, beyond)));
  BOOST_TEST(invalid(range_proof(source, Position{3}, 3, TreeSize{5})));
  BOOST_TEST(invalid(range_proof(source, Position{6}, 0, TreeSize{5})));
  BOOST_TEST(invalid(range_proof(source, Position{3}, ~std::uint64_t{0}, TreeSize{5})));
  BOOST_TEST(invalid(range_proof(source, Position{0}, 1, beyond)));
  BOOST_TEST(invalid(root_of_tree(source, beyond)));
  BOOST_TEST((root_of_tree(source, TreeSize{0}).value() == empty_root()));
}

BOOST_AUTO_TEST_CASE(an_error_of_the_source_is_passed_on) {
  model::Source source{std::vector<Hash>(leaves().begin(), leaves().begin() + 10)};
  const auto missing = [](const auto& result) {
    return !result && result.error().code() == Errc::not_found;
  };
  BOOST_TEST(missing(inclusion_proof(source, Position{3}, TreeSize{20})));
  BOOST_TEST(missing(consistency_proof(source, TreeSize{3}, TreeSize{20})));
  BOOST_TEST(missing(range_proof(source, Position{3}, 2, TreeSize{20})));
  BOOST_TEST(missing(root_of_tree(source, TreeSize{20})));
}

BOOST_AUTO_TEST_CASE(every_range_proof_verifies_and_holds_at_most_two_roots_per_level) {
  model::Source source{leaves()};
  for (std::size_t size = 0; size <= 40; ++size) {
    const TreeHead head = head_of(size);
    for (std::size_t first = 0; first <= size; ++first) {
      for (std::size_t end = first; end <= size; ++end) {
        const auto range = model::Leaves{leaves()}.subspan(first, end - first);
        const auto proof = range_proof(source, Position{first}, end - first, head.size);
        BOOST_REQUIRE(proof);
        BOOST_REQUIRE(verify_range(range, Position{first}, head, *proof));
        BOOST_TEST(proof->left.size() + proof->right.size() <= 12);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_path_of_another_length_leads_to_no_root) {
  for (std::size_t size = 1; size <= kSizes; ++size) {
    for (std::size_t i = 0; i < size; ++i) {
      Path path = model::path(i, model::Leaves{leaves()}.first(size));
      const auto root_of_path = [&] {
        return root_from_path(leaves()[i], Position{i}, TreeSize{size}, path);
      };
      BOOST_TEST((root_of_path().value() == head_of(size).root));
      path.push_back(leaves()[0]);
      BOOST_TEST(!root_of_path());
      path.pop_back();
      if (path.empty()) continue;
      path.pop_back();
      BOOST_TEST(!root_of_path());
    }
  }
}

// ---- a small tree in memory

BOOST_AUTO_TEST_CASE(paths_of_a_group_are_those_of_the_definition) {
  for (std::size_t size = 1; size <= kSizes; ++size) {
    const auto group = model::Leaves{leaves()}.first(size);
    BOOST_TEST((root_of(group) == model::mth(group)));
    const std::vector<Path> paths = paths_of(group);
    BOOST_REQUIRE(paths.size() == size);
    for (std::size_t i = 0; i < size; ++i) {
      BOOST_TEST((paths[i] == model::path(i, group)));
      BOOST_TEST((path_of(group, i) == paths[i]));
      BOOST_TEST((root_from_group_path(group[i], i, size, paths[i]).value() == root_of(group)));
    }
  }
}

BOOST_AUTO_TEST_CASE(the_empty_group_has_the_empty_root_and_the_largest_has_paths_of_16) {
  BOOST_TEST((root_of({}) == empty_root()));
  const std::vector<Hash> largest = model::leaves(kGroupLeavesMax);
  const Path path = path_of(largest, 12345);
  BOOST_TEST(path.size() == 16U);
  const Hash root = model::mth(largest);
  BOOST_TEST((root_from_group_path(largest[12345], 12345, largest.size(), path).value() == root));
}

BOOST_AUTO_TEST_CASE(a_path_of_another_group_or_index_is_refused) {
  const auto group = model::Leaves{leaves()}.first(5);
  const Path path = path_of(group, 4);  // one node: the fifth leaf stands alone
  BOOST_TEST(path.size() == 1U);
  for (const auto& [index, count] : {std::pair{0U, 5U}, {5U, 5U}, {4U, 6U}, {4U, 0U}, {4U, 65537U}})
    BOOST_TEST(!root_from_group_path(group[4], index, count, path));
  BOOST_TEST(!root_from_group_path(group[4], 4, 5, {}));
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::transparency
