"""Measures the operating system, CPython's threads and asyncio; prints one JSON object of lists.

usage: measure.py os|python short|full

Every list holds one figure per repetition, in the unit that its name ends in (ms where it ends in
a quantile). What this system cannot do is left out.
"""

import asyncio
import ctypes
import json
import os
import statistics
import sys
import threading
import time
import zlib

PART, MODE = sys.argv[1], sys.argv[2]
REPETITIONS = 3 if MODE == "full" else 1
found = {}


def times(full):
    """How often something is done in one repetition."""
    return full if MODE == "full" else max(20, full // 20)


def seconds(work):
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def record(name, figure):
    found.setdefault(name, []).append(round(figure, 4))


def quantiles(name, values):
    ordered = sorted(values)
    record(name + "_p50", statistics.median(ordered))
    record(name + "_p99", ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))])


# ---- The operating system ------------------------------------------------------------------------


def cores():
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


def pin(core):
    os.sched_setaffinity(0, {core})


def pipe_alone():
    """A byte into a pipe and out again: what a hop pays besides the switch."""
    receive, send = os.pipe()
    n = times(20_000)

    def loop():
        for _ in range(n):
            os.write(send, b"x")
            os.read(receive, 1)

    record("pipe_write_read_same_thread_us", seconds(loop) / n * 1e6)
    os.close(receive)
    os.close(send)


def pipe_hop(name, own, other):
    """Two processes that send each other one byte."""
    to_child, to_parent = os.pipe(), os.pipe()
    n = times(4_000)
    child = os.fork()
    if child == 0:
        try:
            pin(other)
            for _ in range(n):
                os.read(to_child[0], 1)
                os.write(to_parent[1], b"x")
        finally:
            os._exit(0)
    pin(own)

    def loop():
        for _ in range(n):
            os.write(to_child[1], b"x")
            os.read(to_parent[0], 1)

    record(name, seconds(loop) / (2 * n) * 1e6)
    os.waitpid(child, 0)
    for end in (*to_child, *to_parent):
        os.close(end)


def hops(allowed):
    pipe_alone()
    pipe_hop("ctx_process_pipe_1core_us", allowed[0], allowed[0])
    if len(allowed) > 1:
        pipe_hop("ctx_process_pipe_2cores_us", allowed[0], allowed[1])
    os.sched_setaffinity(0, set(allowed))


def thread_creation():
    """pthread_create and pthread_join of a thread that runs getpid, without this language's calls."""
    libc = ctypes.CDLL(None)
    body = ctypes.cast(libc.getpid, ctypes.c_void_p)
    thread = ctypes.c_ulong()
    n = times(2_000)

    def creating():
        for _ in range(n):
            if libc.pthread_create(ctypes.byref(thread), None, body, None) != 0:
                raise OSError("pthread_create failed")
            libc.pthread_join(thread, None)

    def calling():
        for _ in range(n):
            libc.getppid(ctypes.byref(thread), None, body, None)
            libc.getppid(thread, None)

    record("pthread_create_join_us", (seconds(creating) - seconds(calling)) / n * 1e6)


def sleeps():
    for length, n in ((1, times(400)), (10, times(60))):
        took = []
        for _ in range(n):
            start = time.perf_counter()
            time.sleep(length / 1e3)
            took.append((time.perf_counter() - start) * 1e3)
        quantiles(f"sleep_{length}ms", took)
    n = times(300)

    def processor_time(length):
        start = time.process_time()
        for _ in range(n):
            time.sleep(length)
        return time.process_time() - start

    record("sleep_cpu_us", max(0.0, processor_time(0.001) - processor_time(0)) / n * 1e6)


def spin():
    """A checksum in C, each step of which needs the one before: once alone, once beside a copy."""
    data = bytes(1 << 20)
    n = times(300)

    def loop():
        checksum = 0
        for _ in range(n):
            checksum = zlib.crc32(data, checksum)

    return seconds(loop) * 1e3


