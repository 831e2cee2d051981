import { expect, test } from "vitest";
import { erlangB, erlangC, md1, mmc, mmck, quantileOf, repair, type Steady } from "./queueing.ts";

/** The mean is the area under the chance to take longer. */
function areaOf({ above, mean }: Steady): number {
  const step = mean / 2000;
  let area = 0;
  for (let i = 0; i < 120_000; i++) area += above!((i + 0.5) * step) * step;
  return area;
}

test("Erlang's formulas give the values of his tables", () => {
  // T. Hayashi, Erlang tables: ten lines carry 4.46 erlangs at 1 % loss.
  expect(erlangB(10, 4.46)).toBeCloseTo(0.01, 4);
  // Kleinrock, section 3.4: one server makes the share that waits the utilisation.
  expect(erlangC(1, 0.8)).toBeCloseTo(0.8, 12);
  expect(erlangC(2, 1)).toBeCloseTo(1 / 3, 12);
});

test("every distribution has the mean that its formula gives", () => {
  const queues = [
    mmc(400, 0.002, 1),
    mmc(350, 0.004, 2),
    mmc(250, 0.004, 2),
    mmck(180, 0.005, 1, 5),
    mmck(500, 0.005, 2, 20),
    mmck(600, 0.005, 4, 4),
    md1(160, 0.005),
    md1(30, 0.005),
  ];
  for (const queue of queues) expect(areaOf(queue) / queue.mean).toBeCloseTo(1, 3);
});

test("percentiles of one exponential server are those of an exponential", () => {
  const { above, mean } = mmc(400, 0.002, 1);
  expect(quantileOf(above!, 0.5, mean)).toBeCloseTo(0.006931471805599, 12);
  expect(quantileOf(above!, 0.99, mean)).toBeCloseTo(0.0460517018598809, 12);
});

test("a line too long to fill makes no difference", () => {
  const endless = mmc(400, 0.002, 1);
  const long = mmck(400, 0.002, 1, 500);
  expect(long.mean).toBeCloseTo(endless.mean, 12);
  expect(long.above!(0.04)).toBeCloseTo(endless.above!(0.04), 12);
});

test("users who never think keep the servers busy; one user sees nobody", () => {
  expect(repair(20, 0, 0.001, 1)).toMatchObject({ throughput: 1000, mean: 0.02 });
  expect(repair(1, 0.05, 0.01, 1).throughput).toBeCloseTo(1 / 0.06, 10);
});

test("a large system stays within the range of numbers", () => {
  const { refused, throughput } = mmck(90_000, 0.001, 100, 5000);
  expect(refused).toBeLessThan(1e-12);
  expect(throughput).toBeCloseTo(90_000, 3);
});
