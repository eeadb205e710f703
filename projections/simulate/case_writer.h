#pragma once
// CaseWriter: puts the steps of one case on paper, in order of time: office hours, recording
// shortly after the act, and the reads that follow what is written.
//
// Threads:  one.
// Lifetime: the town and the parameters outlive it.

#include <string>
#include <string_view>

#include "projections/simulate/case_model.h"
#include "projections/simulate/case_script.h"

namespace stafett::bti {

enum class Told : std::uint8_t {
  in_log,   // the recording is the act
  in_world  // recorded some minutes after it happened
};

class CaseWriter final {
 public:
  CaseWriter(const Town& town, const Parameters& parameters, std::uint64_t seed,
             std::uint32_t index, TimeUs start);

  // What is written lies after all that was written before. Each moves the hand of the clock on:
  void later_today();         // 10 to 90 minutes, or the next working morning
  void on_workday(int days);  // at least so many days later, in office hours
  void by(Date day);          // on_workday, not before `day`
  void in_the_evening();      // of this or the next day
  void minutes(std::int32_t first, std::int32_t last);
  Date today() const { return local_date(now_); }
  TimeUs now() const { return now_; }

  // Returns the id of the event, as its text.
  std::string write(std::string_view type, std::string_view actor, boost::json::object data,
                    Told told = Told::in_log);
  // Is to be refused by the rule; changes nothing.
  void attempt(std::string_view rule, std::string_view type, std::string_view actor,
               boost::json::object data);
  void read(std::string_view reader, std::string_view service, std::string_view capacity,
            std::string_view purpose);
  void register_family();

  // An entry that those who take part may see; none of them names it any more. Empty: none.
  std::string take_entry();
  // "h7": never given before in this case.
  std::string local_id(std::string_view prefix);
  std::string text(Topic topic) { return sentence(topic, model.form, draws); }
  std::string digest();

  // Takes what was written since the last time.
  Script take();

  CaseModel model;
  Draws draws;
  const Town& town;
  const Parameters& parameters;

 private:
  Step& put(std::string_view type, std::string_view actor, boost::json::object data, Told told);
  void reads_after();
  void staff_read();
  void refused_attempt();

  TimeUs now_;
  Script written_;
  std::vector<std::string> recent_;  // ids of the latest open entries
};

}  // namespace stafett::bti
