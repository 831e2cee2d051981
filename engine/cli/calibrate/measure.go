// Measures goroutines, channels, locks and atomics; prints one JSON object of lists.
//
// usage: measure short|full
//
// Every list holds one figure per repetition, in the unit that its name ends in.
package main

import (
	"encoding/json"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

var (
	full  = len(os.Args) > 1 && os.Args[1] == "full"
	found = map[string][]float64{}
)

// times is how often something is done in one repetition.
func times(n int) int {
	if full {
		return n
	}
	return n / 20
}

func perOperation(name string, n int, work func(n int)) {
	start := time.Now()
	work(n)
	found[name] = append(found[name], float64(time.Since(start).Nanoseconds())/float64(n))
}

func residentKB() (float64, bool) {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0, false
	}
	pages, err := strconv.Atoi(strings.Fields(string(text))[1])
	return float64(pages) * float64(os.Getpagesize()) / 1024, err == nil
}

// idleGoroutines tells what a parked goroutine takes, from the step from 10,000 to 100,000.
func idleGoroutines() {
	stop := make(chan struct{})
	defer close(stop)
	var before float64
	started := 0
	for _, count := range []int{10_000, 100_000} {
		for ; started < count; started++ {
			go func() { <-stop }()
		}
		time.Sleep(200 * time.Millisecond)
		after, ok := residentKB()
		if !ok {
			return
		}
		if count == 100_000 {
			found["goroutine_rss_per_idle_kb_10k_100k"] = []float64{(after - before) / 90_000}
		}
		before = after
	}
}

// yielding has two goroutines on one processor give way to each other.
func yielding(n int) {
	processors := runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(processors)
	var both sync.WaitGroup
	both.Add(2)
	for i := 0; i < 2; i++ {
		go func() {
			defer both.Done()
			for j := 0; j < n/2; j++ {
				runtime.Gosched()
			}
		}()
	}
	both.Wait()
}

func creating(n int) {
	for i := 0; i < n; i++ {
		done := make(chan struct{})
		go func() { close(done) }()
		<-done
	}
}

func pingPong(n int) {
	ping, pong := make(chan struct{}), make(chan struct{})
	go func() {
		for range ping {
			pong <- struct{}{}
		}
	}()
	for i := 0; i < n/2; i++ {
		ping <- struct{}{}
		<-pong
	}
	close(ping)
}

func locking(n int) {
	var mutex sync.Mutex
	for i := 0; i < n; i++ {
		mutex.Lock()
		mutex.Unlock()
	}
}

func adding(goroutines int) func(int) {
	return func(n int) {
		var counter int64
		var all sync.WaitGroup
		all.Add(goroutines)
		for i := 0; i < goroutines; i++ {
			go func() {
				defer all.Done()
				for j := 0; j < n/goroutines; j++ {
					atomic.AddInt64(&counter, 1)
				}
			}()
		}
		all.Wait()
	}
}

func main() {
	idleGoroutines()
	repetitions := 1
	if full {
		repetitions = 3
	}
	for i := 0; i < repetitions; i++ {
		perOperation("gosched_switch_ns", times(500_000), yielding)
		perOperation("goroutine_create_join_ns", times(300_000), creating)
		perOperation("chan_pingpong_hop_ns", times(600_000), pingPong)
		perOperation("mutex_1goroutines_ns", times(10_000_000), locking)
		perOperation("atomic_add_1goroutines_ns", times(10_000_000), adding(1))
		perOperation("atomic_add_2goroutines_ns", times(10_000_000), adding(2))
	}
	if err := json.NewEncoder(os.Stdout).Encode(found); err != nil {
		os.Exit(1)
	}
}
