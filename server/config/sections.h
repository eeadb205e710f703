#pragma once
// The keys of each section: name, place, bounds.

#include "server/config/section_fields.h"
#include "server/config/server_config.h"

namespace stafett::server {

void http_fields(SectionFields& fields, HttpLimits& section);
void limits_fields(SectionFields& fields, LoadLimits& section);
void webhooks_fields(SectionFields& fields, WebhooksSection& section);
void sign_in_fields(SectionFields& fields, SignInSection& section);
void listener_fields(SectionFields& fields, ListenerSection& section);
void log_fields(SectionFields& fields, LogSection& section);

}  // namespace stafett::server
