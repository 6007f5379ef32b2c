#include "sender.hpp"

#include <unistd.h>

#include <iostream>
#include <kafka/bytes_view.hpp>
#include <sstream>

#include "interrupt.hpp"
#include "line_reader.hpp"

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

void Sender::send_lesson() {
  constexpr std::pair<const char*, const char*> tasks[] = {
      {"task-001", "Buy groceries"},
      {"task-002", "Review pull request"},
      {"task-003", "Deploy to production"},
  };
  for (const auto& [id, title] : tasks) {
    if (interrupt::requested()) return;
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
  while (!lines.at_end() && !interrupt::requested()) {
    if (!lines.has_line()) {
      // What has been read so far is sent before there is anything to wait for.
      send_batch();
      std::cout.flush();
    }
    const auto line = lines.next(slice_ms);
    if (!line) {
      producer_.poll();
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
  for (std::uint64_t i = 1; i <= *options_.count && !interrupt::requested(); ++i) {
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
      if (refusal->error == kafka::Errc::queue_full && !interrupt::requested()) {
        again.push_back(std::move(records[i]));
      } else {
        ++not_queued_;
        report_failure(key.text(), refusal->error);
      }
      ++refusal;
    }
    // Serving callbacks makes room in the queue.
    producer_.poll(again.empty() ? 0ms : 100ms);
    records = std::move(again);
    show_progress(false);
  }
  batch_.clear();
}

kafka::DeliveryCallback Sender::print_delivery() {
  const std::size_t place = places_.size();
  places_.push_back({-1, -1});
  return [this, place](const kafka::Error& error, const kafka::Message& message) {
    if (error) return report_failure(message.key(), error);
    ++delivered_;
    places_[place] = {message.partition(), message.offset()};
    std::cout << "Delivered: " << message.topic() << " [" << message.partition() << "] @ "
              << message.offset() << '\n';
  };
}

kafka::DeliveryCallback Sender::count_delivery() {
  return [this](const kafka::Error& error, const kafka::Message& message) {
    if (error) return report_failure(message.key(), error);
    ++delivered_;
    summary_.add(message.value().size(), message.latency());
  };
}

void Sender::report_failure(std::string_view key, const kafka::Error& error) {
  std::cout << "Delivery failed for " << kafka::BytesView(key) << ": " << error << '\n';
}

void Sender::on_error(const kafka::Error& error) {
  std::ostringstream text;
  text << error;
  if (text.str() == last_error_) return;
  last_error_ = text.str();
  std::cerr << "Kafka: " << last_error_ << '\n';
}

void Sender::show_progress(bool last) {
  static const bool terminal = ::isatty(STDERR_FILENO) != 0;
  if (!terminal || !options_.count) return;
  std::cerr << "\rQueued " << queued_ << " of " << *options_.count << ", delivered " << delivered_
            << (last ? "\n" : "") << std::flush;
}

int Sender::finish() {
  std::cout.flush();
  producer_.flush(options_.flush_timeout);
  // What is left now is given up, and its callbacks say so.
  producer_.close(0ms);
  show_progress(true);
  summary_.print(std::cout);

  const std::uint64_t undelivered = queued_ - delivered_ + not_queued_;
  if (interrupt::requested()) {
    std::cout << "Interrupted: " << delivered_ << " delivered, " << undelivered << " not\n";
    return interrupt::exit_code;
  }
  if (undelivered > 0) {
    std::cout << "WARNING: " << undelivered << " messages were not delivered\n";
    return exit_code::not_all_delivered;
  }
  std::cout << "All messages delivered successfully\n";
  return exit_code::all_delivered;
}
