#include "service.hpp"

#include <sys/epoll.h>

#include <algorithm>
#include <iostream>
#include <sstream>
#include <utility>

using namespace std::chrono_literals;

namespace {

std::string answer_for(const kafka::Error& error, kafka::Persistence persistence) {
  if (!error) return "OK\n";
  const bool possible = persistence != kafka::Persistence::not_persisted;
  return "ERROR " + std::string(error.name()) +
         (possible ? " possibly_persisted " : " not_persisted ") + error.message() + '\n';
}

}  // namespace

Service::Service(const Options& options, const StopSignals& signals)
    : options_(options),
      signals_(signals),
      health_(loop_, options.health, [this] { return report(); }),
      producer_(options.config,
                {.on_error = [this](const kafka::Error& error) { on_error(error); }}) {
  loop_.watch(signals_.descriptor(), EPOLLIN, [this](auto, auto) { on_stop(); });
  loop_.watch(wakeup_.descriptor(), EPOLLIN, [this](auto, auto) { on_ready(); });
  producer_.on_ready([this] { wakeup_.signal(); });
  listener_.emplace(loop_, options.listen,
                    [this](Descriptor socket) { on_connection(std::move(socket)); });
}

int Service::run() {
  auto next_tick = Clock::now();
  while (!deadline_) {
    loop_.run_once(1s);
    if (Clock::now() < next_tick) continue;
    next_tick = Clock::now() + 1s;
    tick();
  }
  drain();
  std::cout << "Accepted " << accepted_ << ", delivered " << delivered_ << ", failed " << failed_
            << std::endl;
  return delivered_ == accepted_ ? exit_code::all_delivered : exit_code::not_all_delivered;
}

void Service::tick() {
  listener_->tick();
  health_.tick();
  const auto now = Clock::now();
  for (auto next = clients_.begin(); next != clients_.end();) {
    auto& [id, client] = *next++;
    if (!client.timed_out(now, options_.idle_timeout)) continue;
    ++timed_out_;
    drop(id);
  }
}

// ---- The clients

void Service::on_connection(Descriptor socket) {
  Client client(std::move(socket), options_.longest_line);
  const Id id = loop_.watch(client.socket(), client.events(),
                            [this](Id watch, std::uint32_t events) { on_client(watch, events); });
  clients_.emplace(id, std::move(client));
  if (is_full()) listener_->pause();
}

void Service::on_client(Id id, std::uint32_t events) {
  bool connected = true;
  if ((events & EPOLLIN) != 0) {
    connected = clients_.at(id).read();
  } else if ((events & (EPOLLHUP | EPOLLERR)) != 0) {
    connected = false;
  }
  if (!connected) return drop(id);
  serve(id);
}

void Service::serve(Id id) {
  const auto found = clients_.find(id);
  if (found == clients_.end()) return;
  Client& client = found->second;
  bool has_room = true;
  do {
    // Lines do not overtake those of clients that wait for room.
    has_room = waiting_.empty() && produce_lines(id, client);
    if (!client.write()) return drop(id);
  } while (has_room && client.next_line());
  if (!has_room && client.next_line() && !is_waiting(id)) waiting_.push_back(id);

  if (client.answered() && !client.next_line()) {
    if (client.input_ended()) return drop(id);
    if (deadline_) client.end_output();
  }
  loop_.change(id, client.events());
}

void Service::serve_answered() {
  for (const Id id : std::exchange(answered_, {})) serve(id);
}

void Service::serve_waiting() {
  while (!waiting_.empty()) {
    const Id id = waiting_.front();
    if (!produce_lines(id, clients_.at(id))) return;
    waiting_.pop_front();
    serve(id);
  }
}

bool Service::is_waiting(Id id) const {
  return std::find(waiting_.begin(), waiting_.end(), id) != waiting_.end();
}

bool Service::is_full() const {
  return clients_.size() >= options_.most_clients;
}

void Service::drop(Id id) {
  std::erase(waiting_, id);
  loop_.unwatch(id);
  clients_.erase(id);
  if (listener_) listener_->resume();
}

// ---- The records

bool Service::produce_lines(Id id, Client& client) {
  while (const auto line = client.next_line()) {
    if (!produce_line(id, client, *line)) return false;
  }
  return true;
}

