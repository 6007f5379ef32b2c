#include "sender.hpp"

#include <algorithm>
#include <iostream>
#include <kafka/bytes_view.hpp>

#include "connection_cause.hpp"
#include "interrupt.hpp"
#include "line_reader.hpp"
#include "terminal.hpp"

using namespace std::chrono_literals;

namespace {

auto now() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

std::string numbered(std::string_view name, std::uint64_t number) {
  constexpr std::size_t width = 3;
  const std::string digits = std::to_string(number);
  std::string text = std::string(name) + "-";
  if (digits.size() < width) text.append(width - digits.size(), '0');
  return text + digits;
}

}  // namespace

Sender::Sender(const Options& options)
    : options_(options),
      producer_(options.config,
                {.on_error = [this](const kafka::Error& error) { on_error(error); }}) {}

bool Sender::has_to_stop() {
  return interrupt::count() > 0 || !std::cout;
}

void Sender::send_lesson() {
  constexpr std::pair<const char*, const char*> tasks[] = {
      {"task-001", "Buy groceries"},
      {"task-002", "Review pull request"},
      {"task-003", "Deploy to production"},
  };
  for (const auto& [id, title] : tasks) {
    if (has_to_stop()) return;
    kafka::TaskEvent event{.id = id, .title = title, .created_at = now()};
    if (options_.key_by == kafka::KeyBy::user) event.user_id = "user-123";
    if (options_.key_by == kafka::KeyBy::project) event.project_id = "project-1";
    batch_.push_back({std::string(kafka::key_of(event, options_.key_by)), kafka::to_json(event)});
    send_batch();
  }
}

void Sender::send_input() {
  LineReader lines(*options_.input, kafka::task_event_max_bytes);
  constexpr int slice_ms = 100;
  while (!lines.at_end() && !has_to_stop()) {
    if (!lines.has_line()) {
      // What has been read so far is sent before there is anything to wait for.
      send_batch();
      std::cout.flush();
    }
    const auto line = lines.next(slice_ms);
    if (!line) {
      producer_.poll();
      if (producer_.undelivered() > 0) explain_waiting();
      continue;
    }
    if (line->find_first_not_of(" \t") == std::string::npos) continue;
    try {
      const kafka::TaskEvent event = kafka::parse_task_event(*line);
      batch_.push_back({std::string(kafka::key_of(event, options_.key_by)), *line});
    } catch (const kafka::Exception& exception) {
      ++not_queued_;
      std::cerr << "Line " << lines.line_number() << ": " << exception.what() << '\n';
    }
    if (batch_.size() == largest_batch) send_batch();
  }
  send_batch();
}

void Sender::send_generated() {
  constexpr std::uint64_t users = 100;
  constexpr std::uint64_t projects = 10;
  for (std::uint64_t i = 1; i <= *options_.count && !has_to_stop(); ++i) {
    const kafka::TaskEvent event{.id = numbered("task", i),
                                 .title = "Generated task",
                                 .created_at = now(),
                                 .type = "created",
                                 .user_id = numbered("user", i % users),
                                 .project_id = numbered("project", i % projects)};
    batch_.push_back({std::string(kafka::key_of(event, options_.key_by)), kafka::to_json(event)});
    if (batch_.size() == largest_batch) send_batch();
  }
  send_batch();
}

void Sender::send_batch() {
  if (producer_.undelivered() == 0) last_progress_ = Clock::now();
  std::vector<kafka::Record> records;
  for (const Event& event : batch_) {
    records.push_back({.topic = options_.topic,
                       .key = event.key,
                       .value = event.json,
                       .callback = options_.count ? count_delivery() : print_delivery()});
  }
  while (!records.empty()) {
    const auto refused = producer_.try_produce_batch(records);
    std::vector<kafka::Record> again;
    auto refusal = refused.begin();
    for (std::size_t i = 0; i < records.size(); ++i) {
      const kafka::BytesView key = records[i].key;
      if (refusal == refused.end() || refusal->index != i) {
        ++queued_;
        if (!options_.count) std::cout << "Queued: " << key << '\n';
        continue;
      }
      if (refusal->error == kafka::Errc::queue_full && !has_to_stop()) {
        again.push_back(std::move(records[i]));
      } else {
        ++not_queued_;
        report_failure(key.text(), refusal->error);
      }
      ++refusal;
    }
    // Serving callbacks makes room in the queue.
    producer_.poll(again.empty() ? 0ms : 100ms);
    if (!again.empty()) explain_waiting();
    records = std::move(again);
    show_progress();
  }
  batch_.clear();
}

