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
  while (!deadline_) {
    loop_.run_once(1s);
    listener_->tick();
    health_.tick();
  }
  drain();
  std::cout << "Accepted " << accepted_ << ", delivered " << delivered_ << ", failed " << failed_
            << std::endl;
  return delivered_ == accepted_ ? exit_code::all_delivered : exit_code::not_all_delivered;
}

// ---- The clients

void Service::on_connection(Descriptor socket) {
  Client client(std::move(socket), options_.longest_line);
  const Id id = loop_.watch(client.socket(), client.events(),
                            [this](Id watch, std::uint32_t events) { on_client(watch, events); });
  clients_.emplace(id, std::move(client));
  if (clients_.size() >= options_.most_clients) listener_->pause();
}

void Service::on_client(Id id, std::uint32_t events) {
  Client& client = clients_.at(id);
  bool connected = true;
  if ((events & EPOLLIN) != 0) {
    connected = deadline_ ? client.discard_input() : client.read();
  } else if ((events & (EPOLLHUP | EPOLLERR)) != 0) {
    connected = false;
  }
  if (!connected) return drop(id);
  const bool has_room = waiting_.empty() && produce_lines(id, client);
  if (!has_room && !client.paused() && client.lines().front()) {
    client.set_paused(true);
    waiting_.push_back(id);
  }
  settle(id);
}

void Service::settle(Id id) {
  const auto found = clients_.find(id);
  if (found == clients_.end()) return;
  Client& client = found->second;
  if (!client.write()) return drop(id);
  const bool has_line = !deadline_ && client.lines().front();
  if (client.answered() && !has_line) {
    if (client.input_ended()) return drop(id);
    if (deadline_) client.end_output();
  }
  loop_.change(id, client.events());
}

void Service::settle_news() {
  for (const Id id : std::exchange(news_, {})) settle(id);
}

void Service::drop(Id id) {
  loop_.unwatch(id);
  clients_.erase(id);
  if (listener_) listener_->resume();
}

// ---- The records

bool Service::produce_lines(Id id, Client& client) {
  if (deadline_) return true;
  while (const auto line = client.lines().front()) {
    if (!produce(id, client, *line)) return false;
    client.lines().pop();
  }
  return true;
}

bool Service::produce(Id id, Client& client, const LineBuffer::Line& line) {
  kafka::Error error(kafka::Errc::msg_size_too_large);
  const std::uint64_t number = client.answers().next();
  if (!line.too_long) {
    error = producer_.try_produce({.topic = options_.topic,
                                   .value = line.text,
                                   .callback = [this, id, number](const kafka::Error& outcome,
                                                                  const kafka::Message& message) {
                                     on_outcome(id, number, outcome, message.persistence());
                                   }});
  }
  if (error == kafka::Errc::queue_full) return false;
  client.answers().expect();
  if (error) {
    client.answers().give(number, answer_for(error, kafka::Persistence::not_persisted));
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
  // It may have gone.
  const auto client = clients_.find(id);
  if (client == clients_.end()) return;
  client->second.answers().give(line, answer_for(error, persistence));
  if (news_.empty() || news_.back() != id) news_.push_back(id);
}

void Service::on_ready() {
  wakeup_.clear();
  producer_.poll();
  settle_news();
  resume_clients();
}

void Service::resume_clients() {
  while (!waiting_.empty()) {
    const Id id = waiting_.front();
    const auto client = clients_.find(id);
    if (client != clients_.end()) {
      if (!produce_lines(id, client->second)) return;
      client->second.set_paused(false);
      settle(id);
    }
    waiting_.pop_front();
  }
}

void Service::on_error(const kafka::Error& error) {
  std::ostringstream text;
  text << error;
  if (text.str() == last_error_) return;
  last_error_ = text.str();
  std::cerr << "Kafka: " << last_error_ << std::endl;
}

// A cluster that does not answer is no reason to replace the service: its successor would not reach
// it either, and would have lost what waits here. What nothing but a new producer mends is.
Health::Report Service::report() const {
  const kafka::Error fatal = producer_.fatal_error();
  std::ostringstream text;
  text << "status: " << (fatal ? "failed" : deadline_ ? "draining" : "serving") << '\n';
  if (fatal) text << "fatal error: " << fatal << '\n';
  text << "undelivered: " << producer_.undelivered() << '\n' << "seconds since last delivery: ";
  if (last_delivery_) {
    text << std::chrono::duration<double>(Clock::now() - *last_delivery_).count() << '\n';
  } else {
    text << "none yet\n";
  }
  std::size_t unsent = 0;
  for (const auto& [id, client] : clients_) unsent += client.unsent();
  text << "delivered: " << delivered_ << '\n'
       << "failed: " << failed_ << '\n'
       << "clients: " << clients_.size() << '\n'
       << "clients waiting for room: " << waiting_.size() << '\n'
       << "bytes that clients have not taken: " << unsent << '\n';
  return {.alive = !fatal, .text = text.str()};
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
  // What is read already but not accepted stays without an answer, as what is not read does.
  waiting_.clear();
  for (auto& [id, client] : clients_) {
    client.set_paused(true);
    news_.push_back(id);
  }
  settle_news();

  // Kept back for the last answers to leave, and for clients to close.
  const auto farewell = std::min<Clock::duration>(1s, options_.drain_timeout / 4);
  while (producer_.undelivered() > 0 && Clock::now() < *deadline_ - farewell) {
    // The loop goes on. flush() waits for no linger.ms, which poll() would do.
    loop_.run_once(0ms);
    producer_.flush(10ms);
    settle_news();
  }
  // Their clients are told that they failed.
  producer_.purge();
  settle_news();

  const auto end = std::min(*deadline_, Clock::now() + farewell);
  while (!clients_.empty() && Clock::now() < std::min(end, *deadline_)) {
    loop_.run_once(std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()));
  }
}
