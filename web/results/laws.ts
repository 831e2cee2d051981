/**
 * The laws that insights appeal to: what each says, in one paragraph, its formula, and who proved
 * it. They hold for every system that is observed long enough, not for this model alone.
 */

export type LawId =
  | "utilisation"
  | "bottleneck"
  | "little"
  | "bounds"
  | "amdahl"
  | "usl"
  | "erlang-b"
  | "erlang-c"
  | "pollaczek-khinchine"
  | "sharing"
  | "mva"
  | "model-limits";

export interface Law {
  /** On the tag of an insight. */
  readonly tag: string;
  readonly name: string;
  readonly formula: string;
  /** What its letters stand for. */
  readonly symbols: string;
  readonly text: string;
  readonly source: string;
}

const OPERATIONAL =
  "P. J. Denning and J. P. Buzen, “The operational analysis of queueing network models”, ACM Computing Surveys 10 (1978)";

export const LAWS: Readonly<Record<LawId, Law>> = {
  utilisation: {
    tag: "utilisation law X ≤ 1 ÷ S",
    name: "Utilisation law",
    formula: "U = X · S, so X ≤ 1 ÷ S",
    symbols: "U: share of the time in use. X: requests per second. S: time each request holds it.",
    text: "What only one request can hold at a time is in use for X · S of every second. That share cannot pass 1, so no arrangement of threads gets more than 1 ÷ S requests a second through it. Only a shorter S or a second one of it raises the limit.",
    source: OPERATIONAL,
  },
  bottleneck: {
    tag: "bottleneck law X ≤ c ÷ S",
    name: "Bottleneck law",
    formula: "X ≤ min over all resources of c ÷ S",
    symbols: "c: how many there are of a resource. S: time each request keeps one of them.",
    text: "Each resource sets a ceiling of its own; the lowest ceiling is that of the whole system. Making anything else faster or larger changes nothing until this one is no longer the lowest.",
    source: OPERATIONAL,
  },
  little: {
    tag: "Little’s law N = X · R",
    name: "Little’s law",
    formula: "N = X · R",
    symbols: "N: mean number inside. X: rate through. R: mean time inside.",
    text: "However requests arrive and in whatever order they are served, the mean number of them in any part of a system is their rate through it times the mean time they stay. A line of known length and a known rate give the wait.",
    source:
      "J. D. C. Little, “A proof for the queuing formula L = λW”, Operations Research 9 (1961)",
  },
  bounds: {
    tag: "asymptotic bounds",
    name: "Asymptotic bounds of a closed load",
    formula: "X ≤ min(c ÷ Dmax, N ÷ (D + Z)),  R ≥ max(D, N · Dmax ÷ c − Z)",
    symbols:
      "N: users. Z: think time. D: what a request takes alone. Dmax: its time at the busiest resource, of which there are c.",
    text: "A fixed number of users can ask no faster than they think and wait. While they are few, each sees an idle system; once there are many, the busiest resource sets the pace and each further user only adds to everybody’s wait. The two lines cross at N* = (D + Z) · c ÷ Dmax.",
    source: "E. D. Lazowska et al., “Quantitative System Performance”, chapter 5 (1984)",
  },
  amdahl: {
    tag: "Amdahl’s law",
    name: "Amdahl’s law",
    formula: "speed-up ≤ 1 ÷ (s + (1 − s) ÷ n) < 1 ÷ s",
    symbols: "s: share of the work that one at a time does. n: number of cores.",
    text: "Work under a lock, or under the GIL, is done by one thread at a time, however many cores there are. With a share s of it, more cores never bring more than a factor of 1 ÷ s.",
    source:
      "G. M. Amdahl, “Validity of the single processor approach to achieving large scale computing capabilities”, AFIPS (1967)",
  },
  usl: {
    tag: "USL",
    name: "Universal scalability law",
    formula: "X(N) = λN ÷ (1 + σ(N − 1) + κN(N − 1))",
    symbols:
      "λ: throughput of one. σ: contention, the share that queues. κ: coherency, the price of agreeing.",
    text: "Contention bends the line down until it is flat, as in Amdahl’s law; agreement between all pairs (caches, locks, collectors) makes it fall again beyond N = √((1 − σ) ÷ κ). σ and κ are fitted to measured throughputs; they describe the curve and do not say what causes it.",
    source: "N. J. Gunther, “Guerrilla Capacity Planning”, chapters 4 to 6 (2007)",
  },
  "erlang-b": {
    tag: "Erlang B",
    name: "Erlang’s loss formula",
    formula: "B = (aᶜ ÷ c!) ÷ Σ aᵏ ÷ k!,  k = 0 … c",
    symbols: "a: offered load, arrival rate times service time. c: servers. B: share refused.",
    text: "Where there are c servers and no line, a request that finds all of them busy is refused. The share refused depends on the service times only by their mean. With a line of limited length the same reasoning gives M/M/c/K.",
    source:
      "A. K. Erlang (1917); L. Kleinrock, “Queueing Systems”, volume 1, sections 3.5 and 3.6 (1975)",
  },
  "erlang-c": {
    tag: "Erlang C",
    name: "Erlang’s delay formula",
    formula: "R = S + C(c, a) · S ÷ (c − a);  c = 1: R = S ÷ (1 − ρ)",
    symbols:
      "S: mean service time. a: offered load. c: servers. C: share that has to wait. ρ = a ÷ c.",
    text: "Random arrivals and exponential service times: the wait grows as 1 ÷ (1 − ρ), so the last percents of utilisation cost more than all those before them together. Several servers in front of one line soften the bend but do not remove it.",
    source:
      "A. K. Erlang (1917); L. Kleinrock, “Queueing Systems”, volume 1, sections 3.2 and 3.4 (1975)",
  },
  "pollaczek-khinchine": {
    tag: "Pollaczek–Khinchine",
    name: "Pollaczek–Khinchine formula",
    formula: "R = S + ρ ÷ (1 − ρ) · (1 + v²) ÷ 2 · S",
    symbols: "S: mean service time. v: its coefficient of variation. ρ: utilisation.",
    text: "With one server, the wait depends on the service times by their mean and by their variation: equal ones halve the wait of exponential ones, a few long ones among many short ones multiply it at the same utilisation.",
    source: "L. Kleinrock, “Queueing Systems”, volume 1, section 5.6 (1975)",
  },
  sharing: {
    tag: "processor sharing",
    name: "Processor sharing",
    formula: "R = S ÷ (1 − ρ), whatever the distribution",
    symbols: "S: mean service time. ρ: utilisation.",
    text: "A core that all ready threads take in turns, in slices much shorter than their work, serves as if each had a share of it all the time. The mean time no longer depends on how service times vary; it is a limit for short slices, which real schedulers only come near to.",
    source: "L. Kleinrock, “Queueing Systems”, volume 2, section 4.4 (1976)",
  },
  mva: {
    tag: "mean value analysis",
    name: "Machine repair and mean value analysis",
    formula: "R(N) = S · (1 + Q(N − 1)),  X(N) = N ÷ (R(N) + Z),  Q(N) = X(N) · R(N)",
    symbols:
      "N: users. Z: think time and other delays. S: mean service time. Q: number at the server.",
    text: "A user who arrives at the server finds what the others alone would have left there. Starting with one user and adding the next gives throughput and time exactly, for exponential service times and any think times.",
    source:
      "M. Reiser and S. S. Lavenberg, “Mean-value analysis of closed multichain queuing networks”, Journal of the ACM 27 (1980)",
  },
  "model-limits": {
    tag: "limits of the model",
    name: "What the model can compute",
    formula: "",
    symbols: "",
    text: "A run has a budget of events and of tasks, so that a scenario from a link cannot hold up a browser. A lane that needs more is stopped, and what it showed until then is right but not its steady state. Fewer users, a shorter run or a lower rate bring it within reach. What the model leaves out is listed in docs/model.md beside the program.",
    source: "docs/model.md, “What is left out”",
  },
};
