import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Measures Java's platform threads, locks and atomics; prints one JSON object of lists.
 *
 * <p>usage: java Measure.java short|full. Every list holds one figure per repetition, in the unit
 * that its name ends in.
 */
public class Measure {
  private static final Map<String, List<Double>> FOUND = new TreeMap<>();
  /** One that others could hold: the compiler may drop a lock that nobody else can see. */
  private static final Object MONITOR = new Object();
  private static boolean full;
  private static long counter;

  interface Work {
    void run(int n) throws Exception;
  }

  /** How often something is done in one repetition. */
  private static int times(int n) {
    return full ? n : n / 20;
  }

  private static void perOperation(String name, int n, double nsPerUnit, Work work)
      throws Exception {
    long start = System.nanoTime();
    work.run(n);
    double figure = (System.nanoTime() - start) / (double) n / nsPerUnit;
    FOUND.computeIfAbsent(name, key -> new ArrayList<>()).add(figure);
  }

  private static double residentKb() throws Exception {
    return Long.parseLong(Files.readString(Path.of("/proc/self/statm")).split(" ")[1]) * 4.0;
  }

  /** What a parked thread takes, from the step from 1,000 to 4,000. */
  private static void idleThreads() throws Exception {
    if (!full || !Files.exists(Path.of("/proc/self/statm"))) return;
    CountDownLatch stop = new CountDownLatch(1);
    int started = 0;
    double before = 0;
    try {
      for (int count : new int[] {1_000, 4_000}) {
        for (; started < count; started++) {
          Thread thread = new Thread(() -> await(stop));
          thread.setDaemon(true);
          thread.start();
        }
        Thread.sleep(300);
        double after = residentKb();
        if (count == 4_000) {
          FOUND.put("pthread_rss_per_idle_kb_1k_4k", List.of((after - before) / 3_000));
        }
        before = after;
      }
    } catch (OutOfMemoryError tooMany) {
      System.err.println("this system does not allow 4000 threads");
    } finally {
      stop.countDown();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void creating(int n) throws Exception {
    for (int i = 0; i < n; i++) {
      Thread thread = new Thread(() -> {});
      thread.start();
      thread.join();
    }
  }

  /** Two threads park until the other one has had its turn. */
  private static void parking(int n) throws Exception {
    AtomicLong turn = new AtomicLong();
    Thread asker = Thread.currentThread();
    Thread answerer =
        new Thread(
            () -> {
              for (int i = 0; i < n / 2; i++) {
                while (turn.get() != 2 * i + 1) LockSupport.park();
                turn.incrementAndGet();
                LockSupport.unpark(asker);
              }
            });
    answerer.start();
    for (int i = 0; i < n / 2; i++) {
      turn.incrementAndGet();
      LockSupport.unpark(answerer);
      while (turn.get() != 2 * i + 2) LockSupport.park();
    }
    answerer.join();
  }

  private static void locking(int n) {
    ReentrantLock lock = new ReentrantLock();
    for (int i = 0; i < n; i++) {
      lock.lock();
      counter++;
      lock.unlock();
    }
  }

  private static void synchronizing(int n) {
    for (int i = 0; i < n; i++) {
      synchronized (MONITOR) {
        counter++;
      }
    }
  }

  private static void adding(int n) {
    AtomicLong sum = new AtomicLong();
    for (int i = 0; i < n; i++) sum.incrementAndGet();
    counter += sum.get();
  }

  public static void main(String[] arguments) throws Exception {
    full = arguments.length > 0 && arguments[0].equals("full");
    idleThreads();
    // The first pass is for the compiler.
    for (int i = 0; i < (full ? 4 : 2); i++) {
      if (i == 1) FOUND.keySet().removeIf(name -> !name.contains("_rss_"));
      perOperation("pthread_create_join_us", times(1_000), 1e3, Measure::creating);
      perOperation("pthread_park_unpark_hop_us", times(40_000), 1e3, Measure::parking);
      perOperation("reentrantlock_1threads_ns", times(5_000_000), 1, Measure::locking);
      perOperation("synchronized_1threads_ns", times(5_000_000), 1, Measure::synchronizing);
      perOperation("atomic_add_1threads_ns", times(5_000_000), 1, Measure::adding);
    }
    List<String> lines = new ArrayList<>();
    FOUND.forEach((name, runs) -> lines.add("\"" + name + "\":" + runs));
    System.out.println("{" + String.join(",", lines) + "}");
    // Parked daemon threads are still on their way out.
    System.exit(0);
  }
}
