// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::thread;
use std::time::{Duration, Instant};

use cmetrics_interface::v1::*;

use crate::tool::*;

/// Runs `child` in a forked child; true if it ended by itself within some seconds, returning true.
fn in_child(child: impl FnOnce() -> bool) -> bool {
    // SAFETY: the child calls the library, which promises to work there, and leaves by _exit.
    let pid = unsafe { libc::fork() };
    assert!(pid >= 0);
    if pid == 0 {
        let good = child();
        // SAFETY: ends the child without running the parent's exit handlers.
        unsafe { libc::_exit(i32::from(!good)) };
    }
    let started = Instant::now();
    let mut status = 0;
    loop {
        // SAFETY: the child is ours.
        if unsafe { libc::waitpid(pid, &raw mut status, libc::WNOHANG) } == pid {
            return libc::WIFEXITED(status) && libc::WEXITSTATUS(status) == 0;
        }
        if started.elapsed() > Duration::from_secs(20) {
            // SAFETY: the child is ours.
            unsafe { libc::kill(pid, libc::SIGKILL) };
        }
        thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn a_child_forked_amid_creations_and_reports_records_and_renders() {
    let root = isolated();
    let (address, over) = (root as usize, AtomicBool::new(false));
    let kept = counter(root, "kept");
    call!(counter.add(kept, 5));
    thread::scope(|scope| {
        for worker in 0..3 {
            let over = &over;
            scope.spawn(move || {
                let root = address as *mut Registry;
                for i in 0.. {
                    if over.load(SeqCst) {
                        break;
                    }
                    let made = counter(root, &format!("w{worker}_{}", i % 100));
                    call!(counter.inc(made));
                    if i % 50 == 0 {
                        report(root);
                    }
                    attempt(|error| call!(registry.remove_metric(root, made.cast(), error))).unwrap();
                    call!(metric.release(made.cast()));
                }
            });
        }
        for _ in 0..60 {
            assert!(in_child(|| {
                let root = address as *mut Registry;
                call!(counter.inc(kept));
                call!(counter.inc(counter(root, "of_child")));
                let text = report(root);
                text.contains("kept_total 6\n") && text.contains("of_child_total 1\n")
            }));
        }
        over.store(true, SeqCst);
    });
    assert_eq!(report(root), "# HELP kept_total \n# TYPE kept_total counter\nkept_total 5\n");
    release(kept);
    call!(registry.release(root));
}
