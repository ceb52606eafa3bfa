// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// What client_golang costs: updates at several numbers of threads, and reports. Ours has no SDK for Go; this is for the
// comparison alone.
//
//	go run . ROUNDS BATCH_US THREADS,... SERIES,...
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"
)

type record struct {
	Case   string    `json:"case"`
	Who    string    `json:"who"`
	At     int       `json:"at"`
	Unit   string    `json:"unit"`
	Rounds []float64 `json:"rounds"`
}

const who = "client_golang"

type contestant struct {
	name, who string
	run       func(n int)
}

func contestants() []contestant {
	opts := func(name string) prometheus.CounterOpts { return prometheus.CounterOpts{Name: name, Help: "help"} }
	counter, float := prometheus.NewCounter(opts("counter")), prometheus.NewCounter(opts("float"))
	gauge := prometheus.NewGauge(prometheus.GaugeOpts{Name: "gauge", Help: "help"})
	family := prometheus.NewCounterVec(opts("family"), []string{"method", "path", "code"})
	cell := new(atomic.Uint64)
	return []contestant{
		{"limit", "atomic add of Go, inline", func(n int) {
			for ; n > 0; n-- {
				cell.Add(1)
			}
		}},
		{"counter inc", who, func(n int) {
			for ; n > 0; n-- {
				counter.Inc()
			}
		}},
		{"float add", who, func(n int) {
			for ; n > 0; n-- {
				float.Add(1.5)
			}
		}},
		{"float gauge set", who, func(n int) {
			for ; n > 0; n-- {
				gauge.Set(1.5)
			}
		}},
		{"3 labels + inc", who, func(n int) {
			for ; n > 0; n-- {
				family.WithLabelValues("GET", "/api/v1/resource/17", "404").Inc()
			}
		}},
	}
}

// The longest of some threads that start at once, in nanoseconds for one.
func measure(one contestant, n, threads int) float64 {
	var waiting atomic.Int64
	var done sync.WaitGroup
	waiting.Store(int64(threads))
	longest := make([]time.Duration, threads)
	for hand := 0; hand < threads; hand++ {
		done.Add(1)
		go func(hand int) {
			defer done.Done()
			runtime.LockOSThread()
			one.run(n/8 + 1)
			// Spins: to be woken takes longer than some batches do.
			for waiting.Add(-1); waiting.Load() > 0; {
			}
			start := time.Now()
			one.run(n)
			longest[hand] = time.Since(start)
		}(hand)
	}
	done.Wait()
	most := time.Duration(0)
	for _, took := range longest {
		most = max(most, took)
	}
	return float64(most.Nanoseconds()) / float64(n)
}

func calibrate(one contestant, batch time.Duration) int {
	for n := 16; ; n *= 2 {
		start := time.Now()
		one.run(n)
		if took := time.Since(start); took*4 >= batch {
			return max(16, int(float64(batch)/float64(max(took, 1))*float64(n)))
		}
	}
}

type dropped struct{ bytes int }

func (all *dropped) Write(bytes []byte) (int, error) {
	all.bytes += len(bytes)
	return len(bytes), nil
}

func report(series, rounds int) (record, error) {
	families := max(1, series/1000)
	registry := prometheus.NewRegistry()
	methods, codes := []string{"GET", "PUT", "POST", "DELETE"}, []string{"200", "201", "301", "404", "500"}
	for family := 0; family < families; family++ {
		opts := prometheus.CounterOpts{Name: fmt.Sprintf("benchmark_requests_%06d_total", family), Help: "help"}
		vec := prometheus.NewCounterVec(opts, []string{"method", "path", "code"})
		registry.MustRegister(vec)
		for n := 0; n < series/families; n++ {
			vec.WithLabelValues(methods[n%4], "/api/v1/resource/"+strconv.Itoa(n/20), codes[n/4%5]).Add(float64(n + 1))
		}
	}
	found := record{"report", who, series, "ns/series", nil}
	for round := 0; round < rounds; round++ {
		start := time.Now()
		gathered, err := registry.Gather()
		if err != nil {
			return found, err
		}
		all := &dropped{}
		for _, family := range gathered {
			if _, err := expfmt.MetricFamilyToText(all, family); err != nil {
				return found, err
			}
		}
		found.Rounds = append(found.Rounds, float64(time.Since(start).Nanoseconds())/float64(series))
	}
	return found, nil
}

func numbers(list string) ([]int, error) {
	var all []int
	for _, text := range strings.Split(list, ",") {
		number, err := strconv.Atoi(text)
		if err != nil || number < 1 {
			return nil, fmt.Errorf("%q is no list of numbers > 0", list)
		}
		all = append(all, number)
	}
	return all, nil
}

func run(args []string) error {
	if len(args) != 4 {
		return fmt.Errorf("usage: ROUNDS BATCH_US THREADS,... SERIES,...")
	}
	var lists [4][]int
	for at, text := range args {
		list, err := numbers(text)
		if err != nil {
			return err
		}
		lists[at] = list
	}
	out, rounds := json.NewEncoder(os.Stdout), lists[0][0]
	batch := time.Duration(lists[1][0]) * time.Microsecond
	all := contestants()
	sizes := make([]int, len(all))
	for at, one := range all {
		sizes[at] = calibrate(one, batch)
	}
	for _, threads := range lists[2] {
		figures := make([][]float64, len(all))
		for round := 0; round < rounds; round++ {
			for turn := range all {
				at := (turn + round) % len(all)
				figures[at] = append(figures[at], measure(all[at], sizes[at], threads))
			}
		}
		for at, one := range all {
			if err := out.Encode(record{one.name, one.who, threads, "ns", figures[at]}); err != nil {
				return err
			}
		}
	}
	for _, series := range lists[3] {
		turns := max(3, rounds/3)
		if series >= 1_000_000 {
			turns = 3
		}
		found, err := report(series, turns)
		if err != nil {
			return err
		}
		if err := out.Encode(found); err != nil {
			return err
		}
	}
	return nil
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