bool Service::produce_line(Id id, Client& client, const LineBuffer::Line& line) {
  const std::uint64_t number = client.line_number();
  kafka::Error error(kafka::Errc::msg_size_too_large);
  if (!line.too_long) {
    error = producer_.try_produce({.topic = options_.topic,
                                   .value = line.text,
                                   .callback = [this, id, number](const kafka::Error& outcome,
                                                                  const kafka::Message& message) {
                                     on_outcome(id, number, outcome, message.persistence());
                                   }});
  }
  if (error == kafka::Errc::queue_full) return false;
  client.pop_line();
  if (error) {
    client.give_answer(number, answer_for(error, kafka::Persistence::not_persisted));
  } else {
    ++accepted_;
  }
  return true;
}

void Service::on_outcome(Id id, std::uint64_t line, const kafka::Error& error,
                         kafka::Persistence persistence) {
  if (error) {
    ++failed_;
  } else {
    ++delivered_;
    last_delivery_ = Clock::now();
  }
  const auto client = clients_.find(id);
  if (client == clients_.end()) return;  // it has disconnected
  client->second.give_answer(line, answer_for(error, persistence));
  answered_.insert(id);
}

void Service::on_ready() {
  wakeup_.clear();
  producer_.poll();
  serve_answered();
  serve_waiting();
}

void Service::on_error(const kafka::Error& error) {
  std::ostringstream text;
  text << error;
  if (text.str() == last_error_) return;
  last_error_ = text.str();
  std::cerr << "Kafka: " << last_error_ << std::endl;
}

// A cluster that does not answer is no reason to replace the service: a new one would not reach it
// either, and the records that wait here would be lost. After a fatal error only a new producer
// helps. While the service is full or drains, clients should connect to another one.
Health::Report Service::report() const {
  const kafka::Error fatal = producer_.fatal_error();
  const char* status = fatal ? "failed" : deadline_ ? "draining" : is_full() ? "full" : "serving";
  std::size_t unanswered = 0;
  std::size_t unsent = 0;
  for (const auto& [id, client] : clients_) {
    unanswered += client.unanswered();
    unsent += client.unsent();
  }
  std::ostringstream text;
  text << "status: " << status << '\n';
  if (fatal) text << "fatal error: " << fatal << '\n';
  text << "undelivered: " << producer_.undelivered() << '\n' << "seconds since last delivery: ";
  if (last_delivery_) {
    text << std::chrono::duration<double>(Clock::now() - *last_delivery_).count() << '\n';
  } else {
    text << "none yet\n";
  }
  text << "delivered: " << delivered_ << '\n'
       << "failed: " << failed_ << '\n'
       << "clients: " << clients_.size() << '\n'
       << "clients that timed out: " << timed_out_ << '\n'
       << "clients waiting for room: " << waiting_.size() << '\n'
       << "lines without an answer: " << unanswered << '\n'
       << "bytes that clients have not taken: " << unsent << '\n';
  return {.alive = !fatal, .ready = !fatal && !deadline_ && !is_full(), .text = text.str()};
}

// ---- The end

void Service::on_stop() {
  signals_.take();
  // The second signal asks for the end at once.
  deadline_ = Clock::now() + (deadline_ ? 0ms : options_.drain_timeout);
}

void Service::drain() {
  std::cout << "Stopping: " << producer_.undelivered() << " undelivered" << std::endl;
  listener_.reset();
  // Lines that the producer has not accepted get no answer.
  waiting_.clear();
  for (auto& [id, client] : clients_) {
    client.stop_input();
    answered_.insert(id);
  }
  serve_answered();

  // Reserved for the last answers to leave, and for clients to close.
  const auto farewell = std::min<Clock::duration>(1s, options_.drain_timeout / 4);
  while (producer_.undelivered() > 0 && Clock::now() < *deadline_ - farewell) {
    // Without waiting, so that flush() is called again: unlike poll(), it ignores linger.ms.
    loop_.run_once(0ms);
    producer_.flush(10ms);
    serve_answered();
  }
  // The remaining records fail, and their clients get that answer.
  producer_.purge();
  serve_answered();

  const auto end = std::min(*deadline_, Clock::now() + farewell);
  while (!clients_.empty() && Clock::now() < std::min(end, *deadline_)) {
    loop_.run_once(std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()));
  }
}
