import type { Fold, Piece, PieceName } from './aggregate.ts'

/** How many rows count. */
const rows: Piece = {
  initial: ['0'],
  add: (state) => `${state(0)} += 1;`,
  merge: (state, from) => `${state(0)} += ${from(0)};`,
}

/**
 * A sum with the running error of its roundings: Neumaier, "Rundungsfehleranalyse einiger Verfahren zur
 * Summation endlicher Summen", ZAMM 54 (1974); the error without a branch after Knuth's TwoSum.
 */
const sum: Piece = {
  initial: ['0', '0'],
  add: (state, { value }) => `{ const s = ${state(0)}, v = ${value}, t = s + v, b = t - s; ${state(0)} = t; ${state(1)} += (s - (t - b)) + (v - b); }`,
  merge: (state, from) =>
    `{ const s = ${state(0)}, v = ${from(0)}, t = s + v, b = t - s; ${state(0)} = t; ${state(1)} += (s - (t - b)) + (v - b) + ${from(1)}; }`,
}

/** Without a branch: a value that is no new extreme goes to the unread place. */
const extreme = (sign: '<' | '>', start: string): Piece => ({
  initial: [start],
  add: (state, { array, value }) => `{ const v = ${value}, t = (v ${sign} ${state(0)}) | 0; ${array(0)}[D + ((y - D) & -t)] = v; }`,
  merge: (state, from) => `if (${from(0)} ${sign} ${state(0)}) ${state(0)} = ${from(0)};`,
})

/** Strings by their number among the job's strings; -1: none yet. */
const extremeText = (sign: '<' | '>'): Piece => ({
  initial: ['-1'],
  add: (state, { value, ok }) => `if (${ok}) { const v = ${value}; if (${state(0)} < 0 || S.compare(v, ${state(0)}) ${sign} 0) ${state(0)} = v; }`,
  merge: (state, from) => `if (${from(0)} >= 0 && (${state(0)} < 0 || S.compare(${from(0)}, ${state(0)}) ${sign} 0)) ${state(0)} = ${from(0)};`,
})

/** By event time, ties by log order (semantics V4): state is (time, value). */
const first: Piece = {
  initial: ['Infinity', '-1'],
  add: (state, { value, time, ok }) => `if (${ok} && ${time} < ${state(0)}) { ${state(0)} = ${time}; ${state(1)} = ${value}; }`,
  merge: (state, from) => `if (${from(0)} < ${state(0)}) { ${state(0)} = ${from(0)}; ${state(1)} = ${from(1)}; }`,
}

const last: Piece = {
  initial: ['-Infinity', '-1'],
  add: (state, { value, time, ok }) => `if (${ok} && ${time} >= ${state(0)}) { ${state(0)} = ${time}; ${state(1)} = ${value}; }`,
  merge: (state, from) => `if (${from(0)} >= ${state(0)} && ${from(0)} > -Infinity) { ${state(0)} = ${from(0)}; ${state(1)} = ${from(1)}; }`,
}

/**
 * Count, mean and sum of squared deviations: Welford (1962); two of them joined after Chan, Golub and
 * LeVeque, "Updating formulae and a pairwise algorithm for computing sample variances" (1979).
 */
const moments: Piece = {
  initial: ['0', '0', '0'],
  add: (state, { value }) =>
    `{ const v = ${value}, n = ${state(0)} + 1, d = v - ${state(1)}, m = ${state(1)} + d / n; ${state(0)} = n; ${state(1)} = m; ${state(2)} += d * (v - m); }`,
  // Into nothing a copy: what is joined from one slice is the slice to the last bit.
  merge: (state, from) =>
    `if (${state(0)} === 0) { ${state(0)} = ${from(0)}; ${state(1)} = ${from(1)}; ${state(2)} = ${from(2)}; }
    else if (${from(0)} > 0) { const n = ${state(0)}, m = ${from(0)}, all = n + m, d = ${from(1)} - ${state(1)}; ${state(2)} += ${from(2)} + d * d * n * m / all; ${state(1)} += d * m / all; ${state(0)} = all; }`,
}

export const pieces: Readonly<Record<PieceName, Piece>> = {
  rows,
  sum,
  min: extreme('<', 'Infinity'),
  max: extreme('>', '-Infinity'),
  minText: extremeText('<'),
  maxText: extremeText('>'),
  first,
  last,
  moments,
}

export type { Fold }
