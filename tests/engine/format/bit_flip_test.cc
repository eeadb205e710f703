// No other bytes have the meaning of the worked ones: cut, lengthened or with one bit flipped, they
// are refused or mean something else.
#include <boost/test/unit_test.hpp>

#include "tests/engine/format/form.h"
#include "tests/engine/format/golden.h"

BOOST_AUTO_TEST_SUITE(format_bit_flip_test)

using namespace stafett;
using namespace stafett::format;

namespace {

using Form = Result<Bytes> (*)(ByteView);

struct Sample {
  std::string name;
  Bytes bytes;
  Form form;
};

std::vector<Sample> samples() {
  std::vector<Sample> out{{"intent", encode(golden::simple_intent()), intent_form},
                          {"full intent", encode(golden::full_intent()), intent_form},
                          {"engine intent", encode(golden::engine_intent()), intent_form},
                          {"entry", golden::entry(), entry_form},
                          {"group entry", golden::group_entry(), entry_form},
                          {"engine entry", golden::engine_entry(), entry_form}};
  for (const EngineEvent& event : golden::engine_events())
    out.push_back({name_of(event), encode(event), engine_event_form});
  return out;
}

}  // namespace

BOOST_AUTO_TEST_CASE(worked_bytes_decode_to_what_encodes_to_them) {
  for (const Sample& sample : samples()) {
    const Result<Bytes> again = sample.form(sample.bytes);
    BOOST_REQUIRE_MESSAGE(again, sample.name << ": " << again.error().to_string());
    BOOST_TEST((*again == sample.bytes), sample.name);
  }
}

BOOST_AUTO_TEST_CASE(every_truncation_is_refused) {
  for (const Sample& sample : samples())
    for (std::size_t length = 0; length < sample.bytes.size(); ++length)
      BOOST_TEST(!sample.form(ByteView{sample.bytes}.first(length)),
                 sample.name << " cut to " << length);
}

BOOST_AUTO_TEST_CASE(every_extension_is_refused) {
  for (const Sample& sample : samples())
    for (std::size_t more = 1; more <= 24; ++more)
      for (const std::uint8_t fill : Bytes{0x00, 0x01, 0xff}) {
        Bytes longer = sample.bytes;
        longer.insert(longer.end(), more, fill);
        BOOST_TEST(!sample.form(longer), sample.name << " with " << more << " bytes more");
      }
}

BOOST_AUTO_TEST_CASE(every_flipped_bit_is_refused_or_another_value) {
  for (const Sample& sample : samples()) {
    std::size_t refused = 0, others = 0;
    for (std::size_t bit = 0; bit < 8 * sample.bytes.size(); ++bit) {
      Bytes flipped = sample.bytes;
      flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ 1u << bit % 8);
      const Result<Bytes> again = sample.form(flipped);
      if (again) {
        ++others;
        BOOST_TEST((*again == flipped), sample.name << ": bit " << bit << " is passed over");
      } else {
        ++refused;
        BOOST_TEST(
            (again.error().code() == Errc::malformed || again.error().code() == Errc::unsupported ||
             again.error().code() == Errc::too_large),
            sample.name << ": bit " << bit << ": " << again.error().to_string());
      }
    }
    BOOST_TEST(refused > 0u, sample.name);  // structure
    BOOST_TEST(others > 0u, sample.name);   // values
  }
}

BOOST_AUTO_TEST_SUITE_END()
