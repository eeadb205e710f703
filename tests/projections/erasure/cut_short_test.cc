// An erasure that is cut short anywhere is ended by the next run; until the survivors' table is in
// place everywhere, nothing is lost.

#include "engine/log/keeping/key_table_format.h"
#include "tests/projections/erasure/erased_town.h"
#include "tests/support/forwarding_files.h"

namespace stafett::bti::test {
BOOST_AUTO_TEST_SUITE(cut_short_test)
namespace {

// The changing operation of that number fails, done or not, and all after it.
class FailingFiles final : public testing::ForwardingFiles {
 public:
  enum class Done { no, yes };
  FailingFiles() : ForwardingFiles(storage::posix_files()) {}
  void fail_at(int operation, Done done) {
    left_ = operation;
    done_ = done;
    failed_ = false;
  }
  void mend() { left_ = INT32_MAX, failed_ = false; }
  bool failed() const { return failed_; }

  Result<void> replace(const std::string& path, ByteView bytes) override {
    return change([&] { return ForwardingFiles::replace(path, bytes); });
  }
  Result<void> remove(const std::string& path) override {
    return change([&] { return ForwardingFiles::remove(path); });
  }
  Result<void> rename(const std::string& from, const std::string& to) override {
    return change([&] { return ForwardingFiles::rename(from, to); });
  }
  // Half of it: written over, and the name still there.
  Result<void> destroy(const std::string& path) override {
    return change([&]() -> Result<void> {
      if (halves_) {
        ENGINE_TRY(bytes, read(path, std::size_t{1} << 30));
        std::ranges::fill(bytes, std::uint8_t{0});
        return ForwardingFiles::replace(path, bytes);
      }
      return ForwardingFiles::destroy(path);
    });
  }

