// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// What becomes of a program whose own code has the sequence of sequence.hpp in line: when a module with it is unloaded,
// and when a debugger steps over it. Built once as it is and once as a shared library with -DPLUGIN;
// `hazards FILE_OF_THE_LIBRARY` tells one line for each. For docs/decisions/0009-inline-path.md.
#include "sequence.hpp"

namespace {

void never(void *) {
    std::abort();
}

template <bool Clear>
void update() {
    static const Layout all = layout();
    static char *const slot = all.memory + 64;
    const Inline counter{&slot, nullptr, never};
    add_one<Clear>(all, counter);
}

} // namespace

#ifdef PLUGIN

extern "C" {
void hazards_plain() {
    update<false>();
}
void hazards_clearing() {
    update<true>();
}
}

#else

#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include <chrono>

namespace {

/// Does `child` in a process of its own, which it does not return from.
template <typename Child>
pid_t apart(Child child) {
    const pid_t pid = fork();
    if (pid == 0) {
        child();
        std::_Exit(0);
    }
    return pid;
}

/// Updates in a plugin, unloads it, and goes on for long enough to be interrupted.
void unload(const char *file, const char *name) {
    const pid_t pid = apart([&] {
        void *plugin = dlopen(file, RTLD_NOW);
        auto *update = plugin == nullptr ? nullptr : reinterpret_cast<void (*)()>(dlsym(plugin, name));
        if (update == nullptr) {
            std::fprintf(stderr, "%s\n", dlerror());
            std::_Exit(2);
        }
        update();
        dlclose(plugin);
        if (dlopen(file, RTLD_NOW | RTLD_NOLOAD) != nullptr) {
            std::_Exit(3);
        }
        const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(200);
        while (std::chrono::steady_clock::now() < end) {
        }
    });
    int status = 0;
    waitpid(pid, &status, 0);
    if (WIFSIGNALED(status)) {
        std::printf("%s, then unloaded: ended by signal %d\n", name, WTERMSIG(status));
    } else {
        std::printf("%s, then unloaded: exit status %d\n", name, WEXITSTATUS(status));
    }
}

/// Steps through an update, instruction by instruction.
void step() {
    constexpr int most = 100'000;
    const pid_t pid = apart([] {
        update<false>();
        ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
        raise(SIGSTOP);
        update<false>();
        raise(SIGUSR1);
    });
    int status = 0;
    int steps = 0;
    waitpid(pid, &status, 0);
    while (steps < most && WIFSTOPPED(status) && WSTOPSIG(status) != SIGUSR1) {
        ptrace(PTRACE_SINGLESTEP, pid, nullptr, nullptr);
        waitpid(pid, &status, 0);
        steps++;
    }
    const bool ended = WIFSTOPPED(status) && WSTOPSIG(status) == SIGUSR1;
    std::printf("stepped over: %s after %d instructions\n", ended ? "it ended" : "it has not ended", steps);
    kill(pid, SIGKILL);
    waitpid(pid, &status, 0);
}

} // namespace

int main(int argc, char **argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: %s FILE_OF_THE_LIBRARY\n", argv[0]);
        return 2;
    }
    setvbuf(stdout, nullptr, _IONBF, 0);
    unload(argv[1], "hazards_plain");
    unload(argv[1], "hazards_clearing");
    step();
    return 0;
}

#endif
