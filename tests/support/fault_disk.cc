#include "tests/support/fault_disk.h"

#include <algorithm>
#include <ostream>

#include "engine/base/check.h"

namespace stafett::testing {
namespace {

std::string normal(const std::string& path) {
  std::string out;
  for (const char c : path)
    if (c != '/' || out.empty() || out.back() != '/') out.push_back(c);
  while (out.size() > 1 && out.back() == '/') out.pop_back();
  return out;
}

}  // namespace

std::string parent_of(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path.substr(0, path.rfind('/'));
}

const char* fault_name(Fault fault) {
  switch (fault) {
    case Fault::none:
      return "none";
    case Fault::power_cut:
      return "power_cut";
    case Fault::io_error:
      return "io_error";
    case Fault::no_space:
      return "no_space";
    case Fault::failed_persisted:
      return "failed_persisted";
  }
  return "unknown";
}

std::ostream& operator<<(std::ostream& out, Fault fault) {
  return out << fault_name(fault);
}

std::ostream& operator<<(std::ostream& out, const FaultPlan& plan) {
  return out << fault_name(plan.fault) << " at=" << plan.at << " seed=" << plan.seed;
}

FaultDisk::FaultDisk(FaultPlan plan) {
  auto root = std::make_shared<Node>();
  root->is_directory = true;
  names_["/disk"] = root;
  durable_names_ = names_;
  set_plan(plan);
}

bool FaultDisk::fired() const {
  const std::lock_guard lock(mutex_);
  return fired_;
}

std::uint64_t FaultDisk::operations() const {
  const std::lock_guard lock(mutex_);
  return operations_;
}

void FaultDisk::set_plan(FaultPlan plan) {
  const std::lock_guard lock(mutex_);
  plan_ = plan;
  random_.seed(plan.seed * 0x9e3779b97f4a7c15u + plan.at);
  operations_ = 0;
  fired_ = false;
}

bool FaultDisk::survives(const std::string& path) const {
  for (std::string p = path; !p.empty(); p = parent_of(p))
    if (durable_names_.count(p) == 0) return false;
  return true;
}

void FaultDisk::power_cycle(FaultPlan next_plan) {
  {
    const std::lock_guard lock(mutex_);
    const bool keep_names = coin();
    const bool torn = coin();
    if (!keep_names) {
      Names surviving;
      for (const auto& [path, node] : durable_names_)
        if (survives(path)) surviving[path] = node;
      names_ = std::move(surviving);
    }
    for (const auto& [path, node] : names_) {
      if (node->clean < node->current.size() || node->clean < node->durable.size()) {
        std::size_t keep = node->clean;
        if (torn) keep += random_() % (node->current.size() - node->clean + 1);
        if (keep > node->durable.size()) node->durable.resize(keep);
        std::copy_n(node->current.begin(), keep, node->durable.begin());
      }
      node->current = node->durable;
      node->clean = node->current.size();
    }
    durable_names_ = names_;
    locks_.clear();
    ++life_;
    off_ = false;
  }
  set_plan(next_plan);
}

void FaultDisk::damage(const std::string& path, std::size_t offset, std::uint8_t mask) {
  const std::lock_guard lock(mutex_);
  const auto at = names_.find(normal(path));
  CHECK(at != names_.end() && offset < at->second->current.size());
  Node& node = *at->second;
  node.current[offset] ^= mask;
  if (offset < node.durable.size()) node.durable[offset] ^= mask;
}

Bytes FaultDisk::all_bytes() const {
  const std::lock_guard lock(mutex_);
  Bytes all;
  for (const auto& [path, node] : names_) append(all, node->current);
  return all;
}

FaultDisk::Verdict FaultDisk::next(Operation operation) {
  if (off_) return {false, Outcome::failed};
  const std::uint64_t index = operations_++;
  if (plan_.fault == Fault::none || index < plan_.at) return {true, Outcome::ok};
  const bool takes_space = operation == Operation::write || operation == Operation::create;
  if (plan_.fault == Fault::no_space) {
    if (!takes_space) return {true, Outcome::ok};
    fired_ = true;
    return {false, Outcome::full};
  }
  if (index != plan_.at) return {true, Outcome::ok};
  fired_ = true;
  if (plan_.fault == Fault::failed_persisted) return {true, Outcome::failed};
  if (plan_.fault == Fault::io_error) return {false, Outcome::failed};
  off_ = true;
  return {coin(), Outcome::failed};
}

Outcome FaultDisk::create(const std::string& name, bool empty_it, Handle& handle) {
  const std::lock_guard lock(mutex_);
  const std::string path = normal(name);
  const auto at = names_.find(path);
  if (!off_ && at != names_.end() && !empty_it) {
    handle = {at->second, life_};
    return Outcome::ok;
  }
  const Verdict verdict = next(Operation::create);
  if (verdict.apply) {
    if (names_.count(parent_of(path)) == 0) return Outcome::missing;
    // A new node also when there was one: the old one's bytes stay durable until its name is not.
    names_[path] = std::make_shared<Node>();
    handle = {names_[path], life_};
  }
  return verdict.outcome;
}

Outcome FaultDisk::open(const std::string& name, Handle& handle) {
  const std::lock_guard lock(mutex_);
  if (off_) return Outcome::failed;
  const auto at = names_.find(normal(name));
  if (at == names_.end() || at->second->is_directory) return Outcome::missing;
  handle = {at->second, life_};
  return Outcome::ok;
}

Outcome FaultDisk::write(const Handle& handle, ByteView bytes) {
  const std::lock_guard lock(mutex_);
  if (!alive(handle)) return Outcome::failed;
  const Verdict verdict = next(Operation::write);
  if (!verdict.apply && verdict.outcome != Outcome::ok)
    bytes = bytes.first(static_cast<std::size_t>(random_() % (bytes.size() + 1)));
  append(handle.node->current, bytes);
  return verdict.outcome;
}

Outcome FaultDisk::sync(const Handle& handle) {
  const std::lock_guard lock(mutex_);
  if (!alive(handle)) return Outcome::failed;
  const Verdict verdict = next(Operation::sync);
  if (off_ && !verdict.apply) return verdict.outcome;
  Node& node = *handle.node;
  node.durable.resize(node.clean);
  if (verdict.apply)
    node.durable.insert(node.durable.end(),
                        node.current.begin() + static_cast<std::ptrdiff_t>(node.clean),
                        node.current.end());
  else
    node.durable.resize(node.current.size());  // the kernel calls the lost pages clean
  node.clean = node.current.size();
  return verdict.outcome;
}

Outcome FaultDisk::truncate(const Handle& handle, std::uint64_t size) {
  const std::lock_guard lock(mutex_);
  if (!alive(handle)) return Outcome::failed;
  const Verdict verdict = next(Operation::other);
  if (verdict.apply) {
    handle.node->current.resize(static_cast<std::size_t>(size));
    handle.node->clean = std::min(handle.node->clean, static_cast<std::size_t>(size));
  }
  return verdict.outcome;
}

Outcome FaultDisk::read(const Handle& handle, std::uint64_t offset, std::size_t bytes,
                        Bytes& out) const {
  const std::lock_guard lock(mutex_);
  if (!alive(handle)) return Outcome::failed;
  const Bytes& from = handle.node->current;
  const std::size_t begin = static_cast<std::size_t>(std::min<std::uint64_t>(offset, from.size()));
  const std::size_t count = std::min(bytes, from.size() - begin);
  out.assign(from.begin() + static_cast<std::ptrdiff_t>(begin),
             from.begin() + static_cast<std::ptrdiff_t>(begin + count));
  return Outcome::ok;
}

std::uint64_t FaultDisk::size(const Handle& handle) const {
  const std::lock_guard lock(mutex_);
  return handle.node->current.size();
}

Outcome FaultDisk::rename(const std::string& from, const std::string& to) {
  const std::lock_guard lock(mutex_);
  if (!off_ && names_.count(normal(from)) == 0) return Outcome::missing;
  const Verdict verdict = next(Operation::other);
  if (verdict.apply) {
    const auto node = names_.extract(normal(from));
    names_[normal(to)] = node.mapped();
  }
  return verdict.outcome;
}

Outcome FaultDisk::link(const std::string& from, const std::string& to) {
  const std::lock_guard lock(mutex_);
  if (!off_ && names_.count(normal(from)) == 0) return Outcome::missing;
  if (!off_ && names_.count(normal(to)) != 0) return Outcome::exists;
  const Verdict verdict = next(Operation::other);
  if (verdict.apply) names_[normal(to)] = names_[normal(from)];
  return verdict.outcome;
}

Outcome FaultDisk::remove(const std::string& path) {
  const std::lock_guard lock(mutex_);
  if (!off_ && names_.count(normal(path)) == 0) return Outcome::missing;
  const Verdict verdict = next(Operation::other);
  if (verdict.apply) names_.erase(normal(path));
  return verdict.outcome;
}

Outcome FaultDisk::make_directory(const std::string& name) {
  const std::lock_guard lock(mutex_);
  const std::string path = normal(name);
  if (!off_ && names_.count(path) != 0) return Outcome::exists;
  const Verdict verdict = next(Operation::create);
  if (verdict.apply) {
    names_[path] = std::make_shared<Node>();
    names_[path]->is_directory = true;
  }
  return verdict.outcome;
}

Outcome FaultDisk::sync_directory(const std::string& name) {
  const std::lock_guard lock(mutex_);
  const std::string directory = normal(name);
  if (!off_ && names_.count(directory) == 0) return Outcome::missing;
  const Verdict verdict = next(Operation::sync);
  if (!verdict.apply) return verdict.outcome;
  std::erase_if(durable_names_,
                [&](const auto& name_node) { return parent_of(name_node.first) == directory; });
  for (const auto& [path, node] : names_)
    if (parent_of(path) == directory) durable_names_[path] = node;
  return verdict.outcome;
}

Outcome FaultDisk::list(const std::string& name, std::vector<std::string>& names) const {
  const std::lock_guard lock(mutex_);
  if (off_) return Outcome::failed;
  const std::string directory = normal(name);
  if (names_.count(directory) == 0) return Outcome::missing;
  for (const auto& [path, node] : names_)
    if (parent_of(path) == directory) names.push_back(path.substr(directory.size() + 1));
  return Outcome::ok;
}

Outcome FaultDisk::stat(const std::string& path, bool& is_directory) const {
  const std::lock_guard lock(mutex_);
  if (off_) return Outcome::failed;
  const auto at = names_.find(normal(path));
  if (at == names_.end()) return Outcome::missing;
  is_directory = at->second->is_directory;
  return Outcome::ok;
}

Outcome FaultDisk::lock(const std::string& name) {
  const std::lock_guard lock(mutex_);
  if (off_) return Outcome::failed;
  const std::string path = normal(name);
  if (!locks_.insert(path).second) return Outcome::locked;
  if (names_.count(path) == 0) names_[path] = std::make_shared<Node>();
  return Outcome::ok;
}

void FaultDisk::unlock(const std::string& path) {
  const std::lock_guard lock(mutex_);
  locks_.erase(normal(path));
}

}  // namespace stafett::testing
