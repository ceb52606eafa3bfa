// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "python.hpp"

#include <cstdint>
#include <cstdlib>

#include "part.hpp"

namespace worker {

Python::Python() {
    // Where worker_embedded.py is. WORKER_SITE_PACKAGES, which it reads, tells where the wheel is.
    std::string path = WORKER_MODULES;
    if (const char *already = std::getenv("PYTHONPATH"); already && *already)
        path += std::string(":") + already;
    setenv("PYTHONPATH", path.c_str(), 1);
    Py_InitializeEx(0);
    thread_ = PyEval_SaveThread();
    run("import worker_embedded; worker_embedded.lend(" + std::to_string(reinterpret_cast<std::uintptr_t>(&part_)) +
        ")");
}

Python::~Python() {
    PyEval_RestoreThread(static_cast<PyThreadState *>(thread_));
    Py_FinalizeEx();
}

void Python::serve(const std::string &address, const std::string &verbosity, bool own_families) {
    run("worker_embedded.serve('" + address + "', '" + verbosity + "', " + (own_families ? "True" : "False") + ")");
}

void Python::run(const std::string &source) {
    PyEval_RestoreThread(static_cast<PyThreadState *>(thread_));
    const int status = PyRun_SimpleString(source.c_str());
    thread_ = PyEval_SaveThread();
    if (status != 0)
        throw PartFailed("python: failed as shown above: " + source);
}

} // namespace worker
