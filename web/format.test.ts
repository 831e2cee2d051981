import { describe, expect, it } from "vitest";
import * as format from "./format.ts";

const plain = (text: string) => text.replaceAll(format.THIN, " ");

describe("numbers", () => {
  it("keep at most three significant digits", () => {
    const shown = [0, 0.0042, 0.12, 2.34, 45.6, 318.4, 1288, 999.7].map(format.number).map(plain);
    expect(shown).toEqual(["0", "0.004", "0.12", "2.3", "46", "318", "1 290", "1 000"]);
  });
  it("never show NaN or infinity", () => {
    expect([NaN, Infinity].map(format.number)).toEqual(["–", "–"]);
  });
  it("shorten big counts", () => {
    expect([3400, 12_400, 999_499, 1_840_000].map(format.count).map(plain)).toEqual([
      "3.4k",
      "12.4k",
      "999k",
      "1.84 M",
    ]);
  });
  it("shorten rates that have no room for all of their digits", () => {
    expect([318, 15_040, 99_900, 125_000, 8_020_000].map(format.shortRate).map(plain)).toEqual([
      "318",
      "15 000",
      "99 900",
      "125k",
      "8.02 M",
    ]);
  });
  it("group every thousand of a whole number", () => {
    expect(plain(format.grouped(1234567))).toBe("1 234 567");
  });
});

describe("units", () => {
  it("follow the size of a duration", () => {
    expect([0.12, 46.2, 677, 1640].map(format.duration).map(plain)).toEqual([
      "120 µs",
      "46 ms",
      "677 ms",
      "1.6 s",
    ]);
  });
  it("are exact enough to divide by", () => {
    expect([0.125, 1.8049, 12.5, 445.9, 2e6].map(format.exactDuration).map(plain)).toEqual([
      "125 µs",
      "1.8 ms",
      "12.5 ms",
      "446 ms",
      "2 000 s",
    ]);
  });
  it("of memory are binary", () => {
    expect([512 * 2 ** 20, 1.5 * 2 ** 30, 4096].map(format.bytes).map(plain)).toEqual([
      "512 MiB",
      "1.5 GiB",
      "4 KiB",
    ]);
  });
  it("of single requests have a digit more, in seconds from one second on", () => {
    const shown = [250, 2e6, 48.31e6, 999.96e6, 2.88e9].map(format.milliseconds).map(plain);
    expect(shown).toEqual(["0.25 µs", "2 ms", "48.3 ms", "1.000 s", "2.880 s"]);
  });
  it("of short times stand beside figures under a heading of milliseconds", () => {
    expect([0, 0.00026, 0.026, 0.12, 46].map(format.shortMs).map(plain)).toEqual([
      "0",
      "0.26 µs",
      "26 µs",
      "0.12",
      "46",
    ]);
  });
  it("show small shares without calling them nothing", () => {
    expect([0.26, 0.004, 0.0001, 0].map(format.percent).map(plain)).toEqual([
      "26 %",
      "0.4 %",
      "<0.1 %",
      "0 %",
    ]);
  });
  it("group the fraction of an instant", () => {
    expect(plain(format.instant(42_599_600_000, 6))).toBe("42.599 600");
  });
});

describe("a delta against lane A", () => {
  it("is a percentage below a factor of two and a factor from there", () => {
    const shown = [400, 238, 318, 1240, 21].map((value) => plain(format.delta(value, 318)));
    expect(shown).toEqual(["+26 %", "−25 %", "±0 %", "×3.9", "÷15"]);
  });
  it("is a dash where A has nothing", () => {
    expect(format.delta(12, 0)).toBe("–");
  });
});

it("groups the long numbers of a sentence, but not what it quotes", () => {
  const problem = 'expected a number from 0 to 5000000, got "1234567" in 2026.12345, lanes[10000]';
  const shown = 'expected a number from 0 to 5 000 000, got "1234567" in 2026.12345, lanes[10000]';
  expect(plain(format.groupedIn(problem))).toBe(shown);
});

it("puts a space before the units of a document", () => {
  expect(["2s", "1m30s", "512MiB", "many"].map(format.spaced).map(plain)).toEqual([
    "2 s",
    "1 m 30 s",
    "512 MiB",
    "many",
  ]);
});
