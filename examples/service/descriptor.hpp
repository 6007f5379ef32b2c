#pragma once

/// An open file descriptor. The destructor closes it.
class Descriptor {
 public:
  /// Takes the result of open(), socket() and the like. When that is -1, throws std::system_error
  /// with the text `what`.
  Descriptor(int descriptor, const char* what);
  Descriptor(Descriptor&& other) noexcept;
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor();

  [[nodiscard]] int get() const noexcept { return descriptor_; }

 private:
  int descriptor_;
};