 private:
  template <class Work>
  Result<void> change(const Work& work) {
    if (failed_) return Error{Errc::io, "the disk is gone"};
    halves_ = left_ == 0;
    if (halves_) {
      if (done_ == Done::yes) BOOST_REQUIRE(work());
      failed_ = true;
      return Error{Errc::io, "the disk is gone"};
    }
    --left_;
    return work();
  }
  int left_ = INT32_MAX;
  Done done_ = Done::no;
  bool halves_ = false;
  bool failed_ = false;
};

void reopen(ErasedTown& town, storage::Files& files) {
  town.close();
  log::LogOptions options{town.clock, town.random, files};
  options.checkpoint_interval = std::chrono::milliseconds{0};
  town.bti = got(open_log(town.paths, options, 1));
  BOOST_REQUIRE(!town.bti.log->read_only_reason());
  town.recorder = std::make_unique<Recorder>(*town.bti.log, *town.bti.gate);
}

void require_erased(ErasedTown& town) {
  BOOST_TEST((town.read("a") == Errc::erased));
  BOOST_TEST(town.state("b").notes == 2u);
  BOOST_TEST(town.verified().ok);
  for (const char* left : {"/root.key.next", "/table.next", "/table.old"})
    BOOST_TEST(!std::filesystem::exists(town.paths.keys + left), left);
  BOOST_TEST(!std::filesystem::exists(town.place + "/table.next"));
  BOOST_TEST((got(storage::posix_files().read(town.place + "/table", 1 << 20)) ==
              got(storage::posix_files().read(town.paths.key_table, 1 << 20))));
}

BOOST_AUTO_TEST_CASE(a_run_that_stops_after_any_step_is_ended_by_the_next) {
  for (const std::string stop :
       {"closed", "confirmed", "keys", "destroyed", "deleted", "compacted"}) {
    BOOST_TEST_CONTEXT("stopped after " << stop) {
      ErasedTown town;
      const log::OrderId id = town.approved({"a"});
      ErasureCarrier carrier = town.carrier();
      carrier.done_with = [&](const char* step) -> Result<void> {
        return step == stop ? Result<void>{Error{Errc::io, "stopped"}} : Result<void>{};
      };
      BOOST_TEST(!carry_out_erasure(carrier, id));
      BOOST_TEST(town.note_refused("a") == "erased");
      town.open();
      BOOST_TEST((town.read("a") == Errc::erased));
      BOOST_TEST(town.note_refused("a") == "erased");
      BOOST_TEST(town.verified().ok);
      BOOST_REQUIRE(town.carry_out(id));
      require_erased(town);
    }
  }
}

// How many operations there are.
int fail_at_each(FailingFiles::Done done) {
  for (int at = 0;; ++at) {
    BOOST_TEST_CONTEXT("operation " << at) {
      FailingFiles files;  // outlives the log
      ErasedTown town;
      reopen(town, files);
      const log::OrderId id = town.approved({"a"});
      files.fail_at(at, done);
      const auto cut = town.carry_out(id);
      const bool reached = files.failed();
      BOOST_TEST(cut.has_value() == !reached);
      files.mend();
      reopen(town, files);
      BOOST_TEST(town.state("b").notes == 2u);
      BOOST_REQUIRE(town.carry_out(id));
      require_erased(town);
      if (!reached) return at;
    }
  }
}

BOOST_AUTO_TEST_CASE(a_run_whose_files_fail_anywhere_is_ended_by_the_next) {
  BOOST_TEST(fail_at_each(FailingFiles::Done::no) >= 8);
}

BOOST_AUTO_TEST_CASE(a_run_that_is_cut_behind_any_change_of_a_file_is_ended_by_the_next) {
  BOOST_TEST(fail_at_each(FailingFiles::Done::yes) >= 8);
}

class StubbornFiles final : public testing::ForwardingFiles {
 public:
  StubbornFiles() : ForwardingFiles(storage::posix_files()) {}
  std::string kept;       // is not destroyed, once
  std::string read_only;  // cannot be written
  Result<void> destroy(const std::string& path) override {
    if (path != kept) return ForwardingFiles::destroy(path);
    kept.clear();
    return Error{Errc::io, path + ": stays"};
  }
  Result<std::unique_ptr<storage::AppendFile>> open_append(const std::string& path) override {
    if (path == read_only) return Error{Errc::io, path + ": permission denied"};
    return ForwardingFiles::open_append(path);
  }
};

// The table in place is under the next root key then, and nowhere else is that key.
BOOST_AUTO_TEST_CASE(an_order_that_follows_one_cut_short_leaves_its_root_key_alone) {
  StubbornFiles files;
  ErasedTown town;
  town.concern("c");
  reopen(town, files);
  const log::OrderId first = town.approved({"a"}), second = town.approved({"c"});
  files.kept = town.paths.root_key;
  BOOST_TEST(!town.carry_out(first));
  const Bytes next = got(files.read(town.paths.root_key + ".next", 64));
  ErasureCarrier carrier = town.carrier();
  carrier.places = {town.directory.path("not-mounted")};
  BOOST_TEST(!carry_out_erasure(carrier, second));
  BOOST_TEST((got(files.read(town.paths.root_key + ".next", 64)) == next));
  const auto refused = town.carry_out(second);
  BOOST_TEST((!refused && refused.error().code() == Errc::conflict));
  reopen(town, files);
  BOOST_TEST(town.state("b").notes == 2u);
  BOOST_REQUIRE(town.carry_out(first));
  BOOST_REQUIRE(town.carry_out(second));
  require_erased(town);
  BOOST_TEST((town.read("c") == Errc::erased));
}

BOOST_AUTO_TEST_CASE(key_files_that_could_not_be_destroyed_are_refused_before_anything_changes) {
  for (const bool table_is_a_link : {false, true}) {
    StubbornFiles files;
    ErasedTown town;
    reopen(town, files);
    const std::string elsewhere = town.directory.path("elsewhere");
    if (table_is_a_link) {
      std::filesystem::rename(town.paths.key_table, elsewhere);
      std::filesystem::create_symlink(elsewhere, town.paths.key_table);
    } else {
      files.read_only = town.paths.root_key;
    }
    const log::OrderId id = town.approved({"a"});
    const auto refused = town.carry_out(id);
    BOOST_TEST((!refused && refused.error().code() == Errc::refused));
    BOOST_TEST(!std::filesystem::exists(town.paths.root_key + ".next"));
    reopen(town, files);
    BOOST_TEST(town.state("b").notes == 2u);
    files.read_only.clear();
    if (table_is_a_link) std::filesystem::rename(elsewhere, town.paths.key_table);
    reopen(town, files);
    BOOST_REQUIRE(town.carry_out(id));
    require_erased(town);
  }
}

// The first key that it reads, when it is about to read it.
class BesideFiles final : public testing::ForwardingFiles {
 public:
  BesideFiles() : ForwardingFiles(storage::posix_files()) {}
  std::function<void()> beside;
  Result<std::unique_ptr<storage::ReadFile>> open_read(const std::string& path) override {
    ENGINE_TRY(file, ForwardingFiles::open_read(path));
    return std::unique_ptr<storage::ReadFile>{std::make_unique<Reading>(*this, std::move(file))};
  }

 private:
  class Reading final : public storage::ReadFile {
   public:
    Reading(BesideFiles& of, std::unique_ptr<storage::ReadFile> file)
        : of_(of), file_(std::move(file)) {}
    Result<Bytes> read_at(std::uint64_t offset, std::size_t bytes) const override {
      if (bytes == log::kKeyRecordBytes && of_.beside) std::exchange(of_.beside, nullptr)();
      return file_->read_at(offset, bytes);
    }

   private:
    BesideFiles& of_;
    const std::unique_ptr<storage::ReadFile> file_;
  };
};

BOOST_AUTO_TEST_CASE(a_verification_beside_an_erasure_blames_no_key_that_went_under_its_hands) {
  ErasedTown town;
  const log::OrderId id = town.approved({"a"});
  BesideFiles files;
  files.beside = [&] { BOOST_REQUIRE(town.carry_out(id)); };
  const log::VerifyDirectory where{town.paths, files, town.random, {}, {}};
  log::VerifyOptions options;
  options.level = 5;
  options.threads = 1;
  const auto cut = log::verify_directory(where, options);
  BOOST_REQUIRE(!cut);
  BOOST_TEST((cut.error().code() == Errc::conflict));
  BOOST_TEST(got(log::verify_directory(where, options)).ok);
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::bti::test
