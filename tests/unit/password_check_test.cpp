// SPDX-License-Identifier: Apache-2.0
// Basic authentication without a server: what is verified, remembered, shared and refused.
#include "exporters/web/password_check.h"

#include <crypt.h>
#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>

#include "exporters/web/bcrypt.h"

namespace wiregap::exporters {
namespace {

using Answer = PasswordCheck::Answer;

/// Cost 4, the cheapest: about 1 ms.
std::string hashed(const std::string& password) {
    crypt_data state{};
    return crypt_r(password.c_str(), "$2b$04$abcdefghijklmnopqrstuu", &state);
}

/// The server's thread: what is posted runs when the test says.
class Tasks {
  public:
    PasswordCheck::Post poster() {
        return [this](std::function<void()> task) {
            const std::lock_guard lock(mutex_);
            tasks_.push_back(std::move(task));
            changed_.notify_all();
        };
    }
    /// False if none came within 20 s.
    bool run_one() {
        std::unique_lock lock(mutex_);
        if (!changed_.wait_for(lock, std::chrono::seconds(20), [&] { return !tasks_.empty(); }))
            return false;
        const auto task = std::move(tasks_.front());
        tasks_.pop_front();
        lock.unlock();
        task();
        return true;
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::function<void()>> tasks_;
};

WebSecurity with_user(const std::string& name, const std::string& hash) {
    WebSecurity security;
    security.users[name] = hash;
    return security;
}

struct Counted {
    int right = 0;
    int wrong = 0;
    int busy = 0;
    PasswordCheck::Then then() {
        return [this](Answer answer) {
            ++(answer == Answer::right ? right : answer == Answer::wrong ? wrong : busy);
        };
    }
};

TEST(Credentials, AreReadFromTheHeader) {
    const auto one = parse_authorization("Basic dXNlcjpwYTpzcw==");  // user:pa:ss
    ASSERT_TRUE(one);
    EXPECT_EQ(one->user, "user");
    EXPECT_EQ(one->password, "pa:ss") << "a password may have colons";
    EXPECT_TRUE(parse_authorization("bAsIc dXNlcjpwYTpzcw=="));
    for (const char* bad : {"", "Basic", "Basic ", "Bearer dXNlcjpwYTpzcw==", "Basic dXNlcjpw!",
                            "Basic dXNlcg==", "Basic ====", "Basic dXNlcjpwYTpzcw"}) {
        EXPECT_FALSE(parse_authorization(bad)) << bad;
    }
}

TEST(Bcrypt, MatchesThePasswordAndNoOther) {
    const std::string hash = hashed("s3cret");
    EXPECT_TRUE(bcrypt_matches("s3cret", hash));
    EXPECT_FALSE(bcrypt_matches("s3creT", hash));
    EXPECT_FALSE(bcrypt_matches("", hash));
    EXPECT_FALSE(bcrypt_matches(std::string("s3cret\0x", 8), hash)) << "no cut at a zero";
    EXPECT_FALSE(bcrypt_matches("s3cret", "$2y$10$nonsense"));
    // The same password as made by htpasswd and by Prometheus' documentation: "test".
    EXPECT_TRUE(
        bcrypt_matches("test", "$2b$12$hNf2lSsxfm0.i4a.1kVpSOVyBCfIB51VRjgBUyv6kdnyTlgWj81Ay"));
}

TEST(PasswordCheck, VerifiesOnceAndRemembers) {
    Tasks tasks;
    PasswordCheck check(tasks.poster());
    const WebSecurity security = with_user("u", hashed("p"));
    Counted counted;
    check.check(security, {"u", "p"}, counted.then());
    EXPECT_EQ(counted.right, 0) << "not on this thread";
    ASSERT_TRUE(tasks.run_one());
    EXPECT_EQ(counted.right, 1);
    check.check(security, {"u", "p"}, counted.then());
    EXPECT_EQ(counted.right, 2) << "at once";
    check.check(security, {"u", "q"}, counted.then());
    ASSERT_TRUE(tasks.run_one());
    check.check(security, {"u", "q"}, counted.then());
    EXPECT_EQ(counted.wrong, 2) << "a scraper with a wrong password costs one verification";
    check.check(security, {"nobody", "p"}, counted.then());
    ASSERT_TRUE(tasks.run_one());
    EXPECT_EQ(counted.wrong, 3);
    EXPECT_EQ(counted.right, 2);
}

TEST(PasswordCheck, AnotherHashMakesAnotherAnswer) {
    Tasks tasks;
    PasswordCheck check(tasks.poster());
    Counted counted;
    check.check(with_user("u", hashed("old")), {"u", "old"}, counted.then());
    ASSERT_TRUE(tasks.run_one());
    check.check(with_user("u", hashed("new")), {"u", "old"}, counted.then());
    ASSERT_TRUE(tasks.run_one());
    EXPECT_EQ(counted.right, 1);
    EXPECT_EQ(counted.wrong, 1) << "a changed password ends the old one at once";
}

TEST(PasswordCheck, ManyWithTheSamePasswordShareOneVerification) {
    Tasks tasks;
    PasswordCheck check(tasks.poster());
    const WebSecurity security = with_user("u", hashed("p"));
    Counted counted;
    for (int i = 0; i < 1000; ++i) check.check(security, {"u", "p"}, counted.then());
    EXPECT_EQ(counted.busy, 0);
    ASSERT_TRUE(tasks.run_one());
    EXPECT_EQ(counted.right, 1000);
}

TEST(PasswordCheck, OfDifferentPasswordsABoundedNumberWaits) {
    Tasks tasks;
    PasswordCheck check(tasks.poster());
    const WebSecurity security = with_user("u", hashed("p"));
    Counted counted;
    for (int i = 0; i < 100; ++i)
        check.check(security, {"u", "guess" + std::to_string(i)}, counted.then());
    EXPECT_EQ(counted.busy, 100 - static_cast<int>(PasswordCheck::max_waiting));
    for (std::size_t i = 0; i < PasswordCheck::max_waiting; ++i) ASSERT_TRUE(tasks.run_one());
    EXPECT_EQ(counted.wrong, static_cast<int>(PasswordCheck::max_waiting));
    check.check(security, {"u", "p"}, counted.then());
    ASSERT_TRUE(tasks.run_one());
    EXPECT_EQ(counted.right, 1) << "there is room again";
}

TEST(PasswordCheck, EndsWithAnswersOutstanding) {
    Tasks tasks;
    Counted counted;
    {
        PasswordCheck check(tasks.poster());
        const WebSecurity security = with_user("u", hashed("p"));
        for (int i = 0; i < 10; ++i)
            check.check(security, {"u", std::to_string(i)}, counted.then());
    }
    EXPECT_EQ(counted.right + counted.wrong + counted.busy, 0);
}

}  // namespace
}  // namespace wiregap::exporters
