#pragma once
// The values of a group's rows before they are sealed.
//
// Source: docs/formats/group-rows.md
// Errors: corrupt, unsupported (of another version).

#include "server/groups/group_store.h"

namespace stafett::server {

Bytes record_row(const GroupRecord& record);
Result<GroupRecord> parse_record_row(ByteView row);
Bytes progress_row(const GroupProgress& progress);
Result<GroupProgress> parse_progress_row(ByteView row);
Bytes parked_row(const ParkedEvent& parked);
Result<ParkedEvent> parse_parked_row(ByteView row);

}  // namespace stafett::server
