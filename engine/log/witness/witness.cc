#include "engine/log/witness/witness.h"

#include <algorithm>

#include "engine/base/encoding.h"
#include "engine/crypto/sha256.h"
#include "engine/log/keeping/root_key.h"

namespace stafett::log {
namespace {

using transparency::Note;
using transparency::OpenedRequest;
using transparency::VerifiedSignature;
using transparency::VerifierKey;
using transparency::WitnessVerdict;

constexpr std::size_t kNameBytesMax = 4096;

Hash hash_of(std::string_view origin) {
  return crypto::sha256(as_bytes(origin));
}

std::string name_path(const std::string& directory) {
  return directory + "/name";
}
std::string logs_path(const std::string& directory) {
  return directory + "/logs";
}

Result<VerifierKey> read_name(storage::Files& files, const std::string& directory) {
  ENGINE_TRY(bytes, files.read(name_path(directory), kNameBytesMax));
  std::string_view text = as_text(bytes);
  if (!text.ends_with('\n')) return Error{Errc::corrupt, name_path(directory)};
  text.remove_suffix(1);
  const Result<VerifierKey> vkey = VerifierKey::parse(text);
  if (!vkey || vkey->type != transparency::KeyType::ed25519_cosignature)
    return Error{Errc::corrupt, name_path(directory) + ": no key of a witness"};
  return *vkey;
}

bool has_line(const Note& note, const VerifierKey& key) {
  return std::ranges::any_of(note.signatures, [&](const transparency::NoteSignature& line) {
    return line.name == key.name && line.id == key.id();
  });
}

}  // namespace

std::string witness_key_path(const std::string& directory) {
  return directory + "/key";
}

Result<void> Witness::create(storage::Files& files, const std::string& directory,
                             std::string_view name, const crypto::SigningKey& key) {
  if (!transparency::is_key_name(name))
    return Error{Errc::invalid_argument, "a witness's name has no space, no + and is not empty"};
  ENGINE_TRY_VOID(files.make_directory(directory));
  ENGINE_TRY(there, files.exists(name_path(directory)));
  if (there) return Error{Errc::conflict, directory + ": a witness is there already"};
  ENGINE_TRY_VOID(files.make_directory(logs_path(directory)));
  ENGINE_TRY_VOID(save_signing_key(files, witness_key_path(directory), key));
  const VerifierKey vkey{std::string{name}, transparency::KeyType::ed25519_cosignature,
                         key.public_key()};
  // Last: without it there is no witness.
  return files.replace(name_path(directory), as_bytes(vkey.to_string() + "\n"));
}

Result<std::unique_ptr<Witness>> Witness::open(storage::Files& files, Clock& clock,
                                               const std::string& directory) {
  ENGINE_TRY(key, load_signing_key(witness_key_path(directory)));
  return open(files, clock, directory, key);
}

Result<std::unique_ptr<Witness>> Witness::open(storage::Files& files, Clock& clock,
                                               const std::string& directory,
                                               const crypto::SigningKey& key) {
  ENGINE_TRY(vkey, read_name(files, directory));
  if (vkey.key != key.public_key())
    return Error{Errc::corrupt, directory + ": the key is not that of the witness's name"};
  std::unique_ptr<Witness> self{new Witness{files, clock, directory, key, vkey}};
  ENGINE_TRY(lock, files.lock(directory + "/lock"));
  self->lock_ = std::move(lock);
  ENGINE_TRY_VOID(self->read_logs());
  return self;
}

Result<void> Witness::read_logs() {
  ENGINE_TRY(names, files_.list(logs_path(directory_)));
  for (const std::string& name : names) {
    if (name.ends_with(".new")) continue;  // of a write that was cut short: never in force
    const auto bytes = from_hex(name);
    const auto origin_hash = Hash::from(bytes ? ByteView{*bytes} : ByteView{});
    if (!origin_hash) return Error{Errc::corrupt, logs_path(directory_) + "/" + name};
    if (logs_.size() == kWitnessLogsMax) return Error{Errc::too_large, "witnessed logs"};
    auto kept = std::make_unique<Kept>();
    // If a witness was killed before its last name was synced, monitors would be shown here what a
    // power cut could still take back.
    ENGINE_TRY_VOID(files_.open_append(path_of(*origin_hash)));
    ENGINE_TRY(bytes_read, files_.read(path_of(*origin_hash), kWitnessFileBytesMax));
    ENGINE_TRY_VOID(take_text(*kept, *origin_hash, as_text(bytes_read)));
    logs_.emplace(*origin_hash, std::move(kept));
  }
  return {};
}

Result<void> Witness::take_text(Kept& kept, const Hash& origin_hash, std::string_view text) const {
  ENGINE_TRY(file, parse_witness_file(text));
  if (hash_of(file.origin) != origin_hash)
    return Error{Errc::corrupt, "witnessed log: under the name of another origin"};
  return take(kept, std::move(file));
}

// Only what this witness itself has cosigned is what it goes on from.
Result<void> Witness::take(Kept& kept, WitnessFile file) const {
  transparency::WitnessedLog known{file.keys, {TreeSize{0}, transparency::empty_root()}};
  std::uint64_t time_s = 0;
  if (!file.cosigned.empty()) {
    const auto corrupt = [&](const Error& why) {
      return Error{Errc::corrupt, "witnessed log " + file.origin + ": " + why.detail()};
    };
    const Result<Note> note = transparency::parse_note(file.cosigned);
    if (!note) return corrupt(note.error());
    const auto checkpoint = transparency::parse_checkpoint(note->text);
    if (!checkpoint) return corrupt(checkpoint.error());
    const auto own = transparency::verify_note(*note, std::span{&vkey_, 1});
    if (!own) return corrupt(own.error());
    // A log's key that was given up since is not looked at: our own signature is over the same
    // text.
    if (std::ranges::any_of(file.keys,
                            [&](const VerifierKey& key) { return has_line(*note, key); }))
      if (const auto logs = transparency::verify_note(*note, file.keys); !logs)
        return corrupt(logs.error());
    if (checkpoint->origin != file.origin) return Error{Errc::corrupt, "witnessed log: origin"};
    known.last = checkpoint->head;
    time_s = own->front().time_s.value_or(0);
  }
  // Nothing is forgotten before all of it is known to hold.
  kept.known = std::move(known);
  kept.time_s = time_s;
  kept.file = std::move(file);
  return {};
}

Result<void> Witness::trust(const std::string& origin, const VerifierKey& key,
                            const VerifierKey* instead_of) {
  if (!transparency::is_origin(origin) || key.type != transparency::KeyType::ed25519)
    return Error{Errc::invalid_argument, "a log has an origin and a key that signs"};
  const Hash origin_hash = hash_of(origin);
  const auto found = logs_.find(origin_hash);
  WitnessFile file{origin, {}, {}};
  if (found != logs_.end()) file = found->second->file;
  if (std::ranges::find(file.keys, key) != file.keys.end())
    return Error{Errc::conflict, "the key is believed already"};
  if (instead_of != nullptr && std::erase(file.keys, *instead_of) == 0)
    return Error{Errc::not_found, "the key that it takes the place of is not believed"};
  if (file.keys.size() == kWitnessKeysMax || logs_.size() == kWitnessLogsMax)
    return Error{Errc::too_large, "a witness knows no more"};
  file.keys.push_back(key);
  auto kept = std::make_unique<Kept>();
  ENGINE_TRY_VOID(take(*kept, std::move(file)));
  ENGINE_TRY_VOID(files_.replace(path_of(origin_hash), as_bytes(format_witness_file(kept->file))));
  logs_[origin_hash] = std::move(kept);
  return {};
}

Result<WitnessAnswer> Witness::add_checkpoint(std::string_view body) {
  const Result<OpenedRequest> request = transparency::open_witness_request(body);
  if (!request) return WitnessAnswer{WitnessVerdict::malformed};
  const Hash origin_hash = hash_of(request->checkpoint.origin);
  const auto found = logs_.find(origin_hash);
  if (found == logs_.end()) return WitnessAnswer{WitnessVerdict::unknown_log};
  Kept& kept = *found->second;
  // Judged and written under one lock: of two requests that go on from one checkpoint, the second
  // meets what the first has left.
  const std::lock_guard lock{kept.mutex};
  return judge(kept, origin_hash, *request);
}

Result<WitnessAnswer> Witness::judge(Kept& kept, const Hash& origin_hash,
                                     const OpenedRequest& request) {
  const WitnessVerdict verdict = transparency::judge_witness_request(request, kept.known);
  if (verdict == WitnessVerdict::conflict) return WitnessAnswer{verdict, {}, kept.known.last.size};
  if (verdict != WitnessVerdict::cosign) return WitnessAnswer{verdict};
  return cosign(kept, origin_hash, request);
}

Result<WitnessAnswer> Witness::cosign(Kept& kept, const Hash& origin_hash,
                                      const OpenedRequest& request) {
  const std::int64_t now_s = clock_.now().value() / 1'000'000;
  // An earlier time for a larger tree would contradict what was said before.
  if (now_s <= 0 || static_cast<std::uint64_t>(now_s) < kept.time_s)
    return Error{Errc::refused, "the clock is behind the last cosignature"};
  const auto time_s = static_cast<std::uint64_t>(now_s);
  // The log's signatures that were believed, and our own: others are not ours to hand on.
  Note note{request.note.text, {}};
  ENGINE_TRY(verified, transparency::verify_note(request.note, kept.known.keys));
  for (const VerifiedSignature& one : verified) {
    const VerifierKey& key = kept.known.keys[one.key_index];
    note.signatures.push_back(*std::ranges::find_if(
        request.note.signatures, [&](const transparency::NoteSignature& line) {
          return line.name == key.name && line.id == key.id();
        }));
  }
  const transparency::NoteSignature own =
      transparency::cosign_note(note.text, vkey_.name, key_, time_s);
  note.signatures.push_back(own);
  WitnessFile next = kept.file;
  next.cosigned = transparency::format_note(note);
  // The log's own lines may leave no room for ours.
  if (next.cosigned.size() > transparency::kNoteBytesMax)
    return WitnessAnswer{WitnessVerdict::malformed};
  // Read before it is written: what could not be read again must not take the place of what can.
  Kept after;
  ENGINE_TRY_VOID(take(after, next));
  // When it fails, what this process knows stays as it is: nothing of the new one has left, and a
  // later start that finds it on the disk is only the stricter.
  ENGINE_TRY_VOID(files_.replace(path_of(origin_hash), as_bytes(format_witness_file(next))));
  // From here on it may leave.
  kept.known = std::move(after.known);
  kept.time_s = after.time_s;
  kept.file = std::move(after.file);
  return WitnessAnswer{WitnessVerdict::cosign, transparency::format_signature_line(own) + "\n"};
}

std::vector<Witness::Known> Witness::known() const {
  std::vector<Known> all;
  for (const auto& [origin_hash, kept] : logs_) {
    const std::lock_guard lock{kept->mutex};
    all.push_back({kept->file.origin, kept->known.last.size, kept->time_s});
  }
  return all;
}

Result<std::string> Witness::cosigned(const Hash& origin_hash) const {
  const auto found = logs_.find(origin_hash);
  if (found == logs_.end()) return Error{Errc::not_found, "no such log"};
  const std::lock_guard lock{found->second->mutex};
  // What was written last and failed was not cosigned.
  if (found->second->file.cosigned.empty()) return Error{Errc::not_found, "none cosigned yet"};
  return found->second->file.cosigned;
}

std::string Witness::path_of(const Hash& origin_hash) const {
  return logs_path(directory_) + "/" + to_hex(origin_hash.view());
}

}  // namespace stafett::log
