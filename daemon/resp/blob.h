// SPDX-License-Identifier: Apache-2.0
// Bytes that a key and the replies still under way share, so that a large value is never copied
// into a reply. One thread only: the count is not atomic.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <string_view>
#include <utility>

namespace wiregap::resp {

class Blob {
  public:
    Blob() = default;
    explicit Blob(std::string_view bytes) : Blob(bytes.size()) { assign(bytes); }
    /// Room for `capacity` bytes, empty.
    explicit Blob(std::size_t capacity)
        : body_(static_cast<Body*>(::operator new(sizeof(Body) + capacity))) {
        *body_ = {.references = 1, .size = 0, .capacity = capacity};
    }
    Blob(const Blob& other) noexcept : body_(other.body_) {
        if (body_ != nullptr) ++body_->references;
    }
    Blob(Blob&& other) noexcept : body_(std::exchange(other.body_, nullptr)) {}
    Blob& operator=(Blob other) noexcept {
        std::swap(body_, other.body_);
        return *this;
    }
    ~Blob() {
        if (body_ != nullptr && --body_->references == 0) ::operator delete(body_);
    }

    [[nodiscard]] std::string_view view() const noexcept {
        return body_ == nullptr ? std::string_view{} : std::string_view{bytes(), body_->size};
    }
    /// Memory that it takes, its own header included.
    [[nodiscard]] std::size_t footprint() const noexcept {
        return body_ == nullptr ? 0 : sizeof(Body) + body_->capacity;
    }
    /// Replaces the bytes: in place if nobody else has them and they fit without much waste.
    void assign(std::string_view fresh) {
        if (!fits_alone(fresh.size()) || body_->capacity > 2 * fresh.size() + 64) {
            *this = with_room(fresh.size());
        }
        std::memcpy(bytes(), fresh.data(), fresh.size());
        body_->size = fresh.size();
    }
    /// Puts `part` at `offset`, zero bytes in any gap before it.
    void overwrite(std::size_t offset, std::string_view part) {
        const std::size_t before = view().size();
        const std::size_t size = offset + part.size() > before ? offset + part.size() : before;
        if (!fits_alone(size)) {
            Blob grown = with_room(size + size / 2);
            if (before > 0) std::memcpy(grown.bytes(), bytes(), before);
            *this = std::move(grown);
        }
        if (offset > before) std::memset(bytes() + before, 0, offset - before);
        std::memcpy(bytes() + offset, part.data(), part.size());
        body_->size = size;
    }

  private:
    struct Body {
        std::uint64_t references;
        std::size_t size;
        std::size_t capacity;
    };
    static Blob with_room(std::size_t capacity) { return Blob(capacity); }
    [[nodiscard]] bool fits_alone(std::size_t size) const noexcept {
        return body_ != nullptr && body_->references == 1 && body_->capacity >= size;
    }
    [[nodiscard]] char* bytes() const noexcept { return reinterpret_cast<char*>(body_ + 1); }

    Body* body_ = nullptr;
};

}  // namespace wiregap::resp
