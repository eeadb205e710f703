// Every way of spoiling a good proof that transparency-dev/merkle tries, on every proof of every
// tree up to 70 leaves: none may verify.
#include <boost/test/unit_test.hpp>

#include "engine/crypto/seeded_random.h"
#include "engine/transparency/proof.h"
#include "tests/engine/transparency/model.h"

namespace stafett::transparency {
BOOST_AUTO_TEST_SUITE(proof_mutation_test)
namespace {

constexpr std::size_t kSizes = 70;

const std::vector<Hash>& leaves() {
  static const std::vector<Hash> made = model::leaves(kSizes);
  return made;
}
const std::vector<TreeHead>& heads() {
  static const std::vector<TreeHead> made = [] {
    std::vector<TreeHead> all;
    for (std::size_t size = 0; size <= kSizes; ++size)
      all.push_back({TreeSize{size}, model::mth(model::Leaves{leaves()}.first(size))});
    return all;
  }();
  return made;
}
Hash random_hash() {
  crypto::SeededRandom random{7};
  return random_id<Hash>(random);
}

struct Inclusion {
  Hash leaf;
  Position position;
  TreeHead head;
  Path path;
  bool operator==(const Inclusion&) const = default;
};
struct Consistency {
  TreeHead older;
  TreeHead newer;
  Path path;
  bool operator==(const Consistency&) const = default;
};
template <class Proof>
struct Mutant {
  std::string what;
  Proof proof;
};

bool verifies(const Inclusion& proof) {
  return bool(verify_inclusion(proof.leaf, proof.position, proof.head, proof.path));
}
bool verifies(const Consistency& proof) {
  return bool(verify_consistency(proof.older, proof.newer, proof.path));
}

// What can be done to any path.
template <class Proof>
void mutate_path(const Proof& good, std::vector<Mutant<Proof>>& out, std::vector<Hash> extra) {
  const auto add = [&](const std::string& what, Path path) {
    out.push_back({what, good});
    out.back().proof.path = std::move(path);
  };
  extra.push_back(Hash{});
  extra.push_back(empty_root());
  extra.push_back(random_hash());
  for (std::size_t e = 0; e < extra.size(); ++e) {
    for (std::size_t i = 0; i <= good.path.size(); ++i) {
      Path path = good.path;
      path.insert(path.begin() + static_cast<std::ptrdiff_t>(i), extra[e]);
      add("hash " + std::to_string(e) + " inserted at " + std::to_string(i), path);
    }
  }
  for (std::size_t i = 0; i < good.path.size(); ++i) {
    Path path = good.path;
    path.erase(path.begin() + static_cast<std::ptrdiff_t>(i));
    add("node removed", path);
    for (const unsigned bit : {0U, 100U, 255U}) {
      path = good.path;
      path[i].data()[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
      add("bit flipped", path);
    }
    path = good.path;
    path.insert(path.begin() + static_cast<std::ptrdiff_t>(i), path[i]);
    add("node doubled", path);
    add("truncated", Path(good.path.begin(), good.path.begin() + static_cast<std::ptrdiff_t>(i)));
  }
  if (good.path.size() > 1) add("reversed", Path(good.path.rbegin(), good.path.rend()));
}

std::vector<Mutant<Inclusion>> mutants_of(const Inclusion& good) {
  std::vector<Mutant<Inclusion>> out;
  const auto add = [&](const std::string& what, auto&& change) {
    out.push_back({what, good});
    change(out.back().proof);
  };
  const std::uint64_t index = good.position.value();
  const std::uint64_t size = good.head.size.value();
  add("index - 1", [&](Inclusion& p) { p.position = Position{index - 1}; });
  add("index + 1", [&](Inclusion& p) { p.position = Position{index + 1}; });
  add("index ^ 2", [&](Inclusion& p) { p.position = Position{index ^ 2}; });
  add("size * 2", [&](Inclusion& p) { p.head.size = TreeSize{size * 2}; });
  add("size / 2", [&](Inclusion& p) { p.head.size = TreeSize{size / 2}; });
  add("wrong leaf", [](Inclusion& p) { p.leaf = leaf_hash(as_bytes("WrongLeaf")); });
  add("empty root", [](Inclusion& p) { p.head.root = empty_root(); });
  add("random root", [](Inclusion& p) { p.head.root = random_hash(); });
  add("zero root", [](Inclusion& p) { p.head.root = Hash{}; });
  mutate_path(good, out, {good.head.root, good.leaf});
  return out;
}

std::vector<Mutant<Consistency>> mutants_of(const Consistency& good) {
  std::vector<Mutant<Consistency>> out;
  const auto add = [&](const std::string& what, auto&& change) {
    out.push_back({what, good});
    change(out.back().proof);
  };
  const std::uint64_t older = good.older.size.value();
  const std::uint64_t newer = good.newer.size.value();
  for (const std::uint64_t size : {older - 1, older + 1, older ^ 2})
    add("older size " + std::to_string(size),
        [&](Consistency& p) { p.older.size = TreeSize{size}; });
  for (const std::uint64_t size : {newer * 2, newer / 2})
    add("newer size " + std::to_string(size),
        [&](Consistency& p) { p.newer.size = TreeSize{size}; });
  add("wrong older root", [](Consistency& p) { p.older.root = random_hash(); });
  add("wrong newer root", [](Consistency& p) { p.newer.root = random_hash(); });
  add("roots swapped", [](Consistency& p) { std::swap(p.older.root, p.newer.root); });
  add("heads swapped", [](Consistency& p) { std::swap(p.older, p.newer); });
  add("empty", [](Consistency& p) { p.path.clear(); });
  mutate_path(good, out, {good.older.root, good.newer.root});
  return out;
}

template <class Proof>
std::size_t require_no_mutant_verifies(const Proof& good) {
  BOOST_REQUIRE(verifies(good));
  std::size_t tried = 0;
  for (const auto& mutant : mutants_of(good)) {
    if (mutant.proof == good) continue;
    ++tried;
    BOOST_REQUIRE_MESSAGE(!verifies(mutant.proof), mutant.what);
  }
  return tried;
}

BOOST_AUTO_TEST_CASE(no_mutant_of_an_inclusion_proof_verifies) {
  std::size_t tried = 0;
  for (std::size_t size = 1; size <= kSizes; ++size) {
    for (std::size_t i = 0; i < size; ++i) {
      BOOST_TEST_CONTEXT("leaf " << i << " of " << size)
      tried += require_no_mutant_verifies(
          Inclusion{leaves()[i], Position{i}, heads()[size],
                    model::path(i, model::Leaves{leaves()}.first(size))});
    }
  }
  BOOST_TEST(tried > 100000U);
}

BOOST_AUTO_TEST_CASE(no_mutant_of_a_consistency_proof_verifies) {
  std::size_t tried = 0;
  for (std::size_t newer = 2; newer <= kSizes; ++newer) {
    for (std::size_t older = 1; older < newer; ++older) {
      BOOST_TEST_CONTEXT(older << " to " << newer)
      tried += require_no_mutant_verifies(
          Consistency{heads()[older], heads()[newer],
                      model::subproof(older, model::Leaves{leaves()}.first(newer), true)});
    }
  }
  BOOST_TEST(tried > 100000U);
}

// A path does not bind the size by itself (those of leaf 0 in trees of 3 and 4 are equally long):
// the root of the checkpoint does.
BOOST_AUTO_TEST_CASE(an_inclusion_proof_fails_against_the_head_of_another_size) {
  for (std::size_t size = 1; size <= kSizes; ++size) {
    for (std::size_t i = 0; i < size; ++i) {
      const Path path = model::path(i, model::Leaves{leaves()}.first(size));
      for (const std::size_t other : {size * 2, size / 2, size - 1, size + 1}) {
        if (other > kSizes || other == size) continue;
        BOOST_TEST(!verify_inclusion(leaves()[i], Position{i}, heads()[other], path));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(no_mutant_of_a_range_proof_verifies) {
  model::Source source{leaves()};
  const TreeHead head = heads()[37];
  for (std::size_t first = 0; first < 37; ++first) {
    for (std::size_t end = first + 1; end <= 37; ++end) {
      const std::vector<Hash> range(leaves().begin() + static_cast<std::ptrdiff_t>(first),
                                    leaves().begin() + static_cast<std::ptrdiff_t>(end));
      const Position from{first};
      const RangeProof good = range_proof(source, from, end - first, head.size).value();
      BOOST_REQUIRE(verify_range(range, from, head, good));
      for (std::size_t i = 0; i < range.size(); ++i) {
        std::vector<Hash> other = range;
        other[i] = random_hash();
        BOOST_REQUIRE(!verify_range(other, from, head, good));
      }
      const auto shorter = model::Leaves{range}.first(range.size() - 1);
      BOOST_REQUIRE(!verify_range(shorter, from, head, good));
      BOOST_REQUIRE(!verify_range(range, Position{first + 1}, head, good));
      BOOST_REQUIRE(!verify_range(range, from, heads()[36], good));
      BOOST_REQUIRE(!verify_range(range, from, {TreeSize{~std::uint64_t{0}}, head.root}, good));
      for (Path RangeProof::*const side : {&RangeProof::left, &RangeProof::right}) {
        RangeProof bad = good;
        (bad.*side).push_back(random_hash());
        BOOST_REQUIRE(!verify_range(range, from, head, bad));
        if ((good.*side).empty()) continue;
        bad = good;
        (bad.*side).pop_back();
        BOOST_REQUIRE(!verify_range(range, from, head, bad));
        bad = good;
        (bad.*side)[0].data()[0] ^= 1;
        BOOST_REQUIRE(!verify_range(range, from, head, bad));
      }
    }
  }
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::transparency
