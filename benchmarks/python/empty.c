/* SPDX-FileCopyrightText: The cmetrics authors
 * SPDX-License-Identifier: MIT OR Apache-2.0 */

/* A method written in C that does nothing: the least that a call from Python costs. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *nothing(PyObject *self, PyObject *unused) {
    (void)self;
    (void)unused;
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {{"nothing", nothing, METH_NOARGS, "Does nothing."}, {NULL, NULL, 0, NULL}};

static PyTypeObject empty_type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "empty.Empty",
    .tp_basicsize = sizeof(PyObject),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_doc = "Has one method.",
    .tp_methods = methods,
    .tp_new = PyType_GenericNew,
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "empty", NULL, -1, NULL, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_empty(void) {
    PyObject *made;
    /* The module takes one reference to the type; a static type goes with the process anyway. */
    Py_INCREF(&empty_type);
    if (PyType_Ready(&empty_type) < 0) {
        return NULL;
    }
    made = PyModule_Create(&module);
    if (made != NULL && PyModule_AddObject(made, "Empty", (PyObject *)&empty_type) < 0) {
        Py_DECREF(made);
        return NULL;
    }
    return made;
}
