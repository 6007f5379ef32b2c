#pragma once

/// An open file descriptor, which is closed with this object.
class Descriptor {
 public:
  /// Takes what open(), socket() and their like have returned. Throws std::system_error, which says
  /// `what` has failed, when it is -1.
  Descriptor(int descriptor, const char* what);
  Descriptor(Descriptor&& other) noexcept;
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor();

  [[nodiscard]] int get() const noexcept { return descriptor_; }

 private:
  int descriptor_;
};