def beside_busy_core(allowed):
    pin(allowed[0])
    record("spin_latency_bound_alone_ms", spin())
    child = os.fork()
    if child == 0:
        try:
            pin(allowed[1])
            while True:
                zlib.crc32(bytes(1 << 20))
        finally:
            os._exit(0)
    try:
        record("spin_latency_bound_othercorebusy_ms", spin())
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)
        os.sched_setaffinity(0, set(allowed))


def measure_os():
    allowed = cores()
    if allowed:
        hops(allowed)
    thread_creation()
    sleeps()
    if len(allowed) > 1:
        beside_busy_core(allowed)


# ---- CPython -------------------------------------------------------------------------------------


def rss_kb():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1024


def has_statm():
    return os.path.exists("/proc/self/statm")


def threads():
    n = times(500)

    def creating():
        for _ in range(n):
            thread = threading.Thread(target=int)
            thread.start()
            thread.join()

    record("thread_create_join_us", seconds(creating) / n * 1e6)
    hand_over()
    lock, n = threading.Lock(), times(200_000)

    def locking():
        for _ in range(n):
            lock.acquire()
            lock.release()

    record("lock_uncontended_ns", seconds(locking) / n * 1e9)


def hand_over():
    """Two threads wake each other through locks."""
    n = times(20_000)
    ping, pong = threading.Lock(), threading.Lock()
    ping.acquire()
    pong.acquire()

    def answer():
        for _ in range(n):
            ping.acquire()
            pong.release()

    thread = threading.Thread(target=answer)
    thread.start()

    def ask():
        for _ in range(n):
            ping.release()
            pong.acquire()

    record("thread_switch_lock_us", seconds(ask) / (2 * n) * 1e6)
    thread.join()


def gil():
    """A sleep of 1 ms beside a thread that computes: what winning the GIL back takes."""
    stop = threading.Event()

    def hog():
        while not stop.is_set():
            sum(range(200))

    thread = threading.Thread(target=hog)
    thread.start()
    took = []
    for _ in range(times(100)):
        start = time.perf_counter()
        time.sleep(0.001)
        took.append((time.perf_counter() - start) * 1e3)
    stop.set()
    thread.join()
    quantiles("gil_sleep1ms_with_hog", took)
    record("switchinterval_ms", sys.getswitchinterval() * 1e3)


async def coroutines():
    n = times(50_000)

    async def turning(turns):
        for _ in range(turns):
            await asyncio.sleep(0)

    async def nothing():
        pass

    start = time.perf_counter()
    await turning(n)
    record("asyncio_sleep0_switch_us", (time.perf_counter() - start) / n * 1e6)
    n = times(10_000)
    start = time.perf_counter()
    for _ in range(n):
        await asyncio.create_task(nothing())
    record("asyncio_task_create_await_us", (time.perf_counter() - start) / n * 1e6)


async def idle_tasks():
    tasks, before = [], 0.0
    for count in (1_000, 10_000):
        tasks += [asyncio.create_task(asyncio.sleep(3600)) for _ in range(count - len(tasks))]
        await asyncio.sleep(0.05)
        after = rss_kb()
        per_task = (after - before) / 9_000
        before = after
    record("asyncio_rss_per_idle_task_kb_1k_10k", per_task)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def idle_threads():
    stop, running, before = threading.Event(), [], 0.0
    try:
        for count in (100, 1_000):
            while len(running) < count:
                thread = threading.Thread(target=stop.wait)
                thread.start()
                running.append(thread)
            time.sleep(0.2)
            after = rss_kb()
            per_thread = (after - before) / 900
            before = after
        record("thread_rss_per_idle_kb_100_1000", per_thread)
    finally:
        stop.set()
        for thread in running:
            thread.join()


def measure_python():
    threads()
    gil()
    asyncio.run(coroutines())


# Memory first, and once: it grows into what earlier work has left behind.
if PART == "python" and has_statm():
    asyncio.run(idle_tasks())
    try:
        idle_threads()
    except RuntimeError:
        pass  # This system does not allow so many threads.
for _ in range(REPETITIONS):
    (measure_os if PART == "os" else measure_python)()
print(json.dumps(found))