kafka::DeliveryCallback Sender::print_delivery() {
  const std::size_t place = places_.size();
  places_.push_back({-1, -1});
  return [this, place](const kafka::Error& error, const kafka::Message& message) {
    if (error) return report_failure(message.key(), error);
    on_delivery();
    places_[place] = {message.partition(), message.offset()};
    std::cout << "Delivered: " << message.topic() << " [" << message.partition() << "] @ "
              << message.offset() << '\n';
  };
}

kafka::DeliveryCallback Sender::count_delivery() {
  return [this](const kafka::Error& error, const kafka::Message& message) {
    if (error) return report_failure(message.key(), error);
    on_delivery();
    summary_.add(message.value().size(), message.latency());
  };
}

void Sender::on_delivery() {
  ++delivered_;
  last_progress_ = Clock::now();
  connection_error_.clear();
}

void Sender::report_failure(std::string_view key, const kafka::Error& error) {
  if (error == kafka::Errc::purge_queue || error == kafka::Errc::purge_inflight) {
    ++given_up_;
    if (!options_.count) std::cout << "Not delivered: " << kafka::BytesView(key) << '\n';
    return;
  }
  // Of many generated events that fail for one reason, the first is enough.
  if (options_.count && error.code() == last_failure_.code()) return;
  last_failure_ = error;
  std::cout << "Delivery failed for " << kafka::BytesView(key) << ": " << error << '\n';
}

/// Connections come back by themselves. Their errors are shown when the sender waits for them.
void Sender::on_error(const kafka::Error& error) {
  if (error == kafka::Errc::all_brokers_down) return;
  if (error == kafka::Errc::transport || error == kafka::Errc::resolve ||
      error == kafka::Errc::timed_out) {
    connection_error_ = connection_cause(error);
  } else {
    std::cerr << "Kafka: " << error << '\n';
  }
}

std::string Sender::connection_problem() const {
  if (connection_error_.empty()) return {};
  return "no broker reachable at " + options_.config.get("bootstrap.servers").value_or("") + ": " +
         connection_error_;
}

void Sender::explain_waiting() {
  if (Clock::now() - last_progress_ < 1s) return;
  std::string reason = connection_problem();
  if (reason.empty()) reason = "the brokers have not answered yet";
  if (reason == explained_) return;
  explained_ = reason;
  std::cerr << "Waiting for the outcome of "
            << terminal::counted(producer_.undelivered(), "message") << ": " << reason << ". Ctrl-C"
            << (interrupt::count() > 0 ? " again" : "") << " to give up\n";
}

void Sender::show_progress() {
  if (!options_.count) return;
  terminal::show_progress("Queued " + std::to_string(queued_) + " of " +
                          std::to_string(*options_.count) + ", delivered " +
                          std::to_string(delivered_));
}

void Sender::wait_for_deliveries() {
  const Clock::time_point end = Clock::now() + options_.flush_timeout;
  const int interruptions = interrupt::count();
  constexpr std::chrono::milliseconds slice = 100ms;
  while (producer_.undelivered() > 0 && interrupt::count() == interruptions && Clock::now() < end) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now());
    producer_.flush(std::clamp(left, 0ms, slice));
    explain_waiting();
    show_progress();
  }
  producer_.poll();
}

int Sender::finish() {
  std::cout.flush();
  wait_for_deliveries();
  const std::string problem = connection_problem();
  // The records that are left are given up. Their callbacks run here.
  producer_.close(0ms);
  summary_.print(std::cout);

  const std::uint64_t undelivered = queued_ - delivered_ + not_queued_;
  if (interrupt::count() > 0) {
    std::cout << "Interrupted: " << delivered_ << " delivered, " << undelivered << " not\n";
    return interrupt::exit_code;
  }
  if (undelivered == 0) {
    std::cout << "All messages delivered successfully\n";
    return exit_code::all_delivered;
  }
  std::cout << "WARNING: " << terminal::counted(undelivered, "message")
            << (undelivered == 1 ? " was" : " were") << " not delivered";
  if (given_up_ > 0 && !problem.empty()) {
    std::cout << ": " << problem << ". Check the address, and that Kafka runs there";
  } else if (given_up_ > 0) {
    std::cout << ": raise --flush-timeout to wait longer for the brokers";
  }
  std::cout << '\n';
  return exit_code::not_all_delivered;
}
